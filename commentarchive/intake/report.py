"""What came of one file: printed by the command, read again from the capture."""

from dataclasses import dataclass
from pathlib import Path

from commentarchive.importers.parsed import Remark
from commentarchive.importers.reader_process import Apart
from commentarchive.intake.counts import Counts, IdHoles
from commentarchive.models import Blog, Capture, CaptureState, Comment

UNDATED = (
    "When it was made, unless that is said when it is imported: among other copies it "
    "is put after its newest comment."
)


WITHOUT = (
    "Whether there are comments: it holds none at all, and may have been made without "
    "them. Nothing is taken for gone by it."
)


@dataclass(slots=True, kw_only=True)
class Report:
    """What came of one file; the command prints it."""

    source: str
    path: Path
    blog: Blog | None
    capture: str | None
    sha256: str
    counts: Counts
    repairs: list[Remark]
    problems: list[Remark]
    cannot_tell: list[str]
    is_complete: bool
    was_known: bool = False

    @property
    def orphans(self) -> int:
        """Count the comments whose parent no source has given yet; one query."""
        still = set(
            Comment.objects.filter(
                pk__in=list(self.counts.orphans), capture=None
            ).values_list("pk", flat=True)
        )
        return sum(
            number
            for key, number in self.counts.orphans.items()
            if key < 0 or key in still
        )


def cannot_tell(source: Apart, holes: IdHoles, seen: int) -> list[str]:
    """Say what a source does not tell, and how many numbers it leaves out."""
    # Each page of a web archive has its own date.
    is_dated = source.blog.written_at or source.importer.name == "warc"
    more = ("" if is_dated else UNDATED, "" if seen else WITHOUT, holes.sentence())
    return [*source.importer.cannot_tell, *(each for each in more if each)]


def known_report(source: Apart, capture: Capture) -> Report:
    """Report on bytes that were imported whole before: nothing is new in them."""
    packed = capture.progress
    counts = Counts.unpack(packed)
    for tally in (counts.posts, counts.comments):
        tally.new = tally.changed = 0
        tally.unchanged = tally.seen
    problems = [Remark(*each) for each in packed["problems"]]
    return Report(
        source=capture.importer,
        path=source.path,
        blog=capture.blog,
        capture=capture.ref,
        sha256=capture.sha256,
        counts=counts,
        repairs=[Remark(*each) for each in packed["repairs"]],
        problems=[*problems, *counts.remarks],
        cannot_tell=packed["cannot_tell"],
        is_complete=capture.state == CaptureState.COMPLETE,
        was_known=True,
    )
