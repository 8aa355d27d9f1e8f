"""Passwords that stand in a list of breaches, where the owner has named one.

A list is a file of SHA-1 digests in their order (`DIGEST:COUNT` a line), as Pwned
Passwords has it, or a service that answers as its range search does: it is told five of
a digest's 40 letters, and learns neither the password nor whether it was found.
"""

import hashlib
import http.client
import logging
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

# Letters of a digest, and those of them that a service is told.
DIGEST, TOLD = 40, 5
# Seconds for one answer of a service, and bytes of it at most; real ones have 60,000.
PATIENCE, LONGEST = 5, 1 << 20
_log = logging.getLogger("commentarchive.passwords")


class BreachedPasswordValidator:
    """Refuses a password of the list that BREACHED_PASSWORDS names."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError, also where the list cannot be asked."""
        del user
        digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest()
        try:
            found = _is_listed(digest.upper().encode())
        except (OSError, http.client.HTTPException) as error:
            _log.error("BREACHED_PASSWORDS cannot be asked: %s.", type(error).__name__)
            message = (
                "Whether this password is known from a breach could not be looked up; "
                "please try again in a minute."
            )
            raise ValidationError(message, code="password_not_looked_up") from error
        if found:
            message = (
                "This password is known from a breach of another site, where it was "
                "stolen; choose one that you use nowhere else."
            )
            raise ValidationError(message, code="password_breached")

    def get_help_text(self) -> str:
        """Return what is said beside the field."""
        return "It must not be one that was stolen elsewhere."


def _is_listed(digest: bytes) -> bool:
    source: Path | str | None = settings.BREACHED_PASSWORDS
    if source is None:
        return False
    if isinstance(source, Path):
        return is_in_file(source, digest)
    told, rest = digest[:TOLD], digest[TOLD:]
    lines = _asked(source, told.decode()).upper().splitlines()
    # Lines with a count of nought are there to hide how many there are.
    return any(
        line[: len(rest)] == rest and line.partition(b":")[2].strip(b"0 ")
        for line in lines
    )


def is_in_file(path: Path, digest: bytes) -> bool:
    """Return whether a file of digests in their order has one. Raise OSError.

    It is read in some 40 places, however long it is.
    """
    with path.open("rb") as lines:
        low, high = 0, path.stat().st_size
        # Look for the first place behind which no line is smaller.
        while low < high:
            middle = (low + high) // 2
            line = _line_behind(lines, middle)
            if not line or line >= digest:
                high = middle
            else:
                low = middle + 1
        return _line_behind(lines, low) == digest


def _line_behind(lines: BinaryIO, place: int) -> bytes:
    """Return the digest of the first line that begins behind a place, or at 0."""
    lines.seek(place)
    if place:
        lines.readline()
    return lines.readline()[:DIGEST].upper()


def _asked(address: str, told: str) -> bytes:
    """Return what a service answers; redirects are not followed. Raise OSError."""
    parts = urlsplit(address)
    service = http.client.HTTPSConnection(
        parts.hostname or "", parts.port, timeout=PATIENCE
    )
    try:
        headers = {"Add-Padding": "true", "User-Agent": "commentarchive"}
        service.request("GET", f"{parts.path.rstrip('/')}/{told}", headers=headers)
        answer = service.getresponse()
        if answer.status != http.client.OK:
            message = f"the service answers {answer.status}"
            raise OSError(message)
        return answer.read(LONGEST)
    finally:
        service.close()
