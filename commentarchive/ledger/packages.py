"""How the ledger reaches the tables of packages that it may not import."""

from collections.abc import Iterator
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from commentarchive.ledger.comparison import TableCheck


class PackageHooks(Protocol):
    """What every package that stores rows does for reconcile and for an erasure."""

    def table_check(self) -> TableCheck:
        """Start a comparison of this package's tables with the record."""
        ...

    def erase(self, subject: str) -> int:
        """Delete the words stored about a subject; return how many texts they were.

        Called inside the transaction that puts the erasure on record.
        """
        ...

    def hide_again(self, first: int, size: int) -> Iterator[str]:
        """Hide what entries from one to a size leave hidden, and is shown here.

        The rows that said why are lost. Called inside the transaction that brings those
        entries back; yields what could not be hidden.
        """
        ...


def package_hooks() -> list[PackageHooks]:
    """Return the hooks of each package named in settings.PACKAGE_HOOKS."""
    return [
        cast("PackageHooks", import_string(path)()) for path in settings.PACKAGE_HOOKS
    ]
