"""Which importer reads which file: decided by content, never by name."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from commentarchive.importers.broken_ids import with_whole_ids
from commentarchive.importers.cleaned import with_clean_text
from commentarchive.importers.containers import (
    Member,
    heads_of,
    is_damaged,
    members_of,
    packed_in,
)
from commentarchive.importers.contract import NOT_KNOWN, Importer, SourceFacts
from commentarchive.importers.formats import (
    by_hand,
    commento,
    disqus,
    feed,
    isso,
    remark42,
    thread,
    transcript,
    warc,
)
from commentarchive.importers.formats.blogger import backup as blogger
from commentarchive.importers.formats.movable_type import export as movable_type
from commentarchive.importers.formats.pages import web_page
from commentarchive.importers.formats.wordpress import export as wordpress
from commentarchive.importers.formats.wordpress import rest as wordpress_rest
from commentarchive.importers.hosts import Hosts, in_words
from commentarchive.importers.other_files import is_plain_text, known_otherwise
from commentarchive.importers.parsed import (
    ParsedBlog,
    ParsedPost,
    Reading,
    Unreadable,
)
from commentarchive.importers.places import Lines
from commentarchive.text.addresses import normalise

# In this order, because some files are recognised by more than one.
IMPORTERS = (
    wordpress.IMPORTER,
    disqus.IMPORTER,
    blogger.IMPORTER,
    feed.IMPORTER,
    movable_type.IMPORTER,
    isso.IMPORTER,
    remark42.IMPORTER,
    commento.IMPORTER,
    thread.IMPORTER,
    wordpress_rest.IMPORTER,
    warc.IMPORTER,
    web_page.IMPORTER,
    transcript.IMPORTER,
    by_hand.MAIL,
    by_hand.DOCUMENT,
)
_FACTS: dict[str, SourceFacts] = {each.name: each for each in IMPORTERS}


@dataclass(frozen=True, slots=True)
class Source:
    """A file, the importer that reads it, and its parts in order."""

    path: Path
    importer: Importer
    members: tuple[Member, ...]
    # Those parts of a ZIP that are not exports: their places and first bytes.
    left_out: tuple[tuple[int, bytes], ...] = ()
    # What people decided about a plain text, as JSON.
    marks: str = ""

    def blog(self) -> ParsedBlog:
        """Return what the first part says of the blog. Raise Unreadable."""
        with self.members[0].open() as stream:
            return self.importer.open(stream, Reading(marks=self.marks)).blog

    def check(self) -> None:
        """Read the head of every part. Raise Unreadable if one is refused."""
        blogs = set()
        for member in self.members:
            try:
                with member.open() as stream:
                    reading = Reading(marks=self.marks)
                    found = self.importer.open(stream, reading).blog
            except Unreadable as error:
                reason = f"{error.reason}{self._where(member)}"
                raise Unreadable(reason, place=error.place) from error
            blogs.add(normalise(found.address))
        # Ids mean nothing across blogs.
        if len(blogs - {""}) > 1 and not self.importer.is_of_many_blogs:
            reason = (
                "the ZIP holds exports of several blogs "
                f"({in_words(sorted(blogs - {''}))}): unpack it and give the files of "
                "each blog by themselves"
            )
            raise Unreadable(reason)

    def _where(self, member: Member) -> str:
        several = len(self.members) > 1
        return f" (in file {member.number} of the ZIP)" if several else ""

    def posts(self, reading: Reading) -> Iterator[ParsedPost]:
        """Yield every article of every part, with notes in `reading`."""
        for number, head in self.left_out:
            reason, is_loss = _left_out(head)
            reading.problem(0, f"file {number} of the ZIP is {reason}", loss=is_loss)
        hosts = Hosts()
        for member in self.members:
            with member.open() as stream:
                part = Reading(marks=self.marks)
                export = self.importer.open(stream, part)
                for post in export.posts():
                    # An export that names its blog is of that alone.
                    if not (export.blog.address or self.importer.is_of_many_blogs):
                        hosts.count(post)
                    is_numbered = facts_of(post.scheme).numbers_articles
                    whole = with_whole_ids(post, part, is_numbered=is_numbered)
                    yield with_clean_text(whole, part)
                if is_damaged(stream):
                    part.problem(stream.tell(), "the packed file is damaged from here")
            if part.repairs or part.problems:
                with member.open() as stream:
                    places = Lines([*part.repairs, *part.problems], stream)
                part.repairs = places.named(part.repairs)
                part.problems = places.named(part.problems)
            _join(reading, part, self._where(member))
        hosts.report(reading)


def _join(whole: Reading, part: Reading, where: str) -> None:
    for notes, more in (
        (whole.repairs, part.repairs),
        (whole.problems, part.problems),
    ):
        notes += [type(note)(note.place, note.reason + where) for note in more]
    whole.how += part.how
    whole.raw_comments += part.raw_comments
    whole.parsed_comments += part.parsed_comments
    whole.is_whole = whole.is_whole and part.is_whole
    whole.has_all_records = whole.has_all_records and part.has_all_records


def named(name: str) -> Importer:
    """Return the importer of a registry name. Raise Unreadable for another name."""
    for importer in IMPORTERS:
        if importer.name == name:
            return importer
    names = ", ".join(importer.name for importer in IMPORTERS)
    reason = f"there is no importer called {name!r}; there are: {names}"
    raise Unreadable(reason)


def facts_of(name: str) -> SourceFacts:
    """Return what a kind of source can prove, by the name that copies give it."""
    return _FACTS.get(name, NOT_KNOWN)


def detect(path: Path, *, source: str = "", marks: str = "") -> Source:
    """Find the importer for a file. Raise Unreadable, saying what else it is.

    `marks` is what was decided about a plain text; no other source has any.
    """
    try:
        return _detect(path, source, marks)
    except Unreadable as error:
        error.path = path
        raise


def _detect(path: Path, source: str, marks: str) -> Source:
    importers = (named(source),) if source else IMPORTERS
    members = members_of(path)
    heads = list(zip(members, heads_of(members), strict=True))
    for importer in importers:
        # A file by itself is taken for what --source says; the importer may refuse it.
        is_forced = source and not members[0].name
        found = tuple(
            member
            for member, head in heads
            if is_forced or (not packed_in(head) and importer.recognises(head))
        )
        if found:
            others = tuple(
                (member.number, head) for member, head in heads if member not in found
            )
            source_found = Source(path, importer, found, others, marks)
            source_found.check()
            return source_found
    reason = _what_else(heads, importers)
    raise Unreadable(reason)


def _left_out(head: bytes) -> tuple[str, bool]:
    """Return what a part of a ZIP is that is not read, and whether that is a loss."""
    # What is packed once more may hold anything.
    if inside := packed_in(head):
        return f"{inside}; unpack that by itself", True
    try:
        found = next((each for each in IMPORTERS if each.recognises(head)), None)
    except Unreadable:
        found = None
    if found is None:
        return "no export; left out", False
    reason = f"another kind of source ({found.label}); give it by itself"
    # Pages lie beside many an export, as its table of contents or its licence.
    return reason, found.origin != "page"


def _what_else(
    heads: list[tuple[Member, bytes]], importers: tuple[Importer, ...]
) -> str:
    known = "a source that can be read here"
    if len(importers) == 1:
        known = f"a {importers[0].label}"
    for member, head in heads:
        if not (inside := packed_in(head)):
            continue
        if member.name:
            return (
                f"{inside} lies in the ZIP (its file {member.number}): "
                "unpack the ZIP and give what is in it"
            )
        return f"it is {inside}: unpack it and give what is in it"
    if not heads or heads[0][0].name:
        return f"nothing in the ZIP is {known}"
    head = heads[0][1]
    if what := known_otherwise(head):
        return f"{what}, not {known}" if what.startswith("it is a feed") else what
    if len(importers) == 1:
        return f"it is not {known}"
    kinds = " (import_comments --help lists them)"
    if is_plain_text(head):
        kinds += (
            "; if it is a page's plain text, give it with --draft, or paste it at the "
            "desk"
        )
    return f"it is not {known}{kinds}"
