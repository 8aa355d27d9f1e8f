"""Make a page of the site one of a copy: its links relative, itself dated."""

import re
from collections.abc import Callable
from html import escape, unescape

# Our own templates and cleaner write each attribute in double quotes.
_link = re.compile(
    r'(<(a|link|script|img|form)\b(?:[^<>"]|"[^"]*")*?\s)(href|src|action)="([^"]*)"'
)
_form = re.compile(r"<form\b(?![^>]*\brole=\"search\").*?</form>", re.DOTALL)
_anchor = re.compile(r"<a\b.*?</a>", re.DOTALL)
_main = re.compile(r"<main\b|</body>")
OUTSIDE = ' data-outside title="Not in this copy: it is in the archive on the web"'


def with_links(html: str, link_to: Callable[[str, str], tuple[str, bool]]) -> str:
    """Return a page with each link replaced by what `link_to` says of it.

    It is given the element and the link, and returns another link, and whether that
    leads out of the copy into the archive. Forms but that of the search are left out.
    """

    def replaced(found: re.Match[str]) -> str:
        before, element, name, link = found.groups()
        new, is_outside = link_to(element, unescape(link))
        mark = OUTSIDE if is_outside and element == "a" else ""
        return f'{before}{name}="{escape(new)}"{mark}'

    return _link.sub(replaced, _form.sub(_links_alone, html))


def _links_alone(form: re.Match[str]) -> str:
    """Return the links inside a form, without the form, which needs a server."""
    found = _anchor.findall(form[0])
    return f"<p>{' '.join(found)}</p>" if found else ""


def links_of(html: str) -> list[str]:
    """Return what the elements of a page link to."""
    return [unescape(found[4]) for found in _link.finditer(html)]


def with_note(html: str, note: str, style: str) -> str:
    """Return a page with a note above its content, and the style sheet of the copy."""
    sheet = f'<link rel="stylesheet" href="{escape(style)}">'
    html = html.replace("</head>", f"{sheet}</head>", 1)
    place = _main.search(html)
    at = place.start() if place else len(html)
    return f"{html[:at]}{note}\n{html[at:]}"
