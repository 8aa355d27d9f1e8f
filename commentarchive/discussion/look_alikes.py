"""Names that pose as another name of their blog, as pages point them out.

A name that readers do not see takes no part: nothing points to it. What is pointed out
depends on what is shown at that moment, and so is stored nowhere.
"""

from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from commentarchive.models import (
    Capture,
    Comment,
    Commenter,
    CommenterName,
    Confidence,
    NameLink,
)
from commentarchive.storage.prepared import Prepared
from commentarchive.text.alike_names import poses_by
from commentarchive.threads.thread_rows import Alike

# Names that no notice stands for.
_IN_SIGHT = Q(commenter__hidden_name="")
_SHOWN = Comment.objects.filter(commenter=OuterRef("commenter")).shown()


def look_alikes(refs: Collection[str], *, for_staff: bool = False) -> dict[str, Alike]:
    """Return as which other name each of some names poses; three queries.

    Of several, the first by its letters. Staff are told of names that nobody sees too.
    Two names of one person, by what is confirmed, pose as nobody.
    """
    told = CommenterName.objects.filter(commenter__ref__in=refs, is_odd=True)
    if not for_staff:
        told = told.filter(_IN_SIGHT)
    odd = _named(told.select_related("commenter"))
    if not odd:
        return {}
    others = _beside(odd, for_staff=for_staff)
    joined = joined_pairs([name.pk for _ref, _place, name in odd])
    found = {}
    for ref, place, name in odd:
        posing = sorted(
            (other.shown, other_ref, by)
            for other_ref, other_place, other in others
            if other_place == place
            and frozenset((name.pk, other.pk)) not in joined
            and (by := poses_by(name.name, other.name))
        )
        if posing:
            found[ref] = Alike(*posing[0])
    return found


def posing_as(commenter: Commenter) -> list[Alike]:
    """Return the shown names that pose as one; one query, and one if any look odd."""
    name = commenter.name
    if commenter.hidden_name:
        return []
    others = _named(_odd_ones(name.looks, commenter.blog_id))
    joined = joined_pairs([name.pk]) if others else set()
    return sorted(
        Alike(other.shown, ref, by)
        for ref, _place, other in others
        if frozenset((name.pk, other.pk)) not in joined
        and (by := poses_by(other.name, name.name))
    )


@Prepared
def _odd_ones(looks: int, blog_pk: int) -> QuerySet[CommenterName]:
    odd = CommenterName.objects.filter(is_odd=True, looks=looks).filter(
        _IN_SIGHT, Exists(_SHOWN), commenter__blog=blog_pk
    )
    return odd.select_related("commenter")


def new_look_alikes(capture: Capture) -> list[tuple[str, Alike]]:
    """Return the names of which one came with a copy and poses as the other.

    Each as it is shown, and the one that it poses as; for staff, since readers may see
    neither. Three queries, and one where the blog has no name that could pose.
    """
    odd = CommenterName.objects.filter(is_odd=True, commenter__blog=capture.blog_id)
    names = _named(odd.select_related("commenter"))
    if not names:
        return []
    beside = _beside(names, for_staff=True)
    joined = joined_pairs([name.pk for _ref, _place, name in names])
    # The name that is posed as comes before others that pose as it.
    beside.sort(key=lambda each: (each[2].is_odd, each[2].shown))
    by_look: dict[tuple[int, int], list[_Found]] = {}
    for each in beside:
        by_look.setdefault(each[1], []).append(each)
    found: dict[str, tuple[str, Alike]] = {}
    for ref, look, name in names:
        for other_ref, _look, other in by_look[look]:
            came_with = name.commenter.capture_id, other.commenter.capture_id
            if capture.pk not in came_with or ref in found:
                continue
            by = poses_by(name.name, other.name)
            if by and frozenset((name.pk, other.pk)) not in joined:
                found[ref] = name.shown, Alike(other.shown, other_ref, by)
    return sorted(found.values())


def joined_pairs(names: Collection[int]) -> set[frozenset[int]]:
    """Return the pairs of names, one of them among some, that are one person's."""
    links = NameLink.objects.filter(Q(one__in=names) | Q(other__in=names))
    last = {link.pair: link.confidence for link in links.order_by("entry_index")}
    return {pair for pair, said in last.items() if said == Confidence.CERTAIN}


@Prepared
def _odd_names(blog_pk: int) -> QuerySet[CommenterName, tuple[int, int]]:
    odd = CommenterName.objects.filter(is_odd=True, commenter__blog=blog_pk)
    return odd.values_list("commenter", "looks")


def posts_with_look_alikes(blog_pk: int) -> set[int]:
    """Return the articles of a blog in whose threads names may be pointed out.

    By names alone, whether readers see them or not. One query where no name is odd.
    """
    keys = dict(_odd_names(blog_pk))
    if not keys:
        return set()
    same = CommenterName.objects.filter(looks__in=set(keys.values()))
    twins: dict[int, set[str]] = {}
    for looks, name in same.filter(commenter__blog=blog_pk).values_list(
        "looks", "name"
    ):
        twins.setdefault(looks, set()).add(name)
    posing = [pk for pk, looks in keys.items() if len(twins[looks]) > 1]
    found = Comment.objects.filter(commenter__in=posing).order_by()
    return set(found.values_list("post", flat=True))


# A name's reference, where its like are found, and the name.
type _Found = tuple[str, tuple[int, int], CommenterName]


def _named(names: Iterable[CommenterName]) -> list[_Found]:
    return [(n.commenter.ref, (n.commenter.blog_id, n.looks), n) for n in names]


def _beside(own: Collection[_Found], *, for_staff: bool = False) -> list[_Found]:
    """Return the names of the same blogs that look like some."""
    blogs = {place[0] for _ref, place, _name in own}
    looks = {place[1] for _ref, place, _name in own}
    same = CommenterName.objects.filter(looks__in=looks, commenter__blog__in=blogs)
    read = same.select_related("commenter")
    return _named(read if for_staff else read.filter(_IN_SIGHT, Exists(_SHOWN)))
