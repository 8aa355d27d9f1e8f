"""The machine: its disk, its clock, who else can read what is kept."""

import ctypes
import shutil
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from commentarchive.checks import open_to_others
from commentarchive.ledger.models import Checkpoint
from commentarchive.settings_file import NAME as SETTINGS_FILE
from moderation.health.finding import Finding, fault, ok, warn

MIB = 1 << 20
# Free bytes below which nothing can be taken in, and below which to make room soon.
FULL, NARROW = 200 * MIB, 1024 * MIB
# As for the signer: clocks are set right by seconds now and then.
CLOCK_SLACK = timedelta(minutes=2)
# What adjtimex answers of a clock that nobody sets right, and room for what it writes.
_TIME_ERROR, _TIMEX = 5, 512


def disk() -> Finding:
    """Look how much is free where the archive lies."""
    free = shutil.disk_usage(settings.VAR_DIR).free
    said = f"{free // MIB} MiB are free in {settings.VAR_DIR}"
    if free < FULL:
        return fault(said, "make room now: nothing can be imported or decided soon")
    if free < NARROW:
        return warn(said, "make room, or give it a larger disk")
    return ok(said)


def clock() -> Finding:
    """Look whether the clock goes on from the last signature, and is set right."""
    now = timezone.now()
    last = Checkpoint.objects.order_by("-size").values_list("signed_at", flat=True)
    signed = last.first()
    if signed is not None and now < signed - CLOCK_SLACK:
        return fault(
            f"the clock says {now:%Y-%m-%d %H:%M} UTC, before the last signature",
            "set it right: nothing is signed meanwhile",
        )
    if _is_unset():
        return warn(
            "nobody sets this machine's clock right",
            "switch it on: timedatectl set-ntp true",
        )
    return ok(f"the clock says {now:%Y-%m-%d %H:%M} UTC")


def _is_unset() -> bool:
    """Return whether the system knows that its clock is set by nobody (Linux)."""
    with suppress(OSError, AttributeError):
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX))
        return bool(state == _TIME_ERROR)
    return False


def modes() -> Finding:
    """Look for keys, settings and other files that others of the machine can read."""
    keys = settings.LEDGER_KEY_FILE.parent
    secret = [keys, settings.VAR_DIR / "keys", settings.VAR_DIR / SETTINGS_FILE]
    found = [path for path in secret if path.exists() and _is_open(path)]
    if found:
        return fault(
            f"others of this machine can read {found[0]}", f"chmod -R go= {found[0]}"
        )
    if _is_open(settings.VAR_DIR):
        return warn(
            f"others of this machine can reach files in {settings.VAR_DIR}",
            f"chmod -R go= {settings.VAR_DIR}",
        )
    return ok("keys and files are readable by this user only")


def _is_open(path: Path) -> bool:
    return next(open_to_others(path), None) is not None
