"""The places of one article: the original and its copies, archived or only known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q, QuerySet

from commentarchive.discussion.cross_posts import FindingLine, findings_of
from commentarchive.models import Blog, CrossPost, CrossPostCue, CueKind, Post
from commentarchive.models.cross_post import CrossPostQuerySet
from commentarchive.storage.prepared import Prepared
from commentarchive.text.unseen import marked

# One article at more places is followed no further, and by no more steps.
MOST_PLACES, MOST_STEPS = 20, 5
_ENDS = ("pk", "post", "other_post", "normal_address")

# A function of a module, which stands for its query.
type Ties = Callable[[], CrossPostQuerySet]


@dataclass(slots=True, kw_only=True)
class HowKnown:
    """What says that a place has the same article as another one."""

    tie: CrossPost
    # The articles as readers see them; None for what is not here or not shown.
    copy: Post
    original: Post | None
    # Of one that is not shown, the article's own words alone.
    cues: list[CrossPostCue]
    findings: list[FindingLine]

    @property
    def kinds(self) -> list[str]:
        """By what it was found, in words."""
        return [cue.get_kind_display() for cue in self.cues]


@dataclass(slots=True, kw_only=True)
class Place:
    """One place of the article; without `post` it is not here, or not shown."""

    post: Post | None = None
    blog: Blog | None = None
    address: str = ""
    is_original: bool = False
    # All articles here whose comments belong to the place: it may have two sources.
    post_pks: list[int] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The blog's name, or the address where no more is known."""
        blog = self.post.blog if self.post else self.blog
        return blog.title if blog else self.address


@dataclass(slots=True, kw_only=True)
class ArticlePlaces:
    """One article at its several places, the original first."""

    first: CrossPost
    places: list[Place]
    known: list[HowKnown]

    @property
    def archived(self) -> list[Place]:
        """The places whose article readers see here."""
        return [place for place in self.places if place.post]


def ties_around(tie: CrossPost, ties: Ties) -> set[int]:
    """Return the keys of all ties that lead from one to another, itself included."""
    found: dict[int, tuple[int, int | None, str]] = {}
    rows = _itself(ties, tie.pk)
    for _step in range(MOST_STEPS):
        new = {pk: ends for pk, *ends in rows if pk not in found}
        if not new or len(found) >= MOST_PLACES:
            break
        found |= {pk: tuple(ends) for pk, ends in new.items()}
        posts = {post for ends in new.values() for post in ends[:2] if post}
        addresses = {ends[2] for ends in new.values()} - {""}
        rows = _beside(ties, tuple(posts), tuple(addresses))
    return set(found)


@Prepared
def _itself(ties: Ties, pk: int) -> QuerySet[CrossPost, tuple[Any, ...]]:
    return ties().filter(pk=pk).values_list(*_ENDS)


@Prepared
def _beside(
    ties: Ties, posts: Sequence[int], addresses: Sequence[str]
) -> QuerySet[CrossPost, tuple[Any, ...]]:
    """Ask for the ties of some articles or addresses, and for one too many at most."""
    there = Q(post__in=posts) | Q(other_post__in=posts)
    found = ties().filter(there | Q(normal_address__in=addresses)).order_by("pk")
    return found.values_list(*_ENDS)[: MOST_PLACES + 1]


def places_of(tie: CrossPost) -> ArticlePlaces:
    """Return the places of an article that readers may know of, by one of its ties.

    Of a tie that was withdrawn, its own two places alone.
    """
    keys = {tie.pk} if tie.is_withdrawn else ties_around(tie, _told)
    ties = _ties_with(tuple(keys))
    posts = _shown(ties)
    findings = findings_of(keys, next(iter(posts.values())).blog.time_zone)
    known, places = [], _Places()
    for each in ties:
        copy = posts[each.post_id]
        original = posts.get(each.other_post_id or 0)
        places.add(copy)
        places.add_other(each, original)
        known.append(
            HowKnown(
                tie=each,
                copy=copy,
                original=original,
                cues=_told_cues(each, original),
                findings=findings.get(each.pk, []),
            )
        )
    return ArticlePlaces(first=ties[0], places=places.in_order(known), known=known)


def _told() -> CrossPostQuerySet:
    return CrossPost.objects.public().filter(is_withdrawn=False)


@Prepared
def _ties_with(keys: Sequence[int]) -> QuerySet[CrossPost]:
    ties = CrossPost.objects.filter(pk__in=keys).order_by("pk")
    return ties.select_related("other_blog").prefetch_related("cues")


def _told_cues(tie: CrossPost, original: Post | None) -> list[CrossPostCue]:
    is_hidden = tie.other_post_id is not None and original is None
    return [cue for cue in tie.cues.all() if cue.kind == CueKind.LINE or not is_hidden]


def _shown(ties: Sequence[CrossPost]) -> dict[int, Post]:
    """Return the article that readers see in the place of each end of some ties."""
    keys = {pk for tie in ties for pk in (tie.post_id, tie.other_post_id) if pk}
    ends = dict(_leaders(tuple(keys)))
    leading = {leader or pk for pk, leader in ends.items()}
    shown = {post.pk: post for post in _titled(tuple(leading))}
    return {
        pk: shown[leader or pk]
        for pk, leader in ends.items()
        if (leader or pk) in shown
    }


@Prepared
def _leaders(keys: Sequence[int]) -> QuerySet[Post, tuple[int, int | None]]:
    return Post.objects.reachable().filter(pk__in=keys).values_list("pk", "leader")


@Prepared
def _titled(keys: Sequence[int]) -> QuerySet[Post]:
    return Post.objects.public().titled().filter(pk__in=keys)


class _Places:
    """Gathers places, each once."""

    def __init__(self) -> None:
        self._found: dict[object, Place] = {}

    def add(self, post: Post) -> None:
        self._found.setdefault(post.pk, Place(post=post, post_pks=[post.pk]))

    def add_other(self, tie: CrossPost, post: Post | None) -> None:
        """Add the other end of a tie: an article that is here, or what is known."""
        if post is not None:
            self.add(post)
            return
        blog = tie.other_blog
        if blog is not None and blog.visibility == "staff":
            blog = None
        key = tie.normal_address or (blog and f"blog {blog.pk}")
        if key:
            self._found.setdefault(key, Place(blog=blog, address=tie.other_address))

    def in_order(self, known: Sequence[HowKnown]) -> list[Place]:
        """Return the original first, then copies by date; what is not here is last.

        Marks the original, if just one place is nobody's copy.
        """
        copies = {each.copy.pk for each in known}
        places = list(self._found.values())
        originals = [p for p in places if not (p.post and p.post.pk in copies)]
        if len(originals) == 1:
            originals[0].is_original = True
        places.sort(key=_turn)
        return places


def _turn(place: Place) -> tuple[bool, bool, float]:
    at = place.post.published_at if place.post else None
    return (not place.is_original, at is None, at.timestamp() if at else 0)


def posts_at(places: Sequence[Place]) -> dict[int, Place]:
    """Return the place at which each article's comments are discussed; one query.

    Those of one thread from several sources are at one place.
    """
    by_leader = {place.post.pk: place for place in places if place.post}
    tied = Post.objects.reachable().filter(leader__in=by_leader).exclude(pk=F("leader"))
    found = dict(by_leader)
    rows = tied.values_list("pk", "leader__pk")
    return found | {pk: by_leader[leader] for pk, leader in rows}


def plain_of(post: Post | None) -> str:
    """Return an article's words as they are compared with others; "" for none."""
    text = post.shown_text if post else None
    return marked(text.plain) if text else ""
