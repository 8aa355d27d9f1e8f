"""Lead from one row of a window to others: answers, quotations, the next thread."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from itertools import islice, pairwise

from commentarchive.threads.thread_rows import ThreadRow

# Of what a comment quotes, so many are linked one by one.
MOST_QUOTED = 3


# The same few people write most of what a thread shows.
@lru_cache(maxsize=4096)
def bdi(name: str) -> str:
    """Return a name, set apart from the words around it."""
    return f"<bdi>{escape(name)}</bdi>"


class WindowLinks:
    """How the rows of a window hang together: answers, threads, numbers of replies."""

    def __init__(
        self, rows: Sequence[ThreadRow], after: ThreadRow | None, *, is_flat: bool
    ) -> None:
        self._rows = rows
        self._after = after
        self._index = {row.ref: index for index, row in enumerate(rows)}
        self._is_flat = is_flat
        roots = [row.ref for row in rows if row.depth == 0]
        if after and after.depth == 0:
            roots.append(after.ref)
        self._next_root = dict(pairwise(roots))

    def _href(self, ref: str) -> str:
        """Link into this window, else to wherever the comment is at the time."""
        return f"#{ref}" if ref in self._index else f"/comments/{ref}/in-thread/"

    def links(self, row: ThreadRow) -> str:
        """Link what a comment answers, and from the first of a thread the next one."""
        if row.depth == 0 and not (row.is_lifted or self._is_flat):
            following = self._next_root.get(row.ref)
            if following is None:
                return ""
            return f' <a class="next" href="{self._href(following)}">next thread</a>'
        if not row.parent_ref:
            return ""
        if row.parent_name:
            whom = bdi(row.parent_name)
        elif self._index.get(row.parent_ref) == self._index[row.ref] - 1:
            whom = "the comment above"
        else:
            whom = "an earlier comment"
        href = self._href(row.parent_ref)
        return f' <a class="answers" href="{href}"><i>answers </i>{whom}</a>'

    def quotes(self, row: ThreadRow) -> str:
        """Link what a row quotes: in this window, else where it is looked for.

        What it answers is linked anyway.
        """
        if row.quotes is None:
            return ""
        others = [each for each in row.quotes.leads if each[0] != row.parent_ref]
        links = [
            f' <a class="quotes" href="#{ref}"><i>quotes </i>'
            f"{bdi(name) if name else 'an earlier comment'}</a>"
            for ref, name in others[:MOST_QUOTED]
        ]
        if row.quotes.has_more or len(others) > MOST_QUOTED:
            page = f"/comments/{row.ref}/#quoted"
            links.append(f' <a class="quotes" href="{page}">what it quotes</a>')
        return "".join(links)

    def replies(self, row: ThreadRow) -> str:
        """Count the replies of every depth that follow a row in its window."""
        first = self._index[row.ref] + 1
        number = 0
        for below in islice(self._rows, first, None):
            if below.depth <= row.depth:
                break
            number += 1
        words = f"{number}<i> {'reply' if number == 1 else 'replies'}"
        is_last = first + number == len(self._rows)
        goes_on = is_last and self._after and self._after.depth > row.depth
        return f"{words} and more</i>" if goes_on else f"{words}</i>"
