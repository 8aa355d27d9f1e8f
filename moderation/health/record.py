"""The record and its copies: signatures, witnesses, comparison, backup, imports."""

import json
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from commentarchive.backup.place import LAST_BACKUP
from commentarchive.ledger import held
from commentarchive.ledger.last_runs import last_run
from commentarchive.ledger.models import Checkpoint, Cosignature, Entry, Head
from commentarchive.ledger.signer_trouble import trouble
from commentarchive.models import Capture, ImportJob
from commentarchive.models.import_job import AT_WORK, JobState
from moderation.health.finding import Finding, ago, fault, ok, warn

# The signer looks every few seconds.
UNSIGNED_FOR = timedelta(minutes=10)
UNCONFIRMED_FOR, UNCONFIRMED_TOO_LONG = timedelta(days=1), timedelta(days=7)
UNCOMPARED_FOR = timedelta(days=3)
BACKED_UP_IN, BACKED_UP_AT_LEAST = timedelta(days=2), timedelta(days=8)
WAITS_FOR = timedelta(hours=1)


def signed() -> Finding:
    """Look whether the record may grow, and is signed to its end."""
    if why := held.reason():
        return fault(
            f"nothing can be decided, imported or signed: {why}",
            "docs/backup.md, “Putting it back”",
        )
    if found := trouble():
        return fault(
            f"nothing is signed since {found.since:%Y-%m-%d %H:%M} UTC: {found.reason}",
            "docs/ledger.md, “Inside the installation”",
        )
    last = Checkpoint.objects.order_by("-size").first()
    head = Head.objects.first()
    size = head.size if head else 0
    if last is None:
        if not size:
            return ok("the record is empty")
        return warn(f"{size} records, and none is signed yet", "start manage.py serve")
    waits_since = _unsigned_since(last.size)
    if waits_since and timezone.now() - waits_since > UNSIGNED_FOR:
        return fault(
            f"{size - last.size} records wait to be signed since "
            f"{waits_since:%Y-%m-%d %H:%M} UTC",
            "start manage.py serve, or look at its log",
        )
    return ok(
        f"{last.size} entries of the record are signed, last {_ago(last.signed_at)}"
    )


def _unsigned_since(size: int) -> datetime | None:
    entry = Entry.objects.filter(index=size).first()
    if entry is None:
        return None
    return datetime.fromisoformat(json.loads(bytes(entry.leaf))["ts"])


def witnesses() -> Finding:
    """Look when the last witness confirmed the record."""
    if not settings.LEDGER_POLICY.witnesses:
        return ok("no witness is named (LEDGER_POLICY)")
    last = Cosignature.objects.order_by("-signed_at").first()
    if last is None:
        return warn(
            "no witness has confirmed the record yet", "manage.py ask_witnesses"
        )
    said = f"the last witness confirmed the record {_ago(last.signed_at)}"
    since = timezone.now() - last.signed_at
    if since > UNCONFIRMED_TOO_LONG:
        return fault(said, "manage.py ask_witnesses says why")
    if since > UNCONFIRMED_FOR:
        return warn(said, "manage.py ask_witnesses says why")
    return ok(said)


def reconciled() -> Finding:
    """Look how the last comparison of tables and record ended."""
    last = last_run("reconcile")
    if last is None:
        return warn(
            "tables and record were not compared yet",
            "serve does it at night; or run manage.py reconcile",
        )
    said = f"tables and record were compared {_ago(last.at)}"
    if last.code:
        return fault(f"{said} and differ", "run manage.py reconcile, and ask why")
    if timezone.now() - last.at > UNCOMPARED_FOR:
        return warn(said, "run manage.py reconcile; serve does it at night")
    return ok(f"{said} and agree")


def backup() -> Finding:
    """Look when the last backup was made, by the note that `backup` leaves."""
    path = settings.VAR_DIR / LAST_BACKUP
    how = "docs/backup.md, “Every night”"
    try:
        at = datetime.fromisoformat(json.loads(path.read_text())["at"])
        since = timezone.now() - at
    except FileNotFoundError:
        return warn("no backup was made yet", how)
    except (OSError, ValueError, KeyError, TypeError):
        return fault(f"{path} cannot be read: it tells of the last backup", how)
    if since > BACKED_UP_AT_LEAST:
        return fault(f"the last backup was made {_ago(at)}", how)
    if since > BACKED_UP_IN:
        return warn(f"the last backup was made {_ago(at)}", how)
    return ok(f"the last backup was made {_ago(at)}")


def imports() -> Finding:
    """Look at the last import, and whether one waits that nobody does."""
    waits = ImportJob.objects.filter(
        state__in=set(AT_WORK) - {JobState.IMPORTING},
        made_at__lt=timezone.now() - WAITS_FOR,
    )
    if waits.exists() and not _is_at_work():
        return fault(
            "an import waits for more than an hour", "is manage.py serve running?"
        )
    last = Capture.objects.filter(closed_at__isnull=False).order_by("-pk").first()
    if last is None or last.closed_at is None:
        return ok("nothing was imported yet")
    said = f"the last import ended {_ago(last.closed_at)}"
    if last.state != "complete":
        state = last.get_state_display()
        return warn(
            f"{said}: {state}", "/moderation/desk/imports/ tells what is missing"
        )
    return ok(said)


def _is_at_work() -> bool:
    return ImportJob.objects.filter(state=JobState.IMPORTING).exists()


def _ago(at: datetime) -> str:
    return ago((timezone.now() - at).total_seconds())
