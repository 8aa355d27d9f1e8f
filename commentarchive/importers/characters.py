"""Bytes of any charset as sound UTF-8: a bad byte costs a byte, and is named.

What is not in a file's charset is read as Windows-1252 where that explains every byte
of its stretch, else as U+FFFD. Control characters become white space.
"""

import codecs
import re
import string
from bisect import bisect_right
from typing import NamedTuple

import webencodings

# What browsers mean by these is more than Python's codecs of the same names hold.
_MEANT = {
    "shift_jis": "cp932",
    "euc-kr": "cp949",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "x-user-defined": "cp1252",
    # Whoever can read the label as ASCII is not reading UTF-16.
    "utf-16le": "utf-8",
    "utf-16be": "utf-8",
    # Codecs in which "<" may be part of another character.
    "replacement": "",
}
# What Python makes of bytes that Shift_JIS does not have.
_NO_SHIFT_JIS = re.compile("[\uf8f0-\uf8f3]")
# What people call codecs that Python calls otherwise.
_NAMES = {
    **{f"cp{number}": f"Windows-{number}" for number in range(1250, 1259)},
    "utf-8": "UTF-8",
    "cp932": "Shift_JIS",
    "cp949": "EUC-KR",
    "gb18030": "GBK",
    "big5hkscs": "Big5",
}
_ASCII = string.printable
JOINED = "two halves of a character (surrogates); joined"
HALF = "half of a character (a surrogate); U+FFFD stands for it"
CONTROLS = "control characters; white space stands for them"
# Whoever fills a file with faults does not fill the memory.
MOST_FAULTS = 10_000

# Judged as one: what stands between two tags, quotation marks or line ends, none of
# which is part of a longer character in any charset that ASCII is part of.
_stretch = re.compile(rb"[^<>\"\n]+")
_all = re.compile(rb".+", re.DOTALL)
_pair = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_half = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\r"})
_control_byte = re.compile(b"[" + re.escape(_CONTROLS) + b"]")
LARGE = 16 << 20
# C1 controls in UTF-8, and U+FFFE and U+FFFF, which are no characters.
_c1_bytes = re.compile(rb"\xc2[\x80-\x9f]")
_NONCHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
# References to the halves of a character, 55296 to 56319 and 56320 to 57343, which
# mean nothing apart; in escaped HTML their "&" is escaped too.
_HIGH = (
    r"55(?:29[6-9]|[3-9]\d\d)|56(?:[0-2]\d\d|3[01]\d)|[xX]0*[dD][89abAB][\da-fA-F]{2}"
)
_LOW = (
    r"56(?:3[2-9]\d|[4-9]\d\d)|57(?:[0-2]\d\d|3[0-3]\d|34[0-3])"
    r"|[xX]0*[dD][c-fC-F][\da-fA-F]{2}"
)
_PAIR = rf"&(?:amp;)*#0*({_HIGH});&(?:amp;)*#0*({_LOW});"
_HALF = rf"&(?:amp;)*#0*(?:{_HIGH}|{_LOW});"


class _Odd(NamedTuple):
    """Characters to replace, as they are in a text and in its bytes."""

    in_text: re.Pattern[str]
    in_bytes: re.Pattern[bytes]


_control = _Odd(
    re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x81\x8d\x8f\x90\x9d]+"),
    re.compile(b"[" + re.escape(_CONTROLS) + rb"]|\xc2[\x81\x8d\x8f\x90\x9d]"),
)
_c1 = _Odd(
    re.compile("[\x80-\x9f]"),
    re.compile(rb"\xc2[\x80-\x9f]|(?<![\x80-\xff])[\x80-\x9f]"),
)
_noncharacter = _Odd(re.compile("[\ufffe\uffff]"), re.compile(rb"\xef\xbf[\xbe\xbf]"))
_pair_of_references = _Odd(re.compile(_PAIR), re.compile(_PAIR.encode()))
_half_reference = _Odd(re.compile(_HALF), re.compile(_HALF.encode()))
# What a text in Windows-1252 does not have: bytes without a character; 255, which
# broken memory holds; four accented letters in a row; two bytes that begin a longer
# character of UTF-8, unless they may be a letter before a dash, a quotation mark or an
# ellipsis; one of those at the end; and signs that stand within a word.
_MARKS = rb"\x85\x8b\x91-\x97\x9b\xa0\xab\xbb"
_not_1252 = re.compile(
    rb"[\x81\x8d\x8f\x90\x9d\xff]|[\xc0-\xff]{4}|[\xc2\xc3\xe2\xf0-\xf4][\x80-\xbf]"
    rb"|[\xc4-\xdf\xe0-\xef](?![%s])[\x80-\xbf]"
    rb"|[a-z ][\xc2-\xde\xe2\xf0-\xf4]\s*(?:\]\]|\Z)"
    rb"|[a-zA-Z\xc0-\xff][\xa1-\xac\xae-\xb3\xb5-\xbf][a-z\xdf-\xff]" % _MARKS
)
_accented = re.compile(rb"[\xc0-\xff]")
_letter = re.compile(rb"[A-Za-z]")


class Fault(NamedTuple):
    """Something put right in the bytes, and whether anything was lost by it."""

    byte: int
    reason: str
    is_loss: bool = False


class Decoded(NamedTuple):
    """Sound UTF-8 made of some bytes, with what was put right in them."""

    data: bytes
    faults: list[Fault]
    # Where stretches of another length end: here, and in the bytes as received.
    made: list[int]
    received: list[int]

    def faults_from(self, offset: int) -> list[Fault]:
        """Return the faults of bytes that begin at an offset of the file."""
        return [each._replace(byte=offset + each.byte) for each in self.faults]

    def byte(self, place: int) -> int:
        """Return where in the bytes as received a place of the data was."""
        at = bisect_right(self.made, place) - 1
        return place if at < 0 else self.received[at] + place - self.made[at]


def codec_of(label: str) -> str:
    """Return the codec that browsers use for a label; "" for an unknown one."""
    known = webencodings.lookup(label)
    if known is not None:
        return _MEANT.get(known.name, str(known.codec_info.name))
    try:
        # Python knows more; a codec will do if ASCII is part of it.
        if label.encode().decode(label) and _ASCII.encode(label) == _ASCII.encode():
            return codecs.lookup(label).name
    except (LookupError, UnicodeError, ValueError):
        pass
    return ""


def is_sound(data: bytes) -> bool:
    """Return whether bytes, if they are valid UTF-8, need nothing put right."""
    if len(data) > LARGE:
        # Without a copy of it.
        if _control_byte.search(data):
            return False
    elif len(data.translate(None, _CONTROLS)) != len(data):
        return False
    if (b"&#" in data or b"&amp;#" in data) and _half_reference.in_bytes.search(data):
        return False
    if data.isascii():
        return True
    # Each by itself is found several times as fast as both in one pattern.
    is_odd = any(each in data for each in _NONCHARACTERS) or _c1_bytes.search(data)
    return not is_odd


def decoded(data: bytes, codec: str = "utf-8") -> Decoded:
    """Make sound UTF-8 of bytes, and list what had to be put right, by its byte."""
    if codec == "utf-8" and is_sound(data) and _is_utf8(data):
        return Decoded(data, [], [], [])
    pieces: list[bytes] = []
    faults: list[Fault] = []
    made: list[int] = []
    received: list[int] = []
    length = place = 0
    # In its characters of two bytes anything may stand.
    stretches = _all if codec == "iso2022_jp" else _stretch
    for found in stretches.finditer(data):
        stretch = found[0]
        if stretch.isascii() and is_sound(stretch) and stretches is _stretch:
            continue
        if len(faults) > 2 * MOST_FAULTS:
            _shorten(faults)
        text = _text(stretch, codec, found.start(), faults).encode()
        if text == stretch:
            continue
        pieces += [data[place : found.start()], text]
        length += found.start() - place + len(text)
        place = found.end()
        made.append(length)
        received.append(place)
    return Decoded(b"".join([*pieces, data[place:]]), faults, made, received)


def _shorten(faults: list[Fault]) -> None:
    """Keep the first faults, and one of each kind among the others."""
    kinds = {fault.reason: fault for fault in reversed(faults[MOST_FAULTS:])}
    faults[MOST_FAULTS:] = kinds.values()


def sound_text(text: str) -> tuple[str, list[Fault]]:
    """Put right the characters of a text, and list what had to be; bytes are of it."""
    faults: list[Fault] = []
    return _without_odd(text, text.encode(), 0, faults), faults


def printable(text: str) -> str:
    """Return one line of text with U+FFFD for what no terminal should be sent."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _text(stretch: bytes, codec: str, start: int, faults: list[Fault]) -> str:
    """Decode one stretch that begins at `start`."""
    if codec == "utf-8":
        text = _from_utf8(stretch, start, faults)
        return _without_odd(text, stretch, start, faults)
    if codec == "cp1252" and not stretch.isascii() and _is_utf8(stretch):
        # Two accents that make a character of UTF-8 are no accident.
        reason = "bytes that are UTF-8, not the charset that is declared; read as UTF-8"
        faults.append(Fault(start, reason))
        return _without_odd(stretch.decode(), stretch, start, faults)
    try:
        text = stretch.decode(codec)
    except UnicodeDecodeError as error:
        faults.append(_lost(start + error.start, codec))
        text = stretch.decode(codec, "replace")
    if codec == "cp932" and _NO_SHIFT_JIS.search(text):
        faults.append(_lost(start, codec))
        text = _NO_SHIFT_JIS.sub("\ufffd", text)
    return _without_odd(text, stretch, start, faults)


def _from_utf8(stretch: bytes, start: int, faults: list[Fault]) -> str:
    """Decode a stretch of UTF-8, or what was meant to be that."""
    if _is_utf8(stretch):
        return stretch.decode()
    # Of the same length, so that every place found is one of the file.
    blanked = _pair.sub(b"-" * 6, stretch)
    if pair := _pair.search(stretch):
        faults.append(Fault(start + pair.start(), JOINED))
        stretch = _pair.sub(_joined, stretch)
    if half := _half.search(blanked):
        faults.append(Fault(start + half.start(), HALF, is_loss=True))
        stretch = _half.sub("\ufffd".encode(), stretch)
        blanked = _half.sub(b"-" * 3, blanked)
    try:
        blanked.decode()
    except UnicodeDecodeError as error:
        place = start + error.start
    else:
        return stretch.decode()
    if _is_windows_1252(stretch):
        reason = "bytes that are not UTF-8; read as Windows-1252"
        faults.append(Fault(place, reason))
        return stretch.decode("cp1252")
    faults.append(_lost(place, "utf-8"))
    return stretch.decode("utf-8", "replace")


def _joined(pair: re.Match[bytes]) -> bytes:
    halves = pair[0].decode("utf-8", "surrogatepass")
    return halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le").encode()


def _is_windows_1252(stretch: bytes) -> bool:
    """Return whether Windows-1252 explains every byte, and makes words of them."""
    if _not_1252.search(stretch):
        return False
    return len(_accented.findall(stretch)) <= len(_letter.findall(stretch))


def _lost(place: int, codec: str) -> Fault:
    name = _NAMES.get(codec, codec.upper())
    reason = f"bytes that are not {name}; U+FFFD stands for each"
    return Fault(place, reason, is_loss=True)


def _without_odd(text: str, raw: bytes, start: int, faults: list[Fault]) -> str:
    """Replace controls by white space, and what was never a character by U+FFFD.

    `raw` are the bytes that the text was made of, which begin at `start`.
    """

    def note(odd: _Odd, reason: str, *, is_loss: bool = False) -> bool:
        if odd.in_text.search(text) is None:
            return False
        found = odd.in_bytes.search(raw)
        place = found.start() if found else 0
        faults.append(Fault(start + place, reason, is_loss))
        return True

    if note(_control, CONTROLS):
        text = _control.in_text.sub(_white_space, text)
    if "#" in text:
        if note(_pair_of_references, JOINED):
            text = _pair_of_references.in_text.sub(_character, text)
        if note(_half_reference, HALF, is_loss=True):
            text = _half_reference.in_text.sub("\ufffd", text)
    if note(_c1, "control characters in the place of signs of Windows-1252; read so"):
        text = _c1.in_text.sub(
            lambda found: bytes([ord(found[0])]).decode("cp1252"), text
        )
    if note(_noncharacter, "no character; U+FFFD stands for it", is_loss=True):
        text = _noncharacter.in_text.sub("\ufffd", text)
    return text


def _character(pair: re.Match[str]) -> str:
    high, low = (_number(each) for each in pair.groups())
    return chr(0x10000 + (high - 0xD800) * 0x400 + low - 0xDC00)


def _number(digits: str) -> int:
    return int(digits[1:], 16) if digits[0] in "xX" else int(digits)


def _white_space(found: re.Match[str]) -> str:
    """Return a line end where one was meant: Word writes it as a vertical tab."""
    return "\n" if "\v" in found[0] or "\f" in found[0] else " "
