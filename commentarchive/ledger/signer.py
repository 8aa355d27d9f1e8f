"""The signer: a process with a memory of its own, outside the database.

It remembers how far it has signed (size and frontier) and extends that from the bytes
of new entries only. So whoever edits the database cannot make it sign a history that
contradicts an earlier signature. It also remembers a digest over all signed states, by
which `reconcile` finds those that are gone. Both take some kilobytes at most.
"""

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from commentarchive.ledger import held, on_disk
from commentarchive.ledger.append import Statement, append, next_index
from commentarchive.ledger.key_files import BadKey, load_key
from commentarchive.ledger.merkle.canonical import Value
from commentarchive.ledger.merkle.events import VERSION
from commentarchive.ledger.merkle.frontier import Frontier
from commentarchive.ledger.merkle.hashing import base64url, digest, leaf_hash
from commentarchive.ledger.merkle.notes import SigningKey, TreeHead
from commentarchive.ledger.models import Checkpoint, Entry, Head, LogKey, Node
from commentarchive.ledger.signed_states import begun, extended
from commentarchive.ledger.signer_memory import (
    BadMemory,
    State,
    memory_beside,
    read_memory,
    write_memory,
)
from commentarchive.ledger.tiles import last_checkpoint
from commentarchive.ledger.verification import verify

HEARTBEAT = timedelta(days=1)
# Clocks are set right by seconds now and then; more than this is no correction.
CLOCK_SLACK = timedelta(minutes=2)


class RefusedToSign(Exception):
    """The record is not the one that was signed before; the message says why."""


@contextmanager
def signing(path: Path) -> Iterator["RecordSigner"]:
    """Open the signer, the only one with its key. Raise RefusedToSign or OSError."""
    on_disk.make_folder(path.parent)
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            message = f"{path}: another signer is at work with this key"
            raise RefusedToSign(message) from error
        if why := held.reason():
            raise RefusedToSign(why)
        key = _own_key(path)
        yield RecordSigner(key, memory_beside(path))


def _own_key(path: Path) -> SigningKey:
    """Load the record's key. Create it only while the record has none."""
    if not path.exists() and LogKey.objects.exists():
        message = f"{path}: the key of this record is not there; put it back"
        raise RefusedToSign(message)
    origin = settings.LEDGER_ORIGIN or f"{urlsplit(settings.BASE_URL).hostname}/ledger"
    try:
        return load_key(path, origin)
    except BadKey as error:
        raise RefusedToSign(str(error)) from error


class RecordSigner:
    """Signs the record of this installation with one key."""

    def __init__(self, key: SigningKey, path: Path) -> None:
        self._key, self._path = key, path
        self._state = self._read_state()
        self._is_checked = False

    def _read_state(self) -> State:
        vkey = self._key.verifier.vkey
        if not self._path.exists():
            return State(vkey=vkey)
        try:
            state = read_memory(self._path)
        except BadMemory as error:
            raise RefusedToSign(str(error)) from error
        if state.vkey != vkey:
            message = f"{self._path}: this is the memory of another key"
            raise RefusedToSign(message)
        return state

    def sign(self) -> Checkpoint | None:
        """Sign the entries that are new; None if there are none. Raise RefusedToSign.

        1. Refuse a clock that was set back: signatures would be out of order.
        2. Announce the key on record at its first use, so that readers can find it.
        3. Once a process: read and check every entry. Later calls read new ones only.
        4. Once a day append a heartbeat, so that a silent signer can be told from a
           quiet archive.
        5. Refuse if somebody else has signed further with this key.
        6. Publish what was signed last, if a crash kept that from being stored: the
           memory counts it already.
        7. Extend the frontier from the bytes of new entries, comparing rows, nodes and
           head on the way; save it to disk with a digest over the note; only then
           publish that. After a crash between the two the same note is published
           again; the other way round the signer could forget what it signed and sign
           a fork.
        """
        now = timezone.now()
        self._refuse_a_clock_set_back(now)
        self._announce()
        if not self._is_checked:
            self._check_everything()
            self._is_checked = True
        self._beat(now)
        self._refuse_a_second_signer()
        return self._extend(now)

    def _refuse_a_clock_set_back(self, now: datetime) -> None:
        last = self._state.signed_at
        if last and now < datetime.fromisoformat(last) - CLOCK_SLACK:
            message = f"the clock says {now:%Y-%m-%d %H:%M}, before the last signature"
            raise RefusedToSign(message)

    def _announce(self) -> None:
        """Append the key to the record at its first use; its name fixes the origin."""
        vkey, name = self._key.verifier.vkey, self._key.name
        if settings.LEDGER_ORIGIN not in {"", name}:
            message = f"the key is that of {name}, not of {settings.LEDGER_ORIGIN}"
            raise RefusedToSign(message)
        if LogKey.objects.filter(vkey=vkey).exists():
            return
        newest = LogKey.objects.order_by("entry").last()
        if newest is not None and newest.vkey.partition("+")[0] != name:
            origin = newest.vkey.partition("+")[0]
            message = f"the record's origin was fixed as {origin}"
            raise RefusedToSign(message)
        if self._state.size:
            message = "the record does not know the key it was signed with before"
            raise RefusedToSign(message)
        with transaction.atomic():
            announce_key(vkey)

    def _check_everything(self) -> None:
        """Check every entry, and that those signed before are still the same."""
        verdict = verify(at=self._state.size)
        if verdict.faults:
            raise RefusedToSign(str(verdict.faults[0]))
        if verdict.size < self._state.size:
            raise RefusedToSign(self._older(verdict.size))
        if verdict.frontier_at.hex() != self._state.frontier:
            message = (
                f"the first {self._state.size} entries are not those that were signed"
            )
            raise RefusedToSign(message)

    def _older(self, size: int) -> str:
        return (
            f"the record holds {size} entries and {self._state.size} were signed: "
            "an older database was put back"
        )

    def _refuse_a_second_signer(self) -> None:
        """Refuse if a checkpoint signs more entries than this signer remembers."""
        last = last_checkpoint()
        if last is not None and last.size > self._state.size:
            message = (
                f"entry {last.size - 1} is signed already and not by this signer: "
                "a second one has the same key, or this one has lost its memory"
            )
            raise RefusedToSign(message)

    def _beat(self, now: datetime) -> None:
        """Append a heartbeat if there was none for a day."""
        signs = ("log.heartbeat", "log.key")
        last = Entry.objects.filter(event__in=signs).order_by("-index").first()
        if last is None or now - _time_of(last) >= HEARTBEAT:
            about_the_record("log.heartbeat", {})

    def _extend(self, now: datetime) -> Checkpoint | None:
        """Read what is new, remember it, and publish the signed head."""
        state = self._state
        frontier = Frontier(state.size, bytes.fromhex(state.frontier))
        head = Head.objects.get(pk=1)
        if head.size < state.size:
            raise RefusedToSign(self._older(head.size))
        lost = self._release(frontier)
        if head.size == state.size:
            return lost
        _read_on(frontier, head)
        self._remember(frontier, now)
        return self._release(frontier)

    def _remember(self, frontier: Frontier, now: datetime) -> None:
        marks = self._state.published or begun()
        state = State(
            vkey=self._state.vkey,
            size=frontier.size,
            frontier=frontier.pack().hex(),
            signed_at=now.astimezone(UTC).isoformat(),
            published=extended(marks, frontier.size, self._note(frontier)),
        )
        write_memory(self._path, state)
        # Not before it is on disk: on a full one nothing is signed.
        self._state = state

    def _note(self, frontier: Frontier) -> str:
        """Sign a frontier; the same one gives the same note."""
        signed = TreeHead(self._key.name, frontier.size, frontier.root())
        return self._key.sign(signed.text)

    def _release(self, frontier: Frontier) -> Checkpoint | None:
        """Store the note of what is remembered, unless it is stored already."""
        if not frontier.size or Checkpoint.objects.filter(pk=frontier.size).exists():
            return None
        return Checkpoint.objects.create(
            size=frontier.size,
            note=self._note(frontier),
            signed_at=datetime.fromisoformat(self._state.signed_at),
        )


def announce_key(vkey: str) -> None:
    """Append a key to the record, within the caller's transaction."""
    LogKey.objects.create(vkey=vkey, entry_id=next_index())
    about_the_record("log.key", {"key": base64url(digest(vkey)), "schema": VERSION})


def about_the_record(event: str, public: Mapping[str, Value]) -> None:
    """Append an entry whose subject is the record itself."""
    with transaction.atomic():
        next_index()
        subject = Head.objects.get(pk=1).log_ref
        append(Statement(event=event, subject=subject, public=public))


def _time_of(entry: Entry) -> datetime:
    said = json.loads(bytes(entry.leaf))
    return datetime.fromisoformat(said["ts"])


def _read_on(frontier: Frontier, head: Head) -> None:
    """Extend a frontier by the entries up to the head. Raise RefusedToSign.

    Each leaf's hash is computed anew, and compared with the row's; the nodes and the
    head that the append wrote have to follow from them.
    """
    found = Entry.objects.filter(index__gte=frontier.size, index__lt=head.size)
    for entry in found.order_by("index").iterator(chunk_size=2000):
        hashed = leaf_hash(bytes(entry.leaf))
        if entry.index != frontier.size or hashed != bytes(entry.hash):
            message = f"entry {entry.index}: it is not as it was written"
            raise RefusedToSign(message)
        for node in frontier.add(hashed):
            stored = Node.objects.filter(level=node.level, n=node.n).first()
            if stored is None or bytes(stored.hash) != node.hash:
                message = f"entry {entry.index}: the node above it does not fit"
                raise RefusedToSign(message)
    if frontier.size != head.size or frontier.pack() != bytes(head.frontier):
        message = f"entry {frontier.size - 1}: the record's head does not fit it"
        raise RefusedToSign(message)
