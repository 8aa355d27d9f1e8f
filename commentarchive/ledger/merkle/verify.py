"""Check a published record of commentarchive: a stranger's check, in one file.

    python -m commentarchive.ledger.merkle.verify WHAT SOURCE --vkey-file FILE

WHAT is `checkpoint`, `entry N`, `extends NOTE-FILE`, `full`, `open DISCLOSURE` or
`report REPORT-FILE`; in place of a disclosure, its file (.txt) or the file of a text's
proof (.json) may be named. SOURCE is the address under which the record is served, a
folder or a ZIP of its files (C2SP tlog-tiles). `bundle` checks an evidence bundle by
itself: SOURCE is its folder or ZIP. Exit code 0: true; 1: false, and what is at fault
is named; 2: it cannot be told, because something is missing or cannot be read.

It needs Python 3.10 or newer and nothing else, and imports nothing of the program that
it checks, so that a copy of this file works by itself. Where the library `cryptography`
is there, signatures are checked with that, which is faster.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import http.client
import io
import json
import re
import sys
import urllib.request
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    HAS_LIBRARY = False
else:
    HAS_LIBRARY = True

# Python 3.10 does not know `datetime.UTC`.
UTC = timezone.utc  # noqa: UP017
WIDTH = 256
HASH = 32
TIMEOUT = 30
# No tile or bundle is longer: 256 entries of at most 65,535 bytes, and their lengths.
MOST = WIDTH * (2 + 65_535)

Get = Callable[[str], bytes]


class IsFalse(Exception):
    """What is published contradicts itself or its signature."""


class CannotTell(Exception):
    """Something is missing, so that nothing can be said."""


# --- Where the record is read from


def open_source(source: str) -> Get:
    """Return a reader of the record's files by name. Raise CannotTell."""
    if source.startswith(("http://", "https://")):
        return lambda name: _from_web(f"{source.rstrip('/')}/{name}")
    path = Path(source)
    if path.is_dir():
        return lambda name: _from_file(path / name)
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        message = f"{source} is no address, folder or ZIP ({error})"
        raise CannotTell(message) from error
    heads = [name for name in archive.namelist() if name.endswith("checkpoint")]
    prefix = min(heads, key=len, default="checkpoint").removesuffix("checkpoint")
    return lambda name: _from_zip(archive, prefix + name)


def _from_web(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=TIMEOUT) as answer:  # noqa: S310  # http only, see open_source
            data: bytes = answer.read(MOST + 1)
    except (OSError, http.client.HTTPException, ValueError) as error:
        message = f"{address} cannot be read ({error!r})"
        raise CannotTell(message) from error
    return data


def _from_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror})"
        raise CannotTell(message) from error


def _from_zip(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        if archive.getinfo(name).file_size > MOST:
            message = f"{name} in the ZIP is too long for any tile"
            raise CannotTell(message)
        return archive.read(name)
    except (KeyError, zipfile.BadZipFile, OSError, EOFError) as error:
        message = f"{name} in the ZIP cannot be read ({error})"
        raise CannotTell(message) from error


# --- Signed notes (C2SP signed-note, tlog-checkpoint)


def read_key(vkey: str) -> tuple[str, bytes, bytes]:
    """Read a vkey: name, key id, public key. Raise CannotTell."""
    try:
        name, known, key = vkey.split("+", 2)
        data = base64.b64decode(key, validate=True)
        expected = _sha256(name.encode() + b"\n" + data)[:4]
    except ValueError as error:
        message = f"{vkey!r} is no key"
        raise CannotTell(message) from error
    if data[:1] != b"\x01" or len(data) != 1 + HASH or expected.hex() != known:
        message = f"{vkey!r} is no Ed25519 key"
        raise CannotTell(message)
    return name, expected, data[1:]


def read_note(note: bytes, vkeys: Sequence[str], what: str) -> tuple[int, bytes]:
    """Return a checkpoint's size and root, once a known key has signed it."""
    try:
        text, found, lines = note.decode().rpartition("\n\n")
        origin, size, root = (f"{text}\n").split("\n")[:3]
        head = int(size), base64.b64decode(root, validate=True)
    except ValueError as error:
        message = f"{what} is no checkpoint"
        raise IsFalse(message) from error
    if not found or str(head[0]) != size or head[0] < 0 or len(head[1]) != HASH:
        message = f"{what} is no checkpoint"
        raise IsFalse(message)
    is_signed = False
    for name, known, public in map(read_key, vkeys):
        for line in lines.split("\n"):
            signer, _blank, data = line.removeprefix("— ").partition(" ")
            signature = _base64(data)
            if signer != name or signature[:4] != known:
                continue
            if not is_signature(public, signature[4:], f"{text}\n".encode()):
                message = f"{what}: the signature of {name} is false"
                raise IsFalse(message)
            is_signed = True
            if origin != name:
                message = f"{what} speaks of {origin} and is signed by {name}"
                raise IsFalse(message)
    if not is_signed:
        message = f"{what} is signed by none of the keys that were given"
        raise IsFalse(message)
    return head


# --- Signatures: Ed25519 (RFC 8032 section 5.1.7)


def is_signature(public: bytes, signature: bytes, message: bytes) -> bool:
    """Return whether a signature over a message was made with a key."""
    if not HAS_LIBRARY:
        return is_signature_by_hand(public, signature, message)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


# Points are in extended coordinates (RFC 8032 section 5.1.4): x = X/Z, y = Y/Z, and
# X*Y = Z*T. Nothing here is secret, so that nothing has to take the same time always.
Point = tuple[int, int, int, int]
_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_NEUTRAL: Point = (0, 1, 1, 0)


def is_signature_by_hand(public: bytes, signature: bytes, message: bytes) -> bool:
    """Do as `is_signature` with whole numbers alone. Takes some milliseconds."""
    key, commitment = _point(public), _point(signature[:HASH])
    scalar = int.from_bytes(signature[HASH:], "little")
    if key is None or commitment is None or len(signature) != 2 * HASH:
        return False
    if scalar >= _ORDER:
        return False
    hashed = hashlib.sha512(signature[:HASH] + public + message).digest()
    challenge = int.from_bytes(hashed, "little") % _ORDER
    left = _times(scalar, _BASE)
    right = _plus(commitment, _times(challenge, key))
    return (left[0] * right[2] - right[0] * left[2]) % _P == 0 and (
        left[1] * right[2] - right[1] * left[2]
    ) % _P == 0


def _plus(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c, d = 2 * one[3] * other[3] * _D % _P, 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(number: int, point: Point) -> Point:
    total = _NEUTRAL
    while number:
        if number & 1:
            total = _plus(total, point)
        point, number = _plus(point, point), number >> 1
    return total


def _point(data: bytes) -> Point | None:
    """Return the point that 32 bytes stand for (section 5.1.3); None for none."""
    if len(data) != HASH:
        return None
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


_BASE_Y = 4 * pow(5, _P - 2, _P) % _P
_BASE: Point = _point(_BASE_Y.to_bytes(HASH, "little")) or _NEUTRAL


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""


# --- The tree (RFC 6962 section 2.1)


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _parent(left: bytes, right: bytes) -> bytes:
    return _sha256(b"\x01" + left + right)


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Hash a tree over leaf hashes."""
    if not hashes:
        return _sha256(b"")
    stack: list[tuple[int, bytes]] = []
    for leaf in hashes:
        height, found = 0, leaf
        while stack and stack[-1][0] == height:
            found = _parent(stack.pop()[1], found)
            height += 1
        stack.append((height, found))
    root = stack.pop()[1]
    while stack:
        root = _parent(stack.pop()[1], root)
    return root


def _place(number: int, width: int) -> str:
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03}")
    path = "/".join(reversed(groups))
    return path if width == WIDTH else f"{path}.p/{width}"


def tile_names(size: int) -> Iterator[tuple[int, int, str]]:
    """Yield the tiles of a level: first index, number of hashes, path."""
    for start in range(0, size, WIDTH):
        width = min(WIDTH, size - start)
        yield start, width, _place(start // WIDTH, width)


def read_hashes(get: Get, size: int, root: bytes) -> list[bytes]:
    """Read the leaf hashes and hold every tile above them against them."""
    hashes = _level(get, 0, size)
    level, below, count = 0, hashes, size
    while count >= WIDTH:
        level, count = level + 1, count // WIDTH
        made = [root_of(below[n * WIDTH : (n + 1) * WIDTH]) for n in range(count)]
        published = _level(get, level, count)
        for n, (ours, theirs) in enumerate(zip(made, published, strict=True)):
            if ours != theirs:
                first = n * WIDTH**level
                last = first + WIDTH**level - 1
                _name_the_entry(get, hashes, size)
                message = (
                    f"tile/{level}: its hash {n} does not fit the entries "
                    f"{first} to {last}"
                )
                raise IsFalse(message)
        below = made
    if root_of(hashes) != root:
        _name_the_entry(get, hashes, size)
        message = f"the checkpoint: its root does not fit the entries 0 to {size - 1}"
        raise IsFalse(message)
    return hashes


def _name_the_entry(get: Get, hashes: Sequence[bytes], size: int) -> None:
    """Raise IsFalse for the first entry whose bytes and hash differ, if one does."""
    for _leaf in read_entries(get, size, hashes):
        pass


def _level(get: Get, level: int, count: int) -> list[bytes]:
    hashes: list[bytes] = []
    for _start, width, place in tile_names(count):
        name = f"tile/{level}/{place}"
        data = get(name)
        if len(data) != width * HASH:
            message = f"{name} holds {len(data)} bytes in place of {width * HASH}"
            raise IsFalse(message)
        hashes += [data[at : at + HASH] for at in range(0, len(data), HASH)]
    return hashes


def read_entries(get: Get, size: int, hashes: Sequence[bytes]) -> Iterator[bytes]:
    """Yield each entry's bytes, compared with its hash."""
    for start, width, place in tile_names(size):
        name = f"tile/entries/{place}"
        data, at = get(name), 0
        for index in range(start, start + width):
            length = int.from_bytes(data[at : at + 2], "big")
            leaf = data[at + 2 : at + 2 + length]
            if _sha256(b"\x00" + leaf) != hashes[index]:
                message = (
                    f"entry {index}: its bytes in {name} do not have its hash in "
                    f"tile/0/{place}"
                )
                raise IsFalse(message)
            yield leaf
            at += 2 + length
        if at != len(data):
            message = f"{name} holds more than the entries {start} to {index}"
            raise IsFalse(message)


# --- Entries (RFC 8785, in a profile without fractions)

_ref = re.compile("[a-z][a-z2-7]{26}")
_digest = re.compile("[A-Za-z0-9_-]{43}")
_minute = re.compile(r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:00Z", re.ASCII)
_MEMBERS = {"actor", "c", "d", "id", "re", "subj", "t", "thread", "ts", "v"}
_SUBJECTS = {
    "a": "actor",
    "b": "blog",
    "c": "comment",
    "d": "decision",
    "e": "event",
    "g": "gap",
    "k": "capture",
    "l": "log",
    "n": "commenter",
    "p": "post",
    "r": "policy",
    "x": "crosspost",
}
# Kinds of values: n and the least number, b for true or false, m a time in minutes,
# h a digest, @ and the letters of a reference, else the words of a list; ? at the end
# for null, ~ at the beginning for what may be left out.
_STATES = (
    "published|held|blocked|removed|spam|"
    "trashed|deleted_by_author|gone_at_source|withheld|erased|"
    "internal|unknown"
)
_GRADES = "decided|imported|observed|inferred|claimed"
_ROLES = "owner|moderator|auditor|archivist|system|author|visitor"
_ADAPTERS = (
    "wordpress|wordpress_rest|blogger|disqus|movable_type|"
    "isso|remark42|commento|feed|web_page|"
    "warc|transcript|mail|document|commentarchive_thread"
)
_DECISION = {
    "auto": "b",
    "batch": "@e?",
    "decided": "m?",
    "decided_by": f"{_ROLES}?",
    "decision": "@d",
    "grade": _GRADES,
    "undoes": "@d?",
    "policy": "@r?",
    "clause": "n1?",
    "auto_rule": "~n1",
    "auto_rules": "~@r",
    "case": "~@e",
    "override": "~own_comment|named_in_it|took_part|own_article",
    "recorder": f"~{_ROLES}",
    "second": f"~{_ROLES}|nobody",
    "until": "~m",
}
_ON_COMMENT = {**_DECISION, "from": _STATES, "to": _STATES, "text": "h?", "shown": "~h"}
_BLACKED_OUT = {**_ON_COMMENT, "shown": "h"}
_ON_ARTICLE = {**_ON_COMMENT, "aspect": "text|title"}
_ON_NAME = {**_ON_COMMENT, "aspect": "name|link"}
_WORDS = "facts note"
_REASONS = f"{_WORDS} ~override_reason"
_ON_ANYTHING = ("hold", "remove", "withhold", "redact", "restore", "no_action")
_GAP = {
    "at_least": "n0",
    "at_most": "n0?",
    "grade": _GRADES,
    "kind": "missing_parent|id_range|printed_count|quoted|said",
}


def _correction(subjects: str, fields: str) -> tuple[str, dict[str, str], str]:
    members = {"correction": "@e", "field": fields, "grade": _GRADES, "undoes": "@e?"}
    return subjects, members, "before after reason"


# Every event: letters of its subjects, what it says openly, what it commits to.
EVENTS: dict[str, tuple[str, dict[str, str], str]] = {
    "log.genesis": ("l", {"schema": "n1"}, ""),
    "log.key": ("l", {"key": "h", "schema": "n1"}, ""),
    "log.heartbeat": ("l", {}, ""),
    "log.recover": ("l", {"root": "h", "size": "n1", "from": "~n0"}, ""),
    "archive.import": (
        "k",
        {
            "adapter": _ADAPTERS,
            "comments": "n0",
            "complete": "b",
            "internal": "n0",
            "live": "n0",
            "new": "n0",
            "pending": "n0",
            "posts": "n0",
            "root": "h",
            "spam": "n0",
            "trashed": "n0",
            "deleted": "n0",
            "unknown": "n0",
        },
        "bytes_sha256 file_name ~times",
    ),
    "archive.publish": (
        "bckp",
        {
            "to": "staff|unlisted|public",
            "pending": "~n0",
            "trashed": "~n0",
            "reported": "~n0",
        },
        "~reason",
    ),
    "blog.new": ("b", {}, "source"),
    "blog.change": (
        "b",
        {
            "field": (
                "time_zone|comment_types|article_types|show_gone_text|show_hidden_names"
                "|title|address|language"
            )
        },
        "before after reason",
    ),
    "post.new": ("p", {"blog": "@b"}, "source"),
    "comment.new": ("c", {"state": _STATES, "text": "h?"}, "source"),
    "comment.approve": ("c", _ON_COMMENT, _REASONS),
    "comment.block": ("c", _ON_COMMENT, _REASONS),
    **{f"comment.{action}": ("c", _ON_COMMENT, _REASONS) for action in _ON_ANYTHING},
    "comment.redact": ("c", _BLACKED_OUT, _REASONS),
    **{f"post.{action}": ("p", _ON_ARTICLE, _REASONS) for action in _ON_ANYTHING},
    **{f"commenter.{action}": ("n", _ON_NAME, _REASONS) for action in _ON_ANYTHING},
    "thread.close": ("p", _DECISION, _REASONS),
    "thread.reopen": ("p", _DECISION, _REASONS),
    "ban.set": ("n", {**_DECISION, "scope": "blog|all"}, _REASONS),
    "ban.lift": ("n", {**_DECISION, "scope": "blog|all"}, _REASONS),
    "decision.reword": (
        "d",
        {
            "number": "n2",
            "policy": "@r?",
            "clause": "n1?",
            "override": _DECISION["override"],
        },
        _REASONS,
    ),
    "comment.release": ("c", {"released": "b", "text": "h"}, "reason"),
    "comment.correct": _correction("c", "time|parent|name|kind|article|person"),
    "post.correct": _correction("p", "title|time|author|address"),
    "capture.correct": _correction("k", "made_at"),
    "commenter.join": (
        "n",
        {"confidence": "certain|likely", "with": "@n", "likely": "~@e"},
        _WORDS,
    ),
    "commenter.likely": ("e", {"stands": "b"}, f"names {_WORDS}"),
    "commenter.split": ("n", {"with": "@n"}, _WORDS),
    "crosspost.confirm": (
        "x",
        {
            "grade": _GRADES,
            "kind": "cross_post|same_thread",
            "pairs": "n0",
            "blog": "~@b",
        },
        "evidence pair_list ~reason ~sealed_blog",
    ),
    "crosspost.refuse": (
        "x",
        {"grade": _GRADES, "kind": "cross_post|same_thread"},
        "evidence",
    ),
    "policy.publish": (
        "r",
        {
            "clauses": "n1",
            "in_force": "m",
            "number": "n1",
            "as_told": "~b",
            "blog": "~@b",
        },
        "text",
    ),
    "policy.end": ("r", {"blog": "@b", "ends": "m"}, ""),
    "automation.publish": ("r", {"number": "n1", "rules": "n0", "blog": "~@b"}, "text"),
    "gap.found": ("g", _GAP, "evidence"),
    "gap.claimed": ("g", {**_GAP, "blog": "~@b"}, "evidence"),
    "gap.refused": ("g", {"grade": _GRADES}, "reason"),
    "gap.proven": ("g", {"capture": "@k", "grade": _GRADES}, "evidence"),
    "gap.answered": (
        "g",
        {"answer": "confirmed|denied|explained|none", "decided": "m?"},
        "text",
    ),
    "gap.withdrawn": ("g", {"grade": _GRADES}, "evidence"),
    "source.done": ("cnp", {"decision": "@d?"}, "note"),
    "source.still_public": ("cnp", {"capture": "@k"}, "note"),
    "erase.done": (
        "cnp",
        {
            "basis": "subject_request|legal|court_order|retention",
            "texts": "n0",
            "second": f"~{_ROLES}|nobody",
        },
        "note",
    ),
    "erase.refused": (
        "cnp",
        {"basis": "expression|legal_claims|hold|unidentified"},
        "note",
    ),
    "report.issue": (
        "e",
        {"digest": "h", "from": "m", "size": "n1", "to": "m", "blog": "~@b"},
        "",
    ),
    "report.correct": ("e", {"digest": "h", "replaces": "@e", "size": "n1"}, "note"),
    "staff.grant": ("a", {"role": _ROLES}, ""),
    "staff.revoke": ("a", {"role": _ROLES}, ""),
    "notice.in": (
        "e",
        {
            "channel": "form|email|letter|in_person|authority|other",
            "ground": "house_rules|legal|data_protection|court_order|other",
            "again": "~b",
        },
        "reporter text",
    ),
    "notice.done": (
        "e",
        {
            "ground": "house_rules|legal|data_protection|court_order|other",
            "outcome": "upheld|rejected|partly|withdrawn|invalid",
        },
        "reply",
    ),
    "appeal.in": (
        "e",
        {"channel": "form|email|letter|in_person|authority|other", "decision": "@d"},
        "text",
    ),
    "appeal.done": (
        "e",
        {"decision": "@d", "outcome": "upheld|rejected|partly|withdrawn|invalid"},
        "reply",
    ),
}


def read_entry(index: int, leaf: bytes, counters: dict[str, int]) -> dict[str, Any]:
    """Compare one entry with its form and its subject's numbering."""
    entry = _read_leaf(index, leaf)
    subject = entry["subj"]["r"]
    counters[subject] = expected = counters.get(subject, 0) + 1
    if entry["subj"]["n"] != expected:
        message = f"entry {index}: event {expected} of its subject is missing before it"
        raise IsFalse(message)
    return entry


def _read_leaf(index: int, leaf: bytes) -> dict[str, Any]:
    """Compare one entry with its form."""
    try:
        entry = json.loads(leaf, parse_float=_no_fraction)
        canonical = json.dumps(
            entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        is_canonical = canonical.encode() == leaf
    except (ValueError, RecursionError) as error:
        message = f"entry {index}: it is not JSON as entries are ({error})"
        raise IsFalse(message) from error
    if not is_canonical:
        message = f"entry {index}: its bytes are not in canonical form"
        raise IsFalse(message)
    if fault := _fault(entry):
        message = f"entry {index}: {fault}"
        raise IsFalse(message)
    return dict(entry)


def _no_fraction(_text: str) -> float:
    message = "a fraction has no place in an entry"
    raise ValueError(message)


def _fault(entry: Any) -> str:
    """Return what is wrong with an entry's members, or nothing."""
    return next((reason for holds, reason in _checks(entry) if not holds), "")


def _checks(entry: Any) -> Iterator[tuple[bool, str]]:
    """Check one thing after the other; a check may rely on those before it."""
    is_entry = isinstance(entry, dict) and set(entry) == _MEMBERS
    yield is_entry, "its members are not those of an entry"
    is_event = isinstance(entry["t"], str) and entry["t"] in EVENTS
    yield is_event, "its event is not in the registry"
    forms = _forms(entry["t"])
    yield _has(entry["actor"], forms.actor), "its actor is none"
    yield _has(entry["subj"], forms.subject), "its subject is none"
    kind = _SUBJECTS[entry["subj"]["r"][0]]
    yield entry["subj"]["k"] == kind, "its subject's kind is another"
    yield (
        _has({name: entry[name] for name in forms.others[1]}, forms.others),
        "a reference, its time or its version is not as it has to be",
    )
    yield entry["re"] == [], "it refers to other entries"
    yield _has(entry["d"], forms.openly), "what it says is not what such an event says"
    yield (
        _has(entry["c"], forms.committed),
        "what it commits to is not what such an event commits to",
    )


# The members that an object must have, and what each that it may have is tested by.
Form = tuple[frozenset[str], Mapping[str, Callable[[Any], bool]]]


class Forms(NamedTuple):
    """The forms of the parts of one event's entries."""

    actor: Form
    subject: Form
    others: Form
    openly: Form
    committed: Form


@cache
def _forms(event: str) -> Forms:
    letters, openly, committed = EVENTS[event]
    kinds = "|".join(_SUBJECTS.values())
    digests = {
        name.removeprefix("~"): "~h" if name.startswith("~") else "h"
        for name in committed.split()
    }
    return Forms(
        actor=_form({"k": "@a?", "r": _ROLES}),
        subject=_form({"k": kinds, "n": "n1", "r": f"@{letters}"}),
        others=_form({"ts": "m", "id": "@e", "thread": "@p?", "v": "n1"}),
        openly=_form(openly),
        committed=_form(digests),
    )


def _form(kinds: Mapping[str, str]) -> Form:
    needed = (name for name, kind in kinds.items() if not kind.startswith("~"))
    tests = {name: _test(kind.removeprefix("~")) for name, kind in kinds.items()}
    return frozenset(needed), tests


def _has(values: Any, form: Form) -> bool:
    """Return whether an object has the members it must, and none that it may not."""
    if not isinstance(values, dict):
        return False
    needed, tests = form
    return needed <= values.keys() <= tests.keys() and all(
        tests[name](value) for name, value in values.items()
    )


@cache
def _test(kind: str) -> Callable[[Any], bool]:
    """Return what tells whether a value is of a kind, in the notation above."""
    if kind.endswith("?"):
        holds = _test(kind[:-1])
        return lambda value: value is None or holds(value)
    if kind[0] == "n" and kind[1:].isdigit():
        least = int(kind[1:])
        return lambda value: type(value) is int and least <= value < 2**53
    if kind == "b":
        return lambda value: isinstance(value, bool)
    if kind[0] == "@":
        letters = frozenset(kind[1:])
        return lambda value: _fits(_ref, value) and value[0] in letters
    if kind in {"m", "h"}:
        shape = _minute if kind == "m" else _digest
        return lambda value: _fits(shape, value)
    words = frozenset(kind.split("|"))
    return lambda value: isinstance(value, str) and value in words


def _fits(shape: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and shape.fullmatch(value) is not None


# --- What can be asked


def check(what: str, argument: str, get: Get, vkeys: Sequence[str]) -> str:
    """Answer one question in a sentence. Raise IsFalse or CannotTell."""
    if what == "report":
        report = read_report(_from_file(Path(argument)), argument)
        check_origin(report, vkeys)
        return check_report(report, get, vkeys)
    size, root = read_note(get("checkpoint"), vkeys, "the checkpoint")
    if what == "checkpoint":
        return f"{size} entries are signed; root {base64.b64encode(root).decode()}"
    hashes = read_hashes(get, size, root)
    if what == "extends":
        return _extends(Path(argument), vkeys, size, hashes)
    entries = checked_entries(get, size, hashes)
    if what == "entry":
        return _shows(argument, size, entries)
    if what == "open":
        return _opens(argument, entries)
    return f"all {sum(1 for _entry in entries)} entries are as they were signed"


def checked_entries(
    get: Get, size: int, hashes: Sequence[bytes]
) -> Iterator[dict[str, Any]]:
    """Yield every entry, compared with its hash, form and numbering."""
    counters: dict[str, int] = {}
    for index, leaf in enumerate(read_entries(get, size, hashes)):
        yield read_entry(index, leaf, counters)


def _shows(number: str, size: int, entries: Iterable[dict[str, Any]]) -> str:
    """Return one entry as text, once every entry was checked."""
    found = None
    for index, entry in enumerate(entries):
        if str(index) == number:
            found = entry
    if found is None:
        message = f"there is no entry {number} among the {size} that are signed"
        raise CannotTell(message)
    return json.dumps(found, indent=2, sort_keys=True)


def _extends(
    path: Path, vkeys: Sequence[str], size: int, hashes: Sequence[bytes]
) -> str:
    old, root = read_note(_from_file(path), vkeys, str(path))
    if old > size:
        message = f"{old} entries were signed before, and now only {size}"
        raise IsFalse(message)
    if root_of(hashes[:old]) != root:
        message = f"the first {old} entries are not those that were signed in {path}"
        raise IsFalse(message)
    return f"the record of {size} entries begins with the {old} signed in {path}"


def _opens(disclosure: str, entries: Iterable[dict[str, Any]]) -> str:
    """Find the entry that committed to a value (RFC 9901 section 4.2.1)."""
    if disclosure.endswith(".json"):
        return _opens_text(Path(disclosure), entries)
    if disclosure.endswith(".txt"):
        disclosure = _from_file(Path(disclosure)).decode("ascii", "replace").strip()
    name, value, wanted = read_disclosure(disclosure)
    committed = [
        index for index, entry in enumerate(entries) if entry["c"].get(name) == wanted
    ]
    if committed:
        words = json.dumps(value, ensure_ascii=False)
        return f"entry {committed[0]} committed to this {name}: {words}"
    if name == "text":
        message = "a comment's text is shown by the file of its proof (.json) only"
        raise CannotTell(message)
    message = "no entry has committed to this"
    raise IsFalse(message)


def read_disclosure(disclosure: str) -> tuple[str, Any, str]:
    """Take `[salt, name, value]` apart: name, value, and what commits to them."""
    try:
        padded = disclosure + "=" * (-len(disclosure) % 4)
        _salt, name, value = json.loads(base64.urlsafe_b64decode(padded))
        digest = _sha256(disclosure.encode("ascii"))
    except (ValueError, TypeError, RecursionError) as error:
        message = "that is no disclosure: base64url of [salt, name, value]"
        raise CannotTell(message) from error
    return name, value, _base64url(digest)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _opens_text(path: Path, entries: Iterable[dict[str, Any]]) -> str:
    """Follow a text to its comment, its article, its copy and the copy's entry."""
    root, reference, text = _root_of_text(f"{path}", _from_file(path))
    for index, entry in enumerate(entries):
        if entry["t"] == "archive.import" and entry["d"]["root"] == root:
            return (
                f"entry {index}, of {entry['ts']}, committed to this text of the "
                f"comment {reference}: {json.dumps(text, ensure_ascii=False)}"
            )
    message = f"{path}: no entry has committed to a copy with this text"
    raise IsFalse(message)


def _root_of_text(name: str, data: bytes) -> tuple[str, str, Any]:
    """Follow a text to its copy: return the copy's root, the comment, the text."""
    try:
        proof = json.loads(data)
        comment, article = proof["comment"], proof["article"]
        _name, text, digest = read_disclosure(proof["disclosure"])
        reference, committed = comment["leaf"][:2]
        comments = _climb(_line(comment["leaf"]), comment)
        copy = _climb(_line([*article["leaf"], _base64url(comments)]), article)
    except (
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        RecursionError,
    ) as error:
        message = f"{name} is no proof of a text ({error!r})"
        raise CannotTell(message) from error
    if digest != committed:
        message = f"{name}: the text is not the one that was committed to"
        raise IsFalse(message)
    return _base64url(copy), reference, text


def _line(words: Sequence[str]) -> bytes:
    """Hash a leaf that is an array of strings (RFC 8785)."""
    data = json.dumps(words, separators=(",", ":"), ensure_ascii=False)
    return _sha256(b"\x00" + data.encode())


def _climb(found: bytes, way: dict[str, Any]) -> bytes:
    """Follow an inclusion proof to its root (RFC 9162 section 2.1.3.2)."""
    place, last = way["index"], way["size"] - 1
    if not 0 <= place <= last:
        message = f"there is no place {place} among {last + 1}"
        raise IsFalse(message)
    for other in way["proof"]:
        if last == 0:
            message = "the way to the root is too long"
            raise IsFalse(message)
        each = base64.urlsafe_b64decode(other + "=" * (-len(other) % 4))
        if place & 1 or place == last:
            found = _parent(each, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = _parent(found, each)
        place, last = place >> 1, last >> 1
    if last:
        message = "the way to the root is too short"
        raise IsFalse(message)
    return found


# --- A report (docs/reports.md), held against the entries

REPORT = "commentarchive audit report 1"
# No report is longer: a line for each of some 100,000 articles.
MOST_OF_REPORT = 64 << 20
_MONTHS_LONG = {4: 12, 7: 1}
_QUARTER = 3
_NUMBERS = ("now", "before", "difference", "average", "year_to_date")
_HIDING = ("block", "remove", "withhold")
_OWN_NAMES = {
    "thread.close": "close_thread",
    "thread.reopen": "reopen_thread",
    "ban.set": "ban",
    "ban.lift": "unban",
}
TRUE, FALSE = "true", "FALSE"
UNKNOWN = "cannot be checked from the record"


class Span(NamedTuple):
    """Days from the first to the one before `after`."""

    first: date
    after: date

    def holds(self, day: date | None) -> bool:
        """Return whether a day lies in it."""
        return day is not None and self.first <= day < self.after


class Report(NamedTuple):
    """A report as its file has it, and the digest of the file."""

    said: dict[str, Any]
    digest: str
    span: Span
    size: int


class Verdict(NamedTuple):
    """What was found of one thing that a report says."""

    about: str
    is_true: bool | None
    reasons: tuple[str, ...] = ()

    def __str__(self) -> str:
        word = {True: TRUE, False: FALSE, None: UNKNOWN}[self.is_true]
        said = f"{word}: {self.about}"
        return f"{said}: {'; '.join(self.reasons)}" if self.reasons else said


class Decided(NamedTuple):
    """A decision, as its entry tells of it."""

    number: int
    ref: str
    subject: str
    thread: str
    blog: str
    action: str
    grade: str
    # As the entry itself cites it.
    rule: str
    # A person, an automatic rule, this program, or somebody at the blog.
    taken_by: str
    # Who decided: the person, where the statement names one, or else the role.
    decider: str
    override: str | None
    is_spam: bool
    # By its blog's clock; None where the blog's own records do not tell.
    day: date | None
    recorded: date


class Told(NamedTuple):
    """What the entries of a report's state tell of its blogs."""

    decisions: list[Decided]
    # Later wordings: the day by the blog's clock, and whom the matter concerned.
    reworded: list[tuple[date, str | None]]
    # Policy and number of the rule that a later wording named, by decision.
    rules: dict[str, str]
    # The last entry by which a comment was shown again.
    shown: dict[str, int]
    # What entries of the whole record count, of any blog: by figure, for each line and
    # day in UTC.
    of_record: dict[str, Counter[tuple[str, date]]]
    # How many decisions of its time stand under articles that it does not name.
    unnamed: int
    # The entries that put a report on record: index, entry.
    issued: list[tuple[int, dict[str, Any]]]


def read_report(data: bytes, name: str) -> Report:
    """Read a report's file. Raise CannotTell for one that is damaged or none."""
    if len(data) > MOST_OF_REPORT:
        message = f"{name} is too long for a report"
        raise CannotTell(message)
    try:
        said = json.loads(data)
    except (ValueError, RecursionError) as error:
        message = f"{name} is no report in JSON, or is damaged ({error})"
        raise CannotTell(message) from error
    if not isinstance(said, dict) or said.get("report") != REPORT:
        message = f"{name} is no report of this kind ({REPORT})"
        raise CannotTell(message)
    try:
        first, last = (date.fromisoformat(said[day]) for day in ("first", "last"))
        span = Span(first, last + timedelta(days=1))
        is_sound = _is_sound(said) and _spans(said["period"], span) is not None
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
        message = f"{name} is a damaged report ({error!r})"
        raise CannotTell(message) from error
    if not is_sound:
        message = f"{name} is a damaged report"
        raise CannotTell(message)
    return Report(said, _base64url(_sha256(data)), span, said["record"]["size"])


def _is_sound(said: dict[str, Any]) -> bool:
    """Return whether a report has all that is looked at, each of its kind."""
    record, figures = said["record"], said["figures"]
    base64.b64decode(record["root"], validate=True)
    if said.get("begins") is not None:
        date.fromisoformat(said["begins"])
    return (
        _test("n1")(record["size"])
        and isinstance(said["blog"], str | None)
        and all(
            _are_words(blog["ref"], blog["time_zone"], *blog["articles"])
            for blog in said["blogs"]
        )
        and all(
            _are_words(each["key"], each["basis"], each["unit"]) for each in figures
        )
        and all(
            _are_words(line["key"]) and all(_is_number(line[name]) for name in _NUMBERS)
            for each in figures
            for line in each["lines"]
        )
    )


def _are_words(*values: Any) -> bool:
    return all(isinstance(value, str) for value in values)


def _is_number(value: Any) -> bool:
    is_number = value is None or isinstance(value, int | float)
    return is_number and not isinstance(value, bool)


def check_origin(report: Report, vkeys: Sequence[str]) -> None:
    """Raise CannotTell for a report of another record than the keys are of."""
    names = {read_key(vkey)[0] for vkey in vkeys}
    if report.said.get("origin") not in names:
        message = (
            f"it is a report of the record {report.said.get('origin')}, and this is "
            f"the record {', '.join(sorted(names))}"
        )
        raise CannotTell(message)


def check_report(report: Report, get: Get, vkeys: Sequence[str]) -> str:
    """Hold a report against a published record. Raise IsFalse or CannotTell."""
    size, root = read_note(get("checkpoint"), vkeys, "the checkpoint")
    hashes = read_hashes(get, size, root)
    check_state(report, hashes)
    entries = checked_entries(get, size, hashes)
    return told(report, verdicts(report, enumerate(entries)))


def check_state(report: Report, hashes: Sequence[bytes]) -> None:
    """Compare the state that a report names with the record."""
    if report.size > len(hashes):
        message = (
            f"it tells of {report.size} entries, and only {len(hashes)} are signed here"
        )
        raise CannotTell(message)
    root = base64.b64encode(root_of(hashes[: report.size])).decode()
    if root != report.said["record"]["root"]:
        message = (
            f"its state: the root of the first {report.size} entries is {root}, and "
            f"{report.said['record']['root']} in the report"
        )
        raise IsFalse(message)


def verdicts(
    report: Report, entries: Iterable[tuple[int, dict[str, Any]]]
) -> list[Verdict]:
    """Hold everything that a report says against numbered entries, in its order."""
    read = read_decisions(report, entries)
    found = [_issued(report, read)]
    begins = report.said.get("begins")
    if begins and any(f"{one.day or begins}" < begins for one in read.decisions):
        reason = "there are decisions before that day, which its averages leave out"
        found.append(Verdict(f"that it begins on {begins}", False, (reason,)))
    if read.unnamed:
        reason = (
            f"{read.unnamed} decisions of its time stand under articles that it does "
            "not name: of blogs for staff only, by its account"
        )
        found.append(Verdict("that nothing is left out", None, (reason,)))
    counts = count_all(read, _spans(report.said["period"], report.span) or [])
    found += [_figure(report, counts, figure) for figure in report.said["figures"]]
    return found


def told(report: Report, found: Sequence[Verdict]) -> str:
    """Return what was found of a report. Raise IsFalse where any of it is false."""
    numbers = Counter(each.is_true for each in found)
    counted = f"{numbers[True]} true, {numbers[False]} false, {numbers[None]} {UNKNOWN}"
    lines = [f"the report of {report.said['period']}: {counted}", *map(str, found)]
    answer = "\n  ".join(lines)
    if numbers[False]:
        raise IsFalse(answer)
    return answer


def read_decisions(
    report: Report, entries: Iterable[tuple[int, dict[str, Any]]]
) -> Told:
    """Read what a report counts, from the entries of its state and no later one."""
    places, spans = _places(report), _spans(report.said["period"], report.span) or []
    whole = Span(min(each.first for each in spans), report.span.after)
    of_record = {figure: Counter[tuple[str, date]]() for figure in OF_THE_RECORD}
    read, unnamed = Told([], [], {}, {}, of_record, 0, []), 0
    for index, entry in entries:
        if entry["t"] in {"report.issue", "report.correct"}:
            read.issued.append((index, entry))
        if index >= report.size:
            continue
        _count_entry(entry, whole, read)
        is_reworded = entry["t"] == "decision.reword"
        if not (is_reworded or _is_decision(entry)):
            continue
        place = places.get(entry["thread"])
        if is_reworded:
            _note_wording(entry, place, read)
            continue
        if _puts_back(entry):
            read.shown[entry["subj"]["r"]] = index
        if place is None:
            day = _day_of(entry["d"]["decided"] or entry["ts"], UTC)
            unnamed += report.span.holds(day) and report.said["blog"] is None
            continue
        one = _decided(index, entry, place)
        if whole.holds(one.day or one.recorded):
            read.decisions.append(one)
    return read._replace(unnamed=unnamed)


def _count_entry(entry: dict[str, Any], whole: Span, read: Told) -> None:
    """Count an entry in the figures of the whole record, by its day in UTC."""
    if _is_decision(entry):
        figures, minute = OF_DECISIONS, entry["d"]["decided"]
    elif entry["t"] in OF_EVENTS:
        figures, minute = OF_EVENTS[entry["t"]], entry["ts"]
    else:
        return
    day = _day_of(minute, UTC) if minute else None
    if day is None or not whole.holds(day):
        return
    for figure, parts in figures.items():
        for key, number in parts(entry):
            read.of_record[figure][key, day] += number


def _note_wording(
    entry: dict[str, Any], place: tuple[str, ZoneInfo] | None, read: Told
) -> None:
    read.rules[entry["subj"]["r"]] = _rule(entry["d"])
    if place is not None:
        day = _day_of(entry["ts"], place[1])
        read.reworded.append((day, entry["d"].get("override")))


_DECIDING = frozenset({"comment", "post", "commenter", "thread", "ban"})


def _is_decision(entry: dict[str, Any]) -> bool:
    return "decision" in entry["d"] and entry["t"].partition(".")[0] in _DECIDING


def _puts_back(entry: dict[str, Any]) -> bool:
    """Return whether a decision showed a comment that was not shown."""
    event, said = entry["t"], entry["d"]
    if event == "comment.restore":
        return True
    is_shown: bool = said.get("from") != said.get("to") == "published"
    return event.startswith("comment.") and is_shown


def _places(report: Report) -> dict[str, tuple[str, ZoneInfo]]:
    """Return blog and clock of each article under which a report counts decisions."""
    places: dict[str, tuple[str, ZoneInfo]] = {}
    for blog in report.said["blogs"]:
        try:
            clock = ZoneInfo(blog["time_zone"])
        except (ValueError, OSError, LookupError) as error:
            message = (
                f"this Python knows no clock {blog['time_zone']}: install the package "
                "tzdata"
            )
            raise CannotTell(message) from error
        places |= dict.fromkeys(blog["articles"], (blog["ref"], clock))
    return places


def _decided(index: int, entry: dict[str, Any], place: tuple[str, ZoneInfo]) -> Decided:
    event, said, (blog, clock) = entry["t"], entry["d"], place
    subject = entry["subj"]["r"]
    action = _OWN_NAMES.get(event) or event.partition(".")[2]
    if action in _HIDING and said["to"] == "withheld":
        action = "withhold"
    return Decided(
        number=index,
        ref=said["decision"],
        subject=subject,
        thread=entry["thread"],
        blog=blog,
        action=action,
        grade=said["grade"],
        rule=_rule(said),
        taken_by=_taken_by(entry),
        decider=_decider(entry),
        override=said.get("override"),
        is_spam=subject[0] == "c" and said["to"] == "spam",
        day=_day_of(said["decided"], clock) if said["decided"] else None,
        recorded=_day_of(entry["ts"], clock),
    )


def _taken_by(entry: dict[str, Any]) -> str:
    if entry["d"]["grade"] == "imported":
        return "imported"
    if entry["d"]["auto"]:
        return "automatic"
    return "program" if entry["actor"]["r"] == "system" else "person"


def _decider(entry: dict[str, Any]) -> str:
    is_named = _taken_by(entry) == "person" and "auto_rule" not in entry["d"]
    named = entry["actor"]["k"] if is_named else None
    return str(named or entry["d"]["decided_by"] or "none")


@lru_cache(maxsize=100_000)
def _day_of(minute: str, clock: Any) -> date:
    """Return the day of a time by a clock. Raise IsFalse for what is no time."""
    # Python 3.10 does not read a "Z".
    told = minute.replace("Z", "+00:00")
    try:
        return datetime.fromisoformat(told).astimezone(clock).date()
    except (ValueError, OverflowError) as error:
        message = f"an entry tells of a time that there is not: {minute}"
        raise IsFalse(message) from error


def _rule(said: dict[str, Any]) -> str:
    return f"{said['policy']}#{said['clause']}" if said["policy"] else "none"


def _spans(period: Any, span: Span) -> list[Span] | None:
    """Return the days of a period, of the three before it and of the year so far.

    None where the period's name is not that of the span.
    """
    if not isinstance(period, str):
        return None
    length = _MONTHS_LONG.get(len(period), 0)
    named = {
        12: f"{span.first.year:04}",
        1: f"{span.first:%Y-%m}",
        _QUARTER: f"{span.first.year:04}-Q{(span.first.month + 2) // 3}",
        0: f"{span.first}..{span.after - timedelta(days=1)}",
    }
    if period[4:6] == "-Q":
        length = _QUARTER
    if named[length] != period or (length and _moved(span.first, length) != span.after):
        return None
    spans, first = [span], span.first
    for _number in range(3):
        before = _moved(first, -length) if length else first - (span.after - span.first)
        spans.append(Span(before, first))
        first = before
    last = span.after - timedelta(days=1)
    return [*spans, Span(date(last.year, 1, 1), span.after)]


def _moved(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, day.day)


# The line that a decision counts in; None for nowhere.
Line = Callable[[Decided, Told], str | None]


def _hides(one: Decided) -> bool:
    return one.subject[0] == "c" and one.action in _HIDING


def _rule_of(one: Decided, read: Told) -> str:
    return read.rules.get(one.ref) or one.rule


def _hidden(one: Decided, read: Told) -> str | None:
    """Return whether what hid a comment was reversed later; None for what hid none."""
    if not _hides(one):
        return None
    return "reversed" if read.shown.get(one.subject, -1) > one.number else "hidden"


# Every figure that counts decisions by their day, and that the entries alone tell.
COUNTED: Mapping[str, Line] = {
    "decisions": lambda _one, _read: "",
    "decisions-by-action": lambda one, _read: one.action,
    "decisions-by-grade": lambda one, _read: one.grade,
    "decisions-by-rule": _rule_of,
    "decisions-by-blog": lambda one, _read: one.blog,
    "decisions-by-month": lambda one, _read: f"{one.day:%Y-%m}",
    "decisions-by-thread": lambda one, _read: one.thread,
    "decisions-by-hand": lambda one, _read: one.taken_by,
    "decisions-by-decider": lambda one, _read: one.decider,
    "decisions-overriding": lambda one, _read: one.override,
    "decisions-spam": lambda one, _read: "" if one.is_spam else None,
    "decisions-reversed": _hidden,
    "hidden-by-rule": lambda one, read: _rule_of(one, read) if _hides(one) else None,
}
OTHERS = frozenset({"share-reversed", "decisions-reworded", "decisions-late"})

# The lines that an entry of the whole record counts in, and by how much.
Parts = Callable[[dict[str, Any]], Iterable[tuple[str, int]]]


def _by(key: Callable[[dict[str, Any]], str | None]) -> Parts:
    """Count entries by a key; None counts nowhere."""

    def parts(entry: dict[str, Any]) -> Iterable[tuple[str, int]]:
        found = key(entry)
        return () if found is None else ((found, 1),)

    return parts


def _all_and_by(member: str) -> Parts:
    """Count entries, and each by what it says under a name."""
    return lambda entry: (("", 1), (entry["d"][member], 1))


def _complaints(entry: dict[str, Any]) -> Iterable[tuple[str, int]]:
    """Count a complaint once: later entries put it right, or take it up again."""
    return _all_and_by("ground")(entry) if entry["subj"]["n"] == 1 else ()


def _imports(entry: dict[str, Any]) -> Iterable[tuple[str, int]]:
    return (("", 1), ("complete", int(entry["d"]["complete"])))


def _imported(entry: dict[str, Any]) -> Iterable[tuple[str, int]]:
    return (("comments", entry["d"]["comments"]), ("new", entry["d"]["new"]))


# The figures that count the whole record by days of UTC: those of decisions, and those
# of other events.
OF_DECISIONS: Mapping[str, Parts] = {
    "record-decisions-by-event": _by(lambda entry: entry["t"]),
    "record-decisions-by-grade": _by(lambda entry: entry["d"]["grade"]),
    "record-decisions-by-role": _by(lambda entry: entry["d"]["decided_by"]),
    "record-decisions-by-rule": _by(lambda entry: _rule(entry["d"])),
    "record-decisions-auto": _by(
        lambda entry: "true" if entry["d"]["auto"] else "false"
    ),
    "record-decisions-override": _by(lambda entry: entry["d"].get("override")),
    "record-decisions-undoing": _by(
        lambda entry: "true" if entry["d"]["undoes"] else None
    ),
}
_GAPS = {"record-gaps": _all_and_by("grade")}
OF_EVENTS: Mapping[str, Mapping[str, Parts]] = {
    "notice.in": {"record-complaints": _complaints},
    "notice.done": {"record-complaints-closed": _all_and_by("outcome")},
    "gap.found": _GAPS,
    "gap.claimed": _GAPS,
    "archive.import": {
        "record-imports": _imports,
        "record-imported-comments": _imported,
    },
}
OF_THE_RECORD = frozenset(
    figure for figures in (OF_DECISIONS, *OF_EVENTS.values()) for figure in figures
)
KNOWN = frozenset({*COUNTED, *OTHERS, *OF_THE_RECORD})
# The line of all articles that have none of their own.
_OTHER = "other"

# By figure, its lines for each of some spans of days.
Counts = Mapping[str, Sequence[Counter[str]]]


def count_all(read: Told, spans: Sequence[Span]) -> Counts:
    """Count every figure for every span, in one pass a figure."""
    found = {figure: [Counter[str]() for _each in spans] for figure in KNOWN}
    for within, decisions in _by_spans(read.decisions, spans).items():
        if not within:
            continue
        for figure, line in COUNTED.items():
            keys = Counter(line(one, read) for one in decisions)
            for number in within:
                found[figure][number].update(_named(keys))
    for each in found["decisions-reversed"]:
        each["hidden"] += each["reversed"]
    _count_late(read, spans, found["decisions-late"])
    for span, counted in zip(spans, found["decisions-reworded"], strict=True):
        inside = [override for day, override in read.reworded if span.holds(day)]
        counted.update(["" for _each in inside])
        counted.update(filter(None, inside))
    for figure, by_day in read.of_record.items():
        for span, counted in zip(spans, found[figure], strict=True):
            for (key, day), number in by_day.items():
                counted[key] += number if span.holds(day) else 0
    return found


def _named(counted: Counter[str | None]) -> dict[str, int]:
    return {key: number for key, number in counted.items() if key is not None}


def _by_spans(
    decisions: Iterable[Decided], spans: Sequence[Span]
) -> dict[tuple[int, ...], list[Decided]]:
    """Group decisions by the spans that their day lies in, named by their places."""
    within: dict[date | None, tuple[int, ...]] = {}
    groups: dict[tuple[int, ...], list[Decided]] = {}
    for one in decisions:
        if one.day not in within:
            numbers = (n for n, span in enumerate(spans) if span.holds(one.day))
            within[one.day] = tuple(numbers)
        groups.setdefault(within[one.day], []).append(one)
    return groups


def _count_late(
    read: Told, spans: Sequence[Span], found: Sequence[Counter[str]]
) -> None:
    """Count what was recorded after the end of a span, and what has no date."""
    days = Counter((one.day, one.recorded) for one in read.decisions)
    for (day, recorded), number in days.items():
        for span, counted in zip(spans, found, strict=True):
            if day is None:
                counted["undated"] += number if span.holds(recorded) else 0
            elif span.holds(day) and recorded >= span.after:
                counted["later"] += number


def _lines_of(
    figure: str, counts: Counts, span: int, keys: Iterable[str]
) -> Mapping[str, Any]:
    """Return a figure's lines for one span; a line that is not there counts nothing.

    `keys` are the lines that a report has of it.
    """
    if figure == "share-reversed":
        counted = counts["decisions-reversed"][span]
        hidden = counted["hidden"]
        share = 100 * counted["reversed"] / hidden if hidden else None
        return {} if share is None else {"": _rounded(share)}
    found = counts[figure][span]
    if figure == "decisions-by-thread":
        listed = {key: found[key] for key in keys if key != _OTHER}
        return {**listed, _OTHER: found.total() - sum(listed.values())}
    return found


def _figure(report: Report, counts: Counts, figure: dict[str, Any]) -> Verdict:
    about, lines = figure["key"], {line["key"]: line for line in figure["lines"]}
    wrong = [
        f"the difference of {line_name(key)} is not that of its numbers"
        for key, line in lines.items()
        if line["difference"] != _difference(line)
    ]
    if figure["basis"] != "record" or about not in KNOWN:
        return Verdict(about, False if wrong else None, tuple(wrong))
    spans = _spans(report.said["period"], report.span) or []
    now, *earlier, to_date = [
        _lines_of(about, counts, number, lines) for number in range(len(spans))
    ]
    begun = [_has_begun(report, span) for span in spans[1:-1]]
    nothing = None if figure["unit"] == "per cent" else 0
    for key, line in lines.items():
        before = [each.get(key, nothing) for each in earlier]
        expected = {
            "now": now.get(key, nothing),
            "before": before[0],
            "average": _average(
                number
                for number, has_begun in zip(before, begun, strict=True)
                if has_begun or about in OF_THE_RECORD
            ),
            "year_to_date": to_date.get(key, nothing),
        }
        wrong += [
            f"{line_name(key, name)} is {number} by the record, and {line[name]} in "
            "the report"
            for name, number in expected.items()
            # What is not compared with other periods has but one number.
            if line[name] != number and (line[name] is not None or name == "now")
        ]
    wrong += [
        f"{line_name(key)} is {number} by the record, and not in the report"
        for key, number in sorted(now.items())
        if number and key not in lines
    ]
    return Verdict(about, not wrong, tuple(wrong))


def _difference(line: dict[str, Any]) -> float | None:
    if line["now"] is None or line["before"] is None:
        return None
    return _rounded(line["now"] - line["before"])


def line_name(key: str, number: str = "now") -> str:
    """Return how a number of a line is called."""
    line = f"“{key}”" if key else "the whole"
    of_it = {
        "now": "",
        "at_least": " (whether there may be more)",
        "before": " in the period before",
        "average": " on average",
        "year_to_date": " in the year so far",
    }
    return line + of_it[number]


def _has_begun(report: Report, span: Span) -> bool:
    """Return whether a span reaches into the time of which there is anything."""
    begins = report.said.get("begins")
    return begins is None or date.fromisoformat(begins) < span.after


def _average(numbers: Iterable[float | None]) -> float | None:
    there = [number for number in numbers if number is not None]
    return _rounded(sum(there) / len(there)) if there else None


def _rounded(number: float) -> float:
    short = round(number, 1)
    return int(short) if short == int(short) else short


def _issued(report: Report, read: Told) -> Verdict:
    """Find the entry that put these very bytes on record."""
    about = "that it was issued as it is"
    same = [
        (index, entry)
        for index, entry in read.issued
        if entry["d"]["digest"] == report.digest
    ]
    if same:
        index, entry = same[0]
        is_same = entry["d"]["size"] == report.size and _is_of(entry, report, read)
        reason = f"entry {index} of {entry['ts']} commits to these bytes"
        if is_same:
            return Verdict(about, True, (reason,))
        return Verdict(about, False, (f"{reason} for another period, blog or state",))
    others = [
        index
        for index, entry in read.issued
        if entry["d"]["size"] == report.size and _is_of(entry, report, read)
    ]
    if others:
        reason = f"entry {others[0]} commits to other bytes for this report"
        return Verdict(about, False, (reason,))
    reason = "no entry has put it on record: it was looked at, and never issued"
    return Verdict(about, None, (reason,))


def _is_of(entry: dict[str, Any], report: Report, read: Told) -> bool:
    """Return whether an entry issues, or corrects, the report of a period and blog."""
    if entry["t"] == "report.correct":
        first = entry["d"]["replaces"]
        return any(
            other["subj"]["r"] == first and _is_of(other, report, read)
            for _index, other in read.issued
            if other["t"] == "report.issue"
        )
    said = entry["d"]
    days = [f"{day}T00:00:00Z" for day in report.span]
    of_it = [*days, report.said["blog"]]
    return [said["from"], said["to"], said.get("blog")] == of_it


# --- An evidence bundle: some entries with their receipts, and what opens them

SUMS = "SHA256SUMS"
_line_of_sums = re.compile(r"([0-9a-f]{64})  (\S.*)")


def check_bundle(source: str, vkeys: Sequence[str]) -> str:
    """Check every file, entry and proof of a bundle. Raise IsFalse or CannotTell."""
    names, get = open_bundle(source)
    files = _as_packed(names, get)
    signed = read_note(get("record/checkpoint"), vkeys, "record/checkpoint")
    entries = {
        name: _received(name, get, signed)
        for name in files
        if name.startswith("record/entries/") and name.endswith(".json")
    }
    committed = list(entries.values())
    texts = words = 0
    for name in files:
        if name.startswith("proofs/texts/"):
            _follow_text(name, get(name), committed)
            texts += 1
        elif name.startswith("proofs/words/"):
            _follow_words(name, get(name), committed)
            words += 1
    return (
        f"all {len(files)} files are as they were packed; {len(entries)} entries are "
        f"in the signed state of {signed[0]}, and committed to "
        f"{_number(texts, 'text')} and to {_number(words, 'other statement')}"
    )


def _number(number: int, of: str) -> str:
    return f"{number} {of}" if number == 1 else f"{number} {of}s"


def open_bundle(source: str) -> tuple[list[str], Get]:
    """Return the names of a bundle's files, and a reader of them. Raise CannotTell."""
    path = Path(source)
    if path.is_dir():
        found = [each for each in path.rglob("*") if each.is_file()]
        names = [each.relative_to(path).as_posix() for each in found]
        return names, lambda name: _from_file(path / name)
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        message = f"{source} is no folder and no ZIP of a bundle ({error})"
        raise CannotTell(message) from error
    listed = [name for name in archive.namelist() if not name.endswith("/")]
    heads = [name for name in listed if name.rpartition("/")[2] == SUMS]
    prefix = min(heads, key=len, default=SUMS).removesuffix(SUMS)
    names = [name.removeprefix(prefix) for name in listed]
    return names, lambda name: _from_zip(archive, prefix + name)


def _as_packed(names: Sequence[str], get: Get) -> list[str]:
    """Return the names of the files, each of which has the digest in the list."""
    sums: dict[str, str] = {}
    for line in get(SUMS).decode("utf-8", "replace").splitlines():
        found = _line_of_sums.fullmatch(line)
        if found is None:
            message = f"{SUMS}: this is no line of it: {line!r}"
            raise IsFalse(message)
        sums[found[2]] = found[1]
    for name in sorted(set(names) - {SUMS} - set(sums)):
        message = f"{name} is not among the files in {SUMS}"
        raise IsFalse(message)
    for name, digest in sums.items():
        if name not in names:
            message = f"{name} is missing: {SUMS} names it"
            raise IsFalse(message)
        if _sha256(get(name)).hex() != digest:
            message = f"{name} was changed: it does not have the digest in {SUMS}"
            raise IsFalse(message)
    return list(sums)


def _received(name: str, get: Get, signed: tuple[int, bytes]) -> dict[str, Any]:
    """Return an entry, once its receipt has shown that it is in the signed state."""
    leaf, receipt = get(name), name.removesuffix(".json") + ".tlog-proof"
    head, _blank, _note = get(receipt).decode("utf-8", "replace").partition("\n\n")
    lines = head.split("\n")
    try:
        index = int(lines[1].removeprefix("index "))
        way = [_base64url(base64.b64decode(line, validate=True)) for line in lines[2:]]
    except (LookupError, ValueError) as error:
        message = f"{receipt} is no receipt of an entry"
        raise IsFalse(message) from error
    if name != f"record/entries/{index}.json":
        message = f"{receipt} is the receipt of entry {index}"
        raise IsFalse(message)
    start = _sha256(b"\x00" + leaf)
    if _climb(start, {"index": index, "size": signed[0], "proof": way}) != signed[1]:
        message = f"{name}: entry {index} is not in the state that was signed"
        raise IsFalse(message)
    return _read_leaf(index, leaf)


def _follow_text(name: str, proof: bytes, entries: Sequence[dict[str, Any]]) -> None:
    try:
        root, _reference, _text = _root_of_text(name, proof)
    except CannotTell as error:
        raise IsFalse(str(error)) from error
    if not any(
        entry["t"] == "archive.import" and entry["d"]["root"] == root
        for entry in entries
    ):
        message = f"{name}: no entry of the bundle has committed to this text"
        raise IsFalse(message)


def _follow_words(
    name: str, disclosure: bytes, entries: Sequence[dict[str, Any]]
) -> None:
    try:
        field, _value, digest = read_disclosure(disclosure.decode().strip())
    except (CannotTell, UnicodeDecodeError) as error:
        message = f"{name} opens nothing"
        raise IsFalse(message) from error
    if not any(entry["c"].get(field) == digest for entry in entries):
        message = f"{name}: no entry of the bundle has committed to these words"
        raise IsFalse(message)


_WITH_ARGUMENT = ("entry", "extends", "open", "report")


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, print the answer, return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "what",
        choices=("checkpoint", "entry", "extends", "full", "open", "report", "bundle"),
    )
    parser.add_argument("rest", nargs="+", metavar="[ARGUMENT] SOURCE")
    parser.add_argument("--vkey-file", type=Path, required=True)
    asked = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # An answer may hold what the terminal cannot print.
        sys.stdout.reconfigure(errors="backslashreplace")
    expected = 2 if asked.what in _WITH_ARGUMENT else 1
    if len(asked.rest) != expected:
        parser.error(f"{asked.what} takes {expected} arguments")
    try:
        vkeys = _from_file(asked.vkey_file).decode("ascii", "replace").split()
        if asked.what == "bundle":
            answer = check_bundle(asked.rest[0], vkeys)
        else:
            get = open_source(asked.rest[-1])
            answer = check(asked.what, asked.rest[0], get, vkeys)
    except IsFalse as error:
        print(f"FALSE: {error}")
        return 1
    except CannotTell as error:
        print(f"CANNOT TELL: {error}")
        return 2
    print(f"TRUE: {answer}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
