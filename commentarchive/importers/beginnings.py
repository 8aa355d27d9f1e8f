"""What may stand before a file's first sign: marks, blanks, warnings, comments.

Nothing else: a page or a letter about exports is none, whatever it quotes.
"""

import re

from commentarchive.importers.php_warnings import KINDS, PATTERN

_own = re.compile(
    rb"(?:\xef\xbb\xbf|\s++|%s|<!--(?:(?!-->)[\s\S]){0,20000}-->"
    # Before anything else a warning need not tell its line.
    rb"|(?:<br ?/?>\s*)?<b>(?:%s)</b>:[^\n]{0,4000}?(?:<br ?/?>)?(?=\n)"
    rb"|X-Powered-By:[^\n]{0,200}\n|Content-type:[^\n]{0,200}\n)*+" % (PATTERN, KINDS),
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


def has_stray_bytes(head: bytes, start: int, *, is_markup: bool = True) -> bool:
    """Return whether other bytes than white space precede what begins at `start`.

    Declarations and comments belong to markup.
    """
    blank = _blank.match(head)
    first = blank.end() if blank else 0
    of_markup = is_markup and head[first : first + 2] in {b"<?", b"<!"}
    return first != start and not of_markup
