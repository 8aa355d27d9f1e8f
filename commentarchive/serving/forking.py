"""Forks: processes that share the memory of what this one has loaded.

A fork has to begin without threads and without an open database: SQLite's locks and its
log belong to the process that opened them. So whoever forks opens none.
"""

import ctypes
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from django.core.management.base import CommandError

from commentarchive.ledger.outages import outage

# How often somebody who waits for a fork looks whether it has ended.
LOOK = 0.02
_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15
_log = logging.getLogger("commentarchive.serving")


class ForkedProcess:
    """A fork with a group of its own; ends when its parent does."""

    def __init__(self, run: Callable[[], int | None]) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        self._code: int | None = None
        # Between fork and own handlers a signal would be taken for the parent's.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            self.pid = os.fork()
            if self.pid == 0:
                _run_and_exit(run, parent)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def poll(self) -> int | None:
        """Return its code, negative for a signal; None while it runs."""
        if self._code is None:
            with suppress(ChildProcessError):
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                if pid:
                    self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def wait(self, timeout: float | None = None) -> int:
        """Return its code when it has ended. Raise TimeoutError after some seconds."""
        end = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if end is not None and time.monotonic() >= end:
                raise TimeoutError
            time.sleep(LOOK)
        return code

    def terminate(self) -> None:
        """Ask it to end."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)


def in_fork(run: Callable[[], int | None]) -> int:
    """Run something in a fork and return its code: nothing of it stays in memory."""
    return ForkedProcess(run).wait()


def call_itself(name: str) -> None:
    """Let `ps` and `top` show this process by a name of its own (Linux)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_NAME, name.encode(), 0, 0, 0)


def end_with_parent(parent: int) -> None:
    """Let this process be asked to end when its parent ends in any way (Linux)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        # It ended before that was said.
        os._exit(1)


def _run_and_exit(run: Callable[[], int | None], parent: int) -> None:
    code = 1
    try:
        os.setsid()
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        end_with_parent(parent)
        code = run() or 0
    except SystemExit as error:
        code = _code_of(error)
    except CommandError as error:
        # It is a sentence for whoever runs the command.
        _log.error("%s", error)
    except BaseException as error:  # noqa: BLE001  # whatever it is, the fork ends here
        if found := outage(error):
            _log.error("A process of the server cannot go on: %s.", found)
        else:
            _log.exception("A process beside the server failed.")
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _code_of(error: SystemExit) -> int:
    if isinstance(error.code, int):
        return error.code
    if error.code:
        _log.error("%s", error.code)
        return 1
    return 0
