"""Lines left over from a page above or below a comment: who wrote it, and when."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from commentarchive.transcripts.marks import Marks, Role, Time
from commentarchive.transcripts.paragraphs import Paragraph
from commentarchive.transcripts.suggestions.dates import date_in
from commentarchive.transcripts.suggestions.header_lines import Part, header_parts
from commentarchive.transcripts.suggestions.languages import language_of
from commentarchive.transcripts.suggestions.leftovers import (
    button_numbers,
    is_divider,
)
from commentarchive.transcripts.suggestions.names import Named, People, is_handle
from commentarchive.transcripts.suggestions.once import once
from commentarchive.transcripts.suggestions.suggestion import (
    Kind,
    Proposal,
    Suggestion,
    suggestion,
)
from commentarchive.transcripts.suggestions.words import Words

# How a mail, and some pages, begin what is quoted.
_QUOTED = (">", "“", '"', "„", "«", "‘")
# Lines that pages print above comments, or below them.
_MAY_BE_BELOW = {"date", "posted_by", "on", "name and date"}
# What is more than a number or a name by itself.
_TELLING = {"number", "says", "date", "posted_by", "on", "name and date"}


class Header(NamedTuple):
    """Neighbouring lines about one comment, and the paragraphs of it beside them.

    `body` is the paragraph below that starts a comment, or -1. `about` is a paragraph
    of the comment that they tell of: `body`, or for lines at its foot the one above.
    """

    first: int
    last: int
    shape: tuple[str, ...]
    name: str
    time: Time | None
    answered: str
    body: int
    about: int


type _Group = list[tuple[int, Part]]


def headers(paragraphs: Sequence[Paragraph], _marks: Marks) -> Iterator[Suggestion]:
    """Yield lines that a page printed as no part, with what they tell of a comment."""
    found = found_headers(paragraphs)
    people = People(_named(found, paragraphs))
    for header in found:
        lines = paragraphs[header.first : header.last + 1]
        roles = [(each.place, Role.NO_PART) for each in lines]
        if header.body >= 0:
            roles.append((paragraphs[header.body].place, Role.START))
        about = paragraphs[header.about].place
        answers = (
            people.last_comment(header.answered, about) if header.answered else None
        )
        told = [header.name, header.time.printed if header.time else ""]
        beside = "above" if header.about > header.last else "below"
        reason = f"what a page prints {beside} a comment"
        if any(told):
            reason += f": {', '.join(filter(None, told))}"
        has_facts = bool(header.name or header.time)
        proposal = Proposal(
            roles=tuple(roles),
            comment=about if has_facts else None,
            name=header.name,
            time=header.time,
            answers=answers,
        )
        span = (0, len(lines[0].text))
        yield suggestion(Kind.HEADER, lines[0], span, reason, proposal, last=lines[-1])


def named_by_headers(paragraphs: Sequence[Paragraph]) -> list[Named]:
    """Return the comments whose writers the text's headers name, in order.

    Of a name at a comment's foot it is not known where the comment starts.
    """
    return _named(found_headers(paragraphs), paragraphs)


def _named(found: Sequence[Header], paragraphs: Sequence[Paragraph]) -> list[Named]:
    return [
        Named(paragraphs[each.body].place, each.name)
        for each in found
        if each.name and each.body == each.about
    ]


@once
def found_headers(paragraphs: Sequence[Paragraph]) -> list[Header]:
    """Find the lines about comments that a page left in a text.

    1. Find the lines that may be part of a header, and put neighbours together; the
       same part twice begins another header.
    2. Where the first name has no time beside it, and others have one above them, that
       is the time of the comment before.
    3. Where no text stands below the last of several alike, or each of them is joined
       to the text above it, all of them are feet, of the comments above.
    4. Believe what comes more than once, or has both a name that "says" something and
       an exact time: what comes once may be the article's, and so may lines with no
       text above them.
    """
    words = language_of(paragraphs)
    if words is None:
        return []
    skipped = set(button_numbers(paragraphs))
    groups = _apart(_groups(header_parts(paragraphs, words, skipped)))
    taken = skipped | {number for group in groups for number, _part in group}
    feet = _feet(groups, paragraphs, taken)
    last_of = {_shape(group): group for group in groups}
    found = []
    for group in groups:
        shape = _shape(group)
        body = _text_at(group[-1][0] + 1, paragraphs, taken)
        is_foot = shape in feet
        if is_foot and group is last_of[shape]:
            # What a page prints below all comments.
            body = -1
        about = _text_at(group[0][0] - 1, paragraphs, taken) if is_foot else body
        if about >= 0:
            header = _header(group, body, about, words)
            found.append(_named_once(header, paragraphs, words))
    shapes = Counter(each.shape for each in found)
    quoting = Counter(
        each.shape for each in found if paragraphs[each.body].text[0] in _QUOTED
    )
    first_text = _first_text(paragraphs, taken)
    return [
        each
        for each in found
        if _is_believed(each, shapes, quoting)
        and not (each.first < first_text and _may_be_articles(each))
    ]


def _may_be_articles(header: Header) -> bool:
    """Return whether lines at the top of a page may stand above its article."""
    shape = set(header.shape)
    is_day = header.time is not None and header.time.kind == "day"
    is_comments = bool(shape & {"number", "says"})
    return not is_comments and (is_day or bool(shape & {"posted_by", "sender"}))


def _feet(
    groups: Sequence[_Group], paragraphs: Sequence[Paragraph], taken: set[int]
) -> set[tuple[str, ...]]:
    """Return which shapes stand below the comments that they tell of."""
    last_bodies = {
        _shape(group): _text_at(group[-1][0] + 1, paragraphs, taken) for group in groups
    }
    found = set()
    for shape, last_body in last_bodies.items():
        if not set(shape) <= _MAY_BE_BELOW:
            continue
        alike = [group for group in groups if _shape(group) == shape]
        are_joined = len(alike) > 1 and all(
            _is_joined_above(group, paragraphs) for group in alike
        )
        if last_body < 0 or are_joined:
            found.add(shape)
    return found


def _is_joined_above(group: _Group, paragraphs: Sequence[Paragraph]) -> bool:
    """Return whether a blank line stands below some lines, and none above them."""
    first, last = group[0][0], group[-1][0]
    if not first or paragraphs[first].first - paragraphs[first - 1].last > 1:
        return False
    below = last + 1
    return below >= len(paragraphs) or (
        paragraphs[below].first - paragraphs[last].last > 1
    )


def _first_text(paragraphs: Sequence[Paragraph], taken: set[int]) -> int:
    """Return the first paragraph that is text; one behind the last if there is none."""
    numbers = range(len(paragraphs))
    texts = (each for each in numbers if _text_at(each, paragraphs, taken) >= 0)
    return next(texts, len(paragraphs))


def _shape(group: _Group) -> tuple[str, ...]:
    return tuple(part.kind for _number, part in group)


def _groups(parts: Iterable[tuple[int, Part]]) -> list[_Group]:
    """Return neighbouring lines together, each kind of line and one time in a group."""
    groups: list[_Group] = []
    for number, part in parts:
        last = groups[-1] if groups else []
        is_beside = bool(last) and last[-1][0] == number - 1
        has_time = any(each.time for _number, each in last)
        is_more = part.kind not in _shape(last) and not (part.time and has_time)
        if is_beside and is_more:
            last.append((number, part))
        else:
            groups.append([(number, part)])
    return groups


def _apart(groups: list[_Group]) -> list[_Group]:
    """Return groups with times of their own where those are at the feet of comments."""
    # The first line of each kind, and whether a time stands beside it.
    is_dated: dict[str, bool] = {}
    for group in groups:
        shape = _shape(group)
        for kind in shape:
            is_dated.setdefault(kind, "date" in shape)
    found: list[_Group] = []
    for group in groups:
        first, *rest = _shape(group)
        are_two = first == "date" and bool(rest) and not is_dated[rest[0]]
        found += [group[:1], group[1:]] if are_two else [group]
    return found


def _text_at(number: int, paragraphs: Sequence[Paragraph], taken: set[int]) -> int:
    """Return a paragraph's number if it is text, -1 if it is none or no text."""
    is_text = (
        0 <= number < len(paragraphs)
        and number not in taken
        and not is_divider(paragraphs[number])
    )
    return number if is_text else -1


def _time(parts: Sequence[Part], words: Words) -> Time | None:
    """Return the time that some lines tell, with an hour on the line below a day."""
    time = next((part.time for part in parts if part.time), None)
    clock = next((part.printed for part in parts if part.printed), "")
    if time is None or time.kind != "day" or not clock:
        return time
    both = date_in(f"{time.printed} {clock}", words)
    return both.time if both else time


def _header(group: _Group, body: int, about: int, words: Words) -> Header:
    parts = [part for _number, part in group]
    return Header(
        first=group[0][0],
        last=group[-1][0],
        shape=_shape(group),
        name=next((part.name for part in parts if part.name), ""),
        time=_time(parts, words),
        answered=next((part.answered for part in parts if part.answered), ""),
        body=body,
        about=about,
    )


def _named_once(
    header: Header, paragraphs: Sequence[Paragraph], words: Words
) -> Header:
    """Return lines as telling nothing of a comment where a name seems to be below them.

    Whatever a page calls people without a name is none.
    """
    if header.name.lower() in words.nameless:
        return header._replace(name="")
    below = paragraphs[header.body].text if header.body >= 0 else ""
    if header.name or not below or not is_handle(below, words):
        return header
    return header._replace(time=None, body=-1)


def _is_believed(
    header: Header,
    shapes: Counter[tuple[str, ...]],
    quoting: Counter[tuple[str, ...]],
) -> bool:
    shape = set(header.shape)
    is_exact = header.time is not None and header.time.kind == "exact"
    if {"sender", "sent"} <= shape or ("says" in shape and is_exact):
        return True
    if shapes[header.shape] < 2 or header.shape == ("wrote",):
        return False
    if header.shape == ("says",):
        # Before quotations it is what their writer says of somebody.
        return 2 * quoting[header.shape] < shapes[header.shape]
    return bool(shape & _TELLING)
