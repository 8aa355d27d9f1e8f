"""Run tests in a forked child, into which all modules are imported already."""

import os
import pickle
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Failure:
    """The test that failed, and the line that pytest says of it."""

    test: str
    message: str


class Failures:
    """A plugin that keeps which tests failed."""

    def __init__(self) -> None:
        self.kept: dict[str, Failure] = {}

    def pytest_runtest_logreport(self, report):
        if report.failed and report.nodeid not in self.kept:
            crash = getattr(report.longrepr, "reprcrash", None)
            message = crash.message if crash else str(report.longrepr)
            first = next(iter(message.splitlines()), "")
            failure = Failure(report.nodeid, f"{report.when}: {first}")
            self.kept[report.nodeid] = failure


def run_items(
    session: pytest.Session, items: list[pytest.Item], *, seconds: float = inf
) -> tuple[int, list[Failure]]:
    """Run tests, with -x until one fails, for so many seconds of the processor.

    Return how many ran, and what failed.
    """
    failures, number = Failures(), -1
    ends_at = processor_seconds() + seconds
    session.config.pluginmanager.register(failures)
    for number, item in enumerate(items):
        following = items[number + 1] if number + 1 < len(items) else None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        is_enough = failures.kept and session.config.option.maxfail
        if is_enough or processor_seconds() > ends_at:
            break
    return number + 1, [*failures.kept.values()]


def processor_seconds() -> float:
    """Return the seconds of this process and of those it waited for."""
    return sum(os.times()[:4])


class Child:
    """A forked process that does one thing and leaves its result in a file."""

    def __init__(self, do: Callable[[], object], *, seconds: int) -> None:
        """Start it; it may use so many seconds of the processor."""
        self.folder = Path(tempfile.mkdtemp(prefix="ca-mutant-"))
        self._is_known_over = False
        self.ends_by = time.monotonic() + 120 + 15 * seconds
        sys.stdout.flush()
        self.pid = os.fork()
        if not self.pid:
            self._live(do, seconds)

    def _live(self, do: Callable[[], object], seconds: int) -> None:
        code = 1
        try:
            os.setpgid(0, 0)
            # An endless loop, which a change may make, ends.
            # What it starts may set itself a higher limit.
            _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, hard))
            log = os.open(self.folder / "log", os.O_CREAT | os.O_WRONLY)
            os.dup2(log, 1)
            os.dup2(log, 2)
            os.environ["PYTEST_DEBUG_TEMPROOT"] = str(self.folder)
            os.environ["TMPDIR"] = tempfile.tempdir = str(self.folder)
            result = pickle.dumps(do())
            (self.folder / "result").write_bytes(result)
            code = 0
        finally:
            os._exit(code)

    def is_over(self) -> bool:
        """Return whether it ended; end it where it has taken too long."""
        if not os.waitpid(self.pid, os.WNOHANG)[0]:
            if time.monotonic() < self.ends_by:
                return False
            os.killpg(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        self._is_known_over = True
        return True

    def result(self) -> object:
        """Wait for its end and return what it did.

        Raise ChildDied with the end of what it printed where it has no result.
        """
        while not self._is_known_over and not self.is_over():
            time.sleep(0.05)
        try:
            made = self.folder / "result"
            if not made.exists():
                raise ChildDied((self.folder / "log").read_text()[-300:])
            return pickle.loads(made.read_bytes())
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)


class ChildDied(Exception):
    """A child did not come to its end: too slow, or broken."""
