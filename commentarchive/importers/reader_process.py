"""Read a source in a process of its own: apart from the archive, and beside it.

The child has no database and no settings, and limits on memory and time; what it
sends back is taken apart by an unpickler that knows a handful of plain classes. Two
cores share the work: the child parses and cleans while the archive writes.
"""

import io
import pickle
import resource
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import chain, islice
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any, BinaryIO, cast

from commentarchive.importers.parsed import (
    ParsedBlog,
    ParsedComment,
    ParsedPost,
    Reading,
    Remark,
    Told,
    Unreadable,
    When,
)
from commentarchive.importers.registry import Source, detect, named

# An item of the largest file that is read has to fit, several times over.
MAX_MEMORY = 8 << 30
# What is read ahead of the archive: so many parcels of so many bytes.
PARCELS, PARCEL = 8, 1 << 20
_LENGTH_BYTES = 8
# Time for any file, the bytes a second that the slowest machine reads, and what is
# left after a warning; all of computing time.
SECONDS, SLOWEST, GRACE = 60, 20_000, 5
# Articles that are looked at for an address of the blog; drafts have none.
LOOKED_AT = 100


_KNOWN = {
    (each.__module__, each.__qualname__): each
    for each in (
        *(ParsedBlog, ParsedComment, ParsedPost, Reading, Remark, Told, When),
        *(datetime, timedelta, timezone),
    )
}


class _Plain(pickle.Unpickler):
    """Takes apart what the child sends, and nothing but plain values."""

    def find_class(self, module: str, name: str) -> Any:
        known = _KNOWN.get((module, name))
        if known is None:
            message = f"the reader sent a {module}.{name}"
            raise pickle.UnpicklingError(message)
        return known


class Apart:
    """A file that a child reads: what it is, and then its articles.

    Raise Unreadable where the child refuses it, or dies of it, before the first
    article.
    """

    def __init__(
        self, path: Path, *, source: str = "", saved_at: datetime | None = None
    ) -> None:
        """Start a child; it reads ahead until it is closed or read to the end.

        `saved_at` is when the file was made, if it does not say so itself.
        """
        self.path = path
        messages = _run(path, source)
        try:
            told = next(messages)
        except Unreadable as error:
            error.path = path
            raise
        self.importer = named(told.importer)
        self.blog: ParsedBlog = told.blog
        # Whether the time is said by whoever imports the file, and not by the file.
        self.is_dated_by_hand = self.blog.written_at is None and saved_at is not None
        if self.is_dated_by_hand:
            self.blog = replace(self.blog, written_at=saved_at)
        # The first address of the first article.
        self.first_address: str = told.first_address
        self._messages: Generator[Any] | None = messages

    def posts(self, reading: Reading) -> Iterator[ParsedPost]:
        """Give every article, from the first one each time; notes come at the end.

        Raise Unreadable where the child stops midway.
        """
        messages, self._messages = self._messages, None
        if messages is None:
            messages = _run(self.path, self.importer.name)
            next(messages)
        with closing(messages):
            for message in messages:
                if isinstance(message, Reading):
                    _take_over(reading, message)
                    return
                yield message

    def close(self) -> None:
        """Let the child go; `posts` starts another."""
        if self._messages:
            self._messages.close()
            self._messages = None


def _run(path: Path, source: str) -> Generator[Any]:
    """Give what a child sends. Raise Unreadable where it refuses, or dies."""
    command = [sys.executable, "-m", __name__, source, str(path)]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(  # noqa: S603  # our own interpreter and module
        command, stdout=subprocess.PIPE, cwd=root
    ) as child:
        try:
            pipe = cast("BinaryIO", child.stdout)
            while message := _receive(pipe):
                if isinstance(message, tuple) and not isinstance(message, Told):
                    reason, place = message
                    raise Unreadable(reason, place=place)
                yield message
            raise Unreadable(_death(child.wait()))
        finally:
            child.kill()


def _death(code: int) -> str:
    if code == -signal.SIGXCPU:
        return "reading it takes longer than any file of its size should"
    return f"its reader ended with code {code} before the file did"


def _take_over(reading: Reading, told: Reading) -> None:
    reading.repairs += told.repairs
    reading.problems += told.problems
    reading.raw_comments += told.raw_comments
    reading.parsed_comments += told.parsed_comments
    reading.is_whole = reading.is_whole and told.is_whole


def _receive(pipe: BinaryIO) -> Any:
    header = pipe.read(_LENGTH_BYTES)
    if len(header) < _LENGTH_BYTES:
        return None
    data = pipe.read(int.from_bytes(header))
    return _Plain(io.BytesIO(data)).load()


class _Sender:
    """Sends messages from a thread, so that reading goes on while the archive writes.

    A pipe holds 64 KiB, which is a few dozen comments; this holds some megabytes.
    """

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._waiting = bytearray()
        self._parcels: Queue[bytes] = Queue(PARCELS)
        self._thread = Thread(target=self._write, daemon=True)
        self._thread.start()

    def send(self, message: object) -> None:
        """Send one message, or keep it until there is enough for a parcel."""
        data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
        self._waiting += len(data).to_bytes(_LENGTH_BYTES) + data
        if len(self._waiting) >= PARCEL:
            self.flush()

    def finish(self) -> None:
        """Send what is left, and wait until it has been taken."""
        self.flush()
        self._parcels.put(b"")
        self._thread.join()

    def flush(self) -> None:
        """Send what waits."""
        self._parcels.put(bytes(self._waiting))
        self._waiting.clear()

    def _write(self) -> None:
        while parcel := self._parcels.get():
            self._pipe.write(parcel)
            self._pipe.flush()


def main(source: str, path: str) -> None:
    """Read one source and send it: what it is, then article by article."""
    size = Path(path).stat().st_size
    seconds = SECONDS + size // SLOWEST
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + GRACE))
    sender, reading = _Sender(sys.stdout.buffer), Reading()
    try:
        _send(detect(Path(path), source=source), sender, reading)
    except Unreadable as error:
        sender.send((error.reason, error.place))
    except MemoryError:
        sender.send((f"reading it needs more than {MAX_MEMORY >> 30} GiB", ""))
    except OSError as error:
        sender.send((error.strerror or "it cannot be read", ""))
    except Exception as error:  # noqa: BLE001  # whatever a file makes go wrong
        sender.send((f"its reader failed ({type(error).__name__})", ""))
    sender.finish()


def _send(source: Source, sender: _Sender, reading: Reading) -> None:
    posts = source.posts(reading)
    first: list[ParsedPost] = []
    for post in islice(posts, LOOKED_AT):
        first.append(post)
        if post.addresses:
            break
    addresses = [address for post in first for address in post.addresses]
    told = Told(source.importer.name, source.blog(), "".join(addresses[:1]))
    sender.send(told)
    sender.flush()
    for post in chain(first, posts):
        sender.send(post)
    sender.send(reading)


if __name__ == "__main__":
    main(*sys.argv[1:])
