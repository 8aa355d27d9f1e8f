"""Read a source in a process of its own: apart from the archive, and beside it.

The child has no database and no settings, and limits on memory and time; what it
sends back is taken apart by an unpickler that knows a handful of plain classes. Two
cores share the work: the child parses and cleans while the archive writes.
"""

import io
import pickle
import resource
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any, BinaryIO, cast

from commentarchive.importers.parsed import (
    ParsedComment,
    ParsedPost,
    Reading,
    Remark,
    Unreadable,
    When,
)
from commentarchive.importers.registry import Source, detect

# An item of the largest file that is read has to fit, several times over.
MAX_MEMORY = 8 << 30
# What is read ahead of the archive: so many parcels of so many bytes.
PARCELS, PARCEL = 8, 1 << 20
_LENGTH_BYTES = 8
_KNOWN = {
    (each.__module__, each.__qualname__): each
    for each in (
        *(ParsedComment, ParsedPost, Reading, Remark, When),
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


def read_apart(source: Source, reading: Reading) -> Iterator[ParsedPost]:
    """Give every article of a source, read by a child; notes come at the end.

    Raise Unreadable where the child refuses, or dies of what it reads.
    """
    command = [sys.executable, "-m", __name__, source.importer.name, str(source.path)]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(  # noqa: S603  # our own interpreter and module
        command, stdout=subprocess.PIPE, cwd=root
    ) as child:
        try:
            pipe = cast("BinaryIO", child.stdout)
            while message := _receive(pipe):
                if isinstance(message, ParsedPost):
                    yield message
                    continue
                if isinstance(message, Reading):
                    _take_over(reading, message)
                    return
                reason, place = message
                raise Unreadable(reason, place=place)
            reason = f"its reader ended with code {child.wait()} before the file did"
            raise Unreadable(reason)
        finally:
            child.kill()


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
            self._post()

    def finish(self) -> None:
        """Send what is left, and wait until it has been taken."""
        self._post()
        self._parcels.put(b"")
        self._thread.join()

    def _post(self) -> None:
        self._parcels.put(bytes(self._waiting))
        self._waiting.clear()

    def _write(self) -> None:
        while parcel := self._parcels.get():
            self._pipe.write(parcel)
            self._pipe.flush()


def main(name: str, path: str) -> None:
    """Read one source and send it, article by article."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    sender, reading = _Sender(sys.stdout.buffer), Reading()
    try:
        for post in detect(Path(path), source=name).posts(reading):
            sender.send(post)
        sender.send(reading)
    except Unreadable as error:
        sender.send((error.reason, error.place))
    sender.finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
