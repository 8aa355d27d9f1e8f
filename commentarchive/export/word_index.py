"""What a search without a server needs: words and what holds them, as scripts.

A page from disk may load scripts and nothing else, so that the index is one. It is
cut by words, and what it found by number: a search loads what it needs of both.
"""

import json
import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from commentarchive.text.unseen import marked

SHARDS = 64
A_PAGE = 256
EXCERPT = 160
_word = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be found: where it lies, whose it is, and its words."""

    href: str
    title: str
    name: str
    date: str
    text: str


def words_of(text: str) -> list[str]:
    """Return the words of a text, folded as `copy_search.js` folds what is asked."""
    plain = unicodedata.normalize("NFKD", text).lower().replace("ß", "ss")
    # Lower case may bring marks of its own.
    plain = unicodedata.normalize("NFKD", plain)
    letters = (each for each in plain if not unicodedata.category(each).startswith("M"))
    return _word.findall("".join(letters))


def shard_of(word: str) -> int:
    """Return in which part of the index a word stands."""
    number = 0
    for letter in word:
        number = (number * 31 + ord(letter)) % 65521
    return number % SHARDS


def index_files(entries: Iterable[Entry]) -> Iterator[tuple[str, bytes]]:
    """Yield the scripts of an index, each with its name in the copy."""
    holders: dict[str, array[int]] = {}
    page: list[list[str]] = []
    number = 0
    for entry in entries:
        for word in dict.fromkeys(words_of(f"{entry.name} {entry.title} {entry.text}")):
            holders.setdefault(word, array("I")).append(number)
        excerpt = " ".join(entry.text[: EXCERPT * 2].split())[:EXCERPT]
        page.append([entry.href, entry.title, entry.name, entry.date, marked(excerpt)])
        number += 1
        if len(page) == A_PAGE:
            yield _script("found", (number - 1) // A_PAGE, page)
            page = []
    if page:
        yield _script("found", (number - 1) // A_PAGE, page)
    shards: list[dict[str, list[int]]] = [{} for _each in range(SHARDS)]
    for word in sorted(holders):
        shards[shard_of(word)][word] = _steps(holders[word])
    for place, shard in enumerate(shards):
        yield _script("words", place, shard)


def _steps(numbers: Iterable[int]) -> list[int]:
    """Return rising numbers as the steps between them, which are shorter."""
    steps, last = [], 0
    for number in numbers:
        steps.append(number - last)
        last = number
    return steps


def _script(kind: str, place: int, value: Any) -> tuple[str, bytes]:
    text = json.dumps(value, separators=(",", ":"))
    return f"search/{kind}/{place}.js", f"copySearch.{kind}({place},{text});\n".encode()
