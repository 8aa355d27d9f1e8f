"""The matching key: by it equal texts and names are recognised, by nobody else."""

import hmac
from functools import cache

from django.conf import settings

from commentarchive import env


@cache
def _key(path: str) -> bytes:
    return env.kept_secret(settings.VAR_DIR / "keys" / path).encode()


def fingerprint(*parts: str) -> bytes:
    """Digest some words with the matching key (HMAC-SHA-256, 32 bytes)."""
    message = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hmac.digest(_key("matching"), message, "sha256")
