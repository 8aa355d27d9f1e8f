"""What every test needs: the right database, files of its own, a cast."""

import gc
import importlib
import os
import shutil
from collections import defaultdict
from contextlib import nullcontext, suppress
from pathlib import Path
from random import Random

import hypothesis
import pytest
from django.test import Client, TransactionTestCase
from environ import Env

from tests import databases, migrated
from tests.answers import hold_to_known_statuses
from tests.made_once import made_once

pytest_plugins = ["tests.archives"]
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# For the processes that tests start; each test sets it for itself.
os.environ.setdefault("STAFF_SECOND_FACTOR", "off")
COMMITTING_FIXTURES = {"transactional_db", "live_server"}
DATABASE_FIXTURES = {"db", *COMMITTING_FIXTURES}
RECONCILED = {"actions", "captures", "discussion", "erasure", "intake", "moderation"}
# Where tests, and the cases of one, differ by what Python decides: their SQL is asked
# by others too.
DECIDED_IN_PYTHON = {
    *("actions", "admin", "api", "captures", "discussion", "feeds", "intake"),
    *("integrity", "management", "middleware", "moderation", "views"),
    # Of the record: what is appended and its triggers are not.
    *("test_reconcile.py", "test_tiles.py"),
}
# One in so many of their tests runs on PostgreSQL.
SHARE = 5
# Keys by which words of the demo are digested and its logins let in.
IN_THE_DEMO = ("matching", "demo_password")
SAMPLES = Path(__file__).resolve().parent.parent.parent / "shared" / "samples"


# Nothing that a test writes has to outlive the machine.
os.fsync = lambda _file: None
# Each test that commits has a database of its own, so that nothing is flushed.
TransactionTestCase._fixture_teardown = lambda _self: None
# New cases are searched for while somebody works; what is handed in is judged by the
# same cases each time, so that nobody's change fails by chance.
hypothesis.settings.register_profile(
    "suite", deadline=None, derandomize=bool(os.environ.get("CI"))
)
hypothesis.settings.load_profile("suite")
hold_to_known_statuses()


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session):
    """Begin with other modules in each worker of a whole run.

    In a fresh clone whoever comes first compiles a module of tests, asserts and all:
    workers that went through them in one order would each do most of it.
    """
    folder = Path(__file__).parent
    chosen = [Path(argument).resolve() for argument in session.config.args]
    if "PYTEST_XDIST_WORKER" in os.environ and chosen == [folder]:
        # All of it stays.
        gc.disable()
        worker = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
        workers = int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
        for file in sorted(folder.rglob("test_*.py"))[worker::workers]:
            name = file.relative_to(folder.parent).with_suffix("")
            # What cannot be imported fails where it is collected.
            with suppress(Exception, pytest.skip.Exception):
                importlib.import_module(".".join(name.parts))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Mark what asks for no database, so that it runs in the SQLite half only."""
    for item in items:
        if not _asks_for_a_database(item):
            item.add_marker("pure")
    leave_out_whose_turn_it_is_not(config, items)
    if os.environ.get("CASES") == "one":
        seed = config.getoption("randomly_seed", 0)
        # Some tests are left out with all of their cases.
        left_out = {
            item.nodeid: item
            for item in (*left_out_cases(items, seed), *left_out_tests(items, seed))
        }
        config.hook.pytest_deselected(items=[*left_out.values()])
        items[:] = [item for item in items if item.nodeid not in left_out]


def leave_out_whose_turn_it_is_not(config, items):
    """Leave tests marked `in_turn` to the other half, where this run says so.

    What runs in one half only has no other.
    """
    turn = os.environ.get("TURN")
    if turn and turn != os.environ["TEST_HALF"]:
        left_out = [
            item
            for item in items
            if item.get_closest_marker("in_turn") and not _is_of_sqlite(item)
        ]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_collection_finish():
    """Let the collector of garbage pass over the modules and tests, which all stay."""
    gc.collect()
    gc.freeze()
    gc.enable()
    # What tests leave is little: it is looked for once in a while.
    gc.set_threshold(200_000)


def left_out_cases(items, seed):
    """Return all but one case of each test whose cases run the same SQL.

    The seed that orders the tests chooses the case: it is another one in each run, and
    the same in all workers of a run.
    """
    cases = defaultdict(list)
    for item in items:
        if hasattr(item, "callspec") and _is_decided_in_python(item):
            cases[item.nodeid.partition("[")[0]].append(item)
    kept = {
        Random(f"{seed} {test}").choice(sorted(item.nodeid for item in of_test))
        for test, of_test in cases.items()
    }
    return [
        item
        for of_test in cases.values()
        for item in of_test
        if item.nodeid not in kept
    ]


def left_out_tests(items, seed):
    """Return the tests that PostgreSQL runs in another run: all but one in SHARE.

    Of each module one stays at least. Whatever commits stays: what waits for a lock, or
    comes between, is another on each database.
    """
    modules = defaultdict(lambda: defaultdict(list))
    for item in items:
        if _is_decided_in_python(item) and not (_is_of_sqlite(item) or _commits(item)):
            module, test = item.nodeid.partition("[")[0].split("::", 1)
            modules[module][test].append(item)
    left_out = []
    for module, tests in modules.items():
        stays = Random(f"{seed} {module}").choice(sorted(tests))
        for test, of_test in tests.items():
            turn = Random(f"{seed} {module} {test}").randrange(SHARE)
            if turn and test != stays:
                left_out += of_test
    return left_out


def _is_of_sqlite(item):
    return any(map(item.get_closest_marker, ("pure", "once")))


def _is_decided_in_python(item):
    rooms = item.path.relative_to(Path(__file__).parent).parts
    has_own_sql = item.get_closest_marker("every_case") is not None
    return bool(DECIDED_IN_PYTHON & set(rooms)) and not has_own_sql


def _commits(item):
    marker = item.get_closest_marker("django_db")
    is_said = marker is not None and marker.kwargs.get("transaction", False)
    return bool(COMMITTING_FIXTURES & set(item.fixturenames)) or is_said


def _asks_for_a_database(item):
    fixtures = DATABASE_FIXTURES & set(item.fixturenames)
    return bool(fixtures) or item.get_closest_marker("django_db") is not None


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """Forget what the server kept of another test's archive."""
    from django.core.cache import cache

    cache.clear()


def pytest_terminal_summary(terminalreporter, exitstatus, config):
    """Name the order of the tests where one failed."""
    if exitstatus and config.pluginmanager.hasplugin("randomly"):
        seed = config.getoption("randomly_seed")
        terminalreporter.write_line(f"The order was --randomly-seed={seed}")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix, tmp_path_factory
):
    """Put SQLite's test database into a file, PostgreSQL's on the worker's server."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    # Each test that commits has a database of its own: a thread of the server that a
    # browser talks to must not go on with the one of the test before.
    database["CONN_MAX_AGE"] = 0
    if database["ENGINE"].endswith("sqlite3"):
        path = tmp_path_factory.mktemp("db") / "test.sqlite3"
        database.setdefault("TEST", {})["NAME"] = str(path)
        migrated.copy_to(path)
        # As for os.fsync above.
        pragmas = database["OPTIONS"]["init_command"]
        assert "synchronous=FULL" in pragmas
        database["OPTIONS"]["init_command"] = pragmas.replace(
            "synchronous=FULL", "synchronous=OFF"
        )
    elif address := databases.address_of_this_worker():
        database.update(Env.db_url_config(address))
        # Processes that tests start read it.
        os.environ["DATABASE_URL"] = address


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings):
    """Return whether the test database is migrated already, as SQLite's is."""
    from django.conf import settings

    return settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")


@pytest.fixture
def _own_database(request, _empty_archive, django_db_blocker):
    """Point a test at the archive that it wants, and at a copy where it commits.

    That is the demo, or what the function of its mark `kept` writes.
    """
    from django.db import connection

    from tests.archives import copy_files

    wanted = set(request.fixturenames)
    commits = _commits(request.node)
    name = usual = str(connection.settings_dict["NAME"])
    pristine = _empty_archive
    if "demo" in wanted:
        pristine, name, _var = request.getfixturevalue("_demo_archive")
    elif mark := request.node.get_closest_marker("kept"):
        pristine, name, var = request.getfixturevalue("_kept_archive")(**mark.kwargs)
        copy_files(var, request.getfixturevalue("tmp_path"))
    with django_db_blocker.unblock():
        if commits:
            name = databases.copy(pristine, f"{Path(usual).stem}_copy")
        else:
            databases.to_roll_back_in(pristine, name)
        with databases.using(name) if name != usual else nullcontext():
            yield
        if commits:
            databases.drop(name)


@pytest.fixture
def _django_db_helper(_own_database, _django_db_helper):
    """Choose the database before the fixture of pytest-django opens a transaction."""


@pytest.fixture(scope="session", autouse=True)
def _own_keys(tmp_path_factory):
    """Keep the keys of this worker in a folder of their own.

    Those that the demo was made with are the same in all workers of a run.
    """
    from django.conf import settings

    from commentarchive import env

    made_before = settings.VAR_DIR / "keys" / "matching"
    settings.VAR_DIR = tmp_path_factory.mktemp("var")
    # A test's rows may go back to what they were, unnoticed by what counts writes.
    settings.PAGE_CACHE_BYTES = 0
    keys = settings.VAR_DIR / "keys"
    settings.LEDGER_KEY_FILE = keys / "ledger"
    settings.WITNESS_KEY_FILE = keys / "witness"
    # whitenoise warns without this folder.
    settings.STATIC_ROOT = settings.VAR_DIR / "static"
    settings.STATIC_ROOT.mkdir()
    # Each client of a test would list every file in it first.
    settings.WHITENOISE_AUTOREFRESH = True

    def make(folder):
        # Modules of tests that digest words as they are collected have made one already.
        if made_before.exists():
            shutil.copy2(made_before, folder)
        for name in IN_THE_DEMO:
            env.kept_secret(folder / name)

    shutil.copytree(made_once(tmp_path_factory, "keys", make), keys)
    return keys


def is_reconciled(item, seed):
    """Return whether tables and record are compared after a test.

    `scripts/test.py` lets them be compared after one test in COMPARED of a whole run,
    others in each; a choice of tests is compared each time.
    """
    rooms = item.path.relative_to(Path(__file__).parent).parts
    if not RECONCILED & set(rooms) or not _asks_for_a_database(item):
        return False
    share = int(os.environ.get("COMPARED", "1"))
    return Random(f"{seed} {item.nodeid}").randrange(share) == 0


_rows_changed = pytest.StashKey[int | None]()
_set_ups_compared = set()


def rows_changed():
    """Return how many rows this connection has changed so far, rolled back or not.

    None where that cannot be known, or others may have written too.
    """
    from django.db import connection

    is_alone = connection.vendor == "sqlite" and connection.in_atomic_block
    return connection.connection.total_changes if is_alone else None


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item):
    """Note what was written before the test itself begins."""
    if item.stash.get(_rows_changed, "") is None:
        item.stash[_rows_changed] = rows_changed()
    return (yield)


def is_as_set_up(item):
    """Return whether a test wrote nothing, and what it was given is compared already.

    The same fixtures of the same module set the same up.
    """
    set_up = (item.path, *sorted(item.fixturenames))
    before = item.stash[_rows_changed]
    if before is not None and before == rows_changed() and set_up in _set_ups_compared:
        return True
    _set_ups_compared.add(set_up)
    return False


@pytest.fixture(autouse=True)
def _tables_are_as_the_record_says(request):
    """Reconcile after each test of the rooms whose actions write tables."""
    item = request.node
    is_compared = is_reconciled(item, request.config.getoption("randomly_seed", 0))
    if is_compared:
        request.getfixturevalue("db")
        item.stash[_rows_changed] = None
    yield
    is_compared &= item.get_closest_marker("unreconciled") is None
    if is_compared and not is_as_set_up(item):
        from commentarchive.integrity.search_rows import compare_search, left_over
        from commentarchive.ledger.reconciliation import reconcile
        from commentarchive.search.index import catch_up, is_behind

        assert [str(difference) for difference in reconcile()] == []
        # Else all of the index was compared just now.
        if is_behind():
            assert not left_over().exists()
            catch_up()
            assert [str(difference) for difference in compare_search()] == []


@pytest.fixture(autouse=True)
def _own_var_dir(settings, tmp_path, _own_keys):
    """Keep the captures, locks and signer of each test in a folder of their own."""
    from tests.archives import settings_in

    (tmp_path / "keys").symlink_to(_own_keys, target_is_directory=True)
    for name, value in settings_in(tmp_path).items():
        setattr(settings, name, value)
    # What it remembers is of one record only.
    settings.LEDGER_KEY_FILE = tmp_path / "ledger"
    # What it asks for has tests of its own.
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture(autouse=True)
def _a_forced_login_is_a_fresh_one():
    """Let a client of a test have proved just now who it is."""
    from django.contrib.auth.signals import user_logged_in

    from commentarchive.storage.sessions import note_proof

    def note(request, **_):
        note_proof(request.session)

    user_logged_in.connect(note)
    yield
    user_logged_in.disconnect(note)


@pytest.fixture(autouse=True)
def _nobody_has_asked_before():
    """Let each test begin with nothing counted against its address."""
    from commentarchive.api import answers
    from commentarchive.views import invitations, login_limits, search
    from moderation.views import claims, flags

    for limit in (
        *(claims.TRIES, claims.SENT, claims.SENT_IN_ALL, claims.LOOK_UPS),
        *(flags.TRIES, flags.SENT, flags.SENT_IN_ALL),
        *(login_limits.PER_PAIR, login_limits.PER_ADDRESS, login_limits.PER_ACCOUNT),
        *(search.SEARCHES, answers.REQUESTS, invitations.TRIES),
    ):
        limit.forget()


@pytest.fixture
def samples():
    """Return the folder of real exports, where it is there."""
    if not SAMPLES.is_dir():
        pytest.skip("the folder of real exports is not here")
    return SAMPLES


@pytest.fixture
def alice(db):
    """Alice moderates."""
    from commentarchive.ledger.models import Role
    from tests.cast import member

    return member("alice", Role.MODERATOR)


@pytest.fixture
def olive(db):
    """Olive owns the archive."""
    from commentarchive.ledger.models import Role
    from tests.cast import member

    return member("olive", Role.OWNER)


@pytest.fixture
def charlie(db):
    """Charlie is a login without a role."""
    from django.contrib.auth.models import User

    return User.objects.create_user("charlie", password="password")


@pytest.fixture
def by(request, alice):
    """Return Alice as she decides, with house rules in force."""
    from commentarchive.actions.staff import acting
    from moderation.models import PolicyVersion
    from tests.cast import with_house_rules

    if request.node.get_closest_marker("kept") and PolicyVersion.objects.exists():
        return acting(alice)
    return with_house_rules(alice)


@pytest.fixture
def desk(alice):
    """Return a client in which Alice is logged in."""
    client = Client()
    client.force_login(alice)
    return client
