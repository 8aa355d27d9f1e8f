"""Keep the bytes of every copy as received: by SHA-256, compressed, never served."""

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from django.conf import settings

from commentarchive.ledger import on_disk

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

CHUNK = 1 << 20
# An import does not notice the cost of this one.
LEVEL = 3
# What reading kept bytes raises where they are damaged on disk.
DAMAGE = (zstd.ZstdError, EOFError)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A kept file: SHA-256 in hex and size, both of the bytes as received."""

    sha256: str
    size: int


# Stands for a copy whose bytes were deleted as a whole.
NOTHING = StoredFile("none", 0)


def folder() -> Path:
    """Return the folder that holds the bytes of all copies."""
    where: Path = settings.VAR_DIR / "captures"
    return where


def path_of(sha256: str) -> Path:
    """Return where the bytes with a digest are kept."""
    return folder() / sha256[:2] / f"{sha256}.zst"


def all_digests() -> set[str]:
    """Return the digests of everything that is kept."""
    return {path.stem for path in folder().glob("*/*.zst")}


def forget(sha256: str) -> None:
    """Delete the bytes with a digest, if they are there."""
    on_disk.remove(path_of(sha256))


def measure(path: Path) -> StoredFile:
    """Hash a file without keeping it."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return StoredFile(digest, stream.tell())


def keep(path: Path) -> StoredFile:
    """Keep a file's bytes, on disk before this returns. Raise OSError."""
    on_disk.make_folder(folder())
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(
        dir=folder(), suffix=".part", delete=False
    ) as draft:
        try:
            with (
                path.open("rb") as stream,
                zstd.ZstdFile(draft, "wb", level=LEVEL) as out,
            ):
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    out.write(chunk)
                    size += len(chunk)
            draft.flush()
            os.fsync(draft.fileno())
            # Its name is known only now; a reader never sees a half-written file.
            target = path_of(digest.hexdigest())
            on_disk.make_folder(target.parent)
            on_disk.rename(Path(draft.name), target)
        except BaseException:
            Path(draft.name).unlink(missing_ok=True)
            raise
    return StoredFile(digest.hexdigest(), size)


@contextmanager
def opened(sha256: str) -> Iterator[BinaryIO]:
    """Open kept bytes as they were received. Raise FileNotFoundError."""
    with path_of(sha256).open("rb") as stream:
        yield cast("BinaryIO", zstd.ZstdFile(stream))
