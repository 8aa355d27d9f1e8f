"""How the record reaches every table of the packages above it, without an arrow up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One value that the record says a row should have."""

    subject: str
    column: str
    value: object
    index: int


class Keeper(Protocol):
    """What each package that keeps rows can tell about them."""

    def text_columns(self) -> frozenset[str]:
        """Name every column that may hold words, as "table.column"."""
        ...

    def fold(self) -> Iterator[tuple[Expected, object]]:
        """Pair what the record says of this package's rows with what they hold."""
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
