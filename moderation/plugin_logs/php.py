"""Flat arrays as PHP's `serialize` writes them; anything else is refused.

https://www.php.net/manual/en/function.serialize.php: lengths count bytes.
"""

import re

_start = re.compile(rb"a:(\d{1,4}):\{")
_number = re.compile(rb"[id]:(-?[0-9.eE+-]{1,40});|b:([01]);|(N);")
_string = re.compile(rb's:(\d{1,7}):"')


def flat_array(text: str) -> dict[str, str]:
    """Return an array's members as texts, those that hold arrays left out.

    Raise ValueError for what is no such array.
    """
    data = text.strip().encode()
    members, end = _array(data, 0)
    if end != len(data):
        message = "something stands after the array"
        raise ValueError(message)
    return members


def _array(data: bytes, place: int) -> tuple[dict[str, str], int]:
    """Read an array without descending: what is nested is passed over."""
    members: dict[str, str] = {}
    open_arrays = [_opened(data, place)]
    place = _start.match(data, place).end()  # type: ignore[union-attr]  # just seen
    key: str | None = None
    while open_arrays:
        if data.startswith(b"}", place):
            open_arrays.pop()
            place, key = place + 1, None
            continue
        if key is not None and (nested := _start.match(data, place)):
            open_arrays.append(int(nested[1]))
            place, key = nested.end(), None
            continue
        value, place = _scalar(data, place)
        if key is None:
            key = value
            continue
        if len(open_arrays) == 1:
            members[key] = value
        key = None
    return members, place


def _opened(data: bytes, place: int) -> int:
    found = _start.match(data, place)
    if found is None:
        message = "this is no array"
        raise ValueError(message)
    return int(found[1])


def _scalar(data: bytes, place: int) -> tuple[str, int]:
    if number := _number.match(data, place):
        value = number[1] or number[2] or b""
        return value.decode(), number.end()
    found = _string.match(data, place)
    if found is None:
        message = "a value is none that is known"
        raise ValueError(message)
    start, end = found.end(), found.end() + int(found[1])
    if data[end : end + 2] != b'";':
        message = "a text has another length than it says"
        raise ValueError(message)
    return data[start:end].decode(errors="replace"), end + 2
