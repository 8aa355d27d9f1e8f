"""Tiles of the record (C2SP tlog-tiles) and subtree hashes, read from rows.

A tile holds the hashes of up to 256 neighbours at one level. Level 0 are the entries;
each hash of level n + 1 is the root over one full tile of level n. Nothing beyond the
last checkpoint is served: what is not signed yet is not public.
"""

import re
from functools import lru_cache

from django.db import connection

from commentarchive.ledger.merkle.frontier import TILE_HEIGHT
from commentarchive.ledger.merkle.hashing import hash_pairs
from commentarchive.ledger.merkle.proofs import Subtrees
from commentarchive.ledger.models import Checkpoint, Entry

WIDTH = 1 << TILE_HEIGHT
# Enough for 2**48 entries; the specification allows levels up to 63.
MAX_LEVEL = 5
# Six groups of three digits reach beyond any index that a database keeps.
_place = re.compile(r"((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


_ENTRIES = (
    'SELECT hash FROM ledger_entry WHERE "index" >= %s AND "index" < %s'
    ' ORDER BY "index"'
)
_NODES = (
    "SELECT hash FROM ledger_node WHERE level = %s AND n >= %s AND n < %s ORDER BY n"
)


class NoTile(LookupError):
    """There is no such tile, or it is not signed yet."""


def last_checkpoint() -> Checkpoint | None:
    """Return the newest checkpoint; None while nothing is signed."""
    return Checkpoint.objects.order_by("-size").first()


def last_signed() -> int:
    """Return how much of the record the newest checkpoint signs, 0 while none does."""
    size = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first()
    return size or 0


def parse_level(text: str) -> int:
    """Parse the level in a tile's address. Raise NoTile."""
    if text not in {str(level) for level in range(MAX_LEVEL + 1)}:
        raise NoTile(text)
    return int(text)


def parse_place(path: str) -> tuple[int, int]:
    """Parse a tile's number and width: `x001/x234/067` or `067.p/5`. Raise NoTile."""
    found = _place.fullmatch(path)
    if not found or path.startswith("x000/"):
        raise NoTile(path)
    number = int(found[1].replace("x", "").replace("/", ""))
    width = int(found[2] or WIDTH)
    if found[2] and width >= WIDTH:
        raise NoTile(path)
    return number, width


def write_place(number: int, width: int) -> str:
    """Format a tile's number and width as its address has them."""
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03}")
    path = "/".join(reversed(groups))
    return path if width == WIDTH else f"{path}.p/{width}"


def hashes(level: int, number: int, width: int) -> list[bytes]:
    """Return a tile's hashes, signed or not; fewer where the tree ends within it.

    A proof needs half a dozen tiles. Plain SQL reads them in a third of the time that
    the ORM takes.
    """
    span = [number * WIDTH, number * WIDTH + width]
    with connection.cursor() as cursor:
        if level == 0:
            cursor.execute(_ENTRIES, span)
        else:
            cursor.execute(_NODES, [level, *span])
        return [bytes(row[0]) for row in cursor.fetchall()]


def hash_tile(level: int, number: int, width: int, size: int) -> bytes:
    """Return the bytes of a tile of a tree of `size`. Raise NoTile beyond it."""
    _check(level, number, width, size)
    found = hashes(level, number, width)
    if len(found) < width:
        raise NoTile(number)
    return b"".join(found)


def entry_bundle(number: int, width: int, size: int) -> bytes:
    """Return a bundle of entries, each after its length in 2 bytes. Raise NoTile."""
    _check(0, number, width, size)
    start = number * WIDTH
    leaves = [
        bytes(leaf)
        for leaf in Entry.objects.filter(index__gte=start, index__lt=start + width)
        .order_by("index")
        .values_list("leaf", flat=True)
    ]
    if len(leaves) < width:
        raise NoTile(number)
    return b"".join(len(leaf).to_bytes(2) + leaf for leaf in leaves)


def _check(level: int, number: int, width: int, size: int) -> None:
    if number * WIDTH + width > size >> (TILE_HEIGHT * level):
        raise NoTile(number)


def subtrees() -> Subtrees:
    """Return a function that finds subtree hashes, and reads each tile once.

    The subtree of 2**height leaves lies within one tile:
    1. The tile's level is the height in whole steps of 8; `rest` steps are left.
    2. Its leaves in that level are 2**rest neighbours, starting at n * 2**rest.
    3. Hash them in pairs until one is left.
    """

    @lru_cache(maxsize=64)
    def tile(level: int, number: int) -> list[bytes]:
        return hashes(level, number, WIDTH)

    def subtree(height: int, n: int) -> bytes:
        level, rest = divmod(height, TILE_HEIGHT)
        first = n << rest
        number, place = divmod(first, WIDTH)
        row = tile(level, number)[place : place + (1 << rest)]
        if len(row) < 1 << rest:
            raise NoTile(number)
        while len(row) > 1:
            row = hash_pairs(row)
        return row[0]

    return subtree
