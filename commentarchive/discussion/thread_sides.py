"""The two sides of a thread that may be one, for staff who tie them."""

from typing import NamedTuple

from django.db.models import Q

from commentarchive.importers.registry import facts_of
from commentarchive.models import (
    Comment,
    Manifest,
    Post,
    RevisionText,
    SameThread,
    Visibility,
)
from commentarchive.models.times import PrintedTime
from commentarchive.text.pairing import Remark
from commentarchive.threads.evidence import Rank


class Side(NamedTuple):
    """A comment of one of two threads, for staff; hidden words are not among it."""

    number: int
    comment: Comment
    name: str
    when: PrintedTime | None
    excerpt: str
    state: str
    # What it is compared by, and what notices that it has changed.
    remark: Remark
    mark: str


# Of a comment a page of pairs shows so many characters.
EXCERPT = 280


def side_of(post: Post) -> list[Side]:
    """Return the comments of an article that may be paired, in its order; two queries.

    Not those of which there is no text: known from replies alone, or erased.
    """
    none = (Visibility.INTERNAL, Visibility.UNKNOWN, Visibility.ERASED)
    found = list(
        Comment.objects.filter(post=post)
        .exclude(visibility__in=none)
        .select_related("commenter__name", "current_revision__text", "post__blog")
        .in_thread_order()
    )
    texts: dict[int, list[str]] = {}
    plains = RevisionText.objects.filter(revision__comment__in=found)
    for pk, plain in plains.order_by("revision").values_list(
        "revision__comment", "plain"
    ):
        texts.setdefault(pk or 0, []).append(plain)
    return [_side(n, each, texts.get(each.pk, [])) for n, each in enumerate(found, 1)]


def sides_of(post: Post, leader: Post) -> tuple[list[Side], list[Side]]:
    """Return the two sides of a thread: what gives way, and what leads.

    Of one article, the comments of its weakest kind of source and all others.
    """
    if post.pk != leader.pk:
        return side_of(post), side_of(leader)
    found = side_of(post)
    weakest = min((_weight(each) for each in found), default=None)
    weak = [each for each in found if _weight(each) == weakest]
    rest = [each for each in found if _weight(each) != weakest]
    return _numbered(weak), _numbered(rest)


def has_two_sources(post: Post) -> bool:
    """Return whether an article has comments of two kinds of source."""
    schemes = Comment.objects.filter(post=post).order_by()
    return len(schemes.values_list("scheme").distinct()[:2]) > 1


def _weight(side: Side) -> tuple[int, str]:
    scheme = side.comment.scheme
    return facts_of(scheme).rank, scheme


def _numbered(sides: list[Side]) -> list[Side]:
    return [each._replace(number=n) for n, each in enumerate(sides, 1)]


def _side(number: int, comment: Comment, texts: list[str]) -> Side:
    name = getattr(comment.commenter, "name", None)
    shown = comment.current_revision
    is_shown = comment.visibility == Visibility.PUBLISHED
    plain = getattr(getattr(shown, "text", None), "plain", "") if is_shown else ""
    remark = Remark(tuple(texts), name.name if name else "", comment.capture_id)
    return Side(
        number,
        comment,
        remark.name if is_shown else "",
        comment.local_time,
        f"{plain[:EXCERPT]}…" if len(plain) > EXCERPT else plain,
        "" if is_shown else comment.get_visibility_display(),
        remark,
        f"{comment.ref}:{comment.current_revision_id}:{comment.visibility}",
    )


def rank_of(post: Post) -> Rank:
    """Return how good the best copy of an article is as evidence."""
    copies = Manifest.objects.filter(post=post).values_list("capture__importer")
    ranks = [facts_of(name).rank for (name,) in copies.distinct()]
    return max(ranks, default=Rank.INFERRED)


def in_order_of_evidence(one: Post, other: Post) -> tuple[Post, Post]:
    """Return which of two articles gives way, and which leads.

    The better evidence leads; of equals the other one.
    """
    return (other, one) if rank_of(one) > rank_of(other) else (one, other)


class TieLine(NamedTuple):
    """A tie as its page lists it for staff."""

    tie: SameThread
    other: Post
    number: int
    evidence: str
    why_ended: str


def ties_of(post: Post) -> list[TieLine]:
    """Return all ties of an article, for staff, in the order of the record."""
    found = SameThread.objects.of(post).select_related(
        *("post__blog", "post__current_revision__text"),
        *("other__blog", "other__current_revision__text"),
    )
    lines = []
    for tie in found.prefetch_related("words", "pairs"):
        words = {each.is_ending: each.evidence for each in tie.words.all()}
        lines.append(
            TieLine(
                tie,
                tie.other if tie.post_id == post.pk else tie.post,
                len(tie.pairs.all()),
                words.get(False, ""),
                words.get(True, ""),
            )
        )
    return lines


def candidates(post: Post, words: str, address: str, most: int) -> list[Post]:
    """Find articles that may be the same thread: by address or title, own blog first.

    Without words: those of its own blog, and those with its title anywhere.
    """
    posts = Post.objects.exclude(pk=post.pk).titled()
    if address:
        found = posts.filter(addresses__normal_address=address)
    elif words:
        found = posts.titled_with(words.split())
    else:
        alike = Q(current_revision__text__title=post.sealed_title)
        found = posts.filter(Q(blog=post.blog) | alike)
    same = Q(blog=post.blog)
    near = found.filter(same).distinct().newest_first()[:most]
    far = found.exclude(same).distinct().newest_first()[:most]
    return [*near, *far][:most]
