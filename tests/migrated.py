"""SQLite's migrated database, kept between runs for as long as the code is the same.

To migrate takes some seconds, in each worker and each run of one test. What is kept is
named by a digest of all code of the packages, which migrations may call, of what is
installed, and of the versions beneath: any change of these migrates anew.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "migrated"
PACKAGES = ("commentarchive", "moderation")
BENEATH = (sys.version, sqlite3.sqlite_version)


def digest_of(root: Path) -> str:
    """Return the digest of all that decides what a migrated database holds."""
    files = [
        root / "requirements.txt",
        *(file for name in PACKAGES for file in sorted((root / name).rglob("*.py"))),
    ]
    digest = hashlib.sha256(repr(BENEATH).encode())
    for file in files:
        code = file.read_bytes()
        # Where one ends and the next begins is part of the digest.
        digest.update(f"{file.relative_to(root)} {len(code)}\n".encode() + code)
    return digest.hexdigest()


def copy_to(path: Path) -> None:
    """Copy the database of this code to a place; migrate where none is kept."""
    FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = FOLDER / f"{digest_of(ROOT)}.sqlite3"
    with (FOLDER / "lock").open("w") as lock:
        # Another worker may be at it.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            for old in FOLDER.glob("*.sqlite3"):
                old.unlink()
            _migrate(kept)
        shutil.copyfile(kept, path)


def _migrate(kept: Path) -> None:
    with TemporaryDirectory(dir=FOLDER) as folder:
        made = Path(folder) / "made.sqlite3"
        environment = {
            **os.environ,
            "VAR_DIR": folder,
            "DATABASE_URL": f"sqlite:///{made}",
        }
        command = [sys.executable, "manage.py", "migrate", "-v0"]
        subprocess.run(command, env=environment, cwd=ROOT, check=True)
        # Whole or not at all, whenever this is broken off.
        made.replace(kept)
