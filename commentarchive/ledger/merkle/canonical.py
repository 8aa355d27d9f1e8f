"""Canonical JSON (RFC 8785) in the restricted profile of the public record.

Keys are ASCII, numbers are whole and below 2**53, text holds no lone surrogate.
"""

from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring

import rfc8785

type Value = str | int | bool | Sequence["Value"] | Mapping[str, "Value"] | None

# C2SP tlog-tiles prefixes each entry of a bundle with its length as a uint16.
MAX_BYTES = 65_535


class NotCanonical(ValueError):
    """The value has no canonical form, or one that is too long."""


def encode(value: Value) -> bytes:
    """Encode one value. Raise NotCanonical for floats, surrogates and giants."""
    _refuse_floats(value)
    try:
        encoded = rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        message = f"no canonical form: {error}"
        raise NotCanonical(message) from error
    if len(encoded) > MAX_BYTES:
        message = f"{len(encoded)} bytes are more than the {MAX_BYTES} of an entry"
        raise NotCanonical(message)
    return encoded


def encode_strings(strings: Sequence[str]) -> bytes:
    """Encode an array of strings, of any length, as `encode` would.

    Python escapes a JSON string as RFC 8785 section 3.2.2.2 demands, four times
    as fast as the library. A test compares the two.
    """
    joined = ",".join([encode_basestring(text) for text in strings])
    try:
        return f"[{joined}]".encode()
    except UnicodeEncodeError as error:
        message = "text with a lone surrogate has no canonical form"
        raise NotCanonical(message) from error


def encode_text_after(opening: bytes, text: str) -> bytes:
    """Encode the last string of an array whose beginning is encoded already."""
    try:
        return opening + encode_basestring(text).encode() + b"]"
    except UnicodeEncodeError as error:
        message = "text with a lone surrogate has no canonical form"
        raise NotCanonical(message) from error


def _refuse_floats(value: Value) -> None:
    stack: list[object] = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, float):
            message = "an entry cannot hold a fraction"
            raise NotCanonical(message)
        if isinstance(item, Mapping):
            stack.extend(item.values())
        elif isinstance(item, Sequence) and not isinstance(item, str | bytes):
            stack.extend(item)
