"""Which of several copies is believed for each fact, whatever order they were read in.

A fact stands as the best evidence tells it: an export before an interface, that before
what a page marks up for machines, that before what a page prints, and what is inferred
comes last. Between equals the copy that was made later is believed, then the greater
digest of its bytes. Plain values: the result depends on the set of copies alone.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import IntEnum
from typing import NamedTuple

from commentarchive.threads.days import ALL_DAY


class Rank(IntEnum):
    """How good the evidence is."""

    INFERRED = 0
    PRINTED = 1
    MACHINE = 2
    INTERFACE = 3
    EXPORT = 4


_USUAL = "comment"
# Facts that are settled here and can be corrected.
_ASPECTS = frozenset({"time", "name", "parent", "title"})
# What distinguishes somebody whom people at the archive told apart begins so.
APART = "told apart: "
_OTHER = "other"
_DAY_ALONE = " (day)"
_NEVER = datetime.min.replace(tzinfo=UTC)
_zone = re.compile(r"(?:Z|[+-]\d\d:?\d\d|\b(?:GMT|UTC|UT)|^\d{9,}(?:\.\d+)?)\Z")
_for_machines = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\d{9,}(?:\.\d+)?\Z")


class Facts(NamedTuple):
    """What one copy tells of a comment or an article; empty where it does not tell."""

    # With the source's own word after it, where the kind is "other".
    kind: str = ""
    name: str = ""
    # None where the copy cannot tell whether there is a link.
    link: str | None = None
    # What distinguishes people of one name.
    person: str = ""
    moment: datetime | None = None
    printed: str = ""
    offset: int | None = None
    # The parent's id, "" at the top level; None where the copy does not tell.
    parent: str | None = None
    title: str = ""
    # Whether only the day is told: the moment is its beginning then.
    day_only: bool = False


NOTHING = Facts()


def told_kind(kind: str, word: str) -> str:
    """Return a kind as copies tell it: with the source's own word for another one."""
    return f"{kind} {word}" if word and kind == _OTHER else kind


def kind_and_word(told: str) -> tuple[str, str]:
    """Return the kind that is told, and the source's own word for it; "" for none."""
    kind, _space, word = told.partition(" ")
    return kind, word


class Source(NamedTuple):
    """A copy as evidence; of two of one rank the greater one is believed."""

    rank: Rank
    made_at: datetime
    digest: str
    ordinal: int


NOBODY = Source(Rank.INFERRED, _NEVER, "", 0)


class Copy(NamedTuple):
    """One copy of an article: which article of which capture, and how good it is."""

    capture: int
    ordinal: int
    source: Source
    # Whether it says what is a trackback, and what link a writer has. If not, neither
    # "comment" nor a missing link tells anything.
    tells_kinds: bool
    # Whether "no parent" is told, and not only not said.
    tells_parents: bool

    def can_tell(self, facts: Facts) -> Facts:
        """Return facts without what a copy of this kind cannot tell."""
        if not self.tells_kinds:
            kind = "" if facts.kind == _USUAL else facts.kind
            facts = facts._replace(kind=kind, link=facts.link or None)
        if not facts.name:
            facts = facts._replace(link=None)
        if not self.tells_parents:
            facts = facts._replace(parent=facts.parent or None)
        return facts


class Told(NamedTuple):
    """What one copy told, whether that is stored or follows from what stands."""

    copy: Copy
    facts: Facts
    is_stored: bool = False
    # Whether readers of the copy saw it: what none of them saw gives way to what any
    # of them did.
    was_public: bool = True


def copy_of(
    rank: Rank,
    digest: str,
    turn: tuple[int, int],
    not_before: datetime | None,
    *,
    tells_kinds: bool,
    tells_parents: bool,
) -> Copy:
    """Return a copy as evidence, by its kind, its time and its bytes."""
    source = Source(rank, not_before or _NEVER, digest, turn[1])
    return Copy(*turn, source, tells_kinds, tells_parents)


def rank_of_text(rank: Rank, form: str) -> Rank:
    """Return how good a text is: as its blog stores it, or as a page renders it."""
    return Rank.EXPORT if form != "page" else min(rank, Rank.INTERFACE)


def as_written(source: Source, form: str) -> Source:
    """Return the evidence of a text that a copy holds in some form."""
    if form != "page":
        return source._replace(rank=Rank.EXPORT)
    return source._replace(rank=min(source.rank, Rank.INTERFACE))


def settle(told: Iterable[Told]) -> Facts:
    """Return the facts as the best evidence tells each of them."""
    known = list(told)
    kind = _best(known, lambda facts: facts.kind != "")
    name = _best(known, lambda facts: facts.name != "", _rank_of_name)
    link = _best(known, lambda facts: facts.link is not None, _rank_of_name)
    person = _best(known, lambda facts: facts.person != "", _rank_of_name)
    time = _best_time(known)
    printed = time or _best(known, lambda facts: facts.printed != "")
    offset = _best(known, lambda facts: facts.offset is not None)
    parent = _best(known, lambda facts: facts.parent is not None)
    title = _best(known, lambda facts: facts.title != "")
    return Facts(
        kind=kind.kind if kind else "",
        name=name.name if name else "",
        link=link.link if link else None,
        person=person.person if person else "",
        moment=time.moment if time else None,
        printed=printed.printed if printed else "",
        offset=offset.offset if offset else None,
        parent=parent.parent if parent else None,
        title=title.title if title else "",
        day_only=time.day_only if time else False,
    )


def read_anew(told: Iterable[Told]) -> list[Told]:
    """Return what copies told, days as days in whatever version they were read.

    An earlier version read a day as its first minute: the same words that are read as a
    day today told no hour then either.
    """
    known = list(told)
    days = {
        (each.facts.moment, each.facts.printed)
        for each in known
        if each.facts.day_only and each.facts.printed
    }
    return [
        each._replace(facts=each.facts._replace(day_only=True))
        if (each.facts.moment, each.facts.printed) in days
        else each
        for each in known
    ]


def _best_time(known: Sequence[Told]) -> Facts | None:
    """Return what tells the time best: of a day, the best that tells its hour too."""
    best = _best(known, lambda facts: facts.moment is not None, _time_rank)
    if best is None or best.moment is None or not best.day_only:
        return best
    start, end = best.moment, best.moment + ALL_DAY
    return (
        _best(
            known,
            lambda facts: (
                not facts.day_only
                and facts.moment is not None
                and start <= facts.moment < end
            ),
            _time_rank,
        )
        or best
    )


def _best(
    known: Iterable[Told],
    tells: Callable[[Facts], bool],
    rank: Callable[[Told], object] = lambda told: told.copy.source.rank,
) -> Facts | None:
    """Return what the best copy tells that tells a fact at all; None if none does."""
    telling = [told for told in known if tells(told.facts)]
    if not telling:
        return None
    return max(telling, key=lambda told: (rank(told), told.copy.source)).facts


def _rank_of_name(told: Told) -> tuple[bool, Rank]:
    """Return how good a name is: one that readers saw before one that they did not."""
    return told.was_public, told.copy.source.rank


def _time_rank(told: Told) -> tuple[Rank, bool, bool]:
    """Return how good a time is: one without a zone is inferred from the blog's.

    Of these, what a program told is better than what people read, then an hour than a
    day alone.
    """
    is_told = told.copy.source.rank > Rank.INFERRED
    return _rank_of_time(told), is_told, not told.facts.day_only


def _rank_of_time(told: Told) -> Rank:
    facts = told.facts
    if facts.day_only:
        return Rank.INFERRED
    if facts.offset is None and not _zone.search(facts.printed):
        return Rank.INFERRED
    if told.copy.source.rank == Rank.PRINTED and _for_machines.match(facts.printed):
        return Rank.MACHINE
    return told.copy.source.rank


def aspect_of(facts: Facts, aspect: str) -> str:
    """Return a fact as corrections write it: a time as ISO 8601 in UTC, "" for none.

    Behind the beginning of a day without an hour stands that it is one.
    """
    if aspect == "time":
        return written_time(facts.moment, day_only=facts.day_only)
    if aspect == "parent":
        return facts.parent or ""
    if aspect == "person":
        return facts.person
    return facts.name if aspect == "name" else facts.title


def written_time(moment: datetime | None, *, day_only: bool) -> str:
    """Return a time as corrections write it."""
    if moment is None:
        return ""
    return moment.astimezone(UTC).isoformat() + (_DAY_ALONE if day_only else "")


def read_time(written: str) -> tuple[datetime | None, bool]:
    """Return a time as corrections write it, and whether it is a day alone."""
    moment = written.removesuffix(_DAY_ALONE)
    return (datetime.fromisoformat(moment) if moment else None), moment != written


def corrected(facts: Facts, corrections: Mapping[str, str]) -> Facts:
    """Return facts with those put right that were corrected by hand, by their aspect.

    A corrected time has no printed form, and a corrected name no link: both belong to
    what the copies show.
    """
    changed = {
        aspect: value
        for aspect, value in corrections.items()
        if aspect in _ASPECTS and aspect_of(facts, aspect) != value
    }
    if "time" in changed:
        moment, day_only = read_time(changed["time"])
        facts = facts._replace(
            moment=moment, printed="", offset=None, day_only=day_only
        )
    if "name" in changed:
        facts = facts._replace(name=changed["name"], link="", person="")
    if "person" in corrections:
        facts = facts._replace(person=corrections["person"])
    if "parent" in changed:
        facts = facts._replace(parent=changed["parent"])
    if "title" in changed:
        facts = facts._replace(title=changed["title"])
    return facts


def says_the_same(one: Facts, other: Facts) -> bool:
    """Return whether two copies tell the same, and a time as well as the other."""
    return one._replace(printed="") == other._replace(printed="") and (
        one.moment is None or _form(one.printed) == _form(other.printed)
    )


def _form(printed: str) -> tuple[bool, bool]:
    has_zone = _zone.search(printed) is not None
    return has_zone, _for_machines.match(printed) is not None
