"""A disk as the worst of file systems keeps it when the power goes.

What was flushed is there. Of all else anything may be: each write whole, torn between
sectors or not at all, in any order; of names only the oldest of what was not flushed,
as journals keep them. A file's flush keeps its bytes and not its name, which is kept by
flushing the folder.
"""

from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512


@dataclass
class Bytes:
    """A file's bytes: those on disk for certain, and what was done to them since."""

    safe: bytearray = field(default_factory=bytearray)
    now: bytearray = field(default_factory=bytearray)
    # (offset, bytes), or (length, None) where it was cut or grown.
    since: list = field(default_factory=list)
    cursor: int = 0

    def do(self, where, data):
        self.since.append((where, data))
        _do(self.now, where, data)

    def flush(self, many):
        for where, data in self.since[:many]:
            _do(self.safe, where, data)
        del self.since[:many]

    def after_a_crash(self, chance):
        left = bytearray(self.safe)
        for where, data in self.since:
            kept = chance.choice(("whole", "torn", "gone"))
            if data is None or kept == "whole":
                if kept != "gone":
                    _do(left, where, data)
            elif kept == "torn":
                for begin, end in _sectors(where, len(data)):
                    if chance.random() < 0.5:
                        _do(left, where + begin, data[begin:end])
        return bytes(left)


def _do(held, where, data):
    end = where if data is None else where + len(data)
    if len(held) < end:
        held.extend(bytes(end - len(held)))
    if data is None:
        del held[where:]
    else:
        held[where:end] = data


def _sectors(where, length):
    """Cut a write where sectors of the disk end."""
    begin = 0
    while begin < length:
        end = min(length, begin + SECTOR - (where + begin) % SECTOR)
        yield begin, end
        begin = end


class Disk:
    """All below one folder; a path that leads elsewhere is an error."""

    def __init__(self, folder):
        self.folder = folder
        # A path leads to Bytes, or to None where it is a folder's.
        self.names, self.safe_names = {}, {}
        # Each a set of folders whose flush keeps it, and what it does to names.
        self._since = []

    @classmethod
    def as_it_is(cls, here, folder):
        """Take what is here as what was in that folder, flushed long ago."""
        disk = cls(folder)
        for path in sorted(here.rglob("*")):
            held = None
            if path.is_file():
                data = path.read_bytes()
                held = Bytes(bytearray(data), bytearray(data))
            name = folder / path.relative_to(here)
            disk.names[name] = disk.safe_names[name] = held
        return disk

    def _name(self, *changes):
        """Let paths lead to something, or to nothing (`...`), in one step."""
        self._since.append(({path.parent for path, _to in changes}, changes))
        _change(self.names, changes)

    def open(self, path, *, empty=False, at_end=False):
        """Open a file, making it where it is not there."""
        if path not in self.names:
            self._name((path, Bytes()))
        if (held := self.names[path]) is not None:
            if empty and held.now:
                held.do(0, None)
            held.cursor = len(held.now) if at_end else 0

    def write(self, path, data, where=None):
        """Write at a place, or where the last write or seek ended."""
        held = self.names[path]
        if where is None:
            where = held.cursor
            held.cursor += len(data)
        held.do(where, data)

    def seek(self, path, where):
        self.names[path].cursor = where

    def cut(self, path, length):
        self.names[path].do(length, None)

    def make_folder(self, path):
        self._name((path, None))

    def remove(self, path):
        self._name((path, ...))

    def rename(self, path, to):
        self._name((to, self.names[path]), (path, ...))

    def link(self, path, to):
        self._name((to, self.names[path]))

    def unflushed(self, path):
        """Return how much there is to flush of a file or folder, for `flush`."""
        held = self.names.get(path)
        return len(self._since) if held is None else len(held.since)

    def flush(self, path, many):
        """Keep a file's bytes, or a folder's names: all that was there at the call."""
        if held := self.names.get(path):
            held.flush(many)
            return
        kept = [each for each in self._since[:many] if path in each[0]]
        for _folders, changes in kept:
            _change(self.safe_names, changes)
        self._since = [each for each in self._since if each not in kept]

    def after_a_crash(self, chance=None):
        """Return what may be left, by path; None is a folder.

        Without a chance, nothing is that was not flushed.
        """
        names = dict(self.safe_names)
        many = chance.randint(0, len(self._since)) if chance else 0
        for _folders, changes in self._since[:many]:
            _change(names, changes)
        # Nobody gets to what lies in a folder without a name.
        reachable = {}
        for path in sorted(names):
            if path.parent == self.folder or path.parent in reachable:
                held = names[path]
                safe = held and bytes(held.safe)
                left = held.after_a_crash(chance) if held and chance else safe
                reachable[path] = left
        return reachable

    def with_everything(self):
        return {path: held and bytes(held.now) for path, held in self.names.items()}


def _change(names, changes):
    for path, to in changes:
        if to is ...:
            names.pop(path, None)
        else:
            names[path] = to


def lay_out(left, folder, root):
    """Write what is left of one folder below another one, which is empty."""
    for path, data in left.items():
        target = Path(root, path.relative_to(folder))
        if data is None:
            target.mkdir(mode=0o700)
        else:
            target.write_bytes(data)
            target.chmod(0o600)
