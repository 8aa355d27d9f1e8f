"""Weigh what a copy tells of a comment or an article against all other copies."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from commentarchive.importers.parsed import (
    UNKNOWN_STATUS,
    ParsedComment,
    ParsedPost,
    When,
)
from commentarchive.importers.registry import facts_of
from commentarchive.intake.other_copies import OtherCopies
from commentarchive.intake.stored import Match, StoredComment, lacks_text
from commentarchive.matching import Key
from commentarchive.models import Capture, Post, Visibility
from commentarchive.storage.bulk_insert import Row, time_storer
from commentarchive.threads.capture_diff import CopyTime
from commentarchive.threads.evidence import (
    Copy,
    Facts,
    Told,
    as_written,
    copy_of,
    corrected,
    read_anew,
    says_the_same,
    settle,
    told_kind,
)

# Printed times are kept up to so many characters.
PRINTED = 60


class FileRead(NamedTuple):
    """The file that is being read, as far as evidence goes."""

    importer: str = ""
    sha256: str = ""
    written_at: datetime | None = None
    capture: int = 0
    written_until: datetime | None = None

    def copy(
        self, parsed: ParsedPost, newest_at: datetime | None, ordinal: int
    ) -> Copy:
        """Return what the file is as evidence of one article that it holds."""
        facts = facts_of(self.importer)
        turn = (self.capture, ordinal)
        until = None if parsed.seen_at else self.written_until
        time = CopyTime(parsed.seen_at or self.written_at, newest_at, turn, until)
        return copy_of(
            facts.rank,
            self.sha256,
            turn,
            time.not_before,
            tells_kinds=facts.tells_kinds,
            tells_parents=tells_parents(parsed),
        )


def file_of(capture: Capture) -> FileRead:
    """Return the file of a capture."""
    return FileRead(
        *(capture.importer, capture.sha256, capture.written_at, capture.pk),
        written_until=capture.written_until,
    )


def tells_parents(parsed: ParsedPost) -> bool:
    """Return whether a comment without a parent is told to have none.

    Some exports leave parents out, or write 0 for all of them: where no comment names
    one, nothing is said.
    """
    return parsed.parents == "told" and any(each.parent_id for each in parsed.comments)


def told_of_comment(parsed: ParsedComment, when: When, copy: Copy) -> Facts:
    """Return what a copy tells of a comment."""
    return copy.can_tell(
        Facts(
            kind=told_kind(parsed.kind, parsed.source_type),
            name=parsed.name,
            link=parsed.link,
            person="" if parsed.email else parsed.person,
            moment=when.utc,
            printed=when.printed[:PRINTED],
            offset=when.offset,
            parent=parsed.parent_id,
            day_only=when.day_only,
        )
    )


def told_of_article(parsed: ParsedPost, when: When) -> Facts:
    """Return what a copy tells of the article itself.

    Its kind is told by whatever tells its status: pages and comments show neither.
    """
    kind = told_kind(parsed.kind, parsed.source_type)
    return Facts(
        kind=kind if parsed.status != UNKNOWN_STATUS else "",
        moment=when.utc,
        printed=when.printed[:PRINTED],
        offset=when.offset,
        title=parsed.title,
        day_only=when.day_only,
    )


def facts_of_article(post: Post) -> Facts:
    """Return the facts of an article as they stand."""
    return Facts(
        kind=told_kind(post.kind, post.source_type),
        moment=post.published_at,
        printed=post.printed_at,
        offset=post.utc_offset,
        title=post.sealed_title,
        day_only=post.day_only,
    )


@dataclass(frozen=True, slots=True)
class Weighed:
    """The facts as the best evidence tells them, and what copies told otherwise."""

    facts: Facts
    otherwise: tuple[Told, ...]


def agrees(stands: Facts, told: Told) -> bool:
    """Return whether a copy tells exactly what stands."""
    return told.copy.can_tell(stands) == told.facts


def weigh(
    stands: Facts,
    told: Iterable[Told],
    corrections: Mapping[str, str],
    *,
    title: str = "",
) -> Weighed:
    """Return what stands by all that copies told, whoever came first.

    Whatever they tell, `corrections` stand above it. `title` is that of the version of
    an article that is to stand.
    """
    known = read_anew(told)
    best = settle(known)
    # What no known copy tells was told by one that is older than testimonies.
    is_worded = stands.kind.startswith(f"{best.kind} ")
    facts = Facts(
        # Older testimonies leave out the source's own word.
        kind=stands.kind if is_worded or not best.kind else best.kind,
        name=best.name or stands.name,
        link=stands.link if best.link is None else best.link,
        person=best.person or stands.person,
        moment=best.moment or stands.moment,
        printed=best.printed or stands.printed,
        offset=stands.offset if best.offset is None else best.offset,
        parent=stands.parent if best.parent is None else best.parent,
        title=title,
        day_only=best.day_only if best.moment else stands.day_only,
    )
    facts = corrected(facts, corrections)
    return Weighed(facts, tuple(_otherwise(facts, known)))


def _otherwise(facts: Facts, known: Iterable[Told]) -> Iterable[Told]:
    return (
        each
        for each in known
        if not each.is_stored
        and not says_the_same(each.copy.can_tell(facts), each.facts)
    )


def testimony_row(told: Told, *, comment: int | None, post: int | None) -> Row:
    """Return what a copy told otherwise as a row of its table."""
    facts = told.facts
    return (
        *(comment, post, told.copy.capture, told.copy.ordinal, facts.kind, facts.name),
        *(facts.link, facts.person, time_storer()(facts.moment), facts.printed),
        *(facts.offset, facts.day_only, facts.parent, facts.title),
    )


def weigh_comments(
    read: dict[Key, tuple[ParsedComment, bytes]],
    stored: dict[Key, StoredComment],
    times: dict[Key, When],
    copy: Copy,
    others: OtherCopies,
) -> dict[Key, Weighed]:
    """Weigh what the copy tells of each stored comment, where it tells otherwise.

    What was erased is left as it is.
    """
    found: dict[Key, Weighed] = {}
    for key, (each, _digest) in read.items():
        row = stored.get(key)
        if row is None or row.is_placeholder or row.visibility == Visibility.ERASED:
            continue
        facts = told_of_comment(each, times[key], copy)
        told = Told(copy, facts, was_public=each.state == "live")
        if not agrees(row.facts, told):
            known = others.of_comment(row.pk, row.facts, row.capture_pk)
            found[key] = weigh(row.facts, [*known, told], others.corrections_of(row.pk))
    return found


def parent_id(
    each: ParsedComment, row: StoredComment | None, weighed: Weighed | None
) -> str:
    """Return the id of a comment's parent by the best evidence; "" for none."""
    if row is None or row.is_placeholder:
        return each.parent_id
    return (weighed.facts.parent or "") if weighed else row.source_parent


def is_better(
    parsed: ParsedComment, match: Match, copy: Copy, others: OtherCopies
) -> bool:
    """Return whether a text tells the words of a stored one by better evidence.

    A text as its blog stores it is better than any rendering of it.
    """
    is_best = match.is_exact and match.version == match.best
    if is_best or lacks_text(parsed) or not match.best.form:
        return False
    known = others.best_with_version(match.best.pk)
    source = as_written(copy.source, parsed.form)
    return known is None or source > as_written(known, match.best.form)
