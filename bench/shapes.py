"""Small texts that would cost much if their work grew faster than they do.

Each is made in the length that is asked for, more or less.
"""

from collections.abc import Callable

from commentarchive.text.clean_html import Form


def _repeated(words: str) -> Callable[[int], str]:
    return lambda size: words * (size // len(words))


def _numbered(words: str) -> Callable[[int], str]:
    """Repeat words with a number that makes each of them differ."""
    return lambda size: "".join(
        words.replace("#", str(number)) for number in range(size // len(words))
    )


def _rising(words: str, end: str) -> Callable[[int], str]:
    """Repeat words once, twice, and so on, each time with an end."""
    return lambda size: "".join(
        words * number + end for number in range(int((2 * size / len(words)) ** 0.5))
    )


SHAPES: dict[str, tuple[Form, Callable[[int], str]]] = {
    "bold, and ends of nothing": ("html", _numbered("<b #></x>")),
    "bold in open paragraphs": ("html", _numbered("<b #><p>")),
    "bold with ends in attributes": ("html", _numbered("<b # title='</b>'>")),
    "bold that ends outside of nine blocks": (
        "html",
        _numbered(f"<b #>{'<div>' * 9}</b>{'</div>' * 9}"),
    ),
    "bold that ends in a cell": (
        "html",
        _numbered("<b #><table><td></b></td></table>"),
    ),
    "blocks in blocks": ("html", _repeated("<div>")),
    "items in items": ("html", _repeated("<li><dd>")),
    "ends of nothing below a hundred tags": (
        "html",
        lambda size: "<i>" * 100 + "</u>" * (size // 4),
    ),
    "one tag of many attributes": (
        "html",
        lambda size: f"<a {_numbered('a#=1 ')(size)}>x</a>",
    ),
    "words between rows": ("html", lambda size: "<table>" + "<b>x</b>" * (size // 8)),
    "links in links": ("html", _repeated("<a href=http://a.example/>")),
    "tables in tables": ("html", _repeated("<table><tr><td>")),
    "tags without an end": ("html", _repeated("<a ")),
    "pictures": ("html", _repeated("<img src=http://a.example/ alt=x>")),
    "comments without an end": ("wp-autop", _repeated("<!--")),
    "lists without an end": ("wp-autop", _repeated("<ul>")),
    "blank lines": ("wp-autop", _repeated("a\n\n")),
    "Markdown: quotations in quotations": ("markdown", _rising(">", "a\n")),
    "Markdown: a long quotation": (
        "markdown",
        lambda size: "> " * 18 + "a\n" * (size // 2),
    ),
    "Markdown: items in items": ("markdown", _rising("  ", "- a\n")),
    "Markdown: brackets": ("markdown", _repeated("[")),
    "Markdown: pictures": ("markdown", _repeated("![")),
    "Markdown: stars": ("markdown", _repeated("*a **b_ ")),
    "Markdown: bold, and ends of nothing": ("markdown", _numbered("<b #></x>")),
}
