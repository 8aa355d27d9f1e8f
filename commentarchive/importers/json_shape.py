"""What JSON looks like from outside: its names, in any order, and where it ends."""

from commentarchive.importers.beginnings import own_start
from commentarchive.importers.parsed import Reading
from commentarchive.importers.php_warnings import without_between_strings
from commentarchive.importers.safe_json import object_end, spans


def without_warnings(head: bytes) -> bytes:
    """Return the first bytes of a file without the warnings of PHP between values."""
    return without_between_strings(head, own_start(head), Reading())


def names_in(data: bytes, start: int = 0) -> dict[str, int]:
    """Return where the value of each member begins of the object that begins there.

    Of a file's first bytes, those members that are in them.
    """
    return {each.name: each.start for each in spans(data, start) if each.name}


def first_of(data: bytes, start: int) -> dict[str, int]:
    """Return the members of the first object of the array that begins there."""
    if not data.startswith(b"[", start):
        return {}
    first = next(spans(data, start), None)
    return {} if first is None else names_in(data, first.start)


def check_end(data: bytes, start: int, reading: Reading) -> None:
    """Report what stands after the end of the value that begins there."""
    end = start + object_end(data[start:])
    if end > start and data[end:].strip(b" \t\r\n\0"):
        if own_start(data[end:]) == len(data) - end:
            reading.repair(end, "text after the end of its JSON; left out")
            return
        reading.problem(end, "more follows after the end of its JSON; not read")
