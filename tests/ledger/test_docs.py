"""docs/ledger.md says of every entry what the registry says."""

from pathlib import Path

import pytest

from commentarchive.ledger.merkle.events import (
    ADAPTERS,
    DECISION,
    EVENTS,
    GRADES,
    ROLES,
    STATES,
)
from commentarchive.ledger.merkle.fields import (
    Choice,
    Digest,
    Flag,
    IfAny,
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
        case IfAny(inner):
            return f"{kind(inner)}, if any"
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


def row_of(name, event):
    says = [f"`{member}` {kind(field)}" for member, field in event.public.items()]
    if event.public.items() >= DECISION.items():
        of_all = {f"`{member}` {kind(field)}" for member, field in DECISION.items()}
        says = ["*decision*", *(each for each in says if each not in of_all)]
    commits = [f"`{member}`" for member in event.committed]
    commits += [f"`{member}` if any" for member in event.committed_if_any]
    return (
        f"| `{name}` | {' '.join(event.subjects)} "
        f"| {'; '.join(says) or '–'} | {', '.join(commits) or '–'} |"
    )


def test_every_event_stands_in_the_table_and_no_other_does():
    expected = [row_of(name, event) for name, event in EVENTS.items()]
    table = DOCS.partition("| event | about |")[2].partition("\n\n")[0]
    assert table.splitlines()[2:] == expected


def test_says_what_every_decision_says():
    says = "; ".join(f"`{name}` {kind(field)}" for name, field in DECISION.items())
    assert f"*decision*: {says}." in DOCS


def test_every_list_and_letter_is_there():
    for words, name in LISTS.items():
        assert f"{name}: {', '.join(words)}." in DOCS
    for letter, meaning in LETTERS.items():
        assert f"{letter} {meaning}" in DOCS
