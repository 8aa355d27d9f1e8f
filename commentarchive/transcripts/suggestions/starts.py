"""Where comments start in a text whose page left no headers above them."""

from collections.abc import Iterator, Sequence

from commentarchive.transcripts.marks import Marks, Role, comments_around
from commentarchive.transcripts.paragraphs import Paragraph
from commentarchive.transcripts.suggestions.context import role_of
from commentarchive.transcripts.suggestions.echoes import found_echoes
from commentarchive.transcripts.suggestions.enumerations import runs
from commentarchive.transcripts.suggestions.headers import found_headers
from commentarchive.transcripts.suggestions.languages import language_of
from commentarchive.transcripts.suggestions.leftovers import (
    button_numbers,
    is_divider,
)
from commentarchive.transcripts.suggestions.names import People
from commentarchive.transcripts.suggestions.people import (
    found_addresses,
    found_signatures,
    named_comments,
)
from commentarchive.transcripts.suggestions.suggestion import (
    Kind,
    Proposal,
    Suggestion,
    suggestion,
)

# A quotation this near the beginning is what a comment starts with.
NEAR = 60


def starts(paragraphs: Sequence[Paragraph], marks: Marks) -> Iterator[Suggestion]:
    """Yield paragraphs at which a comment starts, for one reason each.

    None where the page left headers: they say it for every comment (`headers`).
    """
    if found_headers(paragraphs):
        return
    inside = {
        number
        for run in runs(paragraphs)
        for number in range(run[0].paragraph, run[-1].paragraph + 1)
    }
    given: set[int] = set()
    for number, reason in _cues(paragraphs, marks):
        paragraph = paragraphs[number]
        role = role_of(marks, paragraph.place)
        if number in inside | given or role not in {None, Role.START}:
            continue
        given.add(number)
        proposal = Proposal(roles=((paragraph.place, Role.START),))
        span = (0, len(paragraph.text))
        yield suggestion(Kind.START, paragraph, span, reason, proposal)


def _cues(paragraphs: Sequence[Paragraph], marks: Marks) -> Iterator[tuple[int, str]]:
    words = language_of(paragraphs)
    if words is None:
        return
    skipped = set(button_numbers(paragraphs))
    for signature in found_signatures(paragraphs, marks):
        number = signature.paragraph + 1
        while number < len(paragraphs) and (
            number in skipped or is_divider(paragraphs[number])
        ):
            number += 1
        if number < len(paragraphs):
            first = paragraphs[number].text.partition(" ")[0].lower().strip(":,.")
            if first not in words.postscripts:
                yield number, f"it follows the signature {signature.name}"
    people = People(named_comments(paragraphs, marks))
    for address in found_addresses(paragraphs, people):
        yield address.paragraph, f"it speaks to {address.name}"
    around = comments_around(marks)
    for echo in found_echoes(paragraphs):
        source = around[paragraphs[echo.of].place]
        if source is not None and echo.start <= NEAR:
            line = paragraphs[echo.of].first
            yield echo.paragraph, f"it begins with words of the comment in line {line}"
