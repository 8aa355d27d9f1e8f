"""Files and names that are there after a loss of power, before anything relies on them.

A file's flush keeps its bytes. Its name, and that of a new folder, is kept by flushing
the folder in which it stands.
"""

import os
from pathlib import Path


def flush(path: Path) -> None:
    """Return once a file's bytes, or a folder's names, are on disk. Raise OSError."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def make_folder(folder: Path) -> None:
    """Make a folder, mode 700, and those above it, unless it is there.

    Raise OSError.
    """
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    flush(folder.parent)


def remove(path: Path) -> None:
    """Delete a file, if it is there, so that it does not come back. Raise OSError."""
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        flush(path.parent)


def rename(path: Path, to: Path) -> None:
    """Change a file's name, replacing what has the new one. Raise OSError."""
    path.replace(to)
    flush(to.parent)
