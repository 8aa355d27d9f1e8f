"""Sets of triggers: installed, removed and looked for, on SQLite and PostgreSQL."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A trigger: its name, its table and the statements that create it."""

    name: str
    table: str
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerSet:
    """The triggers of one purpose, whose names begin alike."""

    prefix: str
    # What the triggers of a database have to be, by the tables that it has.
    of_database: Callable[[BaseDatabaseWrapper], Iterator[Trigger]]
    # Of the system check that names what is missing.
    check_id: str

    def install(self, using: str = "default") -> None:
        """Drop and create every trigger. Takes a few milliseconds a table."""
        connection = connections[using]
        self.remove(using)
        with connection.cursor() as cursor:
            for trigger in self.of_database(connection):
                for statement in trigger.statements:
                    cursor.execute(statement)

    def remove(self, using: str = "default") -> None:
        """Drop every trigger of the set, those of earlier versions too."""
        connection = connections[using]
        with connection.cursor() as cursor:
            for name, table in self._installed(connection):
                on_table = f' ON "{table}"' if connection.vendor == "postgresql" else ""
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on_table}')

    def missing(self, using: str = "default") -> list[str]:
        """Return the names of triggers that are not installed."""
        connection = connections[using]
        installed = {name for name, _table in self._installed(connection)}
        needed = (trigger.name for trigger in self.of_database(connection))
        return [name for name in needed if name not in installed]

    def faults(self, databases: Iterable[str]) -> list[CheckMessage]:
        """Return what Django's checks say of each trigger that is missing."""
        return [
            Error(
                f"the trigger {name} is missing in {using}",
                hint="Run manage.py migrate.",
                id=self.check_id,
            )
            for using in databases
            for name in self.missing(using)
        ]

    def _installed(self, connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
        """Return the name and table of each trigger whose name begins as the set's."""
        query = (
            "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
            if connection.vendor == "sqlite"
            else "SELECT tgname, tgrelid::regclass::text FROM pg_trigger"
            " WHERE NOT tgisinternal"
        )
        with connection.cursor() as cursor:
            cursor.execute(query)
            return [
                (name, table.strip('"'))
                for name, table in cursor.fetchall()
                if name.startswith(self.prefix)
            ]
