"""Cross-posts that imports and comparisons propose, for an archivist to answer.

A proposal is a cross-post that readers see nothing of. What was withdrawn or refused
stays so, whatever is read later.
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db.models import Q

from commentarchive.actions.crossposts import confirm_cross_post, withdraw_cross_post
from commentarchive.ledger.append import By
from commentarchive.ledger.merkle.refs import new_refs
from commentarchive.models import Blog, CrossPost, CrossPostCue, CueKind, PostAddress
from commentarchive.storage.write_locks import short_write
from commentarchive.text.addresses import host_of, normalise

# Why, where one tap is all that an archivist did.
REFUSED = "An archivist compared the two and found no cross-post."
TAKEN_BACK = "An archivist took the confirmation back."


class Hint(NamedTuple):
    """That an article may stand at an address too, and by what kind of cue."""

    post_pk: int
    kind: str
    address: str


class Likeness(NamedTuple):
    """Two articles with nearly the same words; the first is taken for the copy."""

    post_pk: int
    other_pk: int
    other_blog: Blog
    # How many of a hundred words are the same.
    score: int


def propose_hinted(hints: Collection[Hint], blog: Blog) -> None:
    """Propose what sources hint at of articles of a blog that are stored.

    Called once for each batch of an import: no query where there are no hints.
    """
    wanted = _wanted(hints, blog)
    if not wanted:
        return
    others = _posts_at({normal for _post, normal in wanted})
    # An article's own address is no other place.
    wanted = {
        (post, normal): told
        for (post, normal), told in wanted.items()
        if post not in others.get(normal, ())
    }
    known = _ties_of(wanted)
    missing = [key for key in wanted if key not in known]
    CrossPost.objects.bulk_create(
        CrossPost(
            ref=ref,
            post_id=post,
            normal_address=normal,
            other_address=wanted[post, normal][0],
            other_post_id=next(iter(others.get(normal, ())), None),
            is_proposal=True,
        )
        for ref, (post, normal) in zip(
            new_refs("x", len(missing)), missing, strict=True
        )
    )
    known |= _ties_of({key: wanted[key] for key in missing})
    CrossPostCue.objects.bulk_create(
        (
            CrossPostCue(tie_id=known[key], kind=kind)
            for key, (_address, kinds) in wanted.items()
            for kind in sorted(kinds)
        ),
        ignore_conflicts=True,
    )


def _wanted(
    hints: Iterable[Hint], blog: Blog
) -> dict[tuple[int, str], tuple[str, set[str]]]:
    """Return address and kinds of the hints, by article and normal address.

    What a program keeps of the blog's own site is another face of the same article.
    """
    found: dict[tuple[int, str], tuple[str, set[str]]] = {}
    home = host_of(blog.address)
    for hint in hints:
        normal = normalise(hint.address)
        is_own_site = hint.kind != CueKind.LINE and host_of(hint.address) == home
        if normal and not is_own_site:
            told = found.setdefault(
                (hint.post_pk, normal), (hint.address[:1000], set())
            )
            told[1].add(hint.kind)
    return found


def _ties_of(keys: Iterable[tuple[int, str]]) -> dict[tuple[int, str], int]:
    found = CrossPost.objects.filter(post__in={post for post, _normal in keys})
    return {
        (post, normal): pk
        for post, normal, pk in found.values_list("post", "normal_address", "pk")
        if normal
    }


def _posts_at(addresses: Collection[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    rows = PostAddress.objects.filter(normal_address__in=addresses).order_by("pk")
    for normal, post in rows.values_list("normal_address", "post"):
        found.setdefault(normal, []).append(post)
    return found


def propose_alike(found: Likeness) -> None:
    """Propose that two articles are one, or note how alike they are."""
    pair = (found.post_pk, found.other_pk)
    tied = CrossPost.objects.filter(
        Q(post=pair[0], other_post=pair[1]) | Q(post=pair[1], other_post=pair[0])
    )
    # One that the article's own blog tells of, before any other.
    tie = tied.order_by("is_proposal", "pk").first() or _alike(found)
    if tie is not None:
        CrossPostCue.objects.get_or_create(
            tie=tie, kind=CueKind.ALIKE, defaults={"score": found.score}
        )


def _alike(found: Likeness) -> CrossPost | None:
    """Make the proposal of a pair; None where another one stands in its place."""
    # A line named the blog before its article was here.
    named = CrossPost.objects.filter(
        post=found.post_pk, other_blog=found.other_blog, normal_address=""
    )
    if named.filter(other_post=None).update(other_post=found.other_pk):
        return named.get()
    address = PostAddress.objects.filter(post=found.other_pk).order_by("pk").first()
    normal = address.normal_address if address else ""
    # Without an address, its blog has to be known.
    blog = {} if normal else {"other_blog": found.other_blog}
    tie, _is_new = CrossPost.objects.get_or_create(
        post_id=found.post_pk,
        normal_address=normal,
        **blog,
        defaults={
            "ref": new_refs("x", 1)[0],
            "other_address": address.address if address else "",
            "other_post_id": found.other_pk,
            "is_proposal": True,
        },
    )
    return tie if tie.other_post_id == found.other_pk else None


def propose_named(post_pk: int, blog: Blog) -> None:
    """Propose that an article stands at a blog too, at an address that is not known.

    Not where another cross-post of it is at that blog.
    """
    home = host_of(blog.address)
    of_it = CrossPost.objects.filter(post=post_pk)
    at_home = Q(other_blog=blog) | Q(other_post__blog=blog)
    if home:
        at_home |= Q(normal_address=home) | Q(normal_address__startswith=f"{home}/")
    if of_it.filter(at_home).exists():
        return
    tie = CrossPost.objects.create(
        ref=new_refs("x", 1)[0], post_id=post_pk, other_blog=blog, is_proposal=True
    )
    CrossPostCue.objects.create(tie=tie, kind=CueKind.LINE)


def answer_proposal(tie: CrossPost, *, is_one: bool, attribution: str, by: By) -> None:
    """Record that a proposed cross-post is one, or is none; or the opposite, later.

    `attribution` is how the article says so, "" where it does not. Raise CannotTie.
    """
    with short_write():
        now = CrossPost.objects.select_for_update(no_key=True).get(pk=tie.pk)
        if is_one:
            confirm_cross_post(
                now.post,
                now.other_address,
                blog=now.other_blog,
                attribution=attribution,
                reason=reason_of(now),
                by=by,
            )
        else:
            reason = REFUSED if now.is_proposal else TAKEN_BACK
            withdraw_cross_post(now, reason=reason, by=by)


def reason_of(tie: CrossPost) -> str:
    """Return in one sentence by what it was found."""
    parts = []
    for cue in tie.cues.order_by("pk"):
        words = str(CueKind(cue.kind).label)
        if cue.kind == CueKind.ALIKE:
            words = f"{cue.score}% of the words are the same"
        if cue.kind != CueKind.LINE:
            parts.append(words)
    said = "; ".join(parts)
    return f"{said[:1].upper()}{said[1:]}." if said else ""
