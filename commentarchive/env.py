"""Typed readers of the environment: a wrong value stops the start by name."""

import contextlib
import os
import re
import secrets
import tempfile
from collections.abc import Collection
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

from commentarchive.ledger import on_disk
from commentarchive.ledger.merkle.witness_policy import (
    NOBODY,
    BadPolicy,
    WitnessPolicy,
    read_policy,
)

MOST_DAYS = 36_500
LONGEST_NAME = 80
_env = environ.Env()


def is_loopback(host: str | None) -> bool:
    """Return whether a host or address is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ip_address((host or "").strip("[]")).is_loopback
    except ValueError:
        return False


def keep_files_private() -> int:
    """Let new files be readable by this user only; return how it was before."""
    return os.umask(0o077)


def flag(name: str, *, default: bool) -> bool:
    """Read a yes-or-no variable. Raise ImproperlyConfigured on any other word."""
    word = os.environ.get(name, "").strip().lower()
    if not word:
        return default
    if word in {"1", "true", "yes", "on"}:
        return True
    if word in {"0", "false", "no", "off"}:
        return False
    message = f"{name}={word!r} is neither on nor off."
    raise ImproperlyConfigured(message)


def flag_if_set(name: str) -> bool | None:
    """Read a yes-or-no variable; None where it is not set."""
    return flag(name, default=False) if os.environ.get(name, "").strip() else None


def second_factor(name: str, hosts: Collection[str]) -> bool:
    """Read whether staff show a second factor; they must, but for this machine."""
    wanted = flag(name, default=True)
    elsewhere = sorted(host for host in hosts if not is_loopback(host))
    if not wanted and elsewhere:
        message = (
            f"{name}=off is for this machine only, and the site is also called "
            f"{elsewhere[0]}: leave it on, or let BASE_URL and ALLOWED_HOSTS name "
            "localhost only."
        )
        raise ImproperlyConfigured(message)
    return wanted


def choice(name: str, choices: tuple[str, ...], *, default: str) -> str:
    """Read one word of a closed list."""
    word = os.environ.get(name, default)
    if word not in choices:
        message = f"{name}={word!r} is none of: {', '.join(choices)}."
        raise ImproperlyConfigured(message)
    return word


def line(name: str, *, default: str, most: int) -> str:
    """Read a line of text. Raise ImproperlyConfigured for more, or for none."""
    word = os.environ.get(name, default).strip()
    if not word or len(word) > most or not word.isprintable():
        message = f"{name}={word!r} is not one line of 1 to {most} characters."
        raise ImproperlyConfigured(message)
    return word


def mebibytes(name: str, *, default: int, least: int) -> int:
    """Read a number of MiB as bytes. Raise ImproperlyConfigured for anything else."""
    word = os.environ.get(name, "").strip() or str(default)
    if not (word.isascii() and word.isdecimal() and int(word) >= least):
        message = f"{name}={word!r} is not a number of MiB from {least} on."
        raise ImproperlyConfigured(message)
    return int(word) << 20


def days(name: str, *, default: int) -> int:
    """Read a number of days, from one to a hundred years."""
    word = os.environ.get(name, "").strip() or str(default)
    if not (word.isascii() and word.isdecimal() and 1 <= int(word) <= MOST_DAYS):
        message = f"{name}={word!r} is no number of days from 1 to {MOST_DAYS}."
        raise ImproperlyConfigured(message)
    return int(word)


def policy(name: str) -> WitnessPolicy:
    """Read the file of a policy (C2SP tlog-policy); nobody's where none is named."""
    word = os.environ.get(name, "")
    if not word:
        return NOBODY
    try:
        return read_policy(Path(word).expanduser().read_text("utf-8"))
    except (OSError, UnicodeDecodeError, BadPolicy) as error:
        message = f"{name}={word!r}: {error}."
        raise ImproperlyConfigured(message) from error


def absolute_path(name: str) -> str:
    """Read the path of what another program makes, from the root on; "" for none."""
    word = os.environ.get(name, "").strip()
    if word and not word.startswith("/"):
        message = f"{name}={word!r} is no path from / on."
        raise ImproperlyConfigured(message)
    return word


def breaches(name: str) -> Path | str | None:
    """Read where a list of stolen passwords is: a file, or an https address."""
    word = os.environ.get(name, "").strip()
    if not word:
        return None
    if "://" in word:
        if urlsplit(word).scheme == "https" and urlsplit(word).hostname:
            return word
        message = f"{name}={word!r} is neither a file nor an https address."
        raise ImproperlyConfigured(message)
    path = Path(word).expanduser()
    try:
        with path.open("rb") as lines:
            first = lines.readline(64)
    except OSError as error:
        message = f"{name}={word!r} cannot be read: {error.strerror}."
        raise ImproperlyConfigured(message) from error
    if not re.match(rb"[0-9A-Fa-f]{40}[:\r\n]", first):
        message = f"{name}={word!r} does not begin with a SHA-1 digest: DIGEST:COUNT."
        raise ImproperlyConfigured(message)
    return path


def directory(name: str, *, default: Path) -> Path:
    """Read a folder's path and make the folder."""
    path = Path(os.environ.get(name) or default).expanduser().resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        message = f"{name}={path} cannot be used as a folder: {error.strerror}."
        raise ImproperlyConfigured(message) from error
    return path


def base_url(name: str, *, default: str) -> str:
    """Read the public address: https, or http on this machine only."""
    address = os.environ.get(name, default).rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        message = f"{name}={address!r} is no http or https address."
        raise ImproperlyConfigured(message)
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        message = f"{name}={address!r}: plain http is for this machine only; use https."
        raise ImproperlyConfigured(message)
    return address


def proxies(name: str) -> int | tuple[IPv4Network | IPv6Network, ...]:
    """Read how many proxies stand before the server, or their addresses; 0 for none."""
    word = os.environ.get(name, "").strip()
    if not word:
        return 0
    if word.isascii() and word.isdigit() and len(word) == 1:
        return int(word)
    try:
        return tuple(ip_network(each.strip()) for each in word.split(","))
    except ValueError as error:
        message = (
            f"{name}={word!r} is neither a number of proxies, such as 1, nor a list of "
            f"addresses, such as 127.0.0.1 or 10.0.0.0/8: {error}."
        )
        raise ImproperlyConfigured(message) from error


def time_zone(name: str, *, default: str) -> str:
    """Read a time zone's name."""
    zone = os.environ.get(name, default)
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        message = f"{name}={zone!r} is no time zone, such as Europe/London."
        raise ImproperlyConfigured(message) from error
    return zone


# Words of `sslmode` that leave nothing to chance; libpq's own may end unencrypted.
_WAYS = frozenset({"disable", "require", "verify-ca", "verify-full"})


def database(name: str, *, default: str) -> dict[str, object]:
    """Read a database address for SQLite or PostgreSQL.

    One of another machine says whether the way there is encrypted.
    """
    address = os.environ.get(name) or default
    if urlsplit(address).scheme not in {"sqlite", "postgres", "postgresql"}:
        message = f"{name}: only sqlite:/// and postgres:// addresses are understood."
        raise ImproperlyConfigured(message)
    found = dict(_env.db_url_config(address))
    if found["ENGINE"] == "django.db.backends.postgresql":
        _check_way(name, found)
    return found


def _check_way(name: str, found: dict[str, Any]) -> None:
    options = found.get("OPTIONS", {})
    # The host may stand after the question mark, as a socket's folder does.
    named = (options.get("host"), options.get("hostaddr"), found["HOST"])
    hosts = [host for word in named if word for host in str(word).split(",")]
    others = [host for host in hosts if not (host[:1] in "/@" or is_loopback(host))]
    if others and options.get("sslmode") not in _WAYS:
        message = (
            f"{name}: {others[0]} is another machine, so the address ends in "
            "?sslmode=verify-full&sslrootcert=system (or a certificate's file), or in "
            "?sslmode=disable where nobody else is in that network."
        )
        raise ImproperlyConfigured(message)


def replica(name: str, primary: dict[str, object]) -> dict[str, object] | None:
    """Read the address of a replica of a PostgreSQL server; None without one."""
    if not os.environ.get(name):
        return None
    found = database(name, default="")
    if {found["ENGINE"], primary["ENGINE"]} != {"django.db.backends.postgresql"}:
        message = (
            f"{name}: only PostgreSQL has replicas; DATABASE_URL has to be a "
            "postgres:// address, too."
        )
        raise ImproperlyConfigured(message)
    kept = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    return {**found, **kept, "TEST": {"MIRROR": "default"}}


# By the scheme of an address: how the way to a mail server is encrypted, and its port.
_MAIL = {
    "smtp": ({}, 25),
    "smtp+tls": ({"use_tls": True}, 587),
    "smtps": ({"use_ssl": True}, 465),
}
# Seconds that a mail server may take for one answer.
MAIL_PATIENCE = 20


def mailers(name: str, *, sender: str) -> dict[str, dict[str, object]]:
    """Read the address of a mail server; without one, whatever is sent is refused.

    `sender` is whom mails are from. Nothing of the address is repeated where it is
    wrong: it may hold a password.
    """
    word = os.environ.get(name, "").strip()
    if not word:
        return {"default": {"BACKEND": "moderation.letters.smtp.NoMailer"}}
    try:
        parts = urlsplit(word)
        port = parts.port
    except ValueError as error:
        message = f"{name}: its port or host cannot be read."
        raise ImproperlyConfigured(message) from error
    if parts.scheme == "consolemail":
        _check_sender(name, sender)
        backend = "django.core.mail.backends.console.EmailBackend"
        return {"default": {"BACKEND": backend}}
    if parts.scheme not in _MAIL or not parts.hostname:
        message = (
            f"{name}: it begins with smtp+tls:// (STARTTLS), smtps:// (encrypted from "
            "the start), smtp:// (not encrypted) or is consolemail://, and names a "
            "host: smtp+tls://user:password@mail.example.org:587."
        )
        raise ImproperlyConfigured(message)
    if parts.path.strip("/") or parts.query or parts.fragment:
        message = (
            f"{name}: nothing follows the host and its port; in a password, "
            "/ is written %2F, ? is %3F, # is %23 and @ is %40."
        )
        raise ImproperlyConfigured(message)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        message = f"{name}: it names a user or a password, and not both."
        raise ImproperlyConfigured(message)
    if parts.scheme == "smtp" and not is_loopback(parts.hostname):
        message = (
            f"{name}: smtp:// sends letters in clear, and is for this machine only; "
            "use smtp+tls or smtps."
        )
        raise ImproperlyConfigured(message)
    _check_sender(name, sender)
    encryption, usual = _MAIL[parts.scheme]
    options: dict[str, object] = {
        "host": parts.hostname,
        "port": port or usual,
        "timeout": MAIL_PATIENCE,
        **encryption,
    }
    if user:
        options |= {"username": user, "password": password}
    return {
        "default": {"BACKEND": "moderation.letters.smtp.Mailer", "OPTIONS": options}
    }


def _check_sender(name: str, sender: str) -> None:
    try:
        validate_email(sender)
    except ValidationError as error:
        message = (
            f"{name} is set, and CONTACT_EMAIL={sender!r} is no e-mail address: "
            "letters are from it, and answers go to it."
        )
        raise ImproperlyConfigured(message) from error


def kept_secret(path: Path) -> str:
    """Read a secret from a file of mode 600, made whole at first use."""
    try:
        secret = _kept_secret(path)
    except OSError as error:
        message = f"{path} cannot be read or made: {error.strerror}."
        raise ImproperlyConfigured(message) from error
    if not secret:
        message = f"{path} is empty: delete it or put the secret back."
        raise ImproperlyConfigured(message)
    return secret


def _kept_secret(path: Path) -> str:
    on_disk.make_folder(path.parent)
    if not path.exists():
        # mkstemp makes it private; the link fails where another process was first.
        descriptor, draft = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "w") as new:
            new.write(secrets.token_urlsafe(64))
            new.flush()
            os.fsync(new.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        # Rows will be digested with it: it has to outlive them.
        on_disk.remove(Path(draft))
    return path.read_text().strip()
