"""Texts as WordPress's importer leaves them: what its filter of comments lets through.

After what WordPress documents of `wp_kses` and `wpautop`; the code is this project's.
"""

import re
from html import escape, unescape

from commentarchive.text.sound_xml import sound

# What a comment may be marked up with there, and with which attributes.
_ALLOWED = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "acronym": {"title"},
    "blockquote": {"cite"},
    "del": {"datetime"},
    "q": {"cite"},
    **{
        name: set()
        for name in ("b", "cite", "code", "em", "i", "s", "strike", "strong")
    },
}
_tag = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_attribute = re.compile(r'([a-zA-Z-]+)\s*=\s*"([^"]*)"')
_rest = re.compile(r'\s*(?:[a-zA-Z-]+\s*=\s*"[^"<>]*"\s*)*')
_address = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
# What begins and ends lines of its own, and how: WordPress makes paragraphs again.
_BREAKS = {
    **dict.fromkeys(("p", "div", "blockquote", "ul", "ol", "table", "pre"), "\n\n"),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "hr", "dl"), "\n\n"),
    **dict.fromkeys(("br", "tr", "dt", "dd"), "\n"),
}


def cdata(text: str) -> str:
    """Return a text as a CDATA section, or as several where it would end one."""
    return f"<![CDATA[{sound(text).replace(']]>', ']]]]><![CDATA[>')}]]>"


def comment_text(raw: str, form: str, html: str) -> str:
    """Return a comment's text as WordPress stores it.

    As it was there, where WordPress's filter would leave it alone; else made of the
    cleaned HTML that readers see.
    """
    if form == "wp-autop" and _passes(raw):
        return raw
    return _as_stored(html)


def _passes(raw: str) -> bool:
    """Return whether each "<" begins a tag that the filter lets through whole."""
    if raw.count("<") != sum(1 for _each in _tag.finditer(raw)):
        return False
    for _slash, name, attributes in _tag.findall(raw):
        allowed = _ALLOWED.get(name.lower())
        if allowed is None or not _rest.fullmatch(attributes):
            return False
        for key, value in _attribute.findall(attributes):
            if key.lower() not in allowed:
                return False
            is_address = key.lower() in {"href", "cite"}
            if is_address and not _address.match(unescape(value)):
                return False
    return True


def _as_stored(html: str) -> str:
    """Return cleaned HTML without the tags that WordPress takes out, line by line."""

    def replaced(found: re.Match[str]) -> str:
        slash, name, attributes = found.groups()
        name = name.lower()
        line = _BREAKS.get(name, "")
        if name == "li":
            return "" if slash else "\n- "
        if name in {"td", "th"}:
            return " " if slash else ""
        if name not in _ALLOWED:
            return line
        kept = "".join(
            f' {key}="{value}"'
            for key, value in _attribute.findall(attributes)
            if key in _ALLOWED[name] and not slash
        )
        return f"{line}<{slash}{name}{kept}>{line if name == 'blockquote' else ''}"

    # A line end of HTML is a blank, and WordPress would make a break of it.
    text = _tag.sub(replaced, re.sub(r"[ \t]*\n[ \t]*", " ", html))
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def as_html(text: str) -> str:
    """Return plain words, such as a title or a name, as WordPress stores them."""
    return escape(text, quote=False)
