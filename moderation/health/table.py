"""The table of all checks; to add one, add a line. Results are kept for the desk."""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from commentarchive.ledger.key_files import write_private
from commentarchive.ledger.outages import outage
from moderation.health import database, machine, outside, people, record
from moderation.health.finding import Finding, Level, fault

CHECKS: Mapping[str, Callable[[], Finding]] = {
    "disk": machine.disk,
    "database": database.version,
    "migrations": database.migrations,
    "triggers": database.triggers,
    "backup": record.backup,
    "import": record.imports,
    "signatures": record.signed,
    "witnesses": record.witnesses,
    "comparison": record.reconciled,
    "letters": people.letters,
    "https": outside.outside,
    "clock": machine.clock,
    "modes": machine.modes,
    "roles": people.roles,
    "second factors": people.factors,
}
_log = logging.getLogger("commentarchive.doctor")


class Seen(NamedTuple):
    """What all checks found, and when."""

    at: datetime
    findings: dict[str, Finding]


def look_at_everything() -> dict[str, Finding]:
    """Run every check; one that fails is a fault of its own. Takes seconds."""
    return {name: _looked_at(name, check) for name, check in CHECKS.items()}


def _looked_at(name: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except Exception as error:  # noqa: BLE001  # the other checks go on
        if found := outage(error):
            return fault(found, "docs/deployment.md, “When something is full or busy”")
        _log.exception("The check of %s failed.", name)
        return fault(
            f"it could not be looked at ({type(error).__name__})", "look at the log"
        )


def keep(findings: Mapping[str, Finding]) -> None:
    """Keep what was found for the desk's page. Raise OSError."""
    kept = {name: found.as_dict() for name, found in findings.items()}
    at = timezone.now().isoformat()
    write_private(_path(), json.dumps({"at": at, "findings": kept}))


def last_seen() -> Seen | None:
    """Return what was found last; None where nothing was, or it cannot be read."""
    try:
        kept = json.loads(_path().read_text())
        findings = {
            name: Finding(Level(each["level"]), each["what"], each["todo"])
            for name, each in kept["findings"].items()
        }
        return Seen(datetime.fromisoformat(kept["at"]), findings)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _path() -> Path:
    path: Path = settings.VAR_DIR / "doctor.json"
    return path
