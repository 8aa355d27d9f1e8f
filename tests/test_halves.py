import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests import conftest, databases, migrated
from tests.conftest import (
    is_reconciled,
    leave_out_whose_turn_it_is_not,
    left_out_cases,
    left_out_tests,
)


@pytest.mark.django_db
def test_runs_on_the_database_that_this_half_is_for():
    half = os.environ.get("TEST_HALF", connection.vendor)
    assert connection.vendor == half
    if half == "sqlite":
        assert "memory" not in str(connection.settings_dict["NAME"])


@pytest.mark.pure
@pytest.mark.parametrize(
    ("worker", "address"), [("gw0", "a"), ("gw1", "b"), ("gw2", None), ("", "a")]
)
def test_each_worker_has_a_server_of_its_own(monkeypatch, worker, address):
    monkeypatch.setenv("DATABASE_URLS", "a b")
    monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)
    if not worker:
        monkeypatch.delenv("PYTEST_XDIST_WORKER")
    assert databases.address_of_this_worker() == address
    monkeypatch.delenv("DATABASE_URLS")
    assert databases.address_of_this_worker() is None


@pytest.mark.pure
def test_each_worker_of_a_whole_run_begins_with_modules_of_its_own(monkeypatch):
    folder = Path(__file__).parent
    names, shares = [], []
    monkeypatch.setattr(conftest.importlib, "import_module", names.append)
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "3")

    def collect(*arguments):
        names.clear()
        config = SimpleNamespace(args=[str(folder / each) for each in arguments])
        conftest.pytest_collection(SimpleNamespace(config=config))
        return [*names]

    with monkeypatch.context() as patch:
        # It would stay off for the tests that follow.
        patch.setattr(conftest.gc, "disable", lambda: None)
        for worker in ("gw0", "gw1", "gw2"):
            patch.setenv("PYTEST_XDIST_WORKER", worker)
            shares.append(collect(""))
            assert collect("test_halves.py") == []
        patch.delenv("PYTEST_XDIST_WORKER")
        assert collect("") == []
    begun_with = sorted(name for share in shares for name in share)
    files = [*folder.rglob("test_*.py")]
    assert len(begun_with) == len(set(begun_with)) == len(files)
    assert __name__ in begun_with
    assert min(map(len, shares)) > len(files) / 4


def made_item(path, name, marks="", fixtures=("db",)):
    """Return what conftest reads of a test that is collected."""
    item = SimpleNamespace(
        path=Path(__file__).parent / path,
        nodeid=f"tests/{path}::{name}",
        get_closest_marker=lambda asked: asked if asked in marks.split() else None,
        fixturenames=fixtures,
    )
    if "[" in name:
        item.callspec = name
    return item


@pytest.mark.pure
def test_one_case_of_each_test_stays_and_every_one_gets_its_turn():
    cases = [made_item("views/test_x.py", f"test_a[{n}]") for n in range(3)]
    others = [
        *(made_item("views/test_x.py", f"test_b[{n}]", "every_case") for n in (1, 2)),
        *(made_item("ledger/test_x.py", f"test_a[{n}]") for n in (1, 2)),
        *(made_item("views/test_x.py", name) for name in ("test_c", "test_d")),
    ]
    kept = set()
    for seed in range(30):
        left_out = left_out_cases([*cases, *others], seed)
        # Workers may have collected them in another order.
        assert left_out_cases([*others, *cases[::-1]], seed) == left_out[::-1]
        [stayed] = [case for case in cases if case not in left_out]
        assert len(left_out) == 2
        kept.add(stayed.nodeid)
    assert kept == {case.nodeid for case in cases}


@pytest.mark.pure
@pytest.mark.parametrize(
    ("turn", "stays"), [("sqlite", True), ("postgresql", False), ("", True)]
)
def test_the_longest_run_in_the_half_whose_turn_it_is(monkeypatch, turn, stays):
    long, other = made_item("x.py", "test_a", "in_turn"), made_item("x.py", "test_b")
    of_sqlite = made_item("x.py", "test_c", "in_turn once")
    items, left_out = [long, other, of_sqlite], []

    def deselect(items):
        left_out.extend(items)

    hook = SimpleNamespace(pytest_deselected=deselect)
    monkeypatch.setenv("TEST_HALF", "sqlite")
    monkeypatch.setenv("TURN", turn)
    leave_out_whose_turn_it_is_not(SimpleNamespace(hook=hook), items)
    assert left_out == ([] if stays else [long])
    assert items == [each for each in (long, other, of_sqlite) if each not in left_out]


@pytest.mark.pure
def test_a_share_of_tests_runs_on_postgresql_and_every_one_gets_its_turn():
    tests = [
        made_item("views/test_x.py", f"test_{n}[{c}]") for n in "abcdef" for c in "xy"
    ]
    alone = made_item("views/test_y.py", "test_a")
    of_sqlite = [made_item("views/test_y.py", f"test_{n}", "once") for n in "bcd"]
    others = [
        made_item("ledger/test_x.py", "test_a"),
        made_item("views/test_x.py", "test_g", "every_case"),
        made_item("views/test_x.py", "test_h", fixtures=("db", "transactional_db")),
    ]
    kept, numbers = set(), []
    for seed in range(40):
        items = [*tests, alone, *others, *of_sqlite]
        left_out = left_out_tests(items, seed)
        again = left_out_tests(items[::-1], seed)
        assert sorted(each.nodeid for each in left_out) == sorted(
            each.nodeid for each in again
        )
        stayed = {each.nodeid for each in items if each not in left_out}
        assert stayed >= {each.nodeid for each in (alone, *others)}
        # Which of its cases runs is chosen elsewhere.
        of_tests = stayed & {each.nodeid for each in tests}
        assert {f"{name[:-3]}[y]" for name in of_tests} <= of_tests
        kept |= of_tests
        numbers.append(len(of_tests))
    assert kept == {each.nodeid for each in tests}
    assert min(numbers) >= 2
    assert sum(numbers) / 40 < 8


@pytest.mark.pure
def test_a_share_is_reconciled_in_a_whole_run_and_all_else(monkeypatch):
    tests = [made_item("intake/test_x.py", f"test_{n}") for n in range(400)]
    monkeypatch.delenv("COMPARED", raising=False)
    assert all(is_reconciled(item, 1) for item in tests)
    assert not is_reconciled(made_item("views/test_x.py", "test_a"), 1)
    monkeypatch.setenv("COMPARED", "4")
    compared = [[is_reconciled(item, seed) for item in tests] for seed in (1, 1, 2)]
    assert compared[0] == compared[1] != compared[2]
    assert 50 < sum(compared[0]) < 150


@pytest.mark.pure
def test_a_migrated_database_is_kept_for_the_same_code_alone(tmp_path, monkeypatch):
    for package in migrated.PACKAGES:
        (tmp_path / package / "migrations").mkdir(parents=True)
    (tmp_path / "requirements.txt").write_text("django==6.0")
    first = tmp_path / "moderation" / "migrations" / "0001.py"
    found = set()
    for words in ("A = 1", "A = 2"):
        first.write_text(words)
        found.add(migrated.digest_of(tmp_path))
    assert migrated.digest_of(tmp_path) in found
    first.rename(first.with_name("0002.py"))
    found.add(migrated.digest_of(tmp_path))
    (tmp_path / "requirements.txt").write_text("django==6.1")
    found.add(migrated.digest_of(tmp_path))
    monkeypatch.setattr(migrated, "BENEATH", ("another Python",))
    found.add(migrated.digest_of(tmp_path))
    assert len(found) == 5


@pytest.mark.django_db
def test_no_migration_is_missing_in_what_is_kept():
    executor = MigrationExecutor(connection)
    assert not executor.migration_plan(executor.loader.graph.leaf_nodes())


@pytest.mark.pure
def test_what_wrote_nothing_is_compared_once_for_each_set_up(monkeypatch):
    monkeypatch.setattr(conftest, "_set_ups_compared", set())

    def is_left_out(name, before, after):
        item = made_item("intake/test_x.py", name)
        item.stash = {conftest._rows_changed: before}
        monkeypatch.setattr(conftest, "rows_changed", lambda: after)
        return conftest.is_as_set_up(item)

    assert [is_left_out(f"test_{n}", 7, 7) for n in "ab"] == [False, True]
    assert not is_left_out("test_c", 7, 8)
    # On PostgreSQL, and where others may write too, nobody knows.
    assert not is_left_out("test_d", None, None)
