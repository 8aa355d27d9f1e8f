"""Plain words of cleaned HTML, for search and for comparing texts.

Takes the cleaner's output only: there every tag is whole and every `<` of the text
is escaped, so that nothing has to be guessed (Django's strip_tags raises an error
on 14 hostile characters).
"""

import html
import re

_line_end = re.compile(r"<br>\n?|</(?:p|li|tr|dt|dd|h[2-6]|blockquote|pre|caption)>")
_cell_end = re.compile(r"</t[dh]>")
_item = re.compile(r"<li>")
_any_tag = re.compile(r"<(?:[^<>\"]|\"[^\"]*\")*>")


def plain_text(cleaned: str) -> str:
    """Return cleaned HTML as lines of words."""
    text = _line_end.sub("\n", cleaned)
    if "<t" in text or "<li" in text:
        text = _item.sub("- ", _cell_end.sub(" ", text))
    if "<" in text:
        text = _any_tag.sub("", text)
    if "&" in text:
        text = html.unescape(text)
    return plain_lines(text)


def plain_lines(text: str) -> str:
    """Return the text without blank lines and without spaces at the ends of lines."""
    if "\n" not in text:
        return text.strip()
    # A pattern for blanks around line ends would stop at every space to look.
    lines = [line.strip(" \t") for line in text.split("\n")]
    return "\n".join(filter(None, lines)).strip()
