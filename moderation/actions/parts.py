"""What decisions are about beside comments: parts of articles, names and threads."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from commentarchive.actions.part_notices import COLUMN_OF
from commentarchive.actions.withheld_names import notice_on_words
from commentarchive.models import (
    Blog,
    Comment,
    Commenter,
    Part,
    PartNotice,
    Post,
    Revision,
    Visibility,
)
from moderation.actions.refusals import Refused
from moderation.models import Action, Aspect, Decision
from moderation.models.action import BANS
from moderation.models.decision import DecisionQuerySet
from moderation.rules.transitions import allowed_on_part

ASPECT_OF = {
    Part.TEXT: Aspect.TEXT,
    Part.TITLE: Aspect.TITLE,
    Part.THREAD: Aspect.THREAD,
    Part.NAME: Aspect.NAME,
    Part.LINK: Aspect.LINK,
    Part.BAN: Aspect.NAME,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A part of an article, of a name or of a thread, before it is locked.

    Of a name, the article is one on which it stands.
    """

    post: Post
    part: Part
    commenter: Commenter | None = None

    @property
    def aspect(self) -> Aspect:
        return ASPECT_OF[self.part]

    @property
    def row(self) -> Post | Commenter:
        """The row that has the state of the part."""
        return self.commenter or self.post

    @property
    def key(self) -> str:
        """By what a list of many tells it from others."""
        return f"{self.row.ref}-{self.part}"

    @property
    def kind(self) -> str:
        """The kind of the open notice; "" for none, and for what only is marked."""
        value = getattr(self.row, COLUMN_OF[self.part])
        return value if isinstance(value, str) else ""

    @property
    def is_marked(self) -> bool:
        """Whether a discussion is noted as closed, or a name as barred."""
        return getattr(self.row, COLUMN_OF[self.part]) is True

    @property
    def visibility(self) -> Visibility:
        return Visibility(self.kind) if self.kind else Visibility.PUBLISHED

    @property
    def has_versions(self) -> bool:
        return self.part in {Part.TEXT, Part.TITLE}

    @property
    def has_new_text(self) -> bool:
        """Whether its blog has a version that a decision keeps from readers.

        Not that of which they see all but some words.
        """
        news = self.post.news_revision_id
        return self.has_versions and news is not None and news != self._cut_version

    @property
    def _cut_version(self) -> int | None:
        """The version of which words are blacked out in what readers see."""
        redaction = getattr(self.post.current_revision, "redaction", None)
        return redaction.source_id if redaction else None

    @property
    def decisions(self) -> DecisionQuerySet:
        """Every decision on it, in the order of the record."""
        about = Decision.objects.filter(comment=None, aspect=self.aspect)
        if self.commenter is not None:
            is_ban = self.part is Part.BAN
            about = about.filter(commenter=self.commenter)
            about = (
                about.filter(action__in=BANS)
                if is_ban
                else about.exclude(action__in=BANS)
            )
        else:
            about = about.filter(commenter=None, post=self.post)
        return about.order_by("entry_index")

    @property
    def state(self) -> str:
        """Return all that may change of it but its words: here and at its blog."""
        if self.has_versions:
            post = self.post
            return (
                f"{self.visibility} {post.current_revision_id} {post.news_revision_id}"
            )
        return f"{self.visibility} marked" if self.is_marked else self.visibility.value

    @property
    def allowed_actions(self) -> list[Action]:
        return allowed_on_part(
            self.part,
            self.visibility,
            is_marked=self.is_marked,
            has_new_text=self.has_new_text,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSubject:
    """A part whose lock is held, with what the checks need to know of it."""

    target: Target
    # The version that a moderator judges: what its copies tell, or what was redacted of
    # that.
    newest: Revision | None
    current: Revision | None
    # Every decision on it, in the order of the record.
    decisions: Sequence[Decision]
    notice: PartNotice | None
    comment: None = None
    source_state: str = ""

    @property
    def post(self) -> Post:
        return self.target.post

    @property
    def commenter(self) -> Commenter | None:
        return self.target.commenter

    @property
    def aspect(self) -> Aspect:
        return self.target.aspect

    @property
    def visibility(self) -> Visibility:
        return self.target.visibility

    @property
    def latest(self) -> Decision | None:
        """Return the decision that was recorded last."""
        return self.decisions[-1] if self.decisions else None

    @property
    def standing_entry(self) -> int | None:
        """The entry of the decision that stands."""
        return self.latest.entry_index if self.latest else None

    @property
    def state(self) -> str:
        return self.target.state

    @property
    def allowed_actions(self) -> list[Action]:
        return self.target.allowed_actions

    @property
    def made_at(self) -> datetime | None:
        return self.post.published_at

    @property
    def called(self) -> str:
        """What sentences call it."""
        return "a part"


def lock_places(
    comments: Collection[Comment], posts: Collection[Post], names: Collection[Commenter]
) -> None:
    """Lock many places at once: the blogs of names, then every article in order.

    Then the comments, then the names; `lock_part` explains.
    """
    articles = {each.post_id for each in comments} | {each.pk for each in posts}
    if names:
        below = Post.objects.filter(comments__commenter__in=names)
        articles |= set(below.values_list("pk", flat=True))
        blogs = {each.blog_id for each in names}
        no_key = Blog.objects.select_for_update(no_key=True)
        list(no_key.filter(pk__in=blogs).order_by("pk"))
    list(
        Post.objects.select_for_update(no_key=True)
        .filter(pk__in=articles)
        .order_by("pk")
    )
    pks = [each.pk for each in comments]
    list(
        Comment.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk")
    )
    own = Commenter.objects.select_for_update(no_key=True)
    if names:
        list(own.filter(pk__in=[each.pk for each in names]).order_by("pk"))


def lock_part(target: Target) -> PartSubject:
    """Lock an article, or a name with the articles on which it stands; read it anew.

    Articles in order before the name, as every writer locks them before what is theirs.
    Raise Refused for a name that was erased.
    """
    commenter = target.commenter
    if commenter is None:
        list(Post.objects.select_for_update(no_key=True).filter(pk=target.post.pk))
        return read_part(target)
    # Before its articles, as whoever stores their pages locks them.
    list(Blog.objects.select_for_update(no_key=True).filter(pk=commenter.blog_id))
    below = Post.objects.filter(comments__commenter=commenter).values("pk")
    list(
        Post.objects.select_for_update(no_key=True).filter(pk__in=below).order_by("pk")
    )
    list(Commenter.objects.select_for_update(no_key=True).filter(pk=commenter.pk))
    subject = read_part(target)
    if subject.commenter is None or not hasattr(subject.commenter, "name"):
        message = "The name was erased; there is nothing to decide on."
        raise Refused(message)
    return subject


def read_part(target: Target) -> PartSubject:
    """Return a part as it is now."""
    posts = Post.objects.titled().select_related(
        "news_revision__text", "current_revision__redaction__source__text"
    )
    commenter = None
    if target.commenter is not None:
        names = Commenter.objects.select_related("blog", "name")
        commenter = names.get(pk=target.commenter.pk)
    now = Target(
        post=posts.get(pk=target.post.pk), part=target.part, commenter=commenter
    )
    post, has_versions = now.post, now.has_versions
    newest = post.news_revision if now.has_new_text else post.current_revision
    of_it = {"commenter": commenter} if commenter else {"post": post}
    return PartSubject(
        target=now,
        newest=newest if has_versions else None,
        current=post.current_revision if has_versions else None,
        decisions=list(now.decisions.select_related("clause__policy")),
        notice=PartNotice.objects.filter(**of_it, part=now.part, is_open=True).first(),
    )


def target_of(decision: Decision) -> Target:
    """Return what a decision is about that is not about a comment."""
    # Aspects are called as the parts that they are of.
    part = Part.BAN if decision.action in BANS else Part(decision.aspect)
    return Target(post=decision.post, part=part, commenter=decision.commenter)


def name_target(commenter: Commenter, part: Part) -> Target:
    """Return a name as what is decided on. Raise Refused for one without a comment.

    One that is hidden with another name of the same words is decided on with that.
    """
    if part is Part.NAME and commenter.hidden_name:
        notice = notice_on_words(commenter)
        if notice is not None and notice.commenter is not None:
            commenter = notice.commenter
    first = commenter.comments.select_related("post").order_by("pk").first()
    if first is None:
        message = "No comment stands under this name."
        raise Refused(message)
    return Target(post=first.post, part=part, commenter=commenter)
