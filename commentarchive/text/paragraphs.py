"""WordPress's paragraph rules, which make HTML of the text in its database.

A blank line ends a paragraph, a single line end is a line break, and what a writer
marked as a block (lists, quotations, tables) is left alone. After the documented
behaviour of `wpautop`; the code is this project's own.
"""

import re

# Blocks that hold other blocks or loose text: their text gets paragraphs too.
_CONTAINERS = "blockquote|div|section|article|aside|figure|figcaption|details|center"
# Blocks whose inside is left as it is written, up to their end.
_WHOLE = "pre|table|ul|ol|dl|p|h[1-6]|address|form|script|style|object|video|audio|svg"
_blank_lines = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_block_start = re.compile(
    rf"<(?P<tag>{_WHOLE}|{_CONTAINERS}|hr)\b[^<>]*>", re.IGNORECASE
)
_container_tag = re.compile(rf"</?(?:{_CONTAINERS})\b[^<>]*>", re.IGNORECASE)
_container = re.compile(rf"(?:{_CONTAINERS})\Z", re.IGNORECASE)


def add_paragraphs(raw: str) -> str:
    """Return the HTML of raw WordPress text; it still has to be cleaned."""
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    if "<!--" in text:
        text = _without_comments(text)
    if "<" not in text or not _block_start.search(text):
        return _loose(text)
    made: list[str] = []
    place = 0
    while start := _block_start.search(text, place):
        made.append(_loose(text[place : start.start()]))
        tag = start["tag"].lower()
        if tag == "hr" or _container.match(tag):
            made.append(start[0])
            place = start.end()
            continue
        place = _end_of(text, tag, start.end())
        made.append(text[start.start() : place])
    made.append(_loose(text[place:]))
    return "\n".join(part for part in made if part)


def _without_comments(text: str) -> str:
    """Leave out comments; one that does not end is left for the cleaner."""
    made, place = [], 0
    while (start := text.find("<!--", place)) >= 0:
        end = text.find("-->", start + len("<!--"))
        if end < 0:
            break
        made.append(text[place:start])
        place = end + len("-->")
    return "".join([*made, text[place:]])


def _end_of(text: str, tag: str, place: int) -> int:
    """Return where a block ends, counting blocks of its kind inside it."""
    depth = 1
    for match in re.compile(rf"<(/?){tag}\b[^<>]*>", re.IGNORECASE).finditer(
        text, place
    ):
        depth += -1 if match[1] else 1
        if depth == 0:
            return match.end()
    return len(text)


def _loose(text: str) -> str:
    """Wrap the text between the tags of containers in paragraphs."""
    if "<" not in text or not _container_tag.search(text):
        return _paragraphs(text)
    made, place = [], 0
    for tag in _container_tag.finditer(text):
        made += [_paragraphs(text[place : tag.start()]), tag[0]]
        place = tag.end()
    made.append(_paragraphs(text[place:]))
    return "\n".join(part for part in made if part)


def _paragraphs(text: str) -> str:
    text = text.strip("\n\t ")
    if not text:
        return ""
    if "\n" not in text:
        return f"<p>{text}</p>"
    return "\n".join(
        [
            "<p>" + part.strip().replace("\n", "<br>\n") + "</p>"
            for part in _blank_lines.split(text)
        ]
    )
