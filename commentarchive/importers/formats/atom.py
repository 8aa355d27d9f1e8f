"""Atom entries (RFC 4287) with the thread extension (RFC 4685)."""

from collections.abc import Iterator

from lxml import etree

from commentarchive.importers.xml_text import text_of

ATOM = "{http://www.w3.org/2005/Atom}"
THREAD = "{http://purl.org/syndication/thread/1.0}"

# What a feed's entries have by RFC 4287, 5023 and 4685.
FIELDS = frozenset(
    {
        *("id", "published", "updated", "category", "title", "content", "summary"),
        *("link", "author", "contributor", "source", "rights", "control", "edited"),
        *("in-reply-to", "total"),
    }
)


class Entry:
    """An `<entry>`, or the `<feed>` around it, and its members."""

    def __init__(self, element: etree._Element) -> None:
        self.element = element

    def text(self, name: str, namespace: str = ATOM) -> str:
        """Return the text of the first member of a name, with its markup."""
        found = next(children(self.element, namespace + name), None)
        return "" if found is None else text_of(found)

    def author(self, name: str, namespace: str = ATOM) -> str:
        """Return a member of the first author."""
        found = next(children(self.element, f"{ATOM}author"), None)
        return "" if found is None else Entry(found).text(name, namespace)

    def link(self, relation: str) -> str:
        """Return the first link of a relation, preferring pages to feeds."""
        links = [
            (each.get("type", "text/html"), each.get("href", ""))
            for each in children(self.element, f"{ATOM}link")
            if each.get("rel", "alternate") == relation
        ]
        pages = [address for kind, address in links if kind == "text/html"]
        return (pages or [address for _kind, address in links] or [""])[0]


def children(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Return the direct members of a name."""
    return (each for each in element if each.tag == tag)
