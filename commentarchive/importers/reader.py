"""Read one file within limits and send what it holds: what a forked reader does."""

import resource
import signal
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import BinaryIO, NamedTuple

from commentarchive.importers.parsed import ParsedPost, Reading, Unreadable
from commentarchive.importers.reader_messages import (
    Message,
    Refused,
    SourceFound,
    blocks,
    pack,
)
from commentarchive.importers.registry import Source, detect

LENGTH_BYTES = 8
# Messages that wait for the archive; a pipe by itself holds a few dozen comments.
WAITING = 16
# Seconds between the end of the computing time that a reader has and its last.
GRACE = 5
# Articles that are looked at for an address of the blog; drafts have none.
LOOKED_AT = 100


class Task(NamedTuple):
    """A file to read, and what its reader may use."""

    path: str
    # The registry name of the importer, or "" to find it out.
    source: str
    memory: int
    # Of computing time.
    seconds: int
    # A file of what was decided about a plain text, or "".
    marks: str = ""


class _Sender:
    """Sends messages from a thread, so that reading goes on meanwhile."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._waiting: Queue[bytes] = Queue(WAITING)
        self._thread = Thread(target=self._write, daemon=True)
        self._thread.start()

    def send(self, message: Message) -> None:
        """Send a message once those before it have been taken."""
        self._waiting.put(pack(message))

    def finish(self) -> None:
        """Wait until all messages have been taken."""
        self._waiting.put(b"")
        self._thread.join()

    def _write(self) -> None:
        while data := self._waiting.get():
            self._pipe.write(len(data).to_bytes(LENGTH_BYTES))
            self._pipe.write(data)
            self._pipe.flush()


def run(task: Task, pipe: BinaryIO) -> None:
    """Read a file and send it; whatever goes wrong is sent as a refusal."""
    # An archive that stops reading ends its reader, without a traceback.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_AS, (task.memory, task.memory))
    # A reader that dies leaves no hidden words on the disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (task.seconds, task.seconds + GRACE))
    sender = _Sender(pipe)
    try:
        for message in messages(task):
            sender.send(message)
    except Unreadable as error:
        sender.send(Refused(error.reason, error.place))
    except MemoryError:
        sender.send(Refused(too_little(task.memory), ""))
    except OSError as error:
        sender.send(Refused(error.strerror or "it cannot be read", ""))
    except Exception as error:  # noqa: BLE001  # whatever a file makes go wrong
        sender.send(Refused(f"its reader failed ({type(error).__name__})", ""))
    sender.finish()


def too_little(memory: int) -> str:
    """Return why a file is refused that needs more memory than its reader may use."""
    return f"reading it needs more than the {memory >> 20} MiB of READER_MEMORY"


def messages(task: Task) -> Iterator[Message]:
    """Read a file as messages: what it is, its articles, and notes on the reading.

    Raise Unreadable before the first one where all that is in the file is refused.
    """
    marks = Path(task.marks).read_text() if task.marks else ""
    source = detect(Path(task.path), source=task.source, marks=marks)
    reading = Reading()
    posts = source.posts(reading)
    first = _up_to_words(posts)
    if not (first and _has_words(first[-1])) and not reading.has_all_records:
        raise _nothing_read(reading)
    first += _up_to_an_address(posts, first)
    yield _found(source, first)
    yield from blocks(chain(first, posts))
    yield reading


def _up_to_words(posts: Iterator[ParsedPost]) -> list[ParsedPost]:
    """Return the articles up to the first of which there is more than a name."""
    first = []
    for post in posts:
        first.append(post)
        if _has_words(post):
            break
    return first


def _has_words(post: ParsedPost) -> bool:
    return post.has_text or bool(post.comments)


def _nothing_read(reading: Reading) -> Unreadable:
    """Return the refusal of a file of which nothing is left: why, and where."""
    place, reason = reading.problems[0]
    more = len(reading.problems) - 1
    tail = f" (problems besides this one: {more})" if more else ""
    return Unreadable(f"nothing can be taken from it: {reason}{tail}", place=place)


def _up_to_an_address(
    posts: Iterator[ParsedPost], before: list[ParsedPost]
) -> list[ParsedPost]:
    more: list[ParsedPost] = []
    if any(post.addresses for post in before):
        return more
    for post in islice(posts, max(0, LOOKED_AT - len(before))):
        more.append(post)
        if post.addresses:
            break
    return more


def _found(source: Source, first: list[ParsedPost]) -> SourceFound:
    addresses = [address for post in first for address in post.addresses]
    return SourceFound(source.importer.name, source.blog(), "".join(addresses[:1]))
