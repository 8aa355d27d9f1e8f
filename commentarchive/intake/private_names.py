"""A count of the names that hold an address or a telephone number, for the report."""

from collections.abc import Iterator
from dataclasses import dataclass

from commentarchive.importers.parsed import ParsedPost, Remark
from commentarchive.text.shown_names import cut_name


@dataclass(slots=True)
class PrivateNames:
    """Counts the comments whose names readers see cut."""

    _number: int = 0
    _first: int = 0

    def add(self, parsed: ParsedPost) -> None:
        """Look at the names below an article."""
        for comment in parsed.comments:
            if cut_name(comment.name) != comment.name:
                self._first = self._first if self._number else comment.byte
                self._number += 1

    def remarks(self) -> Iterator[Remark]:
        """Yield a sentence, where there is any."""
        if self._number:
            several = f"{self._number} comment{'s' if self._number > 1 else ''}"
            reason = (
                f"the name of {several} holds an e-mail address or a telephone number: "
                "readers see no more than its beginning"
            )
            yield Remark(f"byte {self._first}", reason)
