"""Tie two articles that are one thread from two sources, and untie them; on record.

No row moves. A tie names the pairs of comments, and `leader` is derived from it: whom
readers see in whose place. So to untie is to clear it, and imports of either source go
on as before. What the other source answers of what seemed to be missing is withdrawn
by the same rules that found it (`captures/gaps.py`), and found again after the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from commentarchive.captures.gaps import infer_gaps
from commentarchive.discussion.stored_pages import drop_segments, store_missing
from commentarchive.discussion.thread_sides import (
    Side,
    has_two_sources,
    in_order_of_evidence,
    sides_of,
)
from commentarchive.intake.thread_places import articles_with_moves
from commentarchive.ledger.append import By, Statement, append, next_index
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import (
    BlogVisibility,
    Capture,
    Comment,
    Grade,
    Post,
    SamePair,
    SameThread,
    SameThreadWords,
)
from commentarchive.storage.write_locks import import_lock, short_write
from commentarchive.text.leaks import PublicText
from commentarchive.text.pairing import may_pair


class CannotTie(ValueError):
    """The articles, or two comments, cannot be tied as they stand; it says why."""


class ChangedSince(ValueError):
    """What was shown is not what stands any more; it says what has changed."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Two comments, by their references; no score where somebody chose the pair."""

    one: str
    other: str
    score: int | None


def marks_of(*sides: Sequence[Side]) -> str:
    """Return what notices later that either thread has changed."""
    return " ".join(each.mark for side in sides for each in side)


def check_tie(one: Post, other: Post) -> None:
    """Raise CannotTie where two articles cannot be one thread, whatever they hold."""
    if one.pk == other.pk and not has_two_sources(one):
        message = "That is the same article, and one kind of source tells all of it."
        raise CannotTie(message)
    tied = SameThread.objects.standing()
    if tied.filter(Q(post=one, other=other) | Q(post=other, other=one)).exists():
        message = "These two are tied already."
        raise CannotTie(message)
    if _is_seen(one) != _is_seen(other):
        message = (
            "Readers see only one of the two: publish the other, or take this one "
            "back, before you tie them."
        )
        raise CannotTie(message)
    if articles_with_moves() & {one.pk, other.pk}:
        message = (
            "A comment was put by hand under one of the two, or away from it: take "
            "that back first."
        )
        raise CannotTie(message)
    post, leader = in_order_of_evidence(one, other)
    is_led = post.leader_id is not None and post.pk != leader.pk
    if is_led or SameThread.objects.standing().filter(post=post).exists():
        message = (
            f"“{post.title}” is tied to another article already: end that tie first."
        )
        raise CannotTie(message)
    if leader.leader_id not in {None, leader.pk}:
        message = (
            f"Readers see “{leader.title}” in the place of a better source: tie this "
            "article to that one."
        )
        raise CannotTie(message)


def _is_seen(post: Post) -> bool:
    return post.is_public and post.blog.visibility != BlogVisibility.STAFF


def tie_threads(
    one: Post,
    other: Post,
    chosen: Sequence[Chosen],
    *,
    evidence: str,
    seen: str,
    by: By,
) -> SameThread:
    """Record that two articles are one thread, and which comments are the same.

    The better evidence leads. `seen` are the marks of both threads as they were shown.
    Raise CannotTie, ChangedSince and ImportRunning before anything is changed.
    """
    with import_lock():
        with short_write():
            one, other = _lock(one, other)
            check_tie(one, other)
            post, leader = in_order_of_evidence(one, other)
            sides = sides_of(post, leader)
            _check_words(evidence, sides)
            _check_unchanged(seen, sides)
            pairs = _pairs_among(chosen, sides)
            tie = _write(post, leader, pairs, by)
            _append(tie, "crosspost.confirm", evidence, by)
        _follow(tie)
    return tie


def untie_threads(tie: SameThread, *, evidence: str, by: By) -> None:
    """Record that two articles are not one thread; all is as it was before the tie.

    Raise as `tie_threads`.
    """
    with import_lock():
        with short_write():
            _lock(tie.post, tie.other)
            _check_words(evidence, sides_of(tie.post, tie.other))
            now = SameThread.objects.select_for_update(no_key=True).get(pk=tie.pk)
            if now.ended_entry is not None:
                message = "That tie was ended meanwhile."
                raise CannotTie(message)
            now.ended_at, now.ended_entry = timezone.now(), next_index()
            now.save(update_fields=["ended_at", "ended_entry"])
            settle_leaders(now)
            _append(now, "crosspost.refuse", evidence, by)
        _follow(tie)


def _lock(one: Post, other: Post) -> tuple[Post, Post]:
    keys = {one.pk, other.pk}
    list(Post.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
    found = Post.objects.titled().in_bulk(keys)
    return found[one.pk], found[other.pk]


def _check_words(evidence: str, sides: tuple[list[Side], list[Side]]) -> None:
    """Raise CannotTie for words that an erasure of a comment or a name would miss."""
    if not evidence.strip():
        message = "Say by what evidence."
        raise CannotTie(message)
    words = PublicText(evidence)
    for each in (*sides[0], *sides[1]):
        texts, name = each.remark.texts, each.remark.name
        is_told = any(words.leaks(text, whole_from=2) for text in texts)
        if is_told or (name and words.name(name)):
            message = (
                "Say it without names and without words of a comment: they may be "
                "erased some day."
            )
            raise CannotTie(message)


def _check_unchanged(seen: str, sides: tuple[list[Side], list[Side]]) -> None:
    """Raise ChangedSince where the threads are not as they were shown."""
    shown = seen.split()
    marks = {mark.partition(":")[0]: mark for mark in shown}
    what = []
    now = {each.comment.ref: each for side in sides for each in side}
    for side, name in zip(sides, ("this thread", "the other"), strict=True):
        new = [each for each in side if each.comment.ref not in marks]
        changed = [
            each for each in side if marks.get(each.comment.ref, each.mark) != each.mark
        ]
        for found, verb in ((new, "is new"), (changed, "has changed")):
            what += [f"no. {each.number} of {name} {verb}" for each in found]
    gone = len(marks.keys() - now.keys())
    if gone:
        what.append(f"{gone} that stood here cannot be tied any more")
    if what:
        more = ", and more" if len(what) > 5 else ""
        message = f"Changed since you looked: {', '.join(what[:5])}{more}."
        raise ChangedSince(message)


def _pairs_among(
    chosen: Sequence[Chosen], sides: tuple[list[Side], list[Side]]
) -> list[tuple[Side, Side, int | None]]:
    """Return pairs with the comment that gives way first. Raise CannotTie."""
    post, leader = ({each.comment.ref: each for each in side} for side in sides)
    pairs = []
    for each in chosen:
        one, other = each.one, each.other
        if one not in post:
            one, other = other, one
        if one not in post or other not in leader:
            message = "A pair is one comment of either article."
            raise CannotTie(message)
        pairs.append((post[one], leader[other], each.score))
    if not pairs:
        message = "Choose at least one pair."
        raise CannotTie(message)
    used: set[str] = set()
    for mine, theirs, _score in pairs:
        for side in (mine, theirs):
            if side.comment.ref in used:
                message = f"No. {side.number} is in two pairs: a comment is one."
                raise CannotTie(message)
            used.add(side.comment.ref)
        if not may_pair(mine.remark, theirs.remark):
            message = (
                f"No. {mine.number} and no. {theirs.number} are two comments without "
                "a name in one copy: nothing shows that they are one."
            )
            raise CannotTie(message)
    return pairs


def _write(
    post: Post, leader: Post, pairs: list[tuple[Side, Side, int | None]], by: By
) -> SameThread:
    tie = SameThread.objects.create(
        ref=new_ref("x"),
        post=post,
        other=leader,
        made_at=timezone.now(),
        actor=by.actor,
        role=by.role,
        entry_index=next_index(),
    )
    SamePair.objects.bulk_create(
        SamePair(tie=tie, comment=one.comment, other=other.comment, score=score)
        for one, other, score in pairs
    )
    settle_leaders(tie)
    return tie


def settle_leaders(tie: SameThread) -> None:
    """Derive again, for both articles of a tie, in whose place readers see what."""
    standing = SameThread.objects.standing()
    posts = {tie.post_id, tie.other_id}
    Comment.objects.filter(post__in=posts, leader__isnull=False).update(leader=None)
    Post.objects.filter(pk__in=posts).update(leader=None)
    for each in standing.filter(Q(other__in=posts) | Q(post__in=posts)):
        Post.objects.filter(pk__in=(each.post_id, each.other_id)).update(
            leader=each.other_id
        )
        pairs = list(each.pairs.order_by("pk"))
        # `has_phrases` is false of each: any may be hidden by the other from now on.
        led = [Comment(pk=pair.comment_id, leader_id=pair.other_id) for pair in pairs]
        leading = [Comment(pk=pair.other_id, leader_id=pair.other_id) for pair in pairs]
        tied = ["leader", "has_phrases"]
        Comment.objects.bulk_update([*led, *leading], tied, batch_size=500)
    drop_segments(posts)


def _append(tie: SameThread, event: str, evidence: str, by: By) -> None:
    is_ending = event == "crosspost.refuse"
    SameThreadWords.objects.create(tie=tie, is_ending=is_ending, evidence=evidence)
    public: dict[str, str | int] = {"grade": Grade.DECIDED.value, "kind": "same_thread"}
    committed = {"evidence": evidence}
    if not is_ending:
        public["pairs"] = tie.pairs.count()
        committed["pair_list"] = tie.pair_list
    append(
        Statement(
            event=event,
            subject=tie.ref,
            by=by,
            thread=tie.other.ref,
            public=dict(public),
            committed=dict(committed),
        )
    )


def _follow(tie: SameThread) -> None:
    """Look again for what may be missing, and store the pages of what stands alone."""
    copies = Capture.objects.filter(manifests__post__in=(tie.post_id, tie.other_id))
    infer_gaps(set(copies.values_list("ref", flat=True)))
    for blog in {tie.post.blog, tie.other.blog}:
        store_missing(blog)
