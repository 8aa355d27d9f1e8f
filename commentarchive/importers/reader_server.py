"""Forks a reader for each file: `python -m commentarchive.importers.reader_server FD`.

Starting Python and loading every importer takes longer than reading most files, so one
process does that once and forks a reader a file, which takes milliseconds. A reader has
limits of its own and ends with its file: whatever a hostile file makes of it is gone.
The server itself reads nothing of any file. It has no database, no settings and one
thread, and ends when the archive's process does; a reader ends with the server. Both
notice by the end of a socket, and are killed by the system where that can be asked for.

For each file the archive sends one byte with two descriptors: where the reader writes
its messages, and a socket. On the socket the archive sends the task, gets the reader's
exit code, and closing it kills the reader.
"""

import ctypes
import gc
import json
import os
import selectors
import signal
import socket
import sys
import traceback
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import NoReturn

from commentarchive.importers import reader
from commentarchive.importers.dates import written

# No path is longer.
MAX_TASK = 1 << 16
DESCRIPTORS = 2
# Input, output and errors.
_STANDARD = 3
# Seconds between two looks at who the parent is.
_LOOK = 2
# Of Linux's prctl(2).
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True, eq=False)
class _Reader:
    pid: int
    control: socket.socket
    # Its other end closes when the reader ends; this one, when the server does.
    lifeline: socket.socket


class ReaderServer:
    """Forks readers on request, and ends them."""

    def __init__(self, requests: socket.socket) -> None:
        self._requests = requests
        self._parent = os.getppid()
        self._selector = selectors.DefaultSelector()
        self._selector.register(requests, selectors.EVENT_READ)
        self._readers: set[_Reader] = set()
        self._started = 0

    def run(self) -> None:
        """Serve until the archive's process ends."""
        is_wanted = True
        while is_wanted:
            for key, _events in self._selector.select(_LOOK):
                # Its socket and its lifeline may both have something to say.
                if key.data in self._readers:
                    self._end(key.data)
                elif key.data is None:
                    is_wanted = self._start_reader()
            # Another process may have inherited the other end of the socket.
            is_wanted = is_wanted and os.getppid() == self._parent
        for reader_left in list(self._readers):
            self._end(reader_left)

    def _start_reader(self) -> bool:
        """Take a request and start its reader; return False where nobody asks."""
        asked, descriptors, _flags, _address = socket.recv_fds(
            self._requests, 1, DESCRIPTORS
        )
        if not asked:
            return False
        self._started += 1
        if self._started == 2:
            # Its first call takes as long as a page; a single export needs none.
            written("1 May 2012", "en")
        pipe, control = descriptors[0], socket.socket(fileno=descriptors[1])
        task = reader.Task(**json.loads(control.recv(MAX_TASK)))
        lifeline, held_by_reader = socket.socketpair()
        pid = os.fork()
        if not pid:
            _be_a_reader(task, pipe, held_by_reader.detach())
        os.close(pipe)
        held_by_reader.close()
        started = _Reader(pid, control, lifeline)
        self._readers.add(started)
        self._selector.register(control, selectors.EVENT_READ, started)
        self._selector.register(lifeline, selectors.EVENT_READ, started)
        return True

    def _end(self, ended: _Reader) -> None:
        """Kill a reader unless it has ended, and say how it did."""
        os.kill(ended.pid, signal.SIGKILL)
        _pid, status = os.waitpid(ended.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        # Where the archive has closed the socket, it wants no more of the file.
        with suppress(OSError):
            ended.control.send(str(code).encode())
        self._selector.unregister(ended.control)
        self._selector.unregister(ended.lifeline)
        ended.control.close()
        ended.lifeline.close()
        self._readers.remove(ended)


def _be_a_reader(task: reader.Task, pipe: int, lifeline: int) -> NoReturn:
    """Read a file in a process that was forked for it, and end the process."""
    code = 1
    try:
        # One thread forks readers and ends last, so that none is killed too early.
        die_with_parent()
        # Sockets of the server and of other readers.
        low, high = sorted((pipe, lifeline))
        os.closerange(_STANDARD, low)
        os.closerange(low + 1, high)
        os.closerange(high + 1, os.sysconf("SC_OPEN_MAX"))
        Thread(target=_end_with_server, args=[lifeline], daemon=True).start()
        with open(pipe, "wb") as out:
            reader.run(task, out)
        code = 0
    except BaseException:  # noqa: BLE001  # nothing may return into the server's loop
        traceback.print_exc()
    finally:
        os._exit(code)


def _end_with_server(lifeline: int) -> None:
    os.read(lifeline, 1)
    os._exit(1)


def die_with_parent() -> None:
    """Ask the system to kill this process when its parent's thread ends, on Linux."""
    with suppress(AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def main(descriptor: str, parent: str) -> None:
    """Serve on a socket that was inherited.

    `parent` is the process that started the server, or "" where a thread of it did,
    which may end before the process.
    """
    # The archive's process decides what an interrupt ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if parent:
        die_with_parent()
        if str(os.getppid()) != parent:
            return
    # What is loaded now is shared with every reader.
    gc.freeze()
    ReaderServer(socket.socket(fileno=int(descriptor))).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
