"""How the record reaches every table of the packages above it, without an arrow up."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from commentarchive.ledger.merkle.canonical import encode_strings

# What stands before the name in a disclosure: `["`, 43 characters of salt, `",`.
_SALT = 47


@dataclass(slots=True, kw_only=True)
class Said:
    """What one entry says: its index, its subject, its open and committed members.

    `opened` holds the disclosures of the committed ones that are kept here.
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
        """Read a committed value. Raise KeyError where nothing opens it."""
        return json.loads(self._disclosed(name))[2]

    def is_text(self, name: str, text: str) -> bool:
        """Tell whether a committed text is this one, "" for null; or nothing opens it.

        Without parsing: a million of them are looked at.
        """
        if name not in self.opened:
            return True
        expected = b'"%s",null]' % name.encode()
        if text:
            expected = encode_strings([name, text])[1:]
        return self._disclosed(name)[_SALT:] == expected

    def _disclosed(self, name: str) -> bytes:
        return base64.urlsafe_b64decode(self.opened[name] + "==")


@dataclass(frozen=True, slots=True)
class Difference:
    """Where tables and record differ; `index` is None where no entry speaks of it."""

    index: int | None
    reason: str

    def __str__(self) -> str:
        where = "no entry" if self.index is None else f"entry {self.index}"
        return f"{where}: {self.reason}"


class Fold(Protocol):
    """How one package's tables should look by the record."""

    def take(self, entries: Sequence[Said]) -> Iterator[Difference]:
        """Hold the next entries, in order, against the rows they speak of."""
        ...

    def end(self) -> Iterator[Difference]:
        """Find what no entry speaks of, once every entry was taken."""
        ...


class Keeper(Protocol):
    """What each package that keeps rows can tell about them."""

    def text_columns(self) -> frozenset[str]:
        """Name every column that may hold words, as "table.column"."""
        ...

    def fold(self) -> Fold:
        """Begin to compare this package's rows with the record."""
        ...

    def erase(self, subject: str) -> int:
        """Delete what is stored of a subject's words; return how many texts it was.

        Inside the transaction that puts the erasure on record.
        """
        ...

    def private_words(self, subject: str) -> Iterator[str]:
        """Give each stored text about a subject that the public may not see."""
        ...


def named_columns(tables: Mapping[str, str]) -> frozenset[str]:
    """Name columns as "table.column", from each table's columns in one string."""
    return frozenset(
        f"{table}.{column}"
        for table, columns in tables.items()
        for column in columns.split()
    )


def keepers() -> list[Keeper]:
    """Make one keeper of each package named in settings.KEEPERS."""
    return [cast("Keeper", import_string(path)()) for path in settings.KEEPERS]
