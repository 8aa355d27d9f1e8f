"""The one place where HTML is cleaned: an allow-list, absolute links, bounded work.

Cleaned once, when a text is stored, with CLEANER beside it; a change here means a
new number and a re-cleaning of what is stored.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal
from urllib.parse import urlsplit

import nh3

from commentarchive.text.paragraphs import add_paragraphs
from commentarchive.text.plain import plain_lines, plain_text
from commentarchive.text.wrapped_links import unwrap

CLEANER = "1"
# "page" is HTML as a page showed it, with what its theme made of the text.
type Form = Literal["wp-autop", "html", "text", "markdown", "page"]

# Beyond this nesting the HTML algorithm copies open tags without end: 40 kB of bold
# became 28 MB in 2.9 s.
MAX_DEPTH = 100
MAX_GROWTH = 8
# Short texts may grow by more: "<p></p>" around one letter is sevenfold.
GROWTH_ALLOWANCE = 4096

_INLINE = {
    *("a", "abbr", "b", "br", "cite", "code", "del", "em", "i", "img", "ins", "kbd"),
    *("q", "s", "samp", "small", "strike", "strong", "sub", "sup", "u", "var"),
}
_BLOCKS = {
    *("blockquote", "dd", "dl", "dt", "li", "ol", "p", "pre", "ul"),
    *("table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "hr"),
}
_HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
_REL = "nofollow ugc noopener"
# Tags that a following one of their kind closes: they do not nest by themselves.
_FLAT = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "dt",
        "dd",
        "tr",
        "td",
        "th",
        "option",
    ]
)
# What an HTML parser changes in a text, beside the no-break space.
_MARKUP = b"<>&" + bytes({*range(0x20)} - {*b"\t\n"})
_tag = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_h1 = re.compile(r"<(/?)h1\b", re.IGNORECASE)
_image_or_link = re.compile(r'<img((?:\s[a-z]+="[^"]*")*)>|<(/?)a\b[^>]*>')
_attribute = re.compile(r'\s([a-z]+)="([^"]*)"')


def _keep_attribute(_tag_name: str, name: str, value: str) -> str | None:
    """Drop every address that is not absolute http, https or mailto."""
    if name not in {"href", "src"}:
        return value
    scheme, colon, rest = value.partition(":")
    kind = scheme.strip().lower()
    if not colon or kind not in {"http", "https", "mailto"}:
        return None
    if kind == "mailto":
        return value if name == "href" else None
    return value if rest.startswith("//") and len(rest) > len("//") else None


def _cleaner(tags: set[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=tags,
        attributes={
            "a": {"href"},
            "abbr": {"title"},
            "img": {"src", "alt"},
            "ol": {"start"},
            "td": {"colspan", "rowspan"},
            "th": {"colspan", "rowspan"},
        },
        attribute_filter=_keep_attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel=_REL,
        strip_comments=True,
    )


_comments = _cleaner(_INLINE | _BLOCKS)
_articles = _cleaner(_INLINE | _BLOCKS | _HEADINGS)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text that is safe in a page, and the same words without markup."""

    html: str
    plain: str


def clean(raw: str, form: Form, *, article: bool = False) -> Cleaned:
    """Clean one text. It never fails: what cannot be cleaned is shown as written."""
    if form == "text":
        return _as_written(raw)
    if form == "wp-autop" and not _has_markup(raw):
        return Cleaned(add_paragraphs(raw), plain_lines(raw))
    marked = raw
    if form == "wp-autop":
        marked = add_paragraphs(raw)
    elif form == "markdown":
        marked = _markdown_renderer()(raw)
    if _too_deep(marked):
        return _as_written(raw)
    marked = unwrap(marked)
    if article and "1" in marked:
        marked = _h1.sub(r"<\1h2", marked)
    cleaned = (_articles if article else _comments).clean(marked)
    if "<img" in cleaned:
        cleaned = _describe_images(cleaned)
    if len(cleaned) > MAX_GROWTH * len(raw) + GROWTH_ALLOWANCE:
        return _as_written(raw)
    return Cleaned(cleaned, plain_text(cleaned))


@cache
def _markdown_renderer() -> Callable[[str], str]:
    """Return what makes HTML of CommonMark; the HTML still has to be cleaned."""
    # Two formats need it, and it takes as long to load as lxml and the cleaner.
    from markdown_it import MarkdownIt  # noqa: PLC0415

    options = {"breaks": True, "maxNesting": 20}
    return MarkdownIt("commonmark", options).render


def _has_markup(raw: str) -> bool:
    """Return whether an HTML parser could change anything in a text.

    A test holds the answer against the parser's own. Bytes are deleted because that is
    four times as fast as a search with a pattern.
    """
    data = raw.encode("utf-8", "surrogatepass")
    return "\xa0" in raw or len(data.translate(None, _MARKUP)) != len(data)


def _as_written(raw: str) -> Cleaned:
    escaped = html.escape(raw, quote=False)
    return Cleaned(f"<p>{'<br>'.join(escaped.splitlines())}</p>", raw)


def _too_deep(marked: str) -> bool:
    if marked.count("<") <= MAX_DEPTH:
        return False
    depth = 0
    for closing, name in _tag.findall(marked):
        if name.lower() in _FLAT:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        if depth > MAX_DEPTH:
            return True
    return False


def _describe_images(cleaned: str) -> str:
    """Replace each image by its description and a link, so that nothing is loaded.

    Works on the cleaner's output, whose tags are written in one way only. Inside a
    link the words stand alone, since links do not nest.
    """
    made, place, in_link = [], 0, False
    for match in _image_or_link.finditer(cleaned):
        if match[1] is None:
            in_link = not match[2]
            continue
        made += [cleaned[place : match.start()], _image(match[1], in_link=in_link)]
        place = match.end()
    return "".join([*made, cleaned[place:]])


def _image(attributes: str, *, in_link: bool) -> str:
    values = dict(_attribute.findall(attributes))
    words = values.get("alt", "").strip()
    source = values.get("src", "")
    host = html.escape(_host(html.unescape(source)))
    if not host:
        return f"[image: {words}]" if words else "[image]"
    label = f"[image at {host}: {words}]" if words else f"[image at {host}]"
    return label if in_link else f'<a href="{source}" rel="{_REL}">{label}</a>'


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
