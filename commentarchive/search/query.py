"""What a search asks for, read from what somebody typed."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from commentarchive.text.search_words import words_of

_QUOTES = str.maketrans("“”„‟«»", '""""""')
_part = re.compile(
    r'(?P<no>-)?(?:(?P<key>[A-Za-z]+):(?:"(?P<value>[^"]*)"|(?P<rest>[^\s"]*))'
    r'|"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))'
)
_day = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
KEYS = ("author", "blog", "post", "before", "after", "is")
_EXAMPLES = {
    "author": 'author:ann or author:"Ann Bell"',
    "blog": "blog:ward-four-watch, as in its address here",
    "post": "post: and the last part of an article's address here",
    "before": "before:2012-05-01",
    "after": "after:2012-04-20",
    "is": "is:moderated",
}


class QueryFault(ValueError):
    """A search that cannot be read; the message is a hint in one sentence."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words in a row that have to be there, or must not be."""

    words: tuple[str, ...]
    is_unwanted: bool = False


@dataclass(slots=True)
class Query:
    """Everything that a search asks for; all of it has to be true of a hit."""

    typed: str = ""
    text: list[Term] = field(default_factory=list)
    authors: list[Term] = field(default_factory=list)
    # What was typed after `blog:` and `post:`, and whether it is unwanted.
    blogs: list[tuple[str, bool]] = field(default_factory=list)
    posts: list[tuple[str, bool]] = field(default_factory=list)
    # None where both are asked for.
    is_moderated: bool | None = None
    # The first day, and the first day that is too late.
    since: date | None = None
    until: date | None = None

    @property
    def wanted(self) -> list[Term]:
        """The words and phrases that a hit has."""
        return [term for term in self.text if not term.is_unwanted]

    @property
    def asks_for_something(self) -> bool:
        """Whether anything is asked for, and not only kept out."""
        named = any(not unwanted for _name, unwanted in (*self.blogs, *self.posts))
        by = any(not term.is_unwanted for term in self.authors)
        return bool(self.wanted or by or named or self.is_moderated)


def parse(typed: str) -> Query:
    """Read what somebody typed. Raise QueryFault with a hint."""
    query = Query(typed)
    typed = typed.translate(_QUOTES)
    if typed.count('"') % 2:
        message = "A quotation mark is missing: a phrase has one at each end."
        raise QueryFault(message)
    for part in _part.finditer(typed):
        _add(query, part)
    if not query.asks_for_something:
        message = (
            "Add a word that the comments should have: what is left out, or when it "
            "was written, is not enough to look for."
            if query.text
            or query.authors
            or query.since
            or query.until
            or query.blogs
            or query.posts
            or query.is_moderated is False
            else "Type at least one letter or digit to look for."
        )
        raise QueryFault(message)
    return query


def without_phrases(typed: str) -> str:
    """Return a search with the words of its wanted phrases in any order.

    Return "" where it asks for no phrase.
    """
    typed = typed.translate(_QUOTES)
    loose = _part.sub(_as_words, typed)
    return "" if loose == typed else " ".join(loose.split())


def _as_words(part: re.Match[str]) -> str:
    if part["no"] or not part["phrase"]:
        return part[0]
    # As they are folded: none of them is taken for a key or for unwanted.
    return f" {' '.join(words_of(part['phrase']))} "


def without_some(typed: str, number: int) -> Iterator[tuple[list[str], str]]:
    """Yield a number of wanted words or phrases of a search, and the search without.

    Each choice of so many, in their order; only what can be asked without them.
    """
    typed = typed.translate(_QUOTES)
    wanted = [
        part
        for part in _part.finditer(typed)
        if not part["no"]
        and (part["key"] or "").lower() not in KEYS
        and words_of(part[0])
    ]
    for parts in combinations(wanted, number):
        shorter = typed
        for part in reversed(parts):
            shorter = shorter[: part.start()] + shorter[part.end() :]
        shorter = " ".join(shorter.split())
        try:
            parse(shorter)
        except QueryFault:
            continue
        yield [part[0] for part in parts], shorter


def _add(query: Query, part: re.Match[str]) -> None:
    """Add one part of what was typed. Raise QueryFault."""
    is_unwanted = part["no"] is not None
    key = (part["key"] or "").lower()
    value = next(
        part[name]
        for name in ("value", "rest", "phrase", "word")
        if part[name] is not None
    )
    if key not in KEYS:
        # An address, a time, somebody's "note:": words like any others.
        words = tuple(words_of(f"{part['key'] or ''} {value}"))
        if words:
            query.text.append(Term(words, is_unwanted))
        return
    if not words_of(value):
        message = f"Write what {key}: is to be, as in {_EXAMPLES[key]}."
        raise QueryFault(message)
    if key == "author":
        query.authors.append(Term(tuple(words_of(value)), is_unwanted))
    elif key == "blog":
        query.blogs.append((value.strip().strip("/"), is_unwanted))
    elif key == "post":
        query.posts.append((value.strip(), is_unwanted))
    elif key == "is":
        _add_state(query, value, is_unwanted=is_unwanted)
    else:
        _add_day(query, key, value, is_unwanted=is_unwanted)


def _add_state(query: Query, value: str, *, is_unwanted: bool) -> None:
    if value.lower() != "moderated":
        message = "After is: only “moderated” is known."
        raise QueryFault(message)
    query.is_moderated = not is_unwanted


def _add_day(query: Query, key: str, value: str, *, is_unwanted: bool) -> None:
    if is_unwanted:
        other = "after" if key == "before" else "before"
        message = f"Write {other}: in place of -{key}:."
        raise QueryFault(message)
    day = _first_day(key, value)
    if key == "after":
        query.since = max(query.since or day, day)
    else:
        query.until = min(query.until or day, day)


def _first_day(key: str, value: str) -> date:
    """Return the first day of a year, a month or a day."""
    found = _day.fullmatch(value)
    try:
        if found is None:
            raise ValueError  # noqa: TRY301  # as `date` does for days that never were
        year, month, day = (int(number or 1) for number in found.groups())
        if day > monthrange(year, month)[1]:
            raise ValueError  # noqa: TRY301  # as above
        return date(year, month, day)
    except (ValueError, IndexError) as error:
        message = f"A day is written as in {_EXAMPLES[key]}; 2012 or 2012-05 will do."
        raise QueryFault(message) from error
