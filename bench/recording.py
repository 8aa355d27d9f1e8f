"""The record: appends, a check of everything, reconciling, proofs; against floors."""

import hashlib
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import batched
from typing import Any

import django

BATCH, SINGLE, PROOFS = 5000, 300, 200


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
    committed = {"facts": "It was looked at, and stays.", "note": None}
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


def fill(size: int) -> float:
    """Put decisions on every comment, round after round, until the record is full."""
    from django.db import transaction
    from django.utils import timezone

    from commentarchive import bulk
    from commentarchive.ledger.append import Statement, append_all, minute, next_index
    from commentarchive.ledger.merkle.refs import new_refs
    from commentarchive.ledger.models import Head
    from commentarchive.models import Comment
    from moderation.models import Decision, DecisionWords

    columns = (
        "pk",
        "ref",
        "post__ref",
        "current_revision_id",
        "current_revision__commitment",
    )
    comments = list(
        Comment.objects.shown().filter(decided_entry=None).values_list(*columns)
    )
    rows = bulk.Rows(
        {
            Decision: (
                *("id", "ref", "comment_id", "revision_id", "action", "grade"),
                *("decided_at", "recorded_at", "decided_by", "decided_by_role"),
                *("from_visibility", "to_visibility", "entry_index"),
            ),
            DecisionWords: ("decision_id", "number", "facts", "note", "written_at"),
        }
    )
    now, facts = timezone.now(), "It was looked at, and stays."
    stored = bulk.time_storer()(now)
    began, first = time.perf_counter(), Head.objects.get().size
    while Head.objects.get().size < size:
        for batch in batched(comments, BATCH, strict=False):
            with transaction.atomic():
                index = next_index()
                refs, ids = (
                    new_refs("d", len(batch)),
                    rows.new_ids(Decision, len(batch)),
                )
                said = [
                    Statement(
                        event="comment.no_action",
                        subject=ref,
                        thread=post,
                        public={
                            **statement(ref).public,
                            "decided": minute(now),
                            "decision": decision,
                            "from": "published",
                            "text": commitment,
                        },
                        committed={"facts": facts, "note": None},
                    )
                    for (_pk, ref, post, _text, commitment), decision in zip(
                        batch, refs, strict=True
                    )
                ]
                rows.add(
                    Decision,
                    [
                        (
                            *(pk, decision, one[0], one[3], "no_action", "decided"),
                            *(stored, stored, "a moderator", "moderator"),
                            *("published", "published", place),
                        )
                        for place, (pk, decision, one) in enumerate(
                            zip(ids, refs, batch, strict=True), index
                        )
                    ],
                )
                rows.add(DecisionWords, [(pk, 1, facts, "", stored) for pk in ids])
                rows.flush()
                bulk.update(
                    Comment,
                    ("decided_entry",),
                    [(place, one[0]) for place, one in enumerate(batch, index)],
                )
                append_all(said)
            if Head.objects.get().size >= size:
                break
    return (Head.objects.get().size - first) / (time.perf_counter() - began)


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
    from django.conf import settings
    from django.db import connection

    from commentarchive.ledger.models import Head
    from commentarchive.ledger.receipts import receipt
    from commentarchive.ledger.reconcile import reconcile
    from commentarchive.ledger.signer import signing
    from commentarchive.ledger.verification import verify

    fast = fill(size)
    if connection.vendor == "postgresql":
        # As autovacuum does in time after so many new rows.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
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
    single, bare = append_one_by_one(SINGLE), bare_inserts(SINGLE)
    print(
        f"  one append: median {statistics.median(single):.2f} ms, "
        f"{statistics.median(single) / statistics.median(bare):.1f} x a bare INSERT",
        flush=True,
    )
    from django.db import transaction

    from commentarchive.ledger.append import append_all
    from commentarchive.ledger.merkle.refs import new_ref

    many = [statement(new_ref("c")) for _n in range(BATCH)]
    with transaction.atomic():
        spent, _first = timed(append_all, many)
    print(f"  {BATCH} in one batch: {BATCH / spent:,.0f} entries/s", flush=True)
    if connection.vendor == "postgresql":
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
