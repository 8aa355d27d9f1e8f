"""Long comments, cut where many are shown; a comment's own page shows it whole."""

import re

# Texts of more bytes are cut; so much of them is shown, in characters.
LONG, SHOWN = 1 << 18, 1 << 16
_MIB = 1 << 20
# As the cleaner writes tags; every other `<` stands inside of one.
_tag = re.compile(r"<(/?)([a-z0-9]+)(?:[^<>\"]|\"[^\"]*\")*>")
_WITHOUT_END = frozenset(["br", "hr", "img"])
# The longest reference to a character that the cleaner writes.
_REFERENCE = len("&nbsp;")


def in_list(html: str, ref: str) -> str:
    """Return a comment's cleaned text as it stands among others: cut if it is long."""
    # A character has four bytes at most.
    if 4 * len(html) <= LONG or (size := len(html.encode())) <= LONG:
        return html
    words = f"{size / _MIB:.1f} MiB" if size >= _MIB else f"{size >> 10} KiB"
    return (
        f'{_beginning(html)}<p class="cut">This text is cut here; it has {words}. '
        f'<a href="/comments/{ref}/">Show all of it</a></p>'
    )


def _beginning(html: str) -> str:
    """Return the first SHOWN characters, up to a whole word, with every tag closed."""
    place = 0
    still_open: list[str] = []
    for tag in _tag.finditer(html, 0, SHOWN):
        place = tag.end()
        if tag[1]:
            still_open.pop()
        elif tag[2] not in _WITHOUT_END:
            still_open.append(tag[2])
    half_tag = html.find("<", place, SHOWN)
    end = half_tag if half_tag >= 0 else SHOWN
    # No word and no reference to a character is cut in two, unless it has no end.
    space = max(html.rfind(" ", place, end), html.rfind("\n", place, end))
    if half_tag < 0:
        half = html.rfind("&", max(place, end - _REFERENCE), end)
        end = space if space >= 0 else half if half >= 0 else end
    closing = "".join(f"</{name}>" for name in reversed(still_open))
    return f"{html[:end]}…{closing}"
