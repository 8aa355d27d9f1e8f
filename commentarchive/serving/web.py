"""The web server: granian, on a socket that its grandparent holds.

Workers of granian listen on sockets of their own otherwise, and with each the requests
that wait there would end. Here all generations take from one socket, which stays.
"""

import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, override

from django.conf import settings
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.net import SocketHolder  # type: ignore[attr-defined]  # it is there
from granian.server.mp import MPServer

from commentarchive.serving.forking import call_itself, end_with_parent

APPLICATION = "commentarchive.wsgi"
BACKLOG = 1024
# Of each worker.
THREADS, MOST_AT_ONCE = 4, 64
# Seconds. A worker that is asked to end before it has loaded does not hear it: granian
# sets its handlers last. Less than the grace of a child.
WORKERS_GRACE = 5
# Seconds after which a worker that takes nothing new ends by itself, unless it is
# answering somebody: for a request of which a part never came it would wait half a
# minute, and be killed over it. Less than its grace.
LEAVE_AFTER = 3
# Seconds in which a worker reads what it has taken, before it is asked to end.
SETTLE = 0.3


class HeldSocketServer(MPServer):
    """granian on a socket that somebody else has opened and keeps open."""

    def __init__(self, held: socket.socket, **options: Any) -> None:
        self._held = held
        super().__init__(APPLICATION, **options)

    @override
    def _init_shared_socket(self) -> None:
        self._ssp = self._sso = None
        # Its positions: whether it is a Unix socket, and how many may wait.
        holder: Any = SocketHolder
        self._shd = holder(self._held.fileno(), False, BACKLOG)

    @override
    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        """Let workers take nothing new before they are asked to end.

        A worker that ends closes what it has taken and not read yet.
        """
        for worker in self.wrks:
            with suppress(ProcessLookupError):
                os.kill(worker.inner.pid, signal.SIGUSR1)
        time.sleep(SETTLE)
        super().signal_handler_interrupt(*args, **kwargs)  # type: ignore[no-untyped-call]  # granian's


def serve_web(held: socket.socket, *, workers: int, ready: int) -> None:
    """Answer requests until a signal comes; write a byte to `ready` by each worker."""
    # What is loaded is shared by forks only.
    multiprocessing.set_start_method("fork", force=True)
    call_itself("web-server")
    server = os.getpid()
    # A worker that has not loaded takes nothing yet.
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)

    def load() -> Any:
        call_itself("web-worker")
        end_with_parent(server)
        signal.signal(signal.SIGUSR1, lambda *_: _prepare_to_leave(held))
        application = import_module(APPLICATION).application
        os.write(ready, b"r")
        return application

    HeldSocketServer(
        held,
        interface=Interfaces.WSGI,
        websockets=False,
        workers=workers,
        blocking_threads=THREADS,
        backpressure=MOST_AT_ONCE,
        workers_kill_timeout=WORKERS_GRACE,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
        log_dictconfig=_logging(),
    ).serve(target_loader=load, wrap_loader=False)


def _prepare_to_leave(held: socket.socket) -> None:
    # It may be asked more than once.
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    take_nothing_new(held)
    threading.Thread(target=_leave, daemon=True).start()


def _leave() -> None:
    """End this process once nobody is being answered in it, whatever it waits for."""
    time.sleep(LEAVE_AFTER)
    while _is_answering():
        time.sleep(SETTLE)
    os._exit(0)


def _is_answering() -> bool:
    """Return whether a thread is in the application; those of granian rest outside."""
    ours = {threading.main_thread().ident, threading.get_ident()}
    return bool(sys._current_frames().keys() - ours)  # noqa: SLF001  # documented


def take_nothing_new(held: socket.socket) -> None:
    """Let this process accept no more, while others go on with the same socket.

    A socket that nobody calls takes its place wherever it is open here.
    """
    nobody_calls = socket.socket(socket.AF_UNIX)
    nobody_calls.bind("")
    nobody_calls.listen()
    nobody_calls.setblocking(False)
    ours = os.fstat(held.fileno())
    for each in list(Path("/proc/self/fd").iterdir()):
        with suppress(OSError):
            if os.path.samestat(os.fstat(int(each.name)), ours):
                os.dup2(nobody_calls.fileno(), int(each.name), inheritable=False)


def _logging() -> dict[str, Any]:
    """Let granian's remarks be lines like ours; it keeps no list of visitors."""
    ours: dict[str, Any] = settings.LOGGING
    granian = {"handlers": [], "level": "WARNING", "propagate": True}
    return {**ours, "loggers": {**ours["loggers"], "_granian": granian}}
