"""Notices of what may be missing from a thread, as plain rows.

By the position of the comment that they follow; -1 is before every comment.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import (
    Case,
    Exists,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from commentarchive.models import (
    Answer,
    Comment,
    Gap,
    GapAnswer,
    GapKind,
    Post,
    Visibility,
)
from commentarchive.models.comment import is_hidden_elsewhere
from commentarchive.models.times import on_source_clock
from commentarchive.storage.prepared import Prepared
from commentarchive.threads.render import ELSEWHERE
from commentarchive.threads.thread_rows import GapRow

type Gaps = Mapping[int, Sequence[GapRow]]
type GapValues = QuerySet[Gap, tuple[Any, ...]]


# What a thread may have: gaps of its own, claims of other places.
_OWN, _CLAIMS = 1, 2


def gaps_of(post_pks: Sequence[int]) -> dict[int, Gaps]:
    """Return the gaps of some threads, by article and the position they follow.

    With the claims that are made in these threads of other places; one query, and one
    more for each of the two that there is.
    """
    keys = tuple(post_pks)
    has = _kinds_in(keys)
    found = gap_rows(_gaps(keys)) if _OWN in has else {}
    own = {post: found[post] for post in keys if post in found}
    return _with_said(own, keys) if _CLAIMS in has else own


@Prepared
def _kinds_in(post_pks: Sequence[int]) -> QuerySet[Any, int]:
    """Ask which of the two some threads may have; most have neither."""
    claims = Gap.objects.filter(said_below__in=post_pks)
    told, moved, said = (
        gaps.order_by().values_list(Value(kind), flat=True)
        for gaps, kind in zip(
            (*_standing_in(post_pks), claims), (_OWN, _OWN, _CLAIMS), strict=True
        )
    )
    return told.union(moved, said)


@Prepared
def _gaps(post_pks: Sequence[int]) -> GapValues:
    told, moved = (each.order_by().values("pk") for each in _standing_in(post_pks))
    # Either by an index of its own: as one condition, every gap there is was read.
    return gap_values(Gap.objects.filter(pk__in=told.union(moved)))


def _standing_in(post_pks: Sequence[int]) -> tuple[QuerySet[Gap], QuerySet[Gap]]:
    """Ask for the gaps that are told of some threads, and for those that moved there.

    A quotation that is not answered goes with its comment to another article.
    """
    moved = Comment.objects.filter(told_below__isnull=False).values("pk")
    # As two conditions, so that no database begins with all comments of a thread.
    here = Comment.objects.filter(pk=OuterRef("after"), post__in=post_pks)
    quoted = Gap.objects.filter(Exists(here), kind=GapKind.QUOTED, after__in=moved)
    return Gap.objects.filter(post__in=post_pks), quoted


def _with_said(found: dict[int, Gaps], post_pks: Sequence[int]) -> dict[int, Gaps]:
    for post, row in _said_of_other_places(post_pks):
        by_place = {place: list(rows) for place, rows in found.get(post, {}).items()}
        by_place.setdefault(row.after_position, []).append(row)
        found[post] = dict(by_place)
    return found


def _said_of_other_places(post_pks: Sequence[int]) -> Iterator[tuple[int, GapRow]]:
    """Yield what shown comments claim of another article or blog, with their article.

    The place is not named: whether readers may see it is for its own page to say.
    """
    for post, *values in _claims_of_others(tuple(post_pks)):
        ref, place, at_least, at_most, grade, said_in = values
        yield post, GapRow(ref, place, at_least, at_most, grade, ELSEWHERE, said_in)


@Prepared
def _claims_of_others(post_pks: Sequence[int]) -> GapValues:
    made_here = Gap.objects.filter(
        said_below__in=post_pks,
        said_in__visibility=Visibility.PUBLISHED,
        kind=GapKind.SAID,
        withdrawn_entry=None,
    )
    shown = made_here.exclude(is_hidden_elsewhere("said_in__leader"))
    others = shown.exclude(post=F("said_below")).order_by("pk")
    return others.values_list(
        *("said_below_id", "ref", "said_in__position", "at_least", "at_most"),
        *("grade", "said_in__ref"),
    )


def gaps_in_thread(post: Post) -> Gaps:
    """Return the gaps of a thread as readers see it; as `gaps_of`, or two queries.

    By the position they follow; of one from several sources, those of all of them.
    """
    if post.leader_id is not None:
        return _gaps_of_leader(post.pk)
    return gaps_of([post.pk]).get(post.pk, {})


def _gaps_of_leader(post_pk: int) -> Gaps:
    """Return the gaps of a thread from several sources, by the position they follow.

    Those after a comment that another source holds too are that comment's.
    """
    found = gap_rows(_gaps_of_sources(post_pk))
    return _with_said(found, [post_pk]).get(post_pk, {})


@Prepared
def _gaps_of_sources(post_pk: int) -> GapValues:
    told = Gap.objects.filter(post=post_pk)
    # After what other sources have in the place of a comment here.
    reachable = Post.objects.reachable().filter(pk=OuterRef("post"))
    theirs = Gap.objects.filter(Exists(reachable), after__leader__post=post_pk)
    either = (each.order_by().values("pk") for each in (told, theirs))
    return gap_values(Gap.objects.filter(pk__in=next(either).union(*either)))


# Where the comment before a gap was put by hand; what nobody may read goes nowhere.
_STANDS_BELOW = Case(
    When(after__told_below__isnull=True, then=None),
    When(post__is_public=True, then=F("after__post_id")),
    default=0,
)


def gap_values(gaps: QuerySet[Gap]) -> GapValues:
    """Ask for what `gap_rows` reads of some gaps."""
    # A missing parent has a placeholder in the thread that says so already.
    printed = gaps.exclude(kind=GapKind.MISSING_PARENT)
    standing = printed.filter(withdrawn_entry=None).order_by("pk")
    answers = GapAnswer.objects.filter(gap=OuterRef("pk")).order_by("-entry_index")
    dated = answers.annotate(at=Coalesce("answered_at", "recorded_at"))
    answered = standing.annotate(
        last_answer=Subquery(answers.values("answer")[:1]),
        last_at=Subquery(dated.values("at")[:1]),
    )
    # A notice outlives the comment that claims it, but leads only to public ones.
    public = Comment.objects.public().filter(pk=OuterRef("said_in")).values("ref")
    return answered.values_list(
        Coalesce("after__leader__post_id", "post_id"),
        _STANDS_BELOW,
        Coalesce("after__leader__position", "after__position"),
        "post__blog__time_zone",
        *("last_answer", "last_at"),
        *("ref", "at_least", "at_most", "grade", "kind"),
        *(Subquery(public), "proof__ref"),
    )


def gap_rows(gaps: Iterable[Sequence[Any]]) -> dict[int, Gaps]:
    """Read gaps as rows, by article and position; -1 is before every comment."""
    found: dict[int, dict[int, list[GapRow]]] = {}
    for told_of, stands_below, after, zone, answer, at, *values in gaps:
        ref, at_least, at_most, grade, kind, said_in, proof = values
        place = -1 if after is None else after
        post = told_of
        if stands_below is not None:
            # Its comment was put under another article. What is told of the article in
            # the copies stays there.
            is_quotation = values[4] == GapKind.QUOTED
            post = stands_below if is_quotation else told_of
            place = place if is_quotation else -1
        row = GapRow(
            *(ref, place, at_least, at_most, grade, kind, said_in or "", proof or ""),
            str(Answer(answer).label) if answer else "",
            on_source_clock(at, None, zone),
        )
        found.setdefault(post, {}).setdefault(place, []).append(row)
    return {post: dict(by_place) for post, by_place in found.items()}
