"""One file as it is read: the loop that an import and a dry run share."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from django.conf import settings

from commentarchive.importers.containers import HEAD, packed_in
from commentarchive.importers.hosts import in_words
from commentarchive.importers.isolated_source import IsolatedSource
from commentarchive.importers.parsed import ParsedPost, Reading, Remark, Unreadable
from commentarchive.importers.places import Lines
from commentarchive.intake.id_gaps import IdGaps
from commentarchive.intake.let_through import TypeGate
from commentarchive.intake.matcher import with_whole_addresses
from commentarchive.intake.private_names import PrivateNames
from commentarchive.intake.report import Counts, Report, cannot_tell
from commentarchive.intake.scope import Scope
from commentarchive.models import Blog
from commentarchive.text.addresses import host_of


def open_sources(
    paths: Sequence[Path],
    source: str,
    saved_at: date | None,
    blog_slug: str,
    marks: Path | None = None,
) -> list[IsolatedSource]:
    """Open files, each of them once for every blog that it holds articles of.

    `marks` is a file of what was decided about the one that is plain text.

    With a name for the blog, one blog in a file of several is meant: the one at its
    address, or the first for a blog without any. Raise Unreadable or OSError for a
    file that is refused.
    """
    opened: list[IsolatedSource] = []
    for path in paths:
        if opened:
            # Only the first reader goes ahead while the others' files are looked at.
            opened[-1].close()
        memory = settings.READER_MEMORY
        opened.append(
            IsolatedSource(
                path, source=source, saved_at=saved_at, memory=memory, marks=marks
            )
        )
    if blog_slug:
        return [_of_blog(whole, blog_slug) for whole in opened]
    return [part for whole in opened for part in whole.by_blog()]


def _of_blog(whole: IsolatedSource, slug: str) -> IsolatedSource:
    """Return what of a file is to be read as of the blog that was named.

    Raise Unreadable where the file is of several, and none is at the blog's address:
    whichever was taken might be another blog's.
    """
    parts = whole.by_blog()
    if len(parts) == 1:
        return parts[0]
    hosts = [part.host for part in parts if part.host]
    blog = Blog.objects.filter(slug=slug).first()
    own = (host_of(blog.address) if blog else "") or hosts[0]
    if own not in hosts:
        reason = (
            f"it holds articles of several blogs ({in_words(hosts)}), and none of the "
            f"address of {slug} ({own}): name no blog, and each is read for itself; or "
            "give the blog its new address first"
        )
        error = Unreadable(reason)
        error.path = whole.path
        raise error
    part = next(part for part in parts if part.host == own)
    part.leaves_others_out = True
    return part


# Called with the byte that the file has been read to and the comments read so far.
type Progress = Callable[[int, int], None]


@dataclass(slots=True, kw_only=True)
class FileReading:
    """A file on its way in, and what has been noted and counted on the way."""

    source: IsolatedSource
    blog: Blog | None
    size: int
    counts: Counts = field(default_factory=Counts)
    notes: Reading = field(default_factory=Reading)
    id_gaps: IdGaps = field(default_factory=IdGaps)
    scope: Scope = field(default_factory=Scope)
    # Whether it is read without the other files that make it whole.
    is_part: bool = False
    # The address of its blog, where that is not here yet.
    new_address: str = ""

    @property
    def address(self) -> str:
        """The address of its blog; "" where that is not known."""
        return self.blog.address if self.blog else self.new_address

    def articles(self, progress: Progress | None) -> Iterator[tuple[int, ParsedPost]]:
        """Yield each article with its number in the file, from 0.

        A file whose reader stops midway ends here, and is noted as read in part.
        """
        comments, gate, names = 0, TypeGate(self.blog), PrivateNames()
        try:
            for ordinal, read in enumerate(self.source.posts(self.notes)):
                parsed = gate.admit(with_whole_addresses(read, self.address))
                if self.is_part:
                    parsed = replace(parsed, is_whole=False)
                names.add(parsed)
                self.scope.add(ordinal, parsed)
                self.id_gaps.add([comment.source_id for comment in parsed.comments])
                comments += len(parsed.comments)
                if progress:
                    progress(parsed.byte, comments)
                yield ordinal, parsed
        except Unreadable as error:
            place = error.place or f"byte {self.size}"
            self.notes.problems.append(Remark(place, error.reason))
            self.notes.is_whole = self.notes.has_all_records = False
        self.notes.problems += [*gate.remarks(), *names.remarks()]

    def name_lines(self) -> None:
        """Add the lines to places of a plain file; the reader did so for its own."""
        remarks = [*self.notes.problems, *self.counts.remarks]
        try:
            with self.source.path.open("rb") as stream:
                if packed_in(stream.read(HEAD)):
                    return
                stream.seek(0)
                lines = Lines(remarks, stream)
        except OSError:
            return
        self.notes.problems = lines.named(self.notes.problems)
        self.counts.remarks = lines.named(self.counts.remarks)

    def cannot_tell(self) -> list[str]:
        """Return what this file does not tell, in sentences for readers."""
        return cannot_tell(self.source, self.id_gaps, self.counts.comments.seen)

    def _unused_date(self) -> list[str]:
        """Return that a date was given for a file which has one; none otherwise."""
        source = self.source
        if source.saved_at is None or source.is_dated_by_hand:
            return []
        return ["it says itself when it was made, so that the date given is not used"]

    def report(self, *, sha256: str, capture: str | None) -> Report:
        """Return what came of the file, once it has been read."""
        self.name_lines()
        return Report(
            source=self.source.importer.name,
            path=self.source.path,
            blog=self.blog,
            capture=capture,
            sha256=sha256,
            counts=self.counts,
            repairs=self.notes.repairs,
            how=[*self.notes.how, *self._unused_date()],
            problems=[*self.notes.problems, *self.counts.remarks],
            cannot_tell=self.cannot_tell(),
            is_complete=self.notes.is_whole,
        )
