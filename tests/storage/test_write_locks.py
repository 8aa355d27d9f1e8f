"""Who is first: a long write of one process, and a short one of another."""

import fcntl
import os
import signal
import time
from collections.abc import Callable
from contextlib import nullcontext

import pytest

from commentarchive.storage import write_locks
from commentarchive.storage.write_locks import Turn, long_write, short_write

pytestmark = pytest.mark.once
# Seconds after which a test has failed that waits for another process.
LONGEST = 30


@pytest.fixture(autouse=True)
def order(settings, tmp_path, monkeypatch):
    """Return the file into which writers write; no database has a part in this."""
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(write_locks, "_transaction", nullcontext)
    monkeypatch.setattr(write_locks, "at_the_end", [])
    monkeypatch.setattr(write_locks, "PATIENCE", LONGEST)
    return tmp_path / "order"


@pytest.fixture
def forked():
    """Return a function that has another process do something; kill all at the end."""
    pids = []

    def fork(work: Callable[[], None]) -> int:
        pid = os.fork()
        if not pid:
            try:
                work()
            finally:
                os._exit(0)
        pids.append(pid)
        return pid

    yield fork
    for pid in pids:
        kill(pid)


def kill(pid):
    """Kill a process, unless it has ended."""
    try:
        if os.waitpid(pid, os.WNOHANG) == (0, 0):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    except ChildProcessError:
        return


def note(order, word):
    with order.open("a") as file:
        file.write(word)


def wait_until(is_so):
    until = time.monotonic() + LONGEST
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.001)


def test_a_short_write_goes_before_the_next_long_one(order, forked):
    def decide():
        with short_write():
            note(order, "short ")

    with long_write() as turn:
        assert not turn.is_awaited()
        forked(decide)
        wait_until(turn.is_awaited)
        note(order, "long ")
    with long_write() as turn:
        assert not turn.is_awaited()
        note(order, "long ")
    assert order.read_text() == "long short long "


def test_nobody_waits_once_who_did_is_killed(forked):
    def decide():
        with short_write():
            pass

    with long_write() as turn:
        pid = forked(decide)
        wait_until(turn.is_awaited)
        kill(pid)
        assert not turn.is_awaited()


def test_a_killed_long_write_keeps_nobody_waiting(order, forked):
    def load():
        with long_write():
            note(order, "long ")
            time.sleep(LONGEST)

    pid = forked(load)
    wait_until(order.exists)
    kill(pid)
    with short_write():
        note(order, "short ")
    with long_write():
        note(order, "long ")
    assert order.read_text() == "long short long "


def test_who_waits_for_a_long_write_does_not_wait_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(write_locks, "PATIENCE", 0)
    with (tmp_path / "long_writes.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        # SQLite keeps them apart from here on.
        with short_write():
            pass
        with long_write():
            pass


def test_a_long_write_that_waits_for_another_bars_no_short_one(tmp_path):
    with (
        (tmp_path / "long_writes.lock").open("w") as held,
        (tmp_path / "long_writes.lock").open("w") as long,
        (tmp_path / "writers.lock").open("w") as writers,
        (tmp_path / "writers.lock").open("w") as short,
    ):
        fcntl.flock(held, fcntl.LOCK_EX)
        assert not write_locks._is_turn(writers, long)
        fcntl.flock(short, fcntl.LOCK_SH | fcntl.LOCK_NB)


def test_nobody_waits_where_the_database_has_no_such_locks():
    assert not Turn().is_awaited()
