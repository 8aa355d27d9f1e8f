"""Append entries to the public record, as the last step of the caller's transaction.

The lock on the head row gives indexes without gaps on both databases. Locks are taken
in the order post, comment, head; nothing may be locked after the head, or two writers
could wait for one another.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from commentarchive.ledger import end_rows
from commentarchive.ledger.held import refuse_while_held
from commentarchive.ledger.merkle import canonical
from commentarchive.ledger.merkle.canonical import Value
from commentarchive.ledger.merkle.events import VERSION, check_event
from commentarchive.ledger.merkle.frontier import Frontier
from commentarchive.ledger.merkle.hashing import Disclosure, disclose, leaf_hash
from commentarchive.ledger.merkle.refs import LETTERS, new_ref
from commentarchive.ledger.models import Actor, Entry, Head, Opening, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who did something: an actor in a role, or the program itself."""

    actor: Actor | None
    role: Role

    @property
    def shown(self) -> str:
        """Return who decided, in the words that notices and pages use."""
        if self.role is Role.SYSTEM:
            return "this program"
        if self.actor is not None and settings.ACTOR_DISPLAY == "handle":
            return f"{self.actor.handle} ({self.role.label.lower()})"
        article = "an" if self.role.value[0] in "aeiou" else "a"
        if self.role is Role.OWNER:
            article = "the"
        return f"{article} {self.role.label.lower()}"


SYSTEM = By(actor=None, role=Role.SYSTEM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The content of an entry that is about to be appended and has no index yet."""

    event: str
    subject: str
    by: By = SYSTEM
    thread: str | None = None
    public: Mapping[str, Value] = field(default_factory=dict)
    committed: Mapping[str, Value] = field(default_factory=dict)


def minute(moment: datetime) -> str:
    """Format a time as entries hold it: UTC, cut to the minute."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:00Z")


def next_index() -> int:
    """Lock the head until the transaction ends; return the next entry's index.

    For rows that store the index of the entry about them and are written before it.
    Creates the head and entry 0 where the record is empty. Raise RecordHeld while the
    record may not grow.
    """
    return _locked_head().size


def append(statement: Statement) -> int:
    """Append one entry; return its index.

    Raise EventRefused or NotCanonical before anything is written.
    """
    return append_all([statement])


def append_all(statements: Sequence[Statement]) -> int:
    """Append entries in order under one lock of the head; return the first index.

    Raise EventRefused, NotCanonical or RecordHeld before anything is written.
    """
    for statement in statements:
        check_event(
            statement.event,
            subject=statement.subject,
            public=statement.public,
            committed=statement.committed,
        )
    return _write(_locked_head(), statements)


def _locked_head() -> Head:
    if not connection.in_atomic_block:
        message = "an entry is appended inside the transaction of what it records"
        raise transaction.TransactionManagementError(message)
    refuse_while_held()
    head = end_rows.lock_head()
    if head is None:
        Head.objects.bulk_create(
            [Head(pk=1, log_ref=new_ref("l"))], ignore_conflicts=True
        )
        head = Head.objects.select_for_update(no_key=True).get(pk=1)
    if head.size == 0:
        genesis = Statement(
            event="log.genesis", subject=head.log_ref, public={"schema": VERSION}
        )
        _write(head, [genesis])
    return head


def _write(head: Head, statements: Sequence[Statement]) -> int:
    """Write entries after the head, which is locked; return the first one's index.

    1. Take up the tree where the head left it, and count each subject's entries.
    2. For each statement draw salts, build the leaf, hash it and extend the tree.
    3. Insert entries, completed nodes and openings, 128 rows a statement.
    4. Move the head. That comes last: a reader who sees the new head sees all below it.
    """
    first = head.size
    frontier = Frontier(head.size, bytes(head.frontier))
    numbers = end_rows.count_about({statement.subject for statement in statements})
    entries, nodes, openings = [], [], []
    for index, statement in enumerate(statements, first):
        number = numbers[statement.subject] = numbers.get(statement.subject, 0) + 1
        disclosures = {
            name: disclose(name, value) for name, value in statement.committed.items()
        }
        leaf = _leaf(statement, number, disclosures)
        hashed = leaf_hash(leaf)
        nodes += frontier.add(hashed)
        entries.append(
            Entry(
                index=index,
                leaf=leaf,
                hash=hashed,
                event=statement.event,
                subject=statement.subject,
                subject_number=number,
            )
        )
        openings += [
            Opening(entry_id=index, field=name, disclosure=disclosure.encoded)
            for name, disclosure in disclosures.items()
        ]
    # A caller that swallows an error must not commit half of this.
    with transaction.mark_for_rollback_on_error():
        end_rows.insert_entries(entries)
        end_rows.insert_nodes(nodes)
        end_rows.insert_openings(openings)
        end_rows.move_head(head, frontier)
    return first


def _leaf(
    statement: Statement, number: int, disclosures: Mapping[str, Disclosure]
) -> bytes:
    actor = statement.by.actor
    named = actor is not None and settings.ACTOR_DISPLAY == "handle"
    return canonical.encode(
        {
            "actor": {
                "k": actor.ref if actor is not None and named else None,
                "r": statement.by.role.value,
            },
            "c": {name: each.commitment for name, each in disclosures.items()},
            "d": dict(statement.public),
            "id": new_ref("e"),
            "re": [],
            "subj": {
                "k": LETTERS[statement.subject[0]],
                "n": number,
                "r": statement.subject,
            },
            "t": statement.event,
            "thread": statement.thread,
            "ts": minute(timezone.now()),
            "v": VERSION,
        }
    )


def read_leaf(leaf: bytes) -> Mapping[str, Value]:
    """Parse an entry's bytes into its members."""
    parsed: Mapping[str, Value] = json.loads(leaf)
    return parsed
