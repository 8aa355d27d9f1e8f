"""Settle what became of the record's end after an older backup was put back.

Signed states beyond it are in other people's hands: in exported copies, with witnesses,
with readers. Their entries are public and whole, so they are brought back from any copy
that bears this record's signature; what their rows held is lost, and an entry says so.
Where no copy is left the record says which signed state is lost for good, and goes on
under another origin with another key. It never grows beside what was published.
"""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from commentarchive.ledger import held, on_disk
from commentarchive.ledger.append import next_index
from commentarchive.ledger.key_files import BadKey, load_key
from commentarchive.ledger.merkle.canonical import Value
from commentarchive.ledger.merkle.frontier import Frontier
from commentarchive.ledger.merkle.hashing import base64url, digest, leaf_hash
from commentarchive.ledger.merkle.notes import ID_BYTES, VerifyingKey, split_note
from commentarchive.ledger.merkle.verify import (
    CannotTell,
    Get,
    open_source,
    read_entries,
    read_entry,
    read_hashes,
    read_note,
)
from commentarchive.ledger.models import Checkpoint, Entry, Head, LogKey, Node
from commentarchive.ledger.packages import package_hooks
from commentarchive.ledger.signed_states import begun
from commentarchive.ledger.signer import about_the_record, announce_key
from commentarchive.ledger.signer_memory import (
    BadMemory,
    State,
    memory_beside,
    read_memory,
    write_memory,
)
from commentarchive.ledger.tiles import last_checkpoint, last_signed
from commentarchive.ledger.verification import verify
from commentarchive.ledger.witnesses import KnowsMore, ask_if_more

# Entries written at once.
BATCH = 2000


class CannotRecover(Exception):
    """The matter is not settled, and nothing was changed; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """How the matter was settled: the size that was reached, and what came back."""

    size: int
    # The first entry that was brought back; None where nothing had been lost.
    first: int | None = None
    # What witnesses said who could not be asked.
    unasked: tuple[str, ...] = ()
    # What those entries hid and could not be hidden again.
    still_shown: tuple[str, ...] = ()


def recover(source: str) -> Recovered:
    """Bring back entries from a published copy: address, folder or ZIP.

    Raise CannotRecover, or IsFalse or CannotTell where the copy is not what this
    record's key has signed. The record may grow and be signed again afterwards.
    """
    get = open_source(source)
    note = get("checkpoint")
    size, root = read_note(note, _vkeys(), "the checkpoint")
    hashes = read_hashes(get, size, root)
    _refuse_an_older_copy(size)
    with _settled():
        here = next_index()
        _refuse_a_fork(hashes, here)
        first = here if size > here else None
        if first is not None:
            _bring_back(get, size, hashes, here)
            _keep_checkpoint(note.decode(), size)
        unasked = _ask_witnesses()
        _say({"size": max(size, here)} | ({"from": here} if first is not None else {}))
        shown = _hide_again(here, size)
    return Recovered(
        size=max(size, here), first=first, unasked=unasked, still_shown=shown
    )


def go_on_from_here() -> Recovered:
    """Go on where the record ends, on the owner's word that nothing was signed after.

    Raise CannotRecover where the signer or a witness knows better.
    """
    _refuse_an_older_copy(last_signed())
    unasked = _ask_witnesses()
    with _settled():
        size = next_index()
        _say({"size": size})
    return Recovered(size=size, unasked=unasked)


def declare_lost(source: str, origin: str) -> Recovered:
    """Put on record which signed state is lost; go on under another origin.

    `source` is where that state is: a copy of the record, or the file of a checkpoint.
    Raise CannotRecover, IsFalse or CannotTell.
    """
    note = _note_of(source)
    size, root = read_note(note, _vkeys(), "the checkpoint")
    names = {vkey.partition("+")[0] for vkey in _vkeys()}
    if origin in names or settings.LEDGER_ORIGIN not in {"", origin}:
        message = (
            f"the record goes on under another origin than {', '.join(sorted(names))}: "
            "name a new one, and set LEDGER_ORIGIN to it where that is set"
        )
        raise CannotRecover(message)
    key_file: Path = settings.LEDGER_KEY_FILE
    draft = key_file.with_name(f"{key_file.name}.new")
    draft.unlink(missing_ok=True)
    try:
        key = load_key(draft, origin)
    except BadKey as error:
        raise CannotRecover(str(error)) from error
    with held.settling(), transaction.atomic():
        here = next_index()
        if size <= here:
            message = f"the state of {size} entries is not lost: {here} are here"
            raise CannotRecover(message)
        about_the_record("log.recover", {"size": size, "root": base64url(root)})
        announce_key(key.verifier.vkey)
    for path in (key_file, memory_beside(key_file)):
        if path.exists():
            on_disk.rename(path, _free(path))
    on_disk.rename(draft, key_file)
    _remember(key.verifier.vkey)
    held.let_go()
    return Recovered(size=here)


def _vkeys() -> list[str]:
    vkeys = list(LogKey.objects.order_by("entry").values_list("vkey", flat=True))
    if not vkeys:
        message = "the record here has no key yet, by which a copy could be checked"
        raise CannotRecover(message)
    return vkeys


def _note_of(source: str) -> bytes:
    path = Path(source)
    try:
        return (
            path.read_bytes() if path.is_file() else open_source(source)("checkpoint")
        )
    except OSError as error:
        message = f"{source} cannot be read ({error.strerror})"
        raise CannotTell(message) from error


def _refuse_an_older_copy(size: int) -> None:
    """Raise CannotRecover where more is known to be signed than a copy has."""
    if size < (signed := last_signed()):
        message = f"that copy has {size} entries, and {signed} are signed here"
        raise CannotRecover(message)
    try:
        memory = read_memory(memory_beside(settings.LEDGER_KEY_FILE))
    except BadMemory:
        return
    if memory.size > size and LogKey.objects.filter(vkey=memory.vkey).exists():
        message = (
            f"the signer remembers that it signed {memory.size} entries, and there are "
            f"{size}: a later copy of the record is needed"
        )
        raise CannotRecover(message)


def _ask_witnesses() -> tuple[str, ...]:
    """Ask all witnesses whether they know more; return who could not be asked.

    Raise CannotRecover where one does.
    """
    unasked = []
    for answer in ask_if_more(settings.LEDGER_POLICY):
        if isinstance(answer, KnowsMore):
            message = f"a witness has confirmed more than that ({answer})"
            raise CannotRecover(message)
        unasked.append(str(answer))
    return tuple(unasked)


@contextmanager
def _settled() -> Iterator[None]:
    """Do what settles the matter in one transaction, then let the record grow again."""
    with held.settling(), transaction.atomic():
        yield
        if faults := verify().faults:
            raise CannotRecover(str(faults[0]))
    key = settings.LEDGER_KEY_FILE
    if key.exists():
        try:
            vkey = load_key(key, "").verifier.vkey
        except BadKey as error:
            raise CannotRecover(str(error)) from error
        if LogKey.objects.filter(vkey=vkey).exists():
            _remember(vkey)
    held.let_go()


def _refuse_a_fork(hashes: Sequence[bytes], here: int) -> None:
    own = Entry.objects.filter(index__lt=min(here, len(hashes))).order_by("index")
    stored = own.values_list("index", "hash")
    for (index, hashed), published in zip(stored, hashes, strict=False):
        if bytes(hashed) != published:
            message = (
                f"entry {index} is not the one that was published: something was "
                "written since the backup was put back. Put it back again, and recover "
                "the record first"
            )
            raise CannotRecover(message)


def _bring_back(get: Get, size: int, hashes: Sequence[bytes], here: int) -> None:
    """Write the published entries from an index on, their nodes and the head."""
    head = Head.objects.get(pk=1)
    frontier = Frontier(head.size, bytes(head.frontier))
    counters: dict[str, int] = {}
    keys = _published_keys(get)
    for part in itertools.batched(
        enumerate(read_entries(get, size, hashes)), BATCH, strict=False
    ):
        entries, nodes = [], []
        for index, leaf in part:
            said = read_entry(index, leaf, counters)
            if index < here:
                continue
            hashed = leaf_hash(leaf)
            nodes += [
                Node(level=each.level, n=each.n, hash=each.hash)
                for each in frontier.add(hashed)
            ]
            subject = said["subj"]
            entries.append(
                Entry(
                    index=index,
                    leaf=leaf,
                    hash=hashed,
                    event=said["t"],
                    subject=subject["r"],
                    subject_number=subject["n"],
                )
            )
        Entry.objects.bulk_create(entries)
        Node.objects.bulk_create(nodes)
        for entry in entries:
            if entry.event == "log.key":
                _keep_key(entry, keys)
    Head.objects.filter(pk=1).update(size=frontier.size, frontier=frontier.pack())


def _published_keys(get: Get) -> dict[str, str]:
    """Return the keys that stand beside a published copy, by their digests."""
    try:
        lines = get("vkey").decode("utf-8", "replace").split()
    except CannotTell:
        return {}
    return {base64url(digest(vkey)): vkey for vkey in lines}


def _keep_key(entry: Entry, keys: Mapping[str, str]) -> None:
    vkey = keys.get(json.loads(bytes(entry.leaf))["d"]["key"])
    if vkey is None:
        message = f"the copy lacks the key that entry {entry.index} announces (vkey)"
        raise CannotRecover(message)
    LogKey.objects.create(vkey=vkey, entry=entry)


def _keep_checkpoint(note: str, size: int) -> None:
    """Store a signed state with our own signatures only, dated by its last entry."""
    text, _signatures = split_note(note)
    known = [VerifyingKey.parse(vkey) for vkey in _vkeys()]
    ours = {(key.name, key.id) for key in known}
    lines = note.removeprefix(f"{text}\n").removesuffix("\n").split("\n")
    kept = [
        line
        for line, (name, data) in zip(lines, _signatures, strict=True)
        if (name, data[:ID_BYTES]) in ours
    ]
    last = json.loads(bytes(Entry.objects.get(pk=size - 1).leaf))
    Checkpoint.objects.create(
        size=size,
        note=f"{text}\n" + "".join(f"{line}\n" for line in kept),
        signed_at=datetime.fromisoformat(last["ts"]),
    )


def _hide_again(first: int, size: int) -> tuple[str, ...]:
    return tuple(
        left for hooks in package_hooks() for left in hooks.hide_again(first, size)
    )


def _say(public: Mapping[str, Value]) -> None:
    """Append how the matter was settled, with the root that the record then has."""
    head = Head.objects.get(pk=1)
    root = Frontier(head.size, bytes(head.frontier)).root()
    about_the_record("log.recover", {**public, "root": base64url(root)})


def _remember(vkey: str) -> None:
    """Let the signer go on from the last signed state, as it stands now."""
    last = last_checkpoint()
    size = last.size if last else 0
    state = State(
        vkey=vkey,
        size=size,
        frontier=verify(at=size).frontier_at.hex() if size else "",
        signed_at=timezone.now().isoformat() if size else "",
        published=begun(),
    )
    write_memory(memory_beside(settings.LEDGER_KEY_FILE), state)


def _free(path: Path) -> Path:
    """Return a name that nothing has, for a key that is done with."""
    return next(
        free
        for number in itertools.count(1)
        if not (free := path.with_name(f"{path.name}.lost-{number}")).exists()
    )
