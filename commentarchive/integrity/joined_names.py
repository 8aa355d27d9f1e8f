"""Check links of names against the record."""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from commentarchive.ledger.comparison import Difference, ReadEntry
from commentarchive.models import NameLink
from commentarchive.storage.prepared import Prepared

_EVENTS = frozenset({"commenter.join", "commenter.likely", "commenter.split"})


class JoinedNames:
    """Follows which names the record says were joined and split, entry by entry."""

    def __init__(self) -> None:
        self._said: dict[int, ReadEntry] = {}

    def follow(self, entries: Sequence[ReadEntry]) -> None:
        """Take further entries into account."""
        for said in entries:
            if said.event in _EVENTS:
                self._said[said.index] = said

    def compare(self) -> Iterator[Difference]:
        """Report links that are not on record, are missing, or have other words."""
        known: set[int] = set()
        for row in _links.stream():
            known.add(row.entry_index)
            said = self._said.get(row.entry_index)
            if said is None or _row_of(row) != _entry_of(said):
                reason = "a link of two names is not what the record says"
                yield Difference(row.entry_index, reason)
            elif not _has_its_words(row, said):
                reason = "the words of a link of two names are not those on record"
                yield Difference(row.entry_index, reason)
        for index in self._said:
            if index not in known:
                yield Difference(index, "a link of two names is missing")


@Prepared
def _links() -> QuerySet[NameLink]:
    return NameLink.objects.select_related("one", "other", "words").order_by("pk")


def _row_of(row: NameLink) -> tuple[object, ...]:
    if row.is_sealed:
        return row.likely_ref, row.confidence != ""
    return row.one.ref, row.other.ref, row.confidence, row.likely_ref


def _entry_of(said: ReadEntry) -> tuple[object, ...]:
    public = said.public
    if said.event == "commenter.likely":
        return said.subject, public["stands"]
    return (
        *(said.subject, public["with"], public.get("confidence", "")),
        public.get("likely", ""),
    )


def _has_its_words(row: NameLink, said: ReadEntry) -> bool:
    words = getattr(row, "words", None)
    stored = {"facts": "", "note": "", "names": row.names}
    if words is not None:
        stored |= {"facts": words.facts, "note": words.note}
    return all((said.value(name) or "") == stored[name] for name in said.opened)
