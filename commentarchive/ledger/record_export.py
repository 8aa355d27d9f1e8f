"""Write the record as files: the tree of tiles that is served, for any web server."""

from collections.abc import Iterator
from pathlib import Path

from commentarchive.ledger.merkle.frontier import TILE_HEIGHT
from commentarchive.ledger.models import LogKey
from commentarchive.ledger.tiles import (
    MAX_LEVEL,
    WIDTH,
    entry_bundle,
    hash_tile,
    last_checkpoint,
    write_place,
)


class NothingSigned(LookupError):
    """There is no checkpoint yet, so nothing is public."""


def export(folder: Path) -> int:
    """Write or extend a folder of the record; return how many entries it holds.

    Full tiles never change and are left alone if they exist. The checkpoint is written
    last, so that no reader finds one whose tiles are missing. Raise NothingSigned or
    OSError.
    """
    signed = last_checkpoint()
    if signed is None:
        message = "nothing has been signed yet: run manage.py sign_checkpoint first"
        raise NothingSigned(message)
    for name, number, width, level in _tiles_of(signed.size):
        path = folder / "tile" / name / write_place(number, width)
        # A partial tile is rewritten: an export cut short may have left a damaged one.
        if width == WIDTH and path.is_file():
            continue
        data = (
            entry_bundle(number, width, signed.size)
            if level is None
            else hash_tile(level, number, width, signed.size)
        )
        _write(path, data)
    keys = LogKey.objects.order_by("entry").values_list("vkey", flat=True)
    _write(folder / "vkey", "".join(f"{key}\n" for key in keys).encode())
    _write(folder / "checkpoint", signed.published.encode())
    return signed.size


def _tiles_of(size: int) -> Iterator[tuple[str, int, int, int | None]]:
    """List the tiles of a tree: folder, number, width, and level (None for bundles)."""
    for level in range(MAX_LEVEL + 1):
        whole, rest = divmod(size >> (TILE_HEIGHT * level), WIDTH)
        widths = [(number, WIDTH) for number in range(whole)]
        widths += [(whole, rest)] if rest else []
        for number, width in widths:
            yield str(level), number, width, level
            if level == 0:
                yield "entries", number, width, None


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.part")
    draft.write_bytes(data)
    draft.replace(path)
