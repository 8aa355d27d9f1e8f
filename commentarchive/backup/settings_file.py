"""The settings file as a backup holds it: without what may be a secret."""

from urllib.parse import parse_qs, urlsplit

# Whose values are no secrets. Of names that are not here a backup without keys says
# only that they were set.
OPEN = frozenset(
    (
        *("VAR_DIR", "BASE_URL", "ALLOWED_HOSTS", "TRUSTED_PROXIES", "TIME_ZONE"),
        *("CONTACT_EMAIL", "SITE_NAME", "LEDGER_ORIGIN", "LEDGER_KEY_FILE"),
        *("LEDGER_POLICY", "TEXT_PROOFS", "READER_MEMORY", "ACTOR_DISPLAY"),
        *("TWO_PEOPLE", "STAFF_SECOND_FACTOR", "ACCESS_JOURNAL_DAYS", "PAGE_CACHE"),
        *("HSTS", "LOG_LEVEL", "LOG_FORMAT", "DEBUG", "BREACHED_PASSWORDS"),
        "CLAMD_SOCKET",
    )
)
# Addresses that may hold a password: open where they hold none.
ADDRESSES = frozenset(("DATABASE_URL", "DATABASE_REPLICA_URL", "EMAIL_URL"))
# What such an address may say of where a server is, and of the way there.
PLACES = frozenset(
    ("host", "hostaddr", "port", "sslmode", "sslrootcert", "sslcert", "sslkey")
)


def without_secrets(text: str) -> str:
    """Return the lines of a settings file whose values are no secrets.

    Of the others only their names stay; comments go, for they may hold what once was a
    value.
    """
    kept = []
    for line in text.splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        name = name.strip()
        if not equals or name.startswith("#"):
            continue
        is_open = name in OPEN or (name in ADDRESSES and _has_no_password(value))
        kept.append(f"{name}={value}" if is_open else f"# {name} was set: left out")
    return "".join(f"{line}\n" for line in kept)


def _has_no_password(address: str) -> bool:
    try:
        parts = urlsplit(address.strip().strip("\"'"))
    except ValueError:
        return False
    asked = parse_qs(parts.query, keep_blank_values=True).keys()
    return parts.password is None and asked <= PLACES and "@" not in parts.path
