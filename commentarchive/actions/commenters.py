"""Names as blogs showed them: one commenter a name, link and e-mail of a blog."""

from collections.abc import Iterable

from commentarchive import bulk
from commentarchive.importers.parsed import ParsedComment
from commentarchive.keys import fingerprint
from commentarchive.ledger.merkle.refs import new_refs
from commentarchive.models import Commenter, CommenterName

# Names remembered between batches; beyond it the memory of a long import grows.
REMEMBERED = 20_000


class Commenters:
    """The commenters of one blog, looked up in bulk and made where they are new."""

    def __init__(self, blog_id: int) -> None:
        self._blog_id = blog_id
        self._known: dict[bytes, int] = {}

    def ids(
        self, comments: Iterable[ParsedComment], capture_id: int
    ) -> list[int | None]:
        """Give each comment's commenter: None where no name is known.

        Writes the new ones; call inside a transaction.
        """
        keys = [
            fingerprint(each.name, each.link, each.email) if each.name else b""
            for each in comments
        ]
        wanted = {
            key: each
            for key, each in zip(keys, comments, strict=True)
            if key and key not in self._known
        }
        if wanted:
            if len(self._known) > REMEMBERED:
                self._known.clear()
                wanted = dict(zip(keys, comments, strict=True))
                wanted.pop(b"", None)
            self._find(wanted)
            self._make(wanted, capture_id)
        return [self._known[key] if key else None for key in keys]

    def _find(self, wanted: dict[bytes, ParsedComment]) -> None:
        found = Commenter.objects.filter(
            blog_id=self._blog_id, fingerprint__in=list(wanted)
        )
        for pk, key in found.values_list("pk", "fingerprint"):
            self._known[bytes(key)] = pk

    def _make(self, wanted: dict[bytes, ParsedComment], capture_id: int) -> None:
        missing = [key for key in wanted if key not in self._known]
        ids = bulk.new_ids(Commenter, len(missing))
        refs = new_refs("n", len(missing))
        bulk.insert(
            Commenter,
            ("id", "ref", "blog_id", "fingerprint", "capture_id"),
            [
                (pk, ref, self._blog_id, key, capture_id)
                for pk, ref, key in zip(ids, refs, missing, strict=True)
            ],
        )
        bulk.insert(
            CommenterName,
            ("commenter_id", "name", "link"),
            [
                (pk, wanted[key].name, wanted[key].link)
                for pk, key in zip(ids, missing, strict=True)
            ],
        )
        self._known.update(zip(missing, ids, strict=True))
