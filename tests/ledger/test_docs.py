"""docs/ledger.md says of every entry what the registry says."""

from pathlib import Path

import pytest

from commentarchive.ledger.merkle.events import (
    ADAPTERS,
    EVENTS,
    GRADES,
    ROLES,
    STATES,
)
from commentarchive.ledger.merkle.fields import (
    Choice,
    Digest,
    Flag,
    Maybe,
    Minute,
    Number,
    Ref,
)
from commentarchive.ledger.merkle.refs import LETTERS

pytestmark = pytest.mark.pure
DOCS = (Path(__file__).resolve().parents[2] / "docs/ledger.md").read_text()
LISTS = {STATES: "*state*", GRADES: "*grade*", ROLES: "*role*", ADAPTERS: "*adapter*"}


def kind(field):
    match field:
        case Maybe(inner):
            return f"{kind(inner)} or null"
        case Choice(words):
            return LISTS.get(words) or " / ".join(words)
        case Number(least):
            return f"number from {least}"
        case Flag():
            return "true or false"
        case Ref(letters):
            return f"reference {letters}"
        case Digest():
            return "digest"
        case Minute():
            return "time"


def test_every_event_stands_in_the_table():
    for name, event in EVENTS.items():
        says = "; ".join(
            f"`{each}` {kind(field)}" for each, field in event.public.items()
        )
        commits = " ".join(f"`{each}`" for each in event.committed)
        row = f"| `{name}` | {' '.join(event.subjects)} | {says or '–'} | {commits or '–'} |"
        assert row in DOCS, row


def test_every_list_and_letter_is_there():
    for words, name in LISTS.items():
        assert f"{name}: {', '.join(words)}." in DOCS
    for letter, meaning in LETTERS.items():
        assert f"{letter} {meaning}" in DOCS
