"""What the comments of one window quote, by the texts that readers see in it.

Only there, so that a stored window is made anew with whatever it leads to. What is
quoted from elsewhere is looked for on a comment's own page (`quoted.py`).
"""

from collections.abc import Sequence

from commentarchive.text.quoting import quoting
from commentarchive.threads.thread_rows import Quotes, ThreadRow


def with_quotations(rows: Sequence[ThreadRow]) -> list[ThreadRow]:
    """Return the rows of a window with what each quotes of the others before it."""
    made = list(rows)
    shown = [place for place, row in enumerate(rows) if row.is_shown]
    for number, found in quoting([rows[place].html for place in shown]).items():
        place = shown[number]
        quoted = (rows[shown[each]] for each in found.numbers)
        leads = tuple((row.ref, row.name) for row in quoted)
        made[place] = rows[place]._replace(quotes=Quotes(leads, found.has_more))
    return made
