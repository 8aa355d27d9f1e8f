"""How articles and comments of a source are found again in the archive.

An article is found by the id that its source gave it, a comment by its id within the
article; where a source gives none, a keyed digest stands in for it. The matching key
lets this installation recognise equal texts and names, and nobody else.
"""

import hashlib
import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from django.conf import settings

from commentarchive import env
from commentarchive.importers.parsed import ParsedComment, ParsedPost
from commentarchive.text.addresses import normalise
from commentarchive.text.similar import bare_words

_lines = re.compile(r":L(\d{1,9})(?:\.(\d{1,9}))?-\d{1,9}\Z")
_BLOCK = 64  # bytes of a SHA-256 block
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


@cache
def _keyed_states(path: str) -> tuple["hashlib._Hash", "hashlib._Hash"]:
    """Prepare the inner and outer hash of HMAC (RFC 2104) for one key file."""
    key = env.kept_secret(settings.VAR_DIR / "keys" / path).encode()
    if len(key) > _BLOCK:
        key = hashlib.sha256(key).digest()
    key = key.ljust(_BLOCK, b"\0")
    return hashlib.sha256(key.translate(_INNER)), hashlib.sha256(key.translate(_OUTER))


def fingerprint(*parts: str) -> bytes:
    """Digest some words with the matching key (HMAC-SHA-256, 32 bytes).

    Copying prepared states takes a third of the time of the library's HMAC, and an
    import digests every text; a test holds the two against one another.
    """
    prepared_inner, prepared_outer = _keyed_states("matching")
    inner, outer = prepared_inner.copy(), prepared_outer.copy()
    inner.update("\0".join(parts).encode("utf-8", "surrogatepass"))
    outer.update(inner.digest())
    return outer.digest()


def fingerprints(words: Iterable[str], *, after: str | None = None) -> list[bytes]:
    """Digest many words, each as `fingerprint` does, behind `after` if that is given.

    A third faster than one by one.
    """
    prepared_inner, prepared_outer = _keyed_states("matching")
    if after is not None:
        prepared_inner = prepared_inner.copy()
        prepared_inner.update(f"{after}\0".encode("utf-8", "surrogatepass"))
    made = []
    for word in words:
        inner, outer = prepared_inner.copy(), prepared_outer.copy()
        inner.update(word.encode("utf-8", "surrogatepass"))
        outer.update(inner.digest())
        made.append(outer.digest())
    return made


class Key(NamedTuple):
    """A comment within an article: id space, id, and which text of that id."""

    scheme: str
    source_id: str
    twin: int


# Systems whose comments are mirrored in one another: no id in one begins with the name
# of another and a colon.
_MIRRORS = frozenset({"wordpress", "disqus", "blogger"})


def told_parent(scheme: str, parent: Key) -> str:
    """Return how a comment names its parent, also one from the other of two systems."""
    if parent.scheme == scheme:
        return parent.source_id
    return f"{parent.scheme}:{parent.source_id}"


def parent_key(scheme: str, told: str) -> Key:
    """Return which comment a parent's id means; the reverse of `told_parent`."""
    space, colon, number = told.partition(":")
    if colon and scheme in _MIRRORS and space in _MIRRORS:
        return Key(space, number, 0)
    return Key(scheme, told, 0)


def words_fingerprint(plain: str) -> bytes:
    """Digest the words of a text with the matching key, however they are written."""
    return fingerprint("words", bare_words(plain))


def name_fingerprint(name: str) -> bytes:
    """Digest a name as it is shown with the matching key."""
    return fingerprint("name", name)


def comment_id(parsed: ParsedComment) -> str:
    """Return a comment's id, or a keyed digest where it has none."""
    if parsed.source_id:
        return parsed.source_id
    parts = (parsed.when.printed, parsed.name, parsed.raw)
    return "~" + fingerprint("no id", *parts).hex()[:40]


def number_in(source_id: str) -> int:
    """Return the number by which ids of one source are ordered; 0 if there is none.

    Ids of plain texts end in lines, with a character where one is divided:
    "…:L9.12-14".
    """
    if source_id.isdecimal():
        return int(source_id)
    found = _lines.search(source_id)
    # A line has fewer characters than that.
    return int(found[1]) << 20 | int(found[2] or 0) if found else 0


def article_id(parsed: ParsedPost) -> str:
    """Return an article's id.

    It is "" if only an address identifies the article, a keyed digest if neither does.
    """
    if parsed.source_id or any(normalise(each) for each in parsed.addresses):
        return parsed.source_id[:200]
    parts = (parsed.when.printed, parsed.title, *parsed.addresses)
    return "~" + fingerprint("no article id", *parts).hex()[:40]


def article_key(parsed: ParsedPost) -> str:
    """Return a key that is unique among the articles of a file."""
    normal = (normalise(address) for address in parsed.addresses)
    return article_id(parsed) or next(each for each in normal if each)
