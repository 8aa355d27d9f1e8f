"""Check a published record of commentarchive: a stranger's check, in one file.

    python -m commentarchive.ledger.merkle.verify WHAT SOURCE --vkey-file FILE

WHAT is `checkpoint`, `entry N`, `extends NOTE-FILE`, `full` or `open DISCLOSURE`; in
place of a disclosure, the file of a text's proof (.json) may be named. SOURCE is the
address under which the record is served, a folder or a ZIP of its files (C2SP
tlog-tiles). Exit code 0: true; 1: false, and what is at fault is named; 2: it cannot
be told, because something is missing or cannot be read.

It needs the standard library and `cryptography`, and imports nothing of the program
that it checks, so that a copy of this file works by itself.
"""

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
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WIDTH = 256
HASH = 32
TIMEOUT = 30
# No tile or bundle is longer: 256 entries of at most 65,535 bytes, and their lengths.
MOST = WIDTH * (2 + 65_535)

type Get = Callable[[str], bytes]


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
            try:
                Ed25519PublicKey.from_public_bytes(public).verify(
                    signature[4:], f"{text}\n".encode()
                )
            except InvalidSignature as error:
                message = f"{what}: the signature of {name} is false"
                raise IsFalse(message) from error
            is_signed = True
            if origin != name:
                message = f"{what} speaks of {origin} and is signed by {name}"
                raise IsFalse(message)
    if not is_signed:
        message = f"{what} is signed by none of the keys that were given"
        raise IsFalse(message)
    return head


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
            length = int.from_bytes(data[at : at + 2])
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
    subject = entry["subj"]["r"]
    counters[subject] = expected = counters.get(subject, 0) + 1
    if entry["subj"]["n"] != expected:
        message = f"entry {index}: event {expected} of its subject is missing before it"
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
    letters, openly, committed = EVENTS[entry["t"]]
    yield _has(entry["actor"], {"k": "@a?", "r": _ROLES}), "its actor is none"
    subject = {"k": "|".join(_SUBJECTS.values()), "n": "n1", "r": f"@{letters}"}
    yield _has(entry["subj"], subject), "its subject is none"
    kind = _SUBJECTS[entry["subj"]["r"][0]]
    yield entry["subj"]["k"] == kind, "its subject's kind is another"
    others = {"ts": "m", "id": "@e", "thread": "@p?", "v": "n1"}
    yield (
        _has({name: entry[name] for name in others}, others),
        "a reference, its time or its version is not as it has to be",
    )
    yield entry["re"] == [], "it refers to other entries"
    yield _has(entry["d"], openly), "what it says is not what such an event says"
    digests = {
        name.removeprefix("~"): "~h" if name.startswith("~") else "h"
        for name in committed.split()
    }
    yield (
        _has(entry["c"], digests),
        "what it commits to is not what such an event commits to",
    )


def _has(values: Any, kinds: dict[str, str]) -> bool:
    """Return whether an object has the members it must, and none that it may not."""
    if not isinstance(values, dict):
        return False
    needed = {name for name, kind in kinds.items() if not kind.startswith("~")}
    return needed <= set(values) <= set(kinds) and all(
        _holds(kinds[name].removeprefix("~"), value) for name, value in values.items()
    )


def _holds(kind: str, value: Any) -> bool:
    """Return whether a value is of a kind, in the notation above."""
    if kind.endswith("?"):
        return value is None or _holds(kind[:-1], value)
    if kind[0] == "n" and kind[1:].isdigit():
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return is_number and int(kind[1:]) <= value < 2**53
    if kind == "b":
        return isinstance(value, bool)
    if not isinstance(value, str):
        return False
    if kind[0] == "@":
        return _ref.fullmatch(value) is not None and value[0] in kind[1:]
    if kind in {"m", "h"}:
        shape = _minute if kind == "m" else _digest
        return shape.fullmatch(value) is not None
    return value in kind.split("|")


# --- What can be asked


def check(what: str, argument: str, get: Get, vkeys: Sequence[str]) -> str:
    """Answer one question in a sentence. Raise IsFalse or CannotTell."""
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
    name, value, wanted = read_disclosure(disclosure)
    committed = [
        index for index, entry in enumerate(entries) if entry["c"].get(name) == wanted
    ]
    if committed:
        return f"entry {committed[0]} committed to this {name}: {json.dumps(value)}"
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
    try:
        proof = json.loads(_from_file(path))
        comment, article = proof["comment"], proof["article"]
        _name, text, digest = read_disclosure(proof["disclosure"])
        committed = comment["leaf"][1]
        comments = _climb(_line(comment["leaf"]), comment)
        copy = _climb(_line([*article["leaf"], _base64url(comments)]), article)
    except (
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        RecursionError,
    ) as error:
        message = f"{path} is no proof of a text ({error!r})"
        raise CannotTell(message) from error
    if digest != committed:
        message = f"{path}: the text is not the one that was committed to"
        raise IsFalse(message)
    root = _base64url(copy)
    for index, entry in enumerate(entries):
        if entry["t"] == "archive.import" and entry["d"]["root"] == root:
            reference = comment["leaf"][0]
            return (
                f"entry {index}, of {entry['ts']}, committed to this text of the "
                f"comment {reference}: {json.dumps(text, ensure_ascii=False)}"
            )
    message = f"{path}: no entry has committed to a copy with this text"
    raise IsFalse(message)


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


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, print the answer, return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "what", choices=("checkpoint", "entry", "extends", "full", "open")
    )
    parser.add_argument("rest", nargs="+", metavar="[ARGUMENT] SOURCE")
    parser.add_argument("--vkey-file", type=Path, required=True)
    asked = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # An answer may hold what the terminal cannot print.
        sys.stdout.reconfigure(errors="backslashreplace")
    expected = 2 if asked.what in {"entry", "extends", "open"} else 1
    if len(asked.rest) != expected:
        parser.error(f"{asked.what} takes {expected} arguments")
    try:
        vkeys = _from_file(asked.vkey_file).decode("ascii", "replace").split()
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
