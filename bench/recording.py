"""The record: appends, a check of everything, reconciling, proofs; against floors."""

import hashlib
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import batched
from pathlib import Path
from typing import Any

import django

BATCH, SINGLE, PROOFS = 5000, 300, 200
FACTS = "It was looked at, and stays."


def statement(subject: str) -> Any:
    from commentarchive.ledger.append import Statement
    from commentarchive.ledger.merkle.refs import new_ref

    public = {
        "auto": False,
        "batch": None,
        "clause": None,
        "decided": None,
        "decided_by": "moderator",
        "decision": new_ref("d"),
        "from": "held",
        "grade": "decided",
        "policy": None,
        "text": None,
        "to": "published",
        "undoes": None,
    }
    committed = {"facts": FACTS, "note": None}
    return Statement(
        event="comment.approve", subject=subject, public=public, committed=committed
    )


def append_one_by_one(number: int) -> list[float]:
    """Append in a transaction each; return the times in milliseconds."""
    from django.db import transaction

    from commentarchive.ledger.append import append
    from commentarchive.ledger.merkle.refs import new_ref

    times = []
    for _time in range(number):
        one = statement(new_ref("c"))
        began = time.perf_counter()
        with transaction.atomic():
            append(one)
        times.append(1000 * (time.perf_counter() - began))
    return times


def bare_inserts(number: int) -> list[float]:
    """Insert and commit the bytes of an entry with the driver alone."""
    from django.db import connection, transaction

    data, times = os.urandom(620), []
    with connection.cursor() as cursor:
        kind = "BYTEA" if connection.vendor == "postgresql" else "BLOB"
        cursor.execute(f"CREATE TABLE bench_appends (leaf {kind})")
        for _time in range(number):
            began = time.perf_counter()
            with transaction.atomic():
                cursor.execute("INSERT INTO bench_appends VALUES (%s)", [data])
            times.append(1000 * (time.perf_counter() - began))
        cursor.execute("DROP TABLE bench_appends")
    return times


def writers(count: int, each: int) -> float:
    """Let several processes append at once; return entries a second."""
    command = [sys.executable, "-m", "bench.recording", "append", str(each)]
    began = time.perf_counter()
    running = [subprocess.Popen(command) for _n in range(count)]
    assert not any(process.wait() for process in running)
    return count * each / (time.perf_counter() - began)


COMMENT = (
    "pk",
    "ref",
    "post__ref",
    "current_revision_id",
    "current_revision__commitment",
    "post_id",
)


def fill(size: int) -> float:
    """Put decisions on every comment, round after round, until the record is full."""
    from commentarchive.ledger.models import Head
    from commentarchive.models import Comment
    from commentarchive.storage import bulk_insert
    from moderation.models import Decision, DecisionWords

    free = Comment.objects.shown().filter(decided_entry=None)
    comments = list(free.values_list(*COMMENT))
    rows = bulk_insert.Rows(
        {
            Decision: (
                *("id", "ref", "post_id", "comment_id", "judged_id", "shown_id"),
                *("aspect", "action", "grade"),
                *("decided_at", "recorded_at", "decided_by", "decided_by_role"),
                *(
                    "recorder_role",
                    "batch",
                    "automatic_rules",
                    "override",
                    "source_state",
                ),
                *("from_visibility", "to_visibility", "entry_index"),
            ),
            DecisionWords: (
                *("decision_id", "number", "facts", "note", "override_reason"),
                "written_at",
            ),
        }
    )
    began, first = time.perf_counter(), Head.objects.get().size
    while Head.objects.get().size < size:
        for batch in batched(comments, BATCH, strict=False):
            decide_all(batch, rows)
            if Head.objects.get().size >= size:
                break
    return (Head.objects.get().size - first) / (time.perf_counter() - began)


def decide_all(batch: Sequence[Any], rows: Any) -> None:
    """Leave each comment as it is, on record, in one transaction."""
    from django.db import transaction
    from django.utils import timezone

    from commentarchive.ledger.append import append_all, next_index
    from commentarchive.ledger.merkle.refs import new_refs
    from commentarchive.models import Comment
    from commentarchive.storage import bulk_insert
    from moderation.actions.searched_facts import keep_words
    from moderation.models import Decision, DecisionWords

    now = timezone.now()
    stored = bulk_insert.time_storer()(now)
    with transaction.atomic():
        index = next_index()
        refs, ids = new_refs("d", len(batch)), rows.new_ids(Decision, len(batch))
        rows.add(
            Decision,
            [
                (
                    *(pk, ref, one[5], one[0], one[3], one[3]),
                    *("text", "no_action", "decided"),
                    *(stored, stored, "a moderator", "moderator"),
                    *("moderator", "", "", "", "live"),
                    *("published", "published", place),
                )
                for place, (pk, ref, one) in enumerate(
                    zip(ids, refs, batch, strict=True), index
                )
            ],
        )
        rows.add(DecisionWords, [(pk, 1, FACTS, "", "", stored) for pk in ids])
        rows.flush()
        keep_words((pk, FACTS) for pk in ids)
        bulk_insert.update(
            Comment,
            ("decided_entry",),
            [(place, one[0]) for place, one in enumerate(batch, index)],
        )
        append_all([left(one, ref, now) for one, ref in zip(batch, refs, strict=True)])


def left(comment: Sequence[Any], decision: str, now: datetime) -> Any:
    """Say that a comment was looked at and left as it is."""
    from commentarchive.ledger.append import Statement, minute

    _pk, ref, post, _text, commitment, _post_pk = comment
    public = {
        **statement(ref).public,
        "decided": minute(now),
        "decision": decision,
        "from": "published",
        "text": commitment,
    }
    return Statement(
        event="comment.no_action",
        subject=ref,
        thread=post,
        public=public,
        committed={"facts": FACTS, "note": None},
    )


def raw_hashes() -> float:
    """Hash the bytes of every entry, and nothing more; give the time."""
    from commentarchive.ledger.models import Entry

    spent = 0.0
    leaves = Entry.objects.order_by("index").values_list("leaf", flat=True)
    for some in batched(leaves.iterator(chunk_size=10_000), 10_000, strict=False):
        data = [bytes(leaf) for leaf in some]
        began = time.perf_counter()
        for leaf in data:
            hashlib.sha256(leaf).digest()
        spent += time.perf_counter() - began
    return spent


def bare_tiles(index: int, size: int) -> None:
    """Read by the driver alone what the proof of one entry is made of."""
    from django.db import connection

    with connection.cursor() as cursor:
        for level in range(3):
            start = (index >> (8 * (level + 1))) << 8
            table, place = (
                ("ledger_entry", '"index"') if level == 0 else ("ledger_node", "n")
            )
            where = "" if level == 0 else f"level = {level} AND "
            for first in {start, (size >> (8 * level)) >> 8 << 8}:
                cursor.execute(
                    f"SELECT hash FROM {table} WHERE {where}{place} >= %s AND {place} < %s",
                    [first, first + 256],
                )
                cursor.fetchall()


def timed(action: Callable[..., Any], *arguments: object) -> tuple[float, Any]:
    began = time.perf_counter()
    found = action(*arguments)
    return time.perf_counter() - began, found


def main(size: int) -> None:
    from django.db import connection

    from bench.generate import write_export
    from commentarchive.intake.session import import_files
    from commentarchive.models import Comment

    if not Comment.objects.shown().filter(decided_entry=None).exists():
        path = Path(os.environ["VAR_DIR"]) / "recording.xml"
        write_export(path, BATCH, 100, "https://recording.example")
        import_files([path])
    fast = fill(size)
    if connection.vendor == "postgresql":
        # As autovacuum does in time after so many new rows.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
    measure_checks(fast)
    measure_proofs()
    measure_appends()
    if connection.vendor == "postgresql":
        measure_writers()


def measure_checks(fast: float) -> None:
    from commentarchive.ledger.reconciliation import reconcile
    from commentarchive.ledger.verification import verify

    spent, verdict = timed(verify)
    floor = raw_hashes()
    assert not verdict.faults
    print(
        f"  {verdict.size:,} entries verified in {spent:.1f} s, "
        f"{spent / floor:.1f} x raw SHA-256 of their bytes; "
        f"decisions in batches {fast:,.0f}/s",
        flush=True,
    )
    spent, differences = timed(lambda: list(reconcile()))
    assert not differences, differences[:3]
    print(f"  reconciled in {spent:.1f} s, {spent / floor:.0f} x", flush=True)


def measure_proofs() -> None:
    from django.conf import settings

    from commentarchive.ledger.receipts import receipt
    from commentarchive.ledger.signer import signing

    with signing(settings.LEDGER_KEY_FILE) as signer:
        signed = signer.sign()
    places = random.sample(range(signed.size), PROOFS)
    proofs = [1000 * timed(receipt, place)[0] for place in places]
    bare = [1000 * timed(bare_tiles, place, signed.size)[0] for place in places]
    print(
        f"  a proof among {signed.size:,}: median {statistics.median(proofs):.2f} ms, "
        f"{statistics.median(proofs) / statistics.median(bare):.1f} x its tiles by bare SELECT",
        flush=True,
    )


def measure_appends() -> None:
    from django.db import transaction

    from commentarchive.ledger.append import append_all
    from commentarchive.ledger.merkle.refs import new_ref

    single, bare = append_one_by_one(SINGLE), bare_inserts(SINGLE)
    print(
        f"  one append: median {statistics.median(single):.2f} ms, "
        f"{statistics.median(single) / statistics.median(bare):.1f} x a bare INSERT",
        flush=True,
    )
    many = [statement(new_ref("c")) for _n in range(BATCH)]
    with transaction.atomic():
        spent, _first = timed(append_all, many)
    print(f"  {BATCH} in one batch: {BATCH / spent:,.0f} entries/s", flush=True)


def measure_writers() -> None:
    from django.db import connection

    from commentarchive.ledger.models import Head
    from commentarchive.ledger.verification import verify

    before = Head.objects.get().size
    connection.close()
    speeds = [writers(count, 500) for count in (1, 4)]
    assert Head.objects.get().size == before + 2500
    assert not verify().faults
    print(
        f"  1 writer {speeds[0]:,.0f}/s, 4 writers {speeds[1]:,.0f}/s "
        "(starting them included), no gap",
        flush=True,
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    django.setup()
    if sys.argv[1] == "append":
        append_one_by_one(int(sys.argv[2]))
    else:
        main(int(sys.argv[1]))
