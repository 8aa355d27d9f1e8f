"""The versions of comments' texts that the public may read, and when each stood.

An earlier text is public only where nobody can have taken anything out of it: every
edit since then changed white space alone, or was made within minutes of posting.
There is no act by which staff release an earlier text.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Case, F, Max, Min, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from commentarchive.models import Comment, Manifest, Revision, RevisionOrigin
from commentarchive.models.comment import CommentQuerySet
from commentarchive.models.times import on_source_clock
from commentarchive.storage.prepared import Prepared
from commentarchive.threads.as_of import PastText, has_happened

# An edit so soon after posting is the author's own polish.
SOON = timedelta(minutes=15)

type Revisions = QuerySet[Revision, tuple[Any, ...]]


class Version(NamedTuple):
    """One wording of a comment, when a copy first held it, and its text if public."""

    number: int
    origin: str
    # Between which times that copy was made.
    early: datetime | None
    late: datetime | None
    is_current: bool
    # None where it is not public, or was erased.
    html: str | None


def public_versions(comments: CommentQuerySet) -> dict[str, list[Version]]:
    """Return the wordings of shown comments that have several, by the comments' refs.

    In the order in which they stood. Only those that the public may read have text.
    One query.
    """
    return versions_from(revision_values(comments))


def versions_of(comment: Comment) -> list[Version]:
    """Return the wordings of a comment if it is shown and has several; one query."""
    return versions_from(_revisions_of(comment.pk)).get(comment.ref, [])


@Prepared
def _revisions_of(comment_pk: int) -> Revisions:
    return revision_values(Comment.objects.filter(pk=comment_pk))


def versions_from(rows: Iterable[Sequence[Any]]) -> dict[str, list[Version]]:
    """Put what `revision_values` asks for together, as `public_versions`."""
    found: dict[str, list[Version]] = {}
    for ref, (posted_at, zone, every) in _read(rows).items():
        was_approved_since = _is_newer_than_redacted(every)
        told = [each for each in every if each.is_current or not _is_redacted(each)]
        if len(told) > 1:
            found[ref] = [
                each._replace(
                    early=on_source_clock(each.early, None, zone),
                    late=on_source_clock(each.late, None, zone),
                    html=each.html
                    if each.is_current
                    or (not was_approved_since and _is_public(told, place, posted_at))
                    else None,
                )
                for place, each in enumerate(told)
            ]
    return found


def revision_values(comments: CommentQuerySet) -> Revisions:
    """Ask for the revisions of shown comments that have several."""
    shown = comments.shown()
    # A comment's own current version alone makes no history.
    other = Revision.objects.filter(comment__in=shown).exclude(
        pk=F("comment__current_revision")
    )
    of_copy = Manifest.objects.filter(
        capture=OuterRef("capture"), post=OuterRef("comment__post")
    )
    dated = of_copy.order_by().values("capture")
    early = Subquery(dated.annotate(at=Min("seen_at")).values("at"))
    late = Subquery(dated.annotate(at=Max("seen_at")).values("at"))
    newest = Subquery(dated.annotate(at=Min("newest_at")).values("at"))
    return (
        Revision.objects.filter(comment__in=other.values("comment"))
        .annotate(
            early=Coalesce(early, F("capture__written_at"), newest),
            late=Coalesce(
                late,
                F("capture__written_until"),
                F("capture__written_at"),
                F("capture__taken_at"),
            ),
            # From a day without an hour no minutes can be counted.
            hour=Case(When(comment__day_only=False, then=F("comment__posted_at"))),
        )
        .order_by("comment", "number")
        .values_list(
            *("comment__ref", "hour", "comment__post__blog__time_zone"),
            *("pk", "same_as", "comment__current_revision"),
            *("number", "origin", "early", "late", "text__html"),
        )
    )


def _read(
    rows: Iterable[Sequence[Any]],
) -> dict[str, tuple[datetime | None, str, list[Version]]]:
    stories: dict[str, tuple[datetime | None, str, dict[int, Version]]] = {}
    first_of: dict[int, int] = {}
    for ref, posted_at, zone, pk, same_as, current, number, *told in rows:
        wordings = stories.setdefault(ref, (posted_at, zone, {}))[2]
        first_of[pk] = first_of.get(same_as, same_as) if same_as else pk
        origin, early_at, late_at, html = told
        wording = Version(number, origin, early_at, late_at, pk == current, html)
        before = wordings.get(first_of[pk])
        wordings[first_of[pk]] = _joined(before, wording) if before else wording
    return {
        ref: (posted_at, zone, sorted(wordings.values(), key=_turn))
        for ref, (posted_at, zone, wordings) in stories.items()
    }


def _joined(before: Version, told: Version) -> Version:
    """Join two tellings of the same words: the better text, the earlier copy."""
    best = before if before.is_current else told
    first = min(before, told, key=_turn)
    return best._replace(
        early=first.early,
        late=first.late,
        is_current=before.is_current or told.is_current,
        number=before.number,
    )


def _turn(told: Version) -> tuple[bool, float, float, bool, str, int]:
    """Return by what wordings are put in order: their copies' times, then numbers.

    Of two copies of one time nobody knows the order. Then that which stands is the last
    one, whichever was read first.
    """
    early, late = told.early or told.late, told.late or told.early
    if early is None or late is None:
        return (True, 0, 0, False, "", told.number)
    times = (early.timestamp(), late.timestamp())
    return (False, *times, told.is_current, told.html or "", told.number)


def _is_redacted(told: Version) -> bool:
    return told.origin == RevisionOrigin.REDACTED


def _is_newer_than_redacted(told: Sequence[Version]) -> bool:
    """Return whether a text stands that came in after another was redacted here."""
    current = [each.number for each in told if each.is_current]
    return any(
        _is_redacted(each) and not each.is_current and each.number < max(current)
        for each in told
        if current
    )


def _is_public(told: Sequence[Version], place: int, posted_at: datetime | None) -> bool:
    """Return whether a wording may be read: it is current, or was edited trivially.

    Every edit between it and the current one has to be trivial.
    """
    current = next((at for at, each in enumerate(told) if each.is_current), None)
    if current is None or place > current:
        return False
    steps = zip(told[place:current], told[place + 1 : current + 1], strict=True)
    return all(_is_trivial(before, after, posted_at) for before, after in steps)


def _is_trivial(before: Version, after: Version, posted_at: datetime | None) -> bool:
    # 1. What was redacted here, or erased, is never read again.
    if before.html is None or after.html is None:
        return False
    if RevisionOrigin.REDACTED in (before.origin, after.origin):
        return False
    # 2. White space alone, in the marked-up text: a link is no white space.
    if _squeezed(before.html) == _squeezed(after.html):
        return True
    # 3. Within minutes of posting: a copy held the new text by then.
    if posted_at is None or after.late is None:
        return False
    return timedelta() <= after.late - posted_at <= SOON


def _squeezed(text: str) -> str:
    return "".join(text.split())


def text_at(versions: Sequence[Version], moment: datetime) -> PastText:
    """Return which wording of a comment stood just before a moment.

    Each took the place of the one before at some time between their copies.
    """
    current = next(
        (at for at, each in enumerate(versions) if each.is_current), len(versions)
    )
    for place in range(len(versions) - 1, 0, -1):
        before, after = versions[place - 1], versions[place]
        between = (before.early, after.late)
        happened = has_happened(*between, moment)
        if happened is False:
            continue
        return _past(versions[place], place, current, None if happened else between)
    return _past(versions[0], 0, current, None)


def _past(
    version: Version,
    place: int,
    current: int,
    between: tuple[datetime | None, datetime | None] | None,
) -> PastText:
    return PastText(version.html, version.is_current, place < current, between)
