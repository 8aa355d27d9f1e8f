"""One discussion as its readers see it, in rows for the formats that carry it away."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, Q, When

from commentarchive.models import Comment, Post, Revision, Tombstone, Visibility
from commentarchive.models.comment import is_hidden_elsewhere
from commentarchive.text.shown_names import cut_name


class NotPublic(LookupError):
    """There is no such article that readers can see."""


@dataclass(frozen=True, slots=True)
class ShownComment:
    """A comment, what readers see of its text and name, and what it answers."""

    row: Comment
    # Its own, or that of the same comment from another source which hides it.
    visibility: str
    text: Revision | None
    name: str
    link: str
    # Tells people of one name apart; "" where no name is shown.
    person: str
    parent_id: str
    parent_ref: str


def public_post(ref: str) -> Post:
    """Return an article that readers can see. Raise NotPublic."""
    post = Post.objects.public().titled().filter(ref=ref).first()
    if post is None:
        message = f"There is no article {ref} that readers can see."
        raise NotPublic(message)
    return post


def shown_text(post: Post) -> Revision | None:
    """Return the text of an article as readers see it."""
    # Also where a notice stands for its title alone.
    public = Post.objects.public().filter(pk=post.pk, hidden_text="")
    shown = Revision.objects.filter(pk__in=public.values("current_revision"))
    return shown.select_related("text", "capture").first()


def comments_of(post: Post) -> Iterator[ShownComment]:
    """Yield every comment that has a place for readers, parents first.

    Not those known from their replies alone. Hidden texts are not even fetched.
    """
    texts = {
        text.comment_id: text
        for text in Revision.objects.public_revisions()
        .filter(comment__post=post)
        .select_related("text", "capture")
    }
    is_shown = Q(visibility=Visibility.PUBLISHED) & ~is_hidden_elsewhere()
    # A link tells whose it is, too.
    is_linked = Q(commenter__hidden_name="", commenter__hidden_link="")
    is_read = ~Q(parent__visibility=Visibility.INTERNAL)
    rows = (
        Comment.objects.public()
        .filter(post=post)
        .exclude(visibility=Visibility.UNKNOWN)
        .with_notice()
        .annotate(
            shown_link=Case(
                When(is_shown & is_linked, then=F("commenter__name__link"))
            ),
            commenter_ref=F("commenter__ref"),
            parent_id_there=Case(When(is_read, then=F("parent__source_id"))),
            parent_ref_here=Case(When(is_read, then=F("parent__ref"))),
        )
        .in_thread_order()
    )
    # Of one comment from several sources, each is hidden while any is.
    others = Comment.objects.filter(leader__post=post).exclude(
        visibility=Visibility.PUBLISHED
    )
    hidden = dict(others.values_list("pk", "visibility"))
    annotated: Any
    for annotated in rows:
        name, link = cut_name(annotated.shown_name or ""), annotated.shown_link or ""
        yield ShownComment(
            annotated,
            hidden.get(annotated.hidden_as, annotated.visibility),
            texts.get(annotated.pk),
            name,
            # Such as mailto:, which no page shows.
            link if cut_name(link) == link else "",
            (annotated.commenter_ref or "") if name else "",
            annotated.parent_id_there or "",
            annotated.parent_ref_here or "",
        )


def notices_in(post: Post) -> dict[int, list[Tombstone]]:
    """Return every notice of an article's comments, those of other sources too."""
    own = Q(comment__post=post, comment__leader=None)
    found: dict[int, list[Tombstone]] = {}
    notices = Tombstone.objects.filter(own | Q(comment__leader__post=post))
    for notice in notices.select_related("comment").order_by("pk"):
        key = notice.comment.leader_id or notice.comment_id
        found.setdefault(key, []).append(notice)
    return found
