r"""The settings' file, `VAR_DIR/settings.env`: read by every command and the server.

One `NAME=value` a line; `#` begins a line that says nothing. A value may stand in
double quotes, in which `\"` and `\\` stand for `"` and `\`. What the environment itself
says comes first. It is read before any setting is.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from commentarchive.ledger.key_files import write_private

NAME = "settings.env"
# What may stand there: all that `docs` list, but for what has to be known before.
KNOWN = (
    *("SITE_NAME", "BASE_URL", "ALLOWED_HOSTS", "TRUSTED_PROXIES", "HSTS"),
    *("TIME_ZONE", "CONTACT_EMAIL", "EMAIL_URL", "DATABASE_URL"),
    *("DATABASE_REPLICA_URL", "SECRET_KEY", "LEDGER_ORIGIN", "LEDGER_KEY_FILE"),
    *("LEDGER_POLICY", "TEXT_PROOFS", "READER_MEMORY", "ACTOR_DISPLAY", "TWO_PEOPLE"),
    *("STAFF_SECOND_FACTOR", "ACCESS_JOURNAL_DAYS", "PAGE_CACHE", "DEBUG"),
    *("BREACHED_PASSWORDS", "CLAMD_SOCKET"),
    *("LOG_LEVEL", "LOG_FORMAT"),
)
HEAD = (
    "# Settings of this archive. After a change: restart it, or send it SIGHUP.",
    "# What each means: README.md, Configuration. Nobody else may read this file.",
)
MOST_BYTES = 64 << 10
_line = re.compile(r"([A-Z][A-Z0-9_]*)=(.*)")
_quoted = re.compile(r'"((?:[^"\\]|\\["\\])*)"')
# What this process took from the file.
_taken: set[str] = set()


def take_settings(path: Path) -> None:
    """Let the environment have what the file says where it says nothing itself.

    Raise ImproperlyConfigured naming file, line and reason.
    """
    for name, value in read_settings(path).items():
        if name not in os.environ:
            os.environ[name] = value
            _taken.add(name)


def own_environment() -> dict[str, str]:
    """Return the environment without what was taken from the file."""
    return {name: word for name, word in os.environ.items() if name not in _taken}


def read_settings(path: Path) -> dict[str, str]:
    """Return what stands in a settings' file; nothing where there is none."""
    try:
        text = _text_of(path)
    except FileNotFoundError:
        return {}
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}."
        raise ImproperlyConfigured(message) from error
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        try:
            name, value = _setting(stripped, found)
        except ValueError as error:
            message = f"{path}, line {number}: {error}."
            raise ImproperlyConfigured(message) from error
        found[name] = value
    return found


def write_settings(path: Path, values: Mapping[str, str]) -> None:
    """Let a settings' file say these values, mode 600; its other lines stay.

    It is written in one step. Raise OSError, ValueError.
    """
    kept, before = list(HEAD), {}
    if path.exists():
        kept, before = _text_of(path).splitlines(), read_settings(path)
    changed = {
        name: f"{name}={_written(value)}"
        for name, value in values.items()
        if before.get(name) != value
    }
    lines = []
    for line in kept:
        name = line.partition("=")[0].strip()
        lines.append(changed.pop(name, line))
    write_private(path, "\n".join([*lines, *changed.values()]) + "\n")


def _text_of(path: Path) -> str:
    if path.stat().st_size > MOST_BYTES:
        message = f"{path} is longer than {MOST_BYTES} bytes."
        raise ImproperlyConfigured(message)
    raw = path.read_bytes()
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        message = f"{path}, line {line}: it is not in UTF-8."
        raise ImproperlyConfigured(message) from error


def _setting(line: str, before: Mapping[str, str]) -> tuple[str, str]:
    """Return name and value of a line, repeating neither: it may hold a password."""
    found = _line.fullmatch(line)
    if found is None:
        message = "it is not NAME=value"
        raise ValueError(message)
    name, value = found[1], found[2].strip()
    if name not in KNOWN:
        message = f"{name} is no setting that may stand here"
        raise ValueError(message)
    if name in before:
        message = f"{name} stands twice"
        raise ValueError(message)
    if value.startswith('"'):
        quoted = _quoted.fullmatch(value)
        if quoted is None:
            message = f"the quotes around {name} do not close"
            raise ValueError(message)
        value = re.sub(r"\\(.)", r"\1", quoted[1])
    if not value.isprintable():
        message = f"{name} holds a character that cannot be seen"
        raise ValueError(message)
    return name, value


def _written(value: str) -> str:
    if not value.isprintable():
        message = "a setting holds a character that cannot be seen"
        raise ValueError(message)
    if re.fullmatch(r"[\w@%+=:,./?&*~^-]*", value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
