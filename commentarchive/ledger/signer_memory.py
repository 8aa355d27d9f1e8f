"""What the signer remembers outside the database, beside its key."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from django.conf import settings

from commentarchive.ledger.key_files import write_private
from commentarchive.ledger.merkle.frontier import Frontier
from commentarchive.ledger.models import LogKey
from commentarchive.ledger.signed_states import Mark


class BadMemory(Exception):
    """The memory cannot be read or is damaged; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a signer remembers: its key, how far it has signed, and when (UTC, ISO)."""

    vkey: str
    size: int = 0
    frontier: str = ""
    signed_at: str = ""
    # What it published, as `signed_states` marks it; empty in older memories.
    published: tuple[Mark, ...] = ()


def memory_beside(key_file: Path) -> Path:
    """Return where the memory of the signer with this key lies."""
    return key_file.with_name(f"{key_file.name}.state")


def read_memory(path: Path) -> State:
    """Read and check a signer's memory. Raise BadMemory."""
    try:
        state = State(**json.loads(path.read_text()))
        Frontier(state.size, bytes.fromhex(state.frontier))
        marks = tuple(
            Mark(int(number), int(size), int(total), bytes.fromhex(digest).hex())
            for number, size, total, digest in state.published
        )
    except OSError as error:
        message = f"{path}: the signer's memory cannot be read ({error.strerror})"
        raise BadMemory(message) from error
    except (ValueError, TypeError) as error:
        message = f"{path}: the signer's memory is damaged ({error})"
        raise BadMemory(message) from error
    return replace(state, published=marks)


def write_memory(path: Path, state: State) -> None:
    """Write a signer's memory in one step. Raise OSError."""
    write_private(path, json.dumps(asdict(state)))


def readable_memory() -> State:
    """Return the memory of this record's signer. Raise BadMemory where it is not there.

    That of another record, or of an installation that was here before, tells nothing.
    """
    path = memory_beside(settings.LEDGER_KEY_FILE)
    state = read_memory(path)
    if not LogKey.objects.filter(vkey=state.vkey).exists():
        message = f"{path}: it is the memory of a key that is not on this record"
        raise BadMemory(message)
    if not state.published:
        message = f"{path}: it begins to keep count at the next signature"
        raise BadMemory(message)
    return state
