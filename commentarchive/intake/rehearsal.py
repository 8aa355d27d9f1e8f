"""What stands in several places of a dry run's files: written as if, and undone.

What an article says again depends on all that its first occurrence leaves: texts, facts
by their evidence, numbers. No plan can foresee that but the import's own. Articles that
have a name in common are rehearsed together, in one short transaction for each set.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from commentarchive.actions.blogs import find_blog, make_blog
from commentarchive.importers.parsed import ParsedPost
from commentarchive.intake.decision_watch import DecisionWatch
from commentarchive.intake.file_session import (
    FileArticle,
    FileSession,
    open_capture,
)
from commentarchive.intake.foreseen import ForeseenFile, Name
from commentarchive.intake.moved import Moves
from commentarchive.intake.plan import ArticlePlan
from commentarchive.intake.repeated import Again
from commentarchive.models import Capture
from commentarchive.storage.write_locks import undone_write


class Occurrence(NamedTuple):
    """One of the places in which an article stands, and what it is found by."""

    file: ForeseenFile
    ordinal: int
    parsed: ParsedPost
    again: Again | None
    names: set[Name]


def rehearse_all(occurrences: Iterable[Occurrence]) -> None:
    """Count articles that stand several times in their files, as an import would."""
    for together in _tied(occurrences):
        with undone_write():
            _rehearse(together)


def _tied(occurrences: Iterable[Occurrence]) -> Iterator[list[Occurrence]]:
    """Yield sets of occurrences that any chain of names ties, each in reading order."""
    sets: dict[Name, list[Occurrence]] = {}
    for each in occurrences:
        tied = {id(found): found for name in each.names if (found := sets.get(name))}
        joined = tied.pop(next(iter(tied))) if tied else []
        joined.append(each)
        joined += (other for found in tied.values() for other in found)
        more = tied and {name for other in joined for name in other.names}
        sets |= dict.fromkeys(more or each.names, joined)
    for found in {id(found): found for found in sets.values()}.values():
        yield sorted(found, key=lambda each: (each.file.number, each.ordinal))


def _rehearse(together: list[Occurrence]) -> None:
    rows = {each.file.rows[each.ordinal] for each in together}
    for each in together:
        # They are taken only now, one after another.
        each.file.give_back(rows)
    reading = ""
    for _number, group in groupby(together, key=lambda each: each.file.number):
        several = list(group)
        file = several[0].file
        is_apart = file.reading.is_part or file.source.host is not None
        capture = _write(file, several, "" if is_apart else reading)
        reading = reading or capture.reading
    for file in {each.file.number: each.file for each in together}.values():
        file.settle_orphans()


def _write(file: ForeseenFile, occurrences: list[Occurrence], reading: str) -> Capture:
    """Write a file's occurrences of an article, and count them."""
    blog = file.blog or find_blog(file.facts) or make_blog(file.facts)
    if file.capture:
        capture = Capture.objects.get(pk=file.capture.pk)
    else:
        capture = open_capture(file.source, blog, file.measured, reading)
    session = FileSession(file.reading, blog, capture)
    if file.has_articles_before:
        session.moves = file.moves or Moves(blog, file.source, capture)
        session.moves.begin(capture)
    decisions = file.watch or DecisionWatch(blog)
    writer = session.writer(decisions, before_insert=lambda: None)
    for each in occurrences:
        with file.saying(each.ordinal):
            session.mirrored.note(each.parsed)
            article = FileArticle(
                each.ordinal, each.parsed, each.again, is_repeated=True, plan=None
            )
            plan = session.plan(article, decisions, writer)
            if isinstance(plan, ArticlePlan):
                file.note_filled(plan)
            writer.add(plan)
            writer.flush()
    session.mirrored.remember(blog, capture)
    file.mirrored.add(session.mirrored)
    if session.moves:
        session.moves.close()
        session.moves.begin(None)
    return capture
