"""The one place where HTML is cleaned: an allow-list, absolute links, bounded work.

Cleaned once, when a text is stored, with CLEANER beside it; a change here means a
new number and a re-cleaning of what is stored.
"""

import html
import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

import nh3

from commentarchive.text.balanced import (
    BLOCKS,
    EMPTY,
    HEADINGS,
    INLINE,
    TABLES,
    balanced,
)
from commentarchive.text.link_hosts import name_hosts
from commentarchive.text.markdown import html_of_markdown
from commentarchive.text.paragraphs import add_paragraphs
from commentarchive.text.plain import plain_lines, plain_text
from commentarchive.text.unseen import marked_html
from commentarchive.text.wrapped_links import unwrap

CLEANER = "3"
# "page" is HTML as a page showed it, with what its theme made of the text.
type Form = Literal["wp-autop", "html", "text", "markdown", "page"]

# What is cleaned as it stands: so few tags cost little, however they are nested. The
# cleaner compares each attribute of a tag with all of its others.
FEW_TAGS, SHORT = 100, 8192
MAX_GROWTH = 8
# Short texts may grow by more: "<p></p>" around one letter is sevenfold.
GROWTH_ALLOWANCE = 4096
# What readers are told below a text of which not all markup can be shown. All words
# are there, and staff have the text as it was received.
BEYOND_LIMITS = (
    "<p>[Not all markup of this text is shown: it is nested too deep, or there is too "
    "much of it.]</p>"
)

_REL = "nofollow ugc noopener"
# What an HTML parser changes in a text, beside the no-break space.
_MARKUP = b"<>&" + bytes({*range(0x20)} - {*b"\t\n"})
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


def _cleaner(tags: AbstractSet[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(tags),
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


_IN_COMMENTS = INLINE | BLOCKS | TABLES | EMPTY
_IN_ARTICLES = _IN_COMMENTS | HEADINGS - {"h1"}
_comments = _cleaner(_IN_COMMENTS)
_articles = _cleaner(_IN_ARTICLES)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text that is safe in a page, and the same words without markup."""

    html: str
    plain: str


def clean(raw: str, form: Form, *, article: bool = False) -> Cleaned:
    """Clean one text, in work that grows as the text does.

    It never fails, and loses no words: what cannot be cleaned is shown as written.
    """
    if form == "text":
        return _as_written(raw)
    if form == "wp-autop" and not _has_markup(raw):
        return Cleaned(undeceiving(add_paragraphs(raw)), plain_lines(raw))
    marked: str | None = raw
    if form == "wp-autop":
        marked = add_paragraphs(raw)
    elif form == "markdown":
        marked = html_of_markdown(raw)
    if marked is None:
        return _as_written(raw, BEYOND_LIMITS)
    marked = unwrap(marked)
    if article and "1" in marked:
        marked = _h1.sub(r"<\1h2", marked)
    left_out = 0
    if not _is_small(marked):
        marked, left_out = balanced(marked)
    cleaned = (_articles if article else _comments).clean(marked)
    if "<img" in cleaned:
        cleaned = _describe_images(cleaned)
    if len(cleaned) > MAX_GROWTH * len(raw) + GROWTH_ALLOWANCE:
        return _as_written(raw, BEYOND_LIMITS)
    plain = plain_text(cleaned)
    shown = undeceiving(cleaned)
    return Cleaned(shown + BEYOND_LIMITS if left_out else shown, plain)


def undeceiving(cleaned: str) -> str:
    """Return cleaned HTML that says where its links lead, and what nobody would see.

    The same again for what it returned.
    """
    return marked_html(name_hosts(cleaned))


def is_cleaned_alike(raw: str, form: Form, cleaner: str) -> bool:
    """Return whether an earlier cleaner made the same of a text as this one does.

    The first one did so with all short texts, Markdown apart. What the second one left
    out was added to what was stored by then.
    """
    if cleaner == "1":
        return form == "text" or (form != "markdown" and _is_small(raw))
    return cleaner in {"2", CLEANER}


def _is_small(marked: str) -> bool:
    return len(marked) <= SHORT and marked.count("<") <= FEW_TAGS


def _has_markup(raw: str) -> bool:
    """Return whether an HTML parser could change anything in a text.

    A test holds the answer against the parser's own. Bytes are deleted because that is
    four times as fast as a search with a pattern.
    """
    data = raw.encode("utf-8", "surrogatepass")
    return "\xa0" in raw or len(data.translate(None, _MARKUP)) != len(data)


def _as_written(raw: str, note: str = "") -> Cleaned:
    escaped = html.escape(raw, quote=False)
    shown = undeceiving(f"<p>{'<br>'.join(escaped.splitlines())}</p>")
    return Cleaned(shown + note, raw)


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
