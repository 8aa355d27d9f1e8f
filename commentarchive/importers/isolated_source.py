"""Read a source in a process of its own: apart from the archive, and beside it.

The reader has no database and no settings, and limits on memory and time; what it sends
is taken apart into plain values. Two cores share the work: the reader parses and cleans
while the archive writes.
"""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from copy import copy
from dataclasses import replace
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from threading import Lock, current_thread, main_thread
from typing import BinaryIO

from commentarchive.importers.hosts import Hosts, host_among
from commentarchive.importers.parsed import (
    ParsedBlog,
    ParsedComment,
    ParsedPost,
    Reading,
    Unreadable,
)
from commentarchive.importers.reader import LENGTH_BYTES, Task, too_little
from commentarchive.importers.reader_messages import (
    Ahead,
    Message,
    Refused,
    SourceFound,
    unpack,
)
from commentarchive.importers.registry import named
from commentarchive.text.addresses import host_of
from commentarchive.threads.days import bounds_of

# What a reader may use unless the archive's settings say otherwise.
MEMORY = 512 << 20
# Computing time for any file, and the bytes a second that the slowest machine reads.
SECONDS, SLOWEST = 60, 20_000
# Long threads come in parts, and a text has a limit; this is far beyond both.
MAX_MESSAGE = 1 << 33
_WRONG = "its reader sent what no reader sends"
_SERVER = "commentarchive.importers.reader_server"
_ROOT = Path(__file__).resolve().parents[2]
# All that a reader knows of the archive's environment, which holds keys and addresses.
_ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LANG", "LC_ALL", "TZ", "TMPDIR")
# Otherwise each thread of a reader takes an eighth of its addresses in advance (glibc).
_MALLOC = {"MALLOC_ARENA_MAX": "1"}


class IsolatedSource:
    """A file that a reader reads: what it is, and then its articles.

    Raise Unreadable where the reader refuses it, or dies of it, before the first
    article.
    """

    def __init__(
        self,
        path: Path,
        *,
        source: str = "",
        saved_at: date | None = None,
        memory: int = MEMORY,
        marks: Path | None = None,
    ) -> None:
        """Start a reader; it reads ahead until it is closed or read to the end.

        `saved_at` is the time or the day on which the file was made, if it does not
        say so itself: a day on the clock that `read_by_clock` gives it. `memory` is
        the number of bytes that the reader may use. `marks` is a file of what was
        decided about a plain text; it has to stay until the text has been read.
        """
        self.path = path
        self._memory = memory
        self.marks = marks
        messages = _messages(path, source, memory, marks)
        try:
            # A reader that dies of the first article leaves nothing begun.
            found, self._first = next(messages), [next(messages)]
        except Unreadable as error:
            error.path = path
            raise
        if not isinstance(found, SourceFound):
            raise Unreadable(_WRONG)
        self.importer = named(found.importer)
        self.blog = found.blog
        # Whether the time is said by whoever imports the file, and not by the file.
        self.is_dated_by_hand = self.blog.written_at is None and saved_at is not None
        # As that is said: a time, or a day.
        self.saved_at = saved_at
        if self.is_dated_by_hand and isinstance(saved_at, datetime):
            self.blog = replace(self.blog, written_at=saved_at)
        # The first address of the first article that has one.
        self.first_address = found.first_address
        # The host of the one blog whose articles are read, where a file holds several;
        # "" for those of which no host is told.
        self.host: str | None = None
        # Whether articles of the file's other blogs are read by no other source.
        self.leaves_others_out = False
        self._waiting: Generator[Message] | None = messages

    def by_blog(self) -> list["IsolatedSource"]:
        """Return a source for each blog in the file, in its order; mostly this one.

        Ids mean nothing across blogs: each page's own host tells which it is of.
        """
        if not self.importer.is_of_many_blogs:
            return [self]
        hosts = {}
        with suppress(Unreadable):
            hosts = dict.fromkeys(map(host_among, self.posts(Reading())))
        # What names no host is of another blog only where a file holds several.
        if len(hosts.keys() - {""}) <= 1:
            return [self]
        parts = []
        for host in hosts:
            part = copy(self)
            part.host = host
            part.first_address = f"http://{host}/" if host else ""
            if self.blog.address and host != host_of(self.blog.address):
                # One page of a ZIP says nothing of another page's blog or its time.
                moment = self.blog.written_at if self.is_dated_by_hand else None
                part.blog = ParsedBlog(written_at=moment)
            parts.append(part)
        return parts

    def read_by_clock(self, zone: str) -> None:
        """Let the day on which it was made be one by the clock of its blog."""
        saved_at = self.saved_at
        if self.is_dated_by_hand and saved_at and not isinstance(saved_at, datetime):
            start, end = bounds_of(saved_at, zone)
            self.blog = replace(self.blog, written_at=start, written_until=end)

    def posts(self, reading: Reading) -> Iterator[ParsedPost]:
        """Read every article, from the first one each time; notes come at the end.

        Raise Unreadable where the reader stops midway.
        """
        others = Hosts()
        for post in self._all_posts(reading):
            if self.host is not None and host_among(post) != self.host:
                others.count(post)
            else:
                yield post
        if found := others.counted():
            reason = f"it holds articles of {found} as well"
            if self.leaves_others_out:
                # Some may be of this blog at another of its addresses: that they are
                # not here tells nothing.
                reason += "; they were left out, since a blog was named"
            else:
                reason += "; they are read for themselves"
            reading.problem(0, reason, loss=self.leaves_others_out)

    def _all_posts(self, reading: Reading) -> Iterator[ParsedPost]:
        messages, self._waiting = self._waiting, None
        first, self._first = self._first, []
        if messages is None:
            name = self.importer.name
            messages = _messages(self.path, name, self._memory, self.marks)
            next(messages)
        with closing(messages):
            for message in chain(first, messages):
                if isinstance(message, Reading):
                    _take_over(reading, message)
                    return
                if not isinstance(message, list):
                    raise Unreadable(_WRONG)
                yield from message

    def close(self) -> None:
        """End the reader; `posts` starts another."""
        if self._waiting:
            self._waiting.close()
            self._waiting, self._first = None, []


def _messages(
    path: Path, source: str, memory: int, marks: Path | None
) -> Generator[Message]:
    """Read what a reader sends, each article with all that was sent ahead of it.

    Raise Unreadable where it refuses, or dies.
    """
    seconds = SECONDS + _size(path) // SLOWEST
    decided = str(marks.absolute()) if marks else ""
    task = Task(str(path.absolute()), source, memory, seconds, decided)
    ahead: list[ParsedComment] = []
    pipe, control = _server.start_reader(task)
    with pipe, control:
        while data := _receive(pipe):
            try:
                message = unpack(data)
            except Exception as error:
                raise Unreadable(_WRONG) from error
            if isinstance(message, Refused):
                raise Unreadable(message.reason, place=message.place)
            if isinstance(message, Ahead):
                ahead += message.comments
                continue
            if ahead:
                message = _joined(ahead, message)
                ahead = []
            yield message
        raise Unreadable(_death(_exit_code(control), memory))


def _joined(ahead: list[ParsedComment], message: Message) -> Message:
    """Return articles, the last one with what was sent ahead. Raise Unreadable."""
    if not isinstance(message, list) or not message:
        raise Unreadable(_WRONG)
    message[-1].comments[:0] = ahead
    return message


def _size(path: Path) -> int:
    """Return a file's size; the reader says what is wrong where there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _receive(pipe: BinaryIO) -> bytes:
    """Read one message; return b"" where the reader ended before it did."""
    length = int.from_bytes(pipe.read(LENGTH_BYTES))
    if length > MAX_MESSAGE:
        raise Unreadable(_WRONG)
    data = pipe.read(length)
    return data if len(data) == length else b""


def _exit_code(control: socket.socket) -> str:
    """Return what the server says of a reader that ended; "" where it ended too."""
    try:
        return control.recv(LENGTH_BYTES).decode()
    except ConnectionResetError:
        return ""


def _death(code: str, memory: int) -> str:
    if code == str(-signal.SIGXCPU):
        return "reading it takes longer than any file of its size should"
    if code == str(-signal.SIGABRT):
        # The cleaner ends the process where it gets no more memory.
        return too_little(memory)
    how = f" with code {code}" if code else ""
    return f"its reader ended{how} before the file did"


def _take_over(reading: Reading, sent: Reading) -> None:
    reading.repairs += sent.repairs
    reading.problems += sent.problems
    reading.raw_comments += sent.raw_comments
    reading.parsed_comments += sent.parsed_comments
    reading.is_whole = reading.is_whole and sent.is_whole
    reading.has_all_records = reading.has_all_records and sent.has_all_records
    reading.how += sent.how


class _Server:
    """The process that forks readers: one for each process of the archive."""

    def __init__(self) -> None:
        self._forget()
        # A forked worker of the archive must not share its parent's server.
        os.register_at_fork(after_in_child=self._forget)
        atexit.register(self.stop)

    def _forget(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._requests: socket.socket | None = None

    def start_reader(self, task: Task) -> tuple[BinaryIO, socket.socket]:
        """Start a reader; return the pipe it writes to, and the socket that holds it.

        Closing the socket kills the reader; its exit code is sent there.
        """
        read_end, write_end = os.pipe()
        control, servers_end = socket.socketpair()
        try:
            control.sendall(json.dumps(task._asdict()).encode())
            self._hand_over([write_end, servers_end.fileno()])
        finally:
            os.close(write_end)
            servers_end.close()
        return os.fdopen(read_end, "rb"), control

    def _hand_over(self, descriptors: list[int]) -> None:
        with self._lock:
            requests = self._requests
            if requests is None or not self._is_running():
                requests = self._start()
            try:
                socket.send_fds(requests, [b"\0"], descriptors)
            except BrokenPipeError:
                # It was killed a moment ago.
                socket.send_fds(self._start(), [b"\0"], descriptors)

    def _is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _start(self) -> socket.socket:
        requests, servers_end = socket.socketpair()
        number = servers_end.fileno()
        # The system knows threads only: see `reader_server.main`.
        parent = str(os.getpid()) if current_thread() is main_thread() else ""
        environment = {
            name: os.environ[name] for name in _ENVIRONMENT if name in os.environ
        }
        with servers_end:
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter
                [sys.executable, "-m", _SERVER, str(number), parent],
                cwd=_ROOT,
                env=environment | _MALLOC,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[number],
            )
        self._requests = requests
        return requests

    def stop(self) -> None:
        """End the server and its readers, and wait for them."""
        with self._lock:
            if self._process and self._requests:
                self._requests.close()
                self._process.wait()
            self._process = self._requests = None


_server = _Server()
stop_readers = _server.stop
