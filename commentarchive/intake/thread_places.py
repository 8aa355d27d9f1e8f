"""Under which article each comment stands, and at which place of its thread.

Copies name an article and a parent for each comment. Where somebody has put one under
another article by hand, it stands there with its replies, also with those that only a
later copy holds: `Comment.told_below` then names the article in the copies.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from django.db.models import F, QuerySet

from commentarchive.discussion.stored_pages import drop_segments
from commentarchive.intake.plan import UNTOLD, untold
from commentarchive.intake.sibling_order import Made, sibling_ranks, unanswered
from commentarchive.intake.stored import rank_of
from commentarchive.matching import Key, parent_key
from commentarchive.models import Aspect, Comment, Correction, Post
from commentarchive.storage import bulk_insert
from commentarchive.storage.prepared import Prepared
from commentarchive.threads.tree import reading_order


class Chosen(NamedTuple):
    """The article and the parent that were chosen for a comment by hand."""

    post: int
    parent: int | None


def lock_around(comment: Comment, others: Collection[int] = ()) -> dict[int, Post]:
    """Lock all articles under which comments of the same copies stand, and others."""
    below = Comment.objects.in_copies_of([comment.copied_below_id])
    stand = set(below.values_list("post", flat=True))
    return lock_articles({comment.post_id, comment.copied_below_id, *stand, *others})


def lock_articles(pks: Collection[int]) -> dict[int, Post]:
    """Lock some articles, in the order in which everybody locks them."""
    locked = (
        Post.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk")
    )
    return {post.pk: post for post in locked}


def parent_in_copies(comment: Comment, source_id: str) -> int | None:
    """Return the comment that has an id in the copies of the same article."""
    key = parent_key(comment.scheme, source_id)
    beside = Comment.objects.in_copies_of([comment.copied_below_id])
    found = beside.filter(scheme=key.scheme, source_id=key.source_id, twin=0)
    return found.values_list("pk", flat=True).first() if source_id else None


def articles_with_moves() -> frozenset[int]:
    """Return every article that a comment was put under by hand, or away from."""
    return frozenset(pk for pair in _moves_by_hand() for pk in pair if pk)


@Prepared
def _moves_by_hand() -> QuerySet[Correction, tuple[int, int | None]]:
    made = Correction.objects.standing().filter(aspect=Aspect.ARTICLE)
    return made.values_list("comment__post", "comment__told_below")


def follow_copies(post_pk: int) -> set[int]:
    """Put the comments in an article's copies where they were chosen to stand.

    Return the articles that any of them has come to or has left. Costs one query where
    nothing was ever chosen. The caller holds the locks of the articles.
    """
    chosen = _chosen(post_pk)
    if not chosen and not Comment.objects.filter(told_below=post_pk).exists():
        return set()
    own = Comment.objects.in_copies_of([post_pk]).order_by("pk")
    rows = {each.pk: each for each in own.only("pk", "post", "told_below", "parent")}
    parents = {pk: row.parent_id for pk, row in rows.items()}
    targets = _targets(post_pk, parents, chosen)
    touched: set[int] = set()
    for pk, row in rows.items():
        target = targets[pk]
        told_below = None if target == post_pk else post_pk
        parent = chosen[pk].parent if pk in chosen else row.parent_id
        stands = (row.post_id, row.told_below_id, row.parent_id)
        if stands != (target, told_below, parent):
            touched |= {row.post_id, target}
            Comment.objects.filter(pk=pk).update(
                post=target,
                told_below=told_below,
                parent=parent,
                settlings=F("settlings") + 1,
            )
    for touched_pk in sorted(touched):
        put_in_order(touched_pk)
    drop_segments(touched)
    Post.objects.filter(pk__in=touched).note_texts()
    return touched


def _chosen(post_pk: int) -> dict[int, Chosen]:
    """Return what stands of choices by hand, by comment; of an erased one its place."""
    rows = Correction.objects.standing().filter(
        comment__in=Comment.objects.in_copies_of([post_pk]), aspect=Aspect.ARTICLE
    )
    found: dict[int, Chosen] = {}
    refs: dict[int, list[str]] = {}
    for row in rows.select_related("comment", "words"):
        if row.comment is None:
            continue
        if hasattr(row, "words"):
            refs[row.comment.pk] = row.words.after.split()
        else:
            found[row.comment.pk] = Chosen(row.comment.post_id, row.comment.parent_id)
    named = {ref for several in refs.values() for ref in several}
    posts = dict(Post.objects.filter(ref__in=named).values_list("ref", "pk"))
    below = Comment.objects.filter(ref__in=named)
    parents = {
        ref: (pk, post) for ref, pk, post in below.values_list("ref", "pk", "post")
    }
    for pk, (post_ref, *above) in refs.items():
        post = posts[post_ref]
        parent, stands_below = parents.get("".join(above), (None, None))
        # What it was to answer may stand elsewhere itself by now.
        found[pk] = Chosen(post, parent if stands_below == post else None)
    return found


def _targets(
    post_pk: int, parents: Mapping[int, int | None], chosen: Mapping[int, Chosen]
) -> dict[int, int]:
    """Return the article of each comment: its own choice, else that of its parent."""
    found = {pk: choice.post for pk, choice in chosen.items()}
    for pk in parents:
        way: list[int] = []
        at: int | None = pk
        while at is not None and at in parents and at not in found:
            way.append(at)
            found[at] = post_pk
            at = parents[at]
        target = found.get(at, post_pk) if at is not None else post_pk
        found.update(dict.fromkeys(way, target))
    return found


def put_in_order(post_pk: int) -> None:
    """Move every comment of an article to where parents and times put it."""
    rows = Comment.objects.filter(post=post_pk).order_by("pk")
    places: dict[Key, tuple[int, int, int]] = {}
    above: dict[Key, int | None] = {}
    made: dict[Key, Made] = {}
    seen: dict[Key, str] = {}
    for pk, parent, position, depth, moment, day_only, *rest in rows.values_list(
        *("pk", "parent_id", "position", "depth", "posted_at", "day_only"),
        *("capture_id", "visibility", "told_below_id", "scheme", "source_id", "twin"),
    ):
        capture, visibility, told, *ids = rest
        scheme, source_id, twin = ids
        # In the copies of another article the same id may be another comment's.
        key = Key(f"{scheme} {told}" if told else scheme, source_id, twin)
        places[key] = (position, depth, pk)
        above[key], seen[key] = parent, visibility
        made[key] = Made(rank_of(moment), day_only, position, capture is None)
    by_pk = {pk: key for key, (_position, _depth, pk) in places.items()}
    parents = {key: by_pk.get(parent or 0) for key, parent in above.items()}
    order = reading_order(parents, sibling_ranks(parents, made, {}, {}))
    moved = [
        (position, depth, places[key][2])
        for position, (key, depth) in enumerate(order.places)
        if places[key][:2] != (position, depth)
    ]
    bulk_insert.update(Comment, ("position", "depth"), moved)
    outweighed = unanswered(parents, made)
    changed = [
        (target.value, places[key][2])
        for key, each in made.items()
        if each.is_placeholder
        and (target := untold(is_outweighed=key in outweighed)) != seen[key]
        and seen[key] in UNTOLD
    ]
    bulk_insert.update(Comment, ("visibility",), changed)
