"""How articles and comments of a source are found again in the archive.

An article is found by the id that its source gave it, a comment by its id within the
article; where a source gives none, a keyed digest stands in for it. The matching key
lets this installation recognise equal texts and names, and nobody else.
"""

import hmac
from functools import cache
from typing import NamedTuple

from django.conf import settings

from commentarchive import env
from commentarchive.importers.parsed import ParsedComment, ParsedPost
from commentarchive.text.addresses import normalise


@cache
def _key(path: str) -> bytes:
    return env.kept_secret(settings.VAR_DIR / "keys" / path).encode()


def fingerprint(*parts: str) -> bytes:
    """Digest some words with the matching key (HMAC-SHA-256, 32 bytes)."""
    message = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hmac.digest(_key("matching"), message, "sha256")


class Key(NamedTuple):
    """A comment within an article: id space, id, and which text of that id."""

    scheme: str
    source_id: str
    twin: int


def comment_id(parsed: ParsedComment) -> str:
    """Give a comment's id, or a keyed digest in place of one that is missing."""
    if parsed.source_id:
        return parsed.source_id
    parts = (parsed.when.printed, parsed.name, parsed.raw)
    return "~" + fingerprint("no id", *parts).hex()[:40]


def article_id(parsed: ParsedPost) -> str:
    """Give an article's id; "" where its address tells it as well, else a digest."""
    if parsed.source_id or any(normalise(each) for each in parsed.addresses):
        return parsed.source_id[:200]
    parts = (parsed.when.printed, parsed.title, *parsed.addresses)
    return "~" + fingerprint("no article id", *parts).hex()[:40]


def article_key(parsed: ParsedPost) -> str:
    """Give what tells an article from the others of a file."""
    normal = (normalise(address) for address in parsed.addresses)
    return article_id(parsed) or next(each for each in normal if each)
