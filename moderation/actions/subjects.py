"""What decisions are about: comments, read anew under their locks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from commentarchive.models import (
    Comment,
    Post,
    Revision,
    RevisionOrigin,
    Tombstone,
    Visibility,
)
from commentarchive.storage.prepared import Prepared
from moderation.models import Action, Aspect, Decision
from moderation.rules.transitions import allowed_actions


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A comment whose lock is held, with what the checks need to know of it."""

    comment: Comment
    # The version that a moderator judges: its blog's, or what was redacted of that.
    newest: Revision | None
    # The version that its blog told last.
    at_source: Revision | None
    # Every decision on it, in the order of the record.
    decisions: Sequence[Decision]
    notice: Tombstone | None

    # Of a name alone; a comment's is not what is decided on.
    commenter: None = None
    aspect: Aspect = Aspect.TEXT

    @property
    def post(self) -> Post:
        return self.comment.post

    @property
    def current(self) -> Revision | None:
        """The version that readers see, or saw last."""
        return self.comment.current_revision

    @property
    def visibility(self) -> Visibility:
        return Visibility(self.comment.visibility)

    @property
    def state(self) -> str:
        return state_of(self.comment)

    @property
    def source_state(self) -> str:
        return self.comment.source_state

    @property
    def standing_entry(self) -> int | None:
        """The entry of the decision that stands; imports may have set it aside."""
        return self.comment.decided_entry

    @property
    def made_at(self) -> datetime | None:
        return self.comment.posted_at

    @property
    def allowed_actions(self) -> list[Action]:
        return allowed_actions(self.visibility, has_new_text=self.has_new_text)

    @property
    def latest(self) -> Decision | None:
        """Return the decision that was recorded last."""
        return self.decisions[-1] if self.decisions else None

    @property
    def has_new_text(self) -> bool:
        return has_new_text(self.comment, self.newest)

    @property
    def had_been_seen(self) -> bool:
        """Return whether readers see the comment, or saw it before it was hidden."""
        if self.visibility is Visibility.PUBLISHED:
            return True
        return self.notice is not None and self.notice.was_public


def is_redacted(revision: Revision) -> bool:
    """Return whether a version was redacted here."""
    return revision.origin == RevisionOrigin.REDACTED


def source_of(revision: Revision | None) -> Revision | None:
    """Return the version that a redacted one was made of; any other one as it is."""
    if revision is None or not is_redacted(revision):
        return revision
    redaction = getattr(revision, "redaction", None)
    return redaction.source if redaction else revision


def newest_of(comment: Comment) -> Revision | None:
    """Return the version of a comment's text that is to be judged.

    That is the one which its blog told last, or what was redacted of it, while that
    stands. No query where the versions are fetched, unless one is redacted.
    """
    told = told_by_its_blog(comment)
    for revision in comment.revisions.all():
        is_current = revision.pk == comment.current_revision_id
        if is_current and is_redacted(revision) and source_of(revision) == told:
            return revision
    return told


def told_by_its_blog(comment: Comment) -> Revision | None:
    """Return the version that a comment's blog told last; none that was made here.

    It may have gone back to an earlier text.
    """
    own = {each.pk: each for each in comment.revisions.all() if not is_redacted(each)}
    is_decided = comment.decided_entry is not None
    told = comment.told_revision_id if is_decided else comment.current_revision_id
    newest = max(own.values(), key=lambda revision: revision.number, default=None)
    return own.get(told or 0, newest)


def latest_decision(comment: Comment) -> Decision | None:
    """Find the decision on a comment that was recorded last."""
    return _newest_decision.first(comment.pk)


@Prepared
def _newest_decision(comment_pk: int) -> QuerySet[Decision]:
    decisions = Decision.objects.filter(comment=comment_pk)
    return decisions.order_by("-entry_index")[:1]


def state_of(comment: Comment) -> str:
    """Return all that may change of a comment but its text: here and at its blog."""
    return (
        f"{comment.visibility} {comment.source_state} {comment.current_revision_id} "
        f"{comment.parent_id} {comment.decided_entry}"
    )


def has_new_text(comment: Comment, newest: Revision | None) -> bool:
    """Return whether readers see another version of a comment than the newest."""
    return newest is not None and newest.pk != comment.current_revision_id


def lock_subjects(comments: Sequence[Comment]) -> list[Subject]:
    """Lock the articles in order, then the comments; return them as they are now.

    Every writer takes these locks in this order, so that none waits for another in
    a circle. Costs the same number of queries for one comment as for hundreds.
    """
    if not comments:
        return []
    _locked_articles(tuple({comment.post_id for comment in comments}))
    _locked_comments(tuple(comment.pk for comment in comments))
    return read_subjects(comments)


@Prepared
def _locked_articles(pks: tuple[int, ...]) -> QuerySet[Post, int]:
    locked = Post.objects.select_for_update(no_key=True).filter(pk__in=pks)
    return locked.order_by("pk").values_list("pk", flat=True)


@Prepared
def _locked_comments(pks: tuple[int, ...]) -> QuerySet[Comment, int]:
    locked = Comment.objects.select_for_update(no_key=True).filter(pk__in=pks)
    return locked.order_by("pk").values_list("pk", flat=True)


def read_subjects(comments: Sequence[Comment]) -> list[Subject]:
    """Return comments as they are now, without locks."""
    pks = tuple(comment.pk for comment in comments)
    now = {comment.pk: comment for comment in _as_they_are(pks)}
    decisions: dict[int | None, list[Decision]] = {}
    for each in _decisions_on(pks):
        decisions.setdefault(each.comment_id, []).append(each)
    open_notices = {notice.comment_id: notice for notice in _open_notices(pks)}
    return [
        Subject(
            comment=now[pk],
            newest=newest_of(now[pk]),
            at_source=told_by_its_blog(now[pk]),
            decisions=decisions.get(pk, []),
            notice=open_notices.get(pk),
        )
        for pk in pks
    ]


@Prepared
def _as_they_are(pks: tuple[int, ...]) -> QuerySet[Comment]:
    found = Comment.objects.filter(pk__in=pks).select_related(
        *("post__blog", "commenter__name", "private_address", "current_revision"),
    )
    return found.prefetch_related("revisions")


@Prepared
def _decisions_on(pks: tuple[int, ...]) -> QuerySet[Decision]:
    return Decision.objects.filter(comment__in=pks).order_by("entry_index")


@Prepared
def _open_notices(pks: tuple[int, ...]) -> QuerySet[Tombstone]:
    return Tombstone.objects.filter(comment__in=pks, is_open=True)
