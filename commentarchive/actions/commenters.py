"""Names as blogs showed them: one commenter a name, link and e-mail of a blog."""

from collections.abc import Iterable

from commentarchive.importers.parsed import ParsedComment
from commentarchive.ledger.merkle.refs import new_refs
from commentarchive.matching import fingerprint
from commentarchive.models import Commenter, CommenterName
from commentarchive.storage.bulk_insert import Rows

# Names remembered between batches; beyond it the memory of a long import grows.
REMEMBERED = 20_000

# Name, link, and what tells people of one name apart.
type _Name = tuple[str, str, str]


class Commenters:
    """The commenters of one blog, looked up in bulk and made where they are new."""

    def __init__(self, blog_id: int) -> None:
        self._blog_id = blog_id
        self._known: dict[_Name, int] = {}
        # While every name of the blog is remembered, nothing has to be looked up.
        self._remembers_all = not Commenter.objects.filter(blog=blog_id).exists()

    def start_batch(self) -> None:
        """Forget names when there are too many; between two transactions only."""
        if len(self._known) > REMEMBERED:
            self._known.clear()
            self._remembers_all = False

    def ids(
        self, comments: Iterable[ParsedComment], capture_id: int, rows: Rows
    ) -> list[int | None]:
        """Give each comment's commenter: None where no name is known.

        Adds the new ones to the rows of the transaction.
        """
        comments = list(comments)
        names = [(each.name, each.link, each.email or each.person) for each in comments]
        persons = {
            (each.name, each.link, each.person): each.person
            for each in comments
            if not each.email
        }
        # One look-up a name: a set difference would walk through every known name.
        wanted = {name for name in names if name[0] and name not in self._known}
        if wanted:
            keys = {fingerprint(*name): name for name in sorted(wanted)}
            if not self._remembers_all:
                self._find(keys)
            self._make(keys, persons, capture_id, rows)
        return [self._known[name] if name[0] else None for name in names]

    def _find(self, keys: dict[bytes, _Name]) -> None:
        found = Commenter.objects.filter(
            blog_id=self._blog_id, fingerprint__in=list(keys)
        )
        for pk, key in found.values_list("pk", "fingerprint"):
            self._known[keys[bytes(key)]] = pk

    def _make(
        self,
        keys: dict[bytes, _Name],
        persons: dict[_Name, str],
        capture_id: int,
        rows: Rows,
    ) -> None:
        missing = [each for each in keys.items() if each[1] not in self._known]
        ids = rows.new_ids(Commenter, len(missing))
        refs = new_refs("n", len(missing))
        for pk, ref, (key, name) in zip(ids, refs, missing, strict=True):
            rows.add(Commenter, [(pk, ref, self._blog_id, key, capture_id)])
            rows.add(CommenterName, [(pk, *name[:2], persons.get(name, ""))])
            self._known[name] = pk
