"""The folder of a copy: whose it is, what it holds, how it is brought up to date.

Its list, `copy.json`, names every file with two digests: of the file itself, and of
what it was made from, without its date. What is no longer public goes first.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FORMAT = "commentarchive/copy@v1"
LIST = "copy.json"
FRONT = "index.html"
_DRAFTS = ".being-made"
_UNFINISHED = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Unfinished copy</title>
<body><main><h1>This copy is unfinished</h1>
<p>It was being brought up to date and that was cut short. Run <code>manage.py
export_archive</code> on this folder again; what lies here may not fit together.</p>
</main></body></html>
"""


class NotOurs(ValueError):
    """The folder is no copy of this archive, or somebody else is writing to it."""


@dataclass(frozen=True, slots=True)
class Held:
    """One file of a copy: the digest of its bytes, and of what it was made from."""

    sha256: str
    source: str


@dataclass(slots=True)
class Counts:
    """What one run did to the folder."""

    written: int = 0
    removed: int = 0
    unchanged: int = 0
    strangers: list[str] = field(default_factory=list)


class CopyFolder:
    """A folder that is this archive's copy, or is about to become one."""

    def __init__(self, path: Path, archive: str) -> None:
        """Read its list. Raise NotOurs; nothing is changed by looking."""
        self.path, self._archive = path, archive
        self.facts: dict[str, Any] = {}
        self.files: dict[str, Held] = {}
        if path.exists():
            self._look()

    def _look(self) -> None:
        if not self.path.is_dir():
            message = f"{self.path} is no folder"
            raise NotOurs(message)
        names = {each.name for each in self.path.iterdir()} - {_DRAFTS}
        if names and LIST not in names:
            message = f"{self.path} is not empty and is no copy of an archive"
            raise NotOurs(message)
        if not names:
            return
        try:
            facts = json.loads((self.path / LIST).read_bytes())
            ours = (facts["format"], facts["archive"]) == (FORMAT, self._archive)
            files = facts.pop("files")
            self.files = {name: Held(*files[name]) for name in files if _is_safe(name)}
        except (ValueError, KeyError, TypeError) as error:
            message = f"{self.path / LIST} is not the list of a copy"
            raise NotOurs(message) from error
        if not ours:
            message = f"{self.path} is the copy of another archive"
            raise NotOurs(message)
        self.facts = facts

    @property
    def is_whole(self) -> bool:
        """Return whether the last run came to its end."""
        return self.facts.get("state") == "complete"

    @contextmanager
    def drafts(self) -> Iterator[Path]:
        """Lock the folder and return a folder within it for what is being made."""
        self.path.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.path, os.O_RDONLY)
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                message = f"{self.path} is being written by somebody else"
                raise NotOurs(message) from error
            # Whoever held the lock before may have changed it.
            self._look()
            drafts = self.path / _DRAFTS
            shutil.rmtree(drafts, ignore_errors=True)
            drafts.mkdir()
            try:
                yield drafts
            finally:
                shutil.rmtree(drafts, ignore_errors=True)
        finally:
            os.close(lock)

    def holds(self, name: str, source: str) -> bool:
        """Return whether a file is there, undamaged, and made from the same."""
        held = self.files.get(name)
        if held is None or held.source != source:
            return False
        try:
            return digest((self.path / name).read_bytes()) == held.sha256
        except OSError:
            return False

    def bring_up_to_date(
        self,
        drafts: Path,
        changed: Mapping[str, Held],
        kept: frozenset[str],
        facts: Mapping[str, Any],
    ) -> Counts:
        """Remove what is no longer public, then put what changed in its place.

        `changed` lie in `drafts` by their names; `kept` stay as they are.
        """
        gone = self.files.keys() - changed.keys() - kept
        replaced = self.files.keys() & changed.keys()
        counts = Counts(len(changed), len(gone), len(kept))
        if gone or changed or not self.is_whole:
            everything = {**changed, **self.files}
            self._write_list({**facts, "state": "unfinished"}, everything)
            self._write(FRONT, _UNFINISHED.encode())
            # What is hidden by now stands in one of these; all of them go before
            # anything is put in.
            for name in sorted(gone) + sorted(replaced - {FRONT}):
                (self.path / name).unlink(missing_ok=True)
            for name in sorted(changed, key=lambda each: (each == FRONT, each)):
                target = self.path / name
                target.parent.mkdir(parents=True, exist_ok=True)
                (drafts / name).replace(target)
            self.files = {name: self.files[name] for name in kept} | dict(changed)
            self._remove_empty_folders()
            self._write_list({**facts, "state": "complete"}, self.files)
        counts.strangers = sorted(self._strangers())
        return counts

    def _write_list(self, facts: Mapping[str, Any], files: Mapping[str, Held]) -> None:
        listed = {
            name: [files[name].sha256, files[name].source] for name in sorted(files)
        }
        self.facts = {"format": FORMAT, "archive": self._archive, **facts}
        text = json.dumps({**self.facts, "files": listed}, indent=0)
        self._write(LIST, text.encode())

    def _write(self, name: str, data: bytes) -> None:
        draft = self.path / _DRAFTS / "part"
        draft.write_bytes(data)
        draft.replace(self.path / name)

    def _strangers(self) -> Iterator[str]:
        for path in self.path.rglob("*"):
            name = path.relative_to(self.path).as_posix()
            if name == LIST or name.startswith(f"{_DRAFTS}/") or name in self.files:
                continue
            if path.is_file() or path.is_symlink():
                yield name

    def _remove_empty_folders(self) -> None:
        for path, _folders, _files in self.path.walk(top_down=False):
            if path not in {self.path, self.path / _DRAFTS} and not any(path.iterdir()):
                path.rmdir()


def digest(data: bytes) -> str:
    """Return the SHA-256 of some bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _is_safe(name: str) -> bool:
    """Return whether a name of the list stays within the folder."""
    return not name.startswith("/") and ".." not in name.split("/")
