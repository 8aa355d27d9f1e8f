"""The files of a dry run: what is known of each, and what is foreseen of it so far."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.conf import settings
from django.utils.text import slugify

from commentarchive.actions.blogs import BlogFacts, find_blog
from commentarchive.captures.files import StoredFile, measure
from commentarchive.importers.isolated_source import IsolatedSource
from commentarchive.importers.parsed import ParsedPost, Remark
from commentarchive.intake.article_versions import article_fingerprint
from commentarchive.intake.decision_watch import DecisionWatch
from commentarchive.intake.file_reading import FileReading
from commentarchive.intake.known_copies import belong_to_another_reading, date_later
from commentarchive.intake.likeness import FEWEST_WORDS
from commentarchive.intake.matcher import blog_facts, find_post, unnamed
from commentarchive.intake.mirrored import Mirrored
from commentarchive.intake.moved import Moves
from commentarchive.intake.moved_blogs import moved_here
from commentarchive.intake.plan import ArticlePlan, DecisionSnapshot
from commentarchive.intake.repeated import Again
from commentarchive.intake.report import Counts, Report, known_again, known_report
from commentarchive.intake.weighing import FileRead
from commentarchive.matching import article_key
from commentarchive.models import Blog, Capture, CaptureState, Comment, Post
from commentarchive.text.addresses import host_of, normalise


class Name(NamedTuple):
    """What an article may be found by, of its blog: a number, an address, its row."""

    blog: str
    space: str
    name: str


@dataclass(slots=True, kw_only=True)
class ForeseenFile:
    """One file of a dry run, or what of it is of one blog."""

    number: int
    source: IsolatedSource
    facts: BlogFacts
    measured: StoredFile
    # None for a blog that the import would make; `blog_key` stands for it.
    blog: Blog | None
    blog_key: str
    reading: FileReading
    # What the archive has of the same bytes: a finished copy, or a killed import.
    capture: Capture | None = None
    # The files of its blog before it, and the one of them that has the same bytes.
    before: "list[ForeseenFile]" = field(default_factory=list)
    twin: "ForeseenFile | None" = None
    moves: Moves | None = None
    mirrored: Mirrored = field(default_factory=Mirrored)
    # What was decided on in its blog; None for a new one.
    watch: DecisionWatch | None = None
    # The row here that each of its articles has, by number or address; 0 for none.
    rows: list[int] = field(default_factory=list)
    # What is to be said of each article, by its number in the file.
    said: dict[int, list[Remark]] = field(default_factory=dict)
    # Comments whose parents have not come by the end, and those of a killed import by
    # the rows of their parents.
    orphans: int = 0
    begun_orphans: dict[int, int] = field(default_factory=dict)
    # Rows here that were known from their replies alone and would be completed.
    filled: set[int]
    ended: Report | None = None
    # Digests of longer articles, while its blog has none here.
    texts: set[bytes] = field(default_factory=set)

    @property
    def counts(self) -> Counts:
        """What has been counted of it."""
        return self.reading.counts

    @property
    def is_known(self) -> bool:
        """Whether its bytes were imported before, or stand before it."""
        is_read = self.capture and self.capture.state != CaptureState.READING
        return bool(is_read or self.twin)

    @property
    def decisions(self) -> DecisionSnapshot:
        """What was decided on in its blog."""
        return self.watch.snapshot if self.watch else DecisionSnapshot()

    @property
    def zone(self) -> str:
        """The clock of its blog."""
        return self.blog.time_zone if self.blog else settings.TIME_ZONE

    @property
    def has_articles_before(self) -> bool:
        """Whether its blog has articles when it begins."""
        has_rows = self.blog and Post.objects.filter(blog=self.blog).exists()
        return bool(has_rows or any(each.rows for each in self.before))

    def evidence(self) -> FileRead:
        """Return what it is as evidence; no capture is its own yet."""
        blog = self.source.blog
        return FileRead(
            *(self.source.importer.name, self.measured.sha256, blog.written_at),
            written_until=blog.written_until,
        )

    def look_over(self) -> Iterator[Name]:
        """Go through its articles once; yield what each may be found by, once each."""
        moves = self._moves()
        copy = replace(self.reading, counts=Counts(), notes=type(self.reading.notes)())
        for _ordinal, parsed in copy.articles(None):
            row = 0
            if self.blog and moves:
                post = find_post(parsed, self.blog, [])
                _here, post = moves.article(parsed, post, [])
                row = post.pk if post else 0
            self.rows.append(row)
            yield from self.names_of(parsed, row)

    def begin(self) -> None:
        """Make ready to read, after the files before it have been."""
        if moves := self._moves():
            self.moves = moves
            for each in self.before:
                moves.taken |= each.moves.taken if each.moves else set()
        if self.blog:
            self.watch = DecisionWatch(self.blog)
        self.begun_orphans, self.counts.orphans = self.counts.orphans, {}
        if not self.counts.posts.seen:
            slug = self.blog.slug if self.blog else self.facts.slug
            self.counts.remarks += unnamed(self.facts, self.reading.address, slug)

    @contextmanager
    def saying(self, ordinal: int) -> Iterator[None]:
        """Put aside what is said meanwhile: it belongs to an article of the file."""
        before, self.counts.remarks = self.counts.remarks, []
        yield
        self.said[ordinal] = self.counts.remarks
        self.counts.remarks = before

    def take(self, row: int) -> None:
        """Note that an article here is one of its own."""
        if self.moves and row:
            self.moves.taken.add(row)

    def give_back(self, rows: set[int]) -> None:
        """Note that articles here are nobody's yet."""
        if self.moves:
            self.moves.taken -= rows

    def note_filled(self, plan: ArticlePlan) -> None:
        """Note the comments that are known from their replies until now."""
        for each in plan.comments:
            if each.parsed and each.stored and each.stored.is_placeholder:
                self.filled.add(each.stored.pk)

    def settle_orphans(self) -> None:
        """Count the comments that wait for a parent, by the rows as they are now."""
        waiting, self.counts.orphans = self.counts.orphans, {}
        still = Comment.objects.filter(pk__in=list(waiting), capture=None)
        self.orphans += sum(waiting[pk] for pk in still.values_list("pk", flat=True))

    def report(self) -> Report:
        """Return the report on it, once all files have been read and rehearsed."""
        if self.ended is None:
            self.ended = self._report()
            for pk in self.filled & self.ended.counts.orphans.keys():
                del self.ended.counts.orphans[pk]
        return self.ended

    def _report(self) -> Report:
        if self.twin:
            return known_again(self.twin.report(), self.source)
        if self.is_known and self.capture:
            report = replace(known_report(self.source, self.capture), capture=None)
            date_later(self.capture, self.source, report, is_dry=True)
            return report
        counts = self.counts
        counts.remarks += [each for n in sorted(self.said) for each in self.said[n]]
        if self.moves:
            counts.remarks += self.moves.remarks
        elif not self.has_articles_before:
            counts.remarks += moved_here(self.texts, self.blog)
        counts.remarks += self.mirrored.remarks
        # Negative keys stand for placeholders that were not written.
        waiting = {-1 - n: 1 for n in range(self.orphans)}
        counts.orphans = self.begun_orphans | waiting
        return self.reading.report(sha256=self.measured.sha256, capture=None)

    def _moves(self) -> Moves | None:
        if self.blog is None or not self.has_articles_before:
            return None
        return Moves(self.blog, self.source, None)

    def names_of(self, parsed: ParsedPost, row: int) -> set[Name]:
        """Return all that an article may be found by."""
        normal = filter(None, map(normalise, parsed.addresses))
        found = {Name(self.blog_key, "", each) for each in normal}
        found.add(Name(self.blog_key, parsed.scheme, article_key(parsed)))
        if row:
            found.add(Name(self.blog_key, "row", str(row)))
        return found

    def note_text(self, parsed: ParsedPost, again: Again | None) -> None:
        """Remember how an article of a new blog reads, as it stands first."""
        if again is None and len(parsed.plain.split()) >= FEWEST_WORDS:
            self.texts.add(article_fingerprint(parsed))


def foreseen_files(
    sources: Sequence[IsolatedSource], blog_slug: str
) -> list[ForeseenFile]:
    """Return what is known of the files of a dry run before they are read.

    Raise Unreadable for a name that no blog can have.
    """
    is_part = belong_to_another_reading(sources)
    new_blogs, filled = _NewBlogs(), set[int]()
    files: list[ForeseenFile] = []
    for number, source in enumerate(sources):
        facts = blog_facts(source, blog_slug)
        blog = find_blog(facts)
        source.read_by_clock(blog.time_zone if blog else settings.TIME_ZONE)
        key, address = (blog.ref, "") if blog else new_blogs.find(facts)
        measured = measure(source.path)
        capture = Capture.objects.of_bytes(blog, measured.sha256) if blog else None
        begun = capture if capture and capture.state == CaptureState.READING else None
        before = [each for each in files if each.blog_key == key]
        alike = (each for each in before if each.measured == measured)
        files.append(
            ForeseenFile(
                number=number,
                source=source,
                facts=facts,
                measured=measured,
                blog=blog,
                blog_key=key,
                reading=FileReading(
                    source=source,
                    blog=blog,
                    size=measured.size,
                    counts=Counts.unpack(begun.progress if begun else {}),
                    is_part=is_part and source.host is None,
                    new_address=address,
                ),
                capture=capture,
                filled=filled,
                before=before,
                twin=next(alike, None),
            )
        )
    return files


class _NewBlogs:
    """The blogs that an import would make, found again as `find_blog` finds them."""

    def __init__(self) -> None:
        self._made: list[tuple[str, str, str]] = []

    def find(self, facts: BlogFacts) -> tuple[str, str]:
        """Return a key for a blog, and its address."""
        normal = normalise(facts.address)
        for number, (slug, known, address) in enumerate(self._made):
            if facts.slug == slug if facts.slug else normal and normal == known:
                return str(number), address
        host = slugify(host_of(facts.address).replace(".", "-"))
        self._made.append((facts.slug or host, normal, facts.address[:500]))
        return str(len(self._made) - 1), facts.address[:500]
