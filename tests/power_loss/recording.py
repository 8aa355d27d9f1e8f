"""What processes do to files, as strace tells it, done to a `Disk` again."""

import re
from pathlib import Path

FLUSHES = frozenset({"fsync", "fdatasync"})
BY_NAME = frozenset(
    {"openat", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat"}
    | {"rename", "renameat", "renameat2", "link", "linkat"}
)
# The last ones nothing here uses on files: a recording that has them is refused.
CALLS = (
    *("write", "pwrite64", "lseek", "ftruncate", *sorted(FLUSHES | BY_NAME)),
    *("writev", "pwritev", "pwritev2", "copy_file_range", "sendfile", "fallocate"),
)
# Bytes of one write that are told; SQLite's are of a page or two.
LONGEST = 1 << 20
_call = re.compile(r"(\d+) +(\w+)\((.*)\) += (-?\d+|\?)(.*)")
_begun = re.compile(r"(\d+) +(\w+)\((.*?),? ?<unfinished \.\.\.>")
_ended = re.compile(r"(\d+) +<\.\.\. \w+ resumed>,? ?(.*)\) += (-?\d+|\?)(.*)")
# A file by its descriptor, with the name that it has by now; else a text.
_word = re.compile(r'<((?:\\x[0-9a-f]{2})+)>(\(deleted\))?|"((?:\\x[0-9a-f]{2})*)"')


def command(recording):
    """Return what stands before a command line for its files to be told of."""
    return (
        *("strace", "-f", "--seccomp-bpf", "-qq", "-y", "-xx"),
        *("-s", str(LONGEST), "-e", "signal=none", "-e", f"trace={','.join(CALLS)}"),
        *("-o", str(recording)),
    )


def steps(recording, disk, told):
    """Do to a disk, step by step, what was recorded; yield after each.

    What is written to the file `told` was said to somebody by then: a step yields the
    lines of it.
    """
    begun = {}
    with recording.open() as lines:
        for line in map(str.rstrip, lines):
            if found := _begun.fullmatch(line):
                pid, call, words = found.groups()
                begun[pid] = call, words, _unflushed(disk, call, words)
                continue
            if found := _ended.fullmatch(line):
                pid, rest, result, opened = found.groups()
                call, words, many = begun.pop(pid)
                words += f", {rest}" if rest else ""
            elif found := _call.fullmatch(line):
                _pid, call, words, result, opened = found.groups()
                many = _unflushed(disk, call, words)
            else:
                continue
            if not result.isdigit():
                continue
            if call == "write" and _file(words) == told:
                yield _data(words).decode().splitlines()
            elif _happens(disk, call, words + opened, int(result), many):
                yield []


def _unflushed(disk, call, words):
    """A flush keeps what was there when it began."""
    where = _file(words) if call in FLUSHES else None
    return disk.unflushed(where) if where in disk.names else None


def _text(escaped):
    return bytes.fromhex(escaped.replace("\\x", ""))


def _path(escaped):
    return Path(_text(escaped).decode(errors="replace"))


def _file(words):
    """Return the path of the file that a call's descriptor is of, unless it has none."""
    found = _word.search(words)
    return _path(found[1]) if found and found[1] and not found[2] else None


def _data(words):
    [text] = [text for at, _gone, text in _word.findall(words) if not at]
    return _text(text)


def _named(words):
    """Return the paths that a call names by words, each as it stands in its folder."""
    found, folder = [], Path("/")
    for at, _gone, text in _word.findall(words):
        if at:
            folder = _path(at)
        else:
            found.append(folder / _path(text))
    return found


def _last_number(words):
    return int(words.rpartition(" ")[2])


def _happens(disk, call, words, result, many):
    """Do one call to the disk; return whether it changes what is or will be on it."""
    paths = _named(words) if call in BY_NAME else [_file(words)]
    path = paths[0]
    if path is None or (path != disk.folder and disk.folder not in path.parents):
        return False
    if call in BY_NAME:
        return _to_names(disk, call, words, paths)
    match call:
        case "write" | "pwrite64":
            data = _data(words)[:result]
            assert len(data) == result, f"{path}: a write of {result} bytes was cut"
            disk.write(path, data, _last_number(words) if call == "pwrite64" else None)
        case "lseek":
            disk.seek(path, result)
            return False
        case "ftruncate":
            disk.cut(path, _last_number(words))
        case "fsync" | "fdatasync":
            disk.flush(path, many)
        case _:
            message = f"{call} of {path} is not understood"
            raise AssertionError(message)
    return True


def _to_names(disk, call, words, paths):
    path = paths[0]
    match call:
        case "openat":
            if (makes := "O_CREAT" in words) or path in disk.names:
                is_emptied, at_end = "O_TRUNC" in words, "O_APPEND" in words
                disk.open(path, empty=is_emptied, at_end=at_end)
            return makes
        case "rename" | "renameat" | "renameat2":
            disk.rename(path, paths[1])
        case "link" | "linkat":
            disk.link(path, paths[1])
        case "unlink" | "unlinkat" | "rmdir":
            disk.remove(path)
        case "mkdir" | "mkdirat":
            disk.make_folder(path)
    return True
