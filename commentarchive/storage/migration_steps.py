"""Migrations one by one, where one of them stands in for many.

An empty database gets all tables of an app by one migration, which Django then prefers
wherever it can. Whoever wants the tables as they were in between goes step by step.
"""

from collections.abc import Collection
from typing import Any, override

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

type Step = tuple[str, str]
# How many digits begin a name.
DIGITS = 4


class StepLoader(MigrationLoader):
    """Know only migrations that stand in for no others."""

    @override
    def load_disk(self) -> None:
        super().load_disk()
        self.disk_migrations = {
            step: migration
            for step, migration in self.disk_migrations.items()
            if not migration.replaces
        }


class StepExecutor(MigrationExecutor):
    """Migrate one step after the other, there and back."""

    def __init__(self, connection: BaseDatabaseWrapper, *arguments: Any) -> None:
        super().__init__(connection, *arguments)
        self.loader = StepLoader(connection)


def stand_ins() -> dict[Step, Step]:
    """Return which migration stands in for a step, by each step that has one."""
    return {
        step: stand_in
        for stand_in, migration in MigrationLoader(None).replacements.items()
        for step in migration.replaces
    }


def unknown_steps(applied: Collection[Step]) -> list[Step]:
    """Return the steps that this version does not know, in order.

    Of a migration that stood in for others all of them are noted as well, so that its
    own name, which this version may no longer have, says nothing.
    """
    nodes = StepLoader(None).graph.nodes
    return [
        (app, name)
        for app, name in sorted(applied)
        if (app, name) not in nodes and "_squashed_" not in name
    ]


def make_tables(connection: BaseDatabaseWrapper, applied: Collection[Step]) -> None:
    """Make tables in an empty database, as these steps leave them; all are known."""
    wholes = stand_ins()
    targets = _last_of(applied)
    if wholes.keys() <= set(applied):
        targets = [wholes.get(step, step) for step in targets]
        MigrationExecutor(connection).migrate(targets)
    else:
        StepExecutor(connection).migrate(targets)


def _last_of(applied: Collection[Step]) -> list[Step]:
    """Return those among known steps that no other step of their app builds on."""
    nodes = StepLoader(None).graph.node_map
    return [
        step
        for step in sorted(nodes.keys() & set(applied))
        if not any(
            child[0] == step[0] and child in applied for child in nodes[step].children
        )
    ]


def newer_steps(loader: MigrationLoader) -> list[str]:
    """Return the steps that a newer version of the program has taken, by name."""
    newest: dict[str, str] = {}
    for app, name in loader.disk_migrations:
        newest[app] = max(newest.get(app, ""), name[:DIGITS])
    return sorted(
        f"{app} {name}"
        for app, name in loader.applied_migrations or ()
        if app in newest and name[:DIGITS] > newest[app]
    )
