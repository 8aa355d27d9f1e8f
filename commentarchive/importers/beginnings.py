"""What may stand before a file's own first sign: marks, white space, warnings of PHP.

Nothing else: a page or a letter about exports is none, whatever it quotes.
"""

import re

_KINDS = rb"(?:Warning|Notice|Deprecated|Strict Standards|(?:Fatal|Parse) error)"
_own = re.compile(
    rb"(?:\xef\xbb\xbf|\s++"
    # As PHP prints them for browsers, and for a terminal.
    rb"|(?:<br ?/?>\s*)?<b>%s</b>:[^\n]{0,4000}?(?:<br ?/?>)?(?=\n)"
    rb"|(?:PHP )?%s: [^\n<]{0,4000}? on line \d+\s*?\n"
    rb"|X-Powered-By:[^\n]{0,200}\n|Content-type:[^\n]{0,200}\n)*+" % (_KINDS, _KINDS),
    re.IGNORECASE,
)
_blank = re.compile(rb"(?:\xef\xbb\xbf|\s++)*+")
_root = re.compile(
    rb"[^<\nA-Za-z{\[\"'#]{0,16}\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|"
    rb"<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>\s*)*(?=<[A-Za-z_])",
    re.DOTALL | re.IGNORECASE,
)


def own_start(data: bytes) -> int:
    """Return where what a file says itself begins."""
    found = _own.match(data)
    return found.end() if found else 0


def root_start(head: bytes) -> int:
    """Return where the first element of an XML file begins; -1 where there is none.

    A few stray bytes may stand before it, but no word.
    """
    found = _root.match(head, own_start(head))
    return found.end() if found else -1


def has_stray_bytes(head: bytes, start: int) -> bool:
    """Return whether other bytes than white space precede what begins at `start`."""
    blank = _blank.match(head)
    first = blank.end() if blank else 0
    return first != start and head[first : first + 2] not in {b"<?", b"<!"}
