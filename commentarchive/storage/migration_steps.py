"""Migrations one by one, where one of them stands in for many.

An empty database gets all tables of an app by one migration, which Django then prefers
wherever it can. Whoever wants the tables as they were in between goes step by step.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any, Literal, cast, override

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration, RunPython
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from commentarchive.storage.lazy_states import LazyState

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


class LazyExecutor(MigrationExecutor):
    """Migrate with models that are rendered as they are asked for."""

    @override
    def migrate(self, *arguments: Any, **more: Any) -> ProjectState:
        state = super().migrate(*arguments, **more)
        # Whoever gets it may do with its models what code does.
        cast("LazyState", state).expect(code=True)
        return state

    def _create_project_state(self, with_applied_migrations: bool = False) -> LazyState:
        """Return a state of this kind, from which all others are made.

        It is for code where it comes before a migration: its receivers get it.
        """
        state = super()._create_project_state(with_applied_migrations)  # type: ignore[misc]  # left out in the stubs
        return LazyState(
            state.models, state.real_apps, is_for_code=with_applied_migrations
        )

    @override
    def apply_migration(
        self,
        state: Any,
        migration: Migration,
        fake: bool = False,
        fake_initial: bool = False,
    ) -> ProjectState:
        if fake or fake_initial:
            return super().apply_migration(state, migration, fake, fake_initial)
        state.expect(code=False)
        with self._taking(migration, "apply") as editor:
            return migration.apply(state, editor)

    @override
    def unapply_migration(
        self, state: Any, migration: Migration, fake: bool = False
    ) -> ProjectState:
        if fake:
            return super().unapply_migration(state, migration, fake)
        back = copy(migration)
        back.operations = [  # type: ignore[misc]  # of this copy
            _CodeBack(each.code, each.reverse_code, each.atomic, each.hints)
            if isinstance(each, RunPython)
            else each
            for each in migration.operations
        ]
        with self._taking(migration, "unapply") as editor:
            return back.unapply(state, editor)

    @contextmanager
    def _taking(
        self, migration: Migration, way: Literal["apply", "unapply"]
    ) -> Iterator[BaseDatabaseSchemaEditor]:
        """Take a step and note it in one transaction.

        Django notes a step back, and a step with statements for its end, after the
        commit; killed in between, no later migration gets past it.
        """
        tell = self.progress_callback or (lambda *_: None)
        tell(f"{way}_start", migration, False)
        with self.connection.schema_editor(atomic=migration.atomic) as editor:
            yield editor
            while editor.deferred_sql:
                editor.execute(editor.deferred_sql.pop(0), None)
            app, name = migration.app_label, migration.name
            self.record_migration(app, name, forward=way == "apply")
        tell(f"{way}_success", migration, False)


class _CodeBack(RunPython):
    """Code that gets all models on the way back as well, not just there."""

    @override
    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        from_state.clear_delayed_apps_cache()
        super().database_backwards(app_label, schema_editor, from_state, to_state)


class StepExecutor(LazyExecutor):
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
        LazyExecutor(connection).migrate(targets)
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
