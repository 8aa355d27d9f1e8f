"""One migration stands in for many: both ways lead to the same tables."""

import os

import pytest
from django.db import connection, models
from django.db.migrations import AddField, Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ModelState

from commentarchive.storage.lazy_states import LazyState
from commentarchive.storage.migration_steps import (
    LazyExecutor,
    StepExecutor,
    StepLoader,
    make_tables,
    stand_ins,
    unknown_steps,
)
from tests import databases
from tests.backup.places import empty_database
from tests.schema import differences, schema_of_postgresql

FIRST = ("commentarchive", "0001_initial")


@pytest.fixture
def empty(transactional_db, tmp_path):
    """Point the connection at a database without tables."""
    name = empty_database(tmp_path)
    with databases.using(name):
        yield
    databases.drop(name)


def tables():
    with connection.cursor() as cursor:
        found = connection.introspection.table_names(cursor)
    return {name for name in found if name.startswith(("comment", "moderation"))}


def schema():
    """Return the columns and the indexes of the small table."""
    about = connection.introspection
    with connection.cursor() as cursor:
        columns = about.get_table_description(cursor, "commentarchive_small")
        indexes = about.get_constraints(cursor, "commentarchive_small")
    return {column.name for column in columns}, indexes.keys()


@pytest.mark.pure
def test_it_stands_in_for_all_steps_before_it_and_describes_the_same_tables():
    steps, loader = StepLoader(None), MigrationLoader(None)
    for stand_in in set(stand_ins().values()):
        replaces = loader.get_migration(*stand_in).replaces
        app, _name = last = replaces[-1]
        way = steps.graph.forwards_plan(last)
        assert replaces == [step for step in way if step[0] == app]
        short, long = (
            {model: state for model, state in at.models.items() if model[0] == app}
            for at in (loader.project_state(stand_in), steps.project_state(last))
        )
        assert short.keys() == long.keys()
        for model, state in long.items():
            assert short[model] == state, model


@pytest.mark.skipif(
    os.environ.get("CASES") == "one", reason="takes half a minute; CASES=all"
)
def test_both_ways_lead_to_the_same_tables(empty):
    """On SQLite what an old archive became is compared (tests/test_old_archives.py)."""
    if connection.vendor == "sqlite":
        pytest.skip("compared there")
    leaves = MigrationLoader(None).graph.leaf_nodes()
    MigrationExecutor(connection).migrate(leaves)
    short = schema_of_postgresql()
    name = f"{connection.settings_dict['NAME']}_long"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    with databases.using(name):
        executor = StepExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
        found = differences(schema_of_postgresql(), short)
    databases.drop(name)
    assert found == []


def test_tables_and_what_is_noted_of_them_are_there_together_or_not_at_all(
    empty, monkeypatch
):
    record, noted = MigrationRecorder.record_applied, []

    def die_half_way(recorder, app, name):
        if app == "commentarchive":
            noted.append(name)
            if len(noted) > 5:
                raise KeyboardInterrupt
        record(recorder, app, name)

    monkeypatch.setattr(MigrationRecorder, "record_applied", die_half_way)
    with pytest.raises(KeyboardInterrupt):
        LazyExecutor(connection).migrate([stand_ins()[FIRST]])
    assert tables() == set()
    assert not MigrationRecorder(connection).applied_migrations().keys() & stand_ins()


@pytest.fixture
def small():
    """Return the state of a model that leads to itself, and a step that adds to it."""
    fields = [("id", models.AutoField(primary_key=True))]
    state = LazyState({}, set())
    state.add_model(ModelState("commentarchive", "Small", fields))
    to_itself = models.ForeignKey("commentarchive.Small", models.PROTECT, null=True)
    step = Migration("9999_small", "commentarchive")
    step.operations = [AddField("small", "parent", to_itself)]
    return state, step


@pytest.mark.parametrize("way", ["there", "back"])
def test_a_step_and_what_is_noted_of_it_are_there_together(
    empty, small, monkeypatch, way
):
    """Also where statements are left for its end: an index, here."""
    state, step = small
    executor = StepExecutor(connection)
    executor.recorder.ensure_schema()
    with connection.schema_editor() as editor:
        editor.create_model(state.apps.get_model("commentarchive", "Small"))
    if way == "back":
        executor.apply_migration(state.clone(), step)
    before = schema(), executor.recorder.applied_migrations().keys()

    def die(*_step):
        raise KeyboardInterrupt

    for record in ("record_applied", "record_unapplied"):
        monkeypatch.setattr(MigrationRecorder, record, die)
    take = {"there": executor.apply_migration, "back": executor.unapply_migration}
    with pytest.raises(KeyboardInterrupt):
        take[way](state.clone(), step)
    monkeypatch.undo()
    assert (schema(), executor.recorder.applied_migrations().keys()) == before
    take[way](state, step)
    assert schema() != before[0]
    noted = executor.recorder.applied_migrations()
    assert (("commentarchive", "9999_small") in noted) is (way == "there")


def test_tables_are_made_as_an_earlier_version_left_them(empty):
    applied = {
        *StepLoader(None).graph.forwards_plan(("ledger", "0004_witnesses")),
        FIRST,
        ("commentarchive", "0002_derived_revision_of_posts"),
    }
    make_tables(connection, applied)
    assert "commentarchive_comment" in tables()
    assert "commentarchive_segment" not in tables()
    assert MigrationRecorder(connection).applied_migrations().keys() == applied


@pytest.mark.pure
def test_steps_of_a_later_version_are_told_and_names_of_stand_ins_are_not():
    later = ("commentarchive", "9999_from_the_future")
    earlier = ("moderation", "0001_squashed_0007_fill_states")
    assert unknown_steps({FIRST, later, earlier, *stand_ins().values()}) == [later]
