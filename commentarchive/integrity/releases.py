"""Check what staff published, answered and dated against the record."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from commentarchive.ledger.comparison import Difference, ReadEntry
from commentarchive.models import Capture, PossibleMove, Post, SameThread
from commentarchive.storage.prepared import Prepared
from commentarchive.threads.evidence import written_time

# One on which clocks are set back.
_LONGEST_DAY = timedelta(hours=25)
ANSWERS = {"crosspost.confirm": True, "crosspost.refuse": False}


class Releases:
    """Follows who may see articles, and which are the same, entry by entry."""

    def __init__(self) -> None:
        self._shown: dict[str, tuple[int | None, bool]] = {}
        self._answers: dict[str, tuple[int | None, bool]] = {}
        self._dates: dict[str, tuple[int, str]] = {}

    def follow(self, entries: Sequence[ReadEntry]) -> None:
        """Take further entries into account."""
        for said in entries:
            if said.event == "archive.publish" and said.subject.startswith("p"):
                is_public = said.public["to"] != "staff"
                self._shown[said.subject] = (said.index, is_public)
            elif said.event in ANSWERS and said.public["kind"] == "same_thread":
                self._answers[said.subject] = (said.index, ANSWERS[said.event])
            elif said.event == "capture.correct" and "after" in said.opened:
                self._dates[said.subject] = (said.index, str(said.value("after")))

    def compare(self) -> Iterator[Difference]:
        """Report articles, answers and dates that are not as the record says."""
        stored = {ref: (index, is_public) for ref, index, is_public in _released()}
        yield from _unlike(stored, self._shown, "who may see article")
        answers = {ref: (index, bool(is_same)) for ref, index, is_same in _answered()}
        # Ties have entries of the same kind, and a check of their own.
        ties = set(_ties())
        said = {ref: last for ref, last in self._answers.items() if ref not in ties}
        yield from _unlike(answers, said, "the answer to question")
        dates = {
            ref: (index, written_time(start, day_only=end is not None))
            for ref, index, start, end in _dated()
        }
        yield from _unlike(dates, self._dates, "the later date of copy")
        yield from _unlike_days()
        for ref in _public_and_waiting():
            reason = f"article {ref} is public, although it waits for an answer"
            yield Difference(None, reason)


def _unlike_days() -> Iterator[Difference]:
    """Report copies of a day that end before it begins, or after it."""
    for ref, index, start, end in _days():
        if not (start and end and start <= end < start + _LONGEST_DAY):
            yield Difference(index, f"the day of copy {ref} is not one day")


def _unlike(
    stored: Mapping[str, tuple[int | None, object]],
    said: Mapping[str, tuple[int | None, object]],
    what: str,
) -> Iterator[Difference]:
    for ref in sorted(stored.keys() | said.keys()):
        if stored.get(ref) != said.get(ref):
            index = (said.get(ref) or stored[ref])[0]
            yield Difference(index, f"{what} {ref} is not what the record says")


@Prepared
def _released() -> QuerySet[Post, tuple[str, int | None, bool]]:
    released = Post.objects.exclude(released_entry=None)
    return released.values_list("ref", "released_entry", "is_public")


@Prepared
def _answered() -> QuerySet[PossibleMove, tuple[str, int | None, bool | None]]:
    answered = PossibleMove.objects.exclude(answered_entry=None)
    return answered.values_list("ref", "answered_entry", "is_same")


@Prepared
def _ties() -> QuerySet[SameThread, str]:
    return SameThread.objects.values_list("ref", flat=True)


type _Dated = tuple[str, int | None, datetime | None, datetime | None]
_DATES = ("ref", "dated_entry", "written_at", "written_until")


@Prepared
def _dated() -> QuerySet[Capture, _Dated]:
    return Capture.objects.exclude(dated_entry=None).values_list(*_DATES)


@Prepared
def _days() -> QuerySet[Capture, _Dated]:
    return Capture.objects.exclude(written_until=None).values_list(*_DATES)


@Prepared
def _public_and_waiting() -> QuerySet[Post, str]:
    wrong = Post.objects.filter(is_held_back=True, is_public=True)
    return wrong.values_list("ref", flat=True)
