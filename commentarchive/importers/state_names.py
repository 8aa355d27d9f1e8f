"""Fields that are not known here, and whose names say that readers do not see a record.

A closed list of English words decides: a field counts whose name is made of one of them
and of words that add no other meaning (`is_hidden`, `hiddenBy`, `comment.deleted_at`).
Names of other fields with such a word in them (`deleted_replies_count`) do not.
"""

import re
from collections.abc import Iterable, Mapping

from commentarchive.importers.dates import iso

# A field of such a name hides a record, unless its value is a plain "no".
_HIDING = frozenset(
    {
        *("hidden", "hide", "deleted", "delete", "removed", "remove", "erased"),
        *("trash", "trashed", "spam", "junk", "private", "secret", "confidential"),
        *("internal", "invisible", "nonpublic", "unpublished", "unlisted", "draft"),
        *("pending", "queued", "awaiting", "held", "hold", "unapproved", "unmoderated"),
        *("disapproved", "rejected", "refused", "denied", "declined", "blocked"),
        *("banned", "shadowbanned", "censored", "suppressed", "withheld", "withdrawn"),
        *("retracted", "revoked", "redacted", "purged", "quarantined", "restricted"),
        *("screened", "masked", "minimized", "disabled", "inactive", "dead", "whisper"),
    }
)
# Such a one hides it, unless its value is a plain "yes" or a time.
_SHOWING = frozenset(
    {
        *("approved", "approve", "accepted", "visible", "viewable", "public"),
        *("publicly", "published", "publish", "shown", "show", "displayed", "live"),
        *("active", "enabled", "released"),
    }
)
# Such a one hides it, unless its value is a word for what readers see.
_STATES = frozenset(
    {"status", "state", "visibility", "moderation", "approval", "privacy"}
)
_SEEN = _SHOWING | {"normal", "ok", "everyone", "all", "world", "open", "publicised"}
# What may stand in such a name besides.
_ASIDE = frozenset(
    {
        *(
            "is",
            "was",
            "has",
            "been",
            "are",
            "be",
            "to",
            "soft",
            "shadow",
            "in",
            "from",
            "for",
        ),
        *("comment", "comments", "message", "reply", "entry", "record", "item", "post"),
        *("thread", "article", "page", "by", "at", "on", "date", "time", "timestamp"),
        *(
            "since",
            "gmt",
            "utc",
            "flag",
            "mark",
            "reason",
            "status",
            "state",
            "readers",
        ),
    }
)
_NOT = frozenset({"not", "no", "never", "non"})
_NO = frozenset({"", "0", "0.0", "false", "no", "n", "f", "off", "none", "null", "nil"})
_YES = frozenset({"1", "1.0", "true", "yes", "y", "t", "on"})
# A day that systems store for "never".
_never = re.compile(r"(?:0000-00-00|0001-01-01|1970-01-01)(?!\d)")
_humps = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_between = re.compile(r"[^A-Za-z]+")
_joined = re.compile(r"(?:is|was|has|comment)(?=[a-z]{4})")
# Smaller numbers are no seconds since 1970.
_EPOCH = 10**8
_DEEPEST = 4


def hiding_names(fields: Mapping[str, object], deepest: int = _DEEPEST) -> list[str]:
    """Return the names of fields by which readers do not see a record.

    Objects inside of it are looked into: their names count as its own do.
    """
    found = []
    for name, value in fields.items():
        if isinstance(value, Mapping) and deepest and value:
            found += hiding_names(value, deepest - 1)
        elif hides(name, value):
            found.append(name)
    return found


def hides(name: str, value: object) -> bool:
    """Return whether a field says that readers do not see the record it is of."""
    words = _words(name)
    said = " ".join(str("" if value is None else value).split()).lower()
    if isinstance(value, list | tuple):
        return _is_listed(words, value)
    told = [each for each in words if each in _HIDING | _SHOWING]
    rest = [each for each in words if each not in told and each not in _NOT]
    if not told:
        # A field called "status" or the like, by itself or with words aside.
        is_state = not _STATES.isdisjoint(rest) and set(rest) <= _STATES | _ASIDE
        return is_state and not _is_seen(said)
    if len(told) > 1 or not set(rest) <= _ASIDE | _STATES:
        return False
    is_hiding = told[0] in _HIDING
    if not _NOT.isdisjoint(words):
        is_hiding = not is_hiding
    return not _is_no(said) if is_hiding else not _is_yes(said)


def speaks_by_itself(name: str) -> bool:
    """Return whether an element of this name hides a record though it is empty."""
    parts = _between.split(_humps.sub(" ", name).lower())
    return not _HIDING.isdisjoint(parts) and _HIDING | {"", "is", "comment"} >= {*parts}


def _words(name: str) -> list[str]:
    """Return the words of a name, up to whoever is named after "by"."""
    parts = [each for each in _between.split(_humps.sub(" ", name)) if each]
    words: list[str] = []
    for part in map(str.lower, parts):
        if part in {"by", "because"} and words:
            break
        begun = _joined.match(part)
        known = _HIDING | _SHOWING | _STATES
        words.append(part[begun.end() :] if begun and part not in known else part)
    return words


def _is_listed(words: Iterable[str], values: Iterable[object]) -> bool:
    """Return whether a list of marks, whatever it is called, holds a hiding one."""
    is_marks = not {"flags", "marks", "states", "labels", *_STATES}.isdisjoint(words)
    return is_marks and any(
        isinstance(each, str) and each.strip().lower() in _HIDING for each in values
    )


def _is_no(said: str) -> bool:
    return said in _NO or _never.match(said) is not None


def _is_yes(said: str) -> bool:
    if said in _YES or said in _SHOWING:
        return True
    if said.replace(".", "", 1).isdecimal():
        return float(said) >= _EPOCH
    return iso(said.upper()).utc is not None and not _never.match(said)


def _is_seen(said: str) -> bool:
    return said in _SEEN | _YES
