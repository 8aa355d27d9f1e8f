"""All suggestions about a text."""

from collections.abc import Callable, Iterator, Sequence

from commentarchive.transcripts.marks import Marks
from commentarchive.transcripts.paragraphs import Paragraph
from commentarchive.transcripts.suggestions.attributions import attributions
from commentarchive.transcripts.suggestions.claims import claims
from commentarchive.transcripts.suggestions.echoes import echoes
from commentarchive.transcripts.suggestions.enumerations import enumerations
from commentarchive.transcripts.suggestions.headers import headers
from commentarchive.transcripts.suggestions.leftovers import (
    buttons,
    dividers,
    links,
)
from commentarchive.transcripts.suggestions.once import Text
from commentarchive.transcripts.suggestions.people import addresses, signatures
from commentarchive.transcripts.suggestions.quotations import (
    lost_quotations,
    quotations,
)
from commentarchive.transcripts.suggestions.rows import rows
from commentarchive.transcripts.suggestions.starts import starts
from commentarchive.transcripts.suggestions.suggestion import Suggestion

type Family = Callable[[Sequence[Paragraph], Marks], Iterator[Suggestion]]

FAMILIES: tuple[Family, ...] = (
    *(attributions, headers, buttons, dividers, links, rows, quotations),
    *(lost_quotations, enumerations, signatures, addresses, echoes, claims, starts),
)


def suggestions(paragraphs: Sequence[Paragraph], marks: Marks) -> list[Suggestion]:
    """Return all suggestions in reading order, by what was decided so far.

    What was accepted or refused is among them, with the same ids.
    """
    text = Text(paragraphs)
    found = [each for family in FAMILIES for each in family(text, marks)]
    order = list(type(found[0].kind)) if found else []
    return sorted(found, key=lambda each: (each.place, order.index(each.kind)))
