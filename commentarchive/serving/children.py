"""Processes beside the web server: they end with it, and it does not end with them."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import Protocol, override

from commentarchive.serving.forking import ForkedProcess

POLL = 0.2
# Seconds in which a child may finish what it is doing.
GRACE = 8
# Seconds before a helper that ended is started again: twice as long each time, and the
# first again once it has stayed.
FIRST_PAUSE, LONGEST_PAUSE, STAYED = 1, 300, 60


class Process(Protocol):
    """What a child is started as: a program of its own, or a fork of this one."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def terminate(self) -> None: ...


class Child:
    """A process with a group of its own, so that its children end with it."""

    def __init__(self) -> None:
        self._started_at = self._due_at = 0.0
        self._pause = FIRST_PAUSE
        self._process: Process | None = None

    def _spawn(self) -> Process:
        raise NotImplementedError

    def start(self) -> None:
        """Start the process."""
        self._started_at = time.monotonic()
        self._process = self._spawn()

    def poll(self) -> int | None:
        """Return the code with which the process ended; None while it runs."""
        return None if self._process is None else self._process.poll()

    def put_off(self) -> int:
        """Plan the next start of a process that ended; return the seconds until it."""
        if time.monotonic() - self._started_at > STAYED:
            self._pause = FIRST_PAUSE
        pause, self._pause = self._pause, min(2 * self._pause, LONGEST_PAUSE)
        self._process, self._due_at = None, time.monotonic() + pause
        return pause

    @property
    def is_due(self) -> bool:
        """Whether the process ended, and its pause is over."""
        return self._process is None and time.monotonic() >= self._due_at

    def stop(self) -> None:
        """Ask the process to end."""
        if self._process is not None:
            self._process.terminate()

    def end(self, deadline: float) -> int:
        """Return the code of a process that was asked to end.

        What is left of its group at the deadline (on the monotonic clock) is killed.
        """
        if self._process is None:
            return 0
        try:
            return self._process.wait(timeout=max(0, deadline - time.monotonic()))
        except (subprocess.TimeoutExpired, TimeoutError):
            os.killpg(self._process.pid, signal.SIGKILL)
            return self._process.wait()


class Command(Child):
    """A program of its own."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        passed: Sequence[int] = (),
    ) -> None:
        super().__init__()
        self._command, self._environment = command, environment
        # Descriptors that it inherits.
        self._passed = passed

    @override
    def _spawn(self) -> Process:
        return subprocess.Popen(
            self._command,
            env=self._environment,
            pass_fds=self._passed,
            start_new_session=True,
        )


class Fork(Child):
    """A fork of this process, which shares what is loaded already."""

    def __init__(self, run: Callable[[], int | None]) -> None:
        super().__init__()
        self._run = run

    @override
    def _spawn(self) -> Process:
        return ForkedProcess(self._run)


def run_beside(
    server: Child,
    helpers: Mapping[str, Child],
    on_end: Callable[[str, str, int], None],
    is_sound: Callable[[], bool] = lambda: True,
) -> int:
    """Run until the server ends or a signal comes, and return the server's code.

    No helper starts before `is_sound`, which is asked again and again; what it raises
    ends all. A helper that ends is started again after a pause; `on_end` is told its
    name, how it ended and the pause. Signals go to all, and whoever has not ended after
    the grace is killed.
    """
    children = [server, *helpers.values()]
    is_stopping = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal is_stopping
        is_stopping = True
        for child in children:
            child.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    server.start()
    has_helpers = False
    try:
        while not is_stopping and server.poll() is None:
            has_helpers = has_helpers or is_sound()
            for name, helper in helpers.items() if has_helpers else ():
                if is_stopping:
                    break
                if ended := _tend(helper):
                    on_end(name, ended, helper.put_off())
            time.sleep(POLL)
    finally:
        # Once more: a child that was being started did not hear the signal.
        stop(0, None)
        deadline = time.monotonic() + GRACE
        code, *_ = [child.end(deadline) for child in children]
    return code


def _tend(helper: Child) -> str:
    """Start a helper that is due; return how it ended, or "" while it runs or rests."""
    try:
        if helper.is_due:
            helper.start()
    except OSError as error:
        return f"could not be started ({error.strerror})"
    code = helper.poll()
    return "" if code is None else f"ended with code {code}"
