"""Links whose words look like another host than the one they lead to.

The host is read from the address as a browser reads it, and named beside the link:
"[goes to evil.example]". A host whose letters pass for other ones is named in the form
in which it is asked for (punycode).
"""

import html
import re
import unicodedata
from urllib.parse import unquote

from commentarchive.text.lookalikes import passes_for_plain, seen

LONGEST_HOST = 253
# What stands behind a point in the names of files, and is no end of a host.
_FILES = frozenset(
    (
        *("asp", "aspx", "css", "csv", "doc", "docx", "exe", "gif", "htm", "html"),
        *("jpeg", "jpg", "js", "json", "mp3", "mp4", "odt", "pdf", "php", "png"),
        *("ppt", "pptx", "py", "rtf", "svg", "txt", "xls", "xlsx", "xml"),
    )
)
_tag = re.compile(r"<(/?)([a-z0-9]+)((?:[^<>\"]|\"[^\"]*\")*)>")
# What browsers leave away around an address.
_BLANK = "".join(map(chr, range(0x21)))
_href = re.compile(r'\shref="([^"]*)"')
# Points that browsers take for the one in a host.
_points = str.maketrans("。．｡﹒․", ".....")
_begun = r"(?:(?<=//)|(?<![\w/.-]))"
_host_in_words = re.compile(
    rf"{_begun}((?:\w[\w-]*\.)+(?:xn--[\w-]+|[^\W\d_]{{2,63}}))(?![\w-])"
    r"|(?<=//)([^\s/?#@\\]+)"
)


def name_hosts(cleaned: str) -> str:
    """Return cleaned HTML with the hosts of links named that look like other ones."""
    if "<a " not in cleaned:
        return cleaned
    made: list[str] = []
    place, address, begun = 0, "", 0
    for tag in _tag.finditer(cleaned):
        if tag[2] != "a":
            continue
        if not tag[1]:
            href = _href.search(tag[3])
            address, begun = html.unescape(href[1]) if href else "", tag.end()
            continue
        words = html.unescape(_tag.sub("", cleaned[begun : tag.start()]))
        note = html.escape(note_on(address, words))
        # A text may be gone over again.
        if note and not cleaned.startswith(note, tag.end()):
            made += [cleaned[place : tag.end()], note]
            place = tag.end()
    return "".join([*made, cleaned[place:]])


def note_on(address: str, words: str) -> str:
    """Return what is said beside a link: " [goes to evil.example]", else ""."""
    # Most links have neither points in their words nor a name before their host.
    if words.isascii() and not {".", "/"} & set(words) and "@" not in address:
        return ""
    host, before = _parts(address)
    if not host:
        return ""
    named = {_in_ascii(each) for each in _hosts_in(words)}
    shown = _shown(host)
    is_other = any(not _is_within(host, each) for each in named)
    is_disguised = bool(named) and "xn--" in shown
    if not (is_other or is_disguised or "." in before):
        return ""
    verb = "mail to" if address.lstrip().lower().startswith("mailto:") else "goes to"
    return f" [{verb} {shown}]"


def host_of(address: str) -> str:
    """Return the host of an address as it is asked for, small and in ASCII; "" of none.

    Of a bare host, as it is written without http://, that host.
    """
    if address[:1] == "/" != address[1:2]:
        return ""  # a place on the same site
    host, _before = _parts(address if ":" in address else f"http://{address}")
    return host


def hosts_named(words: str) -> set[str]:
    """Return what looks like a host in words, small and in ASCII."""
    parts = words.translate(_points).split()
    # Few words of a text have a point inside.
    pointed = " ".join(each for each in parts if "." in each[1:-1])
    return {_in_ascii(each) for each in _hosts_in(pointed)} if pointed else set()


def addresses_in(cleaned: str) -> list[str]:
    """Return the addresses of the links in cleaned HTML."""
    if "<a " not in cleaned:
        return []
    tags = (tag for tag in _tag.finditer(cleaned) if tag[2] == "a" and not tag[1])
    found = (_href.search(tag[3]) for tag in tags)
    return [html.unescape(href[1]) for href in found if href]


def _parts(address: str) -> tuple[str, str]:
    """Return the host of an address, and what stands before it and its "@"."""
    kept = re.sub(r"[\t\n\r]", "", address.strip(_BLANK))
    scheme, colon, rest = kept.partition(":")
    if not colon:
        return "", ""
    if scheme.lower() == "mailto":
        place = rest.partition("?")[0]
        before = ""
    else:
        place = re.split(r"[/?#]", rest.replace("\\", "/").lstrip("/"), maxsplit=1)[0]
        before = place.rpartition("@")[0]
    host = _without_port(unquote(place.rpartition("@")[2]))
    return _in_ascii(host), seen(before).translate(_points)


def _hosts_in(words: str) -> set[str]:
    """Return what looks like a host in the words of a link."""
    line = seen(words).translate(_points).replace("\\", "/").lower()
    found = set()
    for match in _host_in_words.finditer(line):
        host = match[1] or _without_port(match[2])
        if match[2] or host.rpartition(".")[2] not in _FILES:
            found.add(host)
    return found


def _without_port(place: str) -> str:
    return place if place.startswith("[") else place.partition(":")[0]


def _in_ascii(host: str) -> str:
    """Return a host as it is asked for: small, and in ASCII."""
    plain = seen(host).translate(_points).lower().strip(".")
    labels = []
    for label in plain[: LONGEST_HOST * 4].split("."):
        if label.isascii():
            labels.append(label)
        else:
            labels.append("xn--" + label.encode("punycode", "replace").decode())
    return ".".join(labels)


def _is_within(host: str, named: str) -> bool:
    """Return whether a host is the one that is named, or is below it."""
    bare = named.removeprefix("www.")
    return host.removeprefix("www.") == bare or host.endswith(f".{bare}")


def _shown(host: str) -> str:
    """Return a host with its own letters, where they pass for no others."""
    labels = host.split(".")
    is_plain_end = not labels[-1].startswith("xn--")
    shown = ".".join(_label(label, is_plain_end) for label in labels)
    cut = shown[:LONGEST_HOST]
    return cut if cut == shown else f"{cut}…"


def _label(label: str, is_plain_end: bool) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        own = label.removeprefix("xn--").encode().decode("punycode")
    except (UnicodeError, OverflowError, ValueError):
        return label
    is_of_letters = all(
        unicodedata.category(char)[0] in "LMN" or char == "-" for char in own
    )
    if not is_of_letters or (is_plain_end and passes_for_plain(own)):
        return label
    return own
