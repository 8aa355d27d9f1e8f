"""Check what staff published, answered and dated against the record."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from commentarchive.ledger.comparison import Difference, ReadEntry
from commentarchive.models import Capture, PossibleMove, Post, SameThread
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
        released = Post.objects.exclude(released_entry=None)
        stored = {
            ref: (index, is_public)
            for ref, index, is_public in released.values_list(
                "ref", "released_entry", "is_public"
            )
        }
        yield from _unlike(stored, self._shown, "who may see article")
        answered = PossibleMove.objects.exclude(answered_entry=None)
        answers = {
            ref: (index, bool(is_same))
            for ref, index, is_same in answered.values_list(
                "ref", "answered_entry", "is_same"
            )
        }
        # Ties have entries of the same kind, and a check of their own.
        ties = set(SameThread.objects.values_list("ref", flat=True))
        said = {ref: last for ref, last in self._answers.items() if ref not in ties}
        yield from _unlike(answers, said, "the answer to question")
        dated = Capture.objects.exclude(dated_entry=None)
        dates = {
            ref: (index, written_time(start, day_only=end is not None))
            for ref, index, start, end in dated.values_list(
                "ref", "dated_entry", "written_at", "written_until"
            )
        }
        yield from _unlike(dates, self._dates, "the later date of copy")
        yield from _unlike_days()
        wrong = Post.objects.filter(is_held_back=True, is_public=True)
        for ref in wrong.values_list("ref", flat=True):
            reason = f"article {ref} is public, although it waits for an answer"
            yield Difference(None, reason)


def _unlike_days() -> Iterator[Difference]:
    """Report copies of a day that end before it begins, or after it."""
    days = Capture.objects.exclude(written_until=None)
    for ref, index, start, end in days.values_list(
        "ref", "dated_entry", "written_at", "written_until"
    ):
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
