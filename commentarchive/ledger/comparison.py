"""What a comparison of tables with the record is made of: entries read, differences."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from commentarchive.ledger.merkle.canonical import encode_strings

# What stands before the name in a disclosure: `["`, 43 characters of salt, `",`.
_BEFORE_NAME = 47


@dataclass(slots=True, kw_only=True)
class ReadEntry:
    """An entry as read from its leaf: index, subject, open and committed members.

    `opened` holds the disclosures of committed values that are stored here and fit.
    """

    index: int
    event: str
    # As entries write it, cut to the minute.
    time: str
    subject: str
    public: Mapping[str, Any]
    committed: Mapping[str, str]
    opened: dict[str, str] = field(default_factory=dict)

    def value(self, name: str) -> Any:
        """Return a committed value. Raise KeyError where no disclosure is stored."""
        return json.loads(self._disclosed(name))[2]

    def is_text(self, name: str, text: str) -> bool:
        """Return whether the committed text is this one; "" stands for null.

        True as well where no disclosure is stored, as after an erasure. Compares
        bytes without parsing them: reconcile asks this a million times.
        """
        if name not in self.opened:
            return True
        expected = b'"%s",null]' % name.encode()
        if text:
            expected = encode_strings([name, text])[1:]
        return self._disclosed(name)[_BEFORE_NAME:] == expected

    def _disclosed(self, name: str) -> bytes:
        return base64.urlsafe_b64decode(self.opened[name] + "==")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing the tables and the record disagree on.

    `index` is the entry that is contradicted, None where no entry speaks of it.
    """

    index: int | None
    reason: str

    def __str__(self) -> str:
        where = "no entry" if self.index is None else f"entry {self.index}"
        return f"{where}: {self.reason}"


class TableCheck(Protocol):
    """Compares one package's tables with the record, as the record is read."""

    def check(self, entries: Sequence[ReadEntry]) -> Iterator[Difference]:
        """Compare the next entries, in order, with the rows they speak of."""
        ...

    def finish(self) -> Iterator[Difference]:
        """Find rows that no entry accounts for, after the last entry."""
        ...
