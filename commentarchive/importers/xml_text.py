"""The text of an XML element, to its end and with whatever markup stands in it."""

from html import escape

from lxml import etree

# Elements of HTML that have no end tag.
_VOID = frozenset(
    {
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"),
        *("source", "wbr"),
    }
)
_EVENTS = ("start", "end", "comment", "pi")


def text_of(element: etree._Element) -> str:
    """Return an element's whole text; markup that nobody escaped is part of it."""
    if not len(element):
        return (element.text or "").strip()
    if not any(isinstance(each.tag, str) for each in element):
        # Split by comments or instructions only.
        parts = [element.text, *(each.tail for each in element)]
        return "".join(part or "" for part in parts).strip()
    pieces: list[str] = []
    for event, node in etree.iterwalk(element, events=_EVENTS):
        if event == "start":
            opened = "" if node is element else _start(node)
            pieces += opened, _escaped(node.text)
        elif node is not element:
            closed = _end(node) if event == "end" else ""
            pieces += closed, _escaped(node.tail)
    return "".join(pieces).strip()


def _start(node: etree._Element) -> str:
    given = (
        f' {_name(str(name))}="{escape(str(value))}"' for name, value in node.items()
    )
    return f"<{_name(node.tag)}{''.join(given)}>"


def _end(node: etree._Element) -> str:
    name = _name(node.tag)
    return "" if name.lower() in _VOID else f"</{name}>"


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]


def _escaped(text: str | None) -> str:
    return escape(text or "", quote=False)
