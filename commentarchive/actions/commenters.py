"""Names as blogs showed them: one commenter a name, link and e-mail of a blog."""

from collections.abc import Iterator, Sequence
from itertools import batched
from typing import NamedTuple, Protocol

from django.db import connection
from django.db.models import QuerySet

from commentarchive.actions.withheld_names import same_words, withheld_on
from commentarchive.ledger.merkle.refs import new_refs
from commentarchive.ledger.models import Entry
from commentarchive.matching import fingerprint
from commentarchive.models import Commenter, CommenterName
from commentarchive.storage.bulk_insert import Rows
from commentarchive.storage.prepared import Prepared
from commentarchive.storage.write_locks import short_write
from commentarchive.text.alike_names import name_look

# Names remembered between batches; beyond it the memory of a long import grows.
REMEMBERED = 20_000
# How many names are drawn anew by one transaction.
LOOKS = 500

# Name, link, and what tells people of one name apart.
type _Name = tuple[str, str, str]


class Named(Protocol):
    """What tells to which name a comment belongs."""

    @property
    def name(self) -> str: ...
    @property
    def link(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def person(self) -> str: ...


class CommenterKey(NamedTuple):
    """How a commenter's row is referred to, by rows and by pages."""

    pk: int
    ref: str


@Prepared
def _a_name_of(blog_pk: int) -> QuerySet[Commenter, int]:
    names = Commenter.objects.filter(blog=blog_pk).order_by()
    return names.values_list("pk", flat=True)[:1]


class Commenters:
    """The commenters of one blog, looked up in bulk and made where they are new."""

    def __init__(self, blog_id: int) -> None:
        self._blog_id = blog_id
        self._known: dict[_Name, CommenterKey] = {}
        # While every name of the blog is remembered, nothing has to be looked up.
        self._remembers_all = not _a_name_of(blog_id)
        # Names that are withheld, once a batch asked: nobody else writes meanwhile.
        self._withheld: dict[str, str] | None = None

    def start_batch(self) -> None:
        """Forget names when there are too many; between two transactions only."""
        self._withheld = None
        if len(self._known) > REMEMBERED:
            self._known.clear()
            self._remembers_all = False

    def ids(
        self, comments: Sequence[Named], capture_id: int, rows: Rows
    ) -> list[int | None]:
        """Return the primary key of each comment's commenter, as `keys` does."""
        return [key and key.pk for key in self.keys(comments, capture_id, rows)]

    def keys(
        self, comments: Sequence[Named], capture_id: int, rows: Rows
    ) -> list[CommenterKey | None]:
        """Return each comment's commenter, None where no name is known.

        New commenters are added to the rows of the transaction.
        """
        names = [(each.name, each.link, each.email or each.person) for each in comments]
        # One look-up a name: a set difference would walk through every known name.
        missing = {
            name: "" if comment.email else comment.person
            for name, comment in zip(names, comments, strict=True)
            if name[0] and name not in self._known
        }
        if missing:
            by_digest = {fingerprint(*name): name for name in sorted(missing)}
            if not self._remembers_all:
                self._find(by_digest, missing, rows)
            self._make(by_digest, missing, capture_id, rows)
        return [self._known[name] if name[0] else None for name in names]

    def _find(
        self, by_digest: dict[bytes, _Name], persons: dict[_Name, str], rows: Rows
    ) -> None:
        found = Commenter.objects.filter(
            blog_id=self._blog_id, fingerprint__in=list(by_digest)
        )
        nameless: dict[str, _Name] = {}
        columns = ("pk", "ref", "fingerprint", "name")
        for pk, ref, digest, named in found.values_list(*columns):
            name = by_digest[bytes(digest)]
            self._known[name] = CommenterKey(pk, ref)
            if named is None:
                nameless[ref] = name
        # A name that only went with its last comment is back with the next one.
        erased = Entry.objects.filter(event="erase.done", subject__in=nameless)
        gone = set(erased.values_list("subject", flat=True)) if nameless else set()
        rows.add(
            CommenterName,
            [
                (self._known[name].pk, *name[:2], persons[name], *name_look(name[0]))
                for ref, name in nameless.items()
                if ref not in gone
            ],
        )

    def _make(
        self,
        by_digest: dict[bytes, _Name],
        persons: dict[_Name, str],
        capture_id: int,
        rows: Rows,
    ) -> None:
        new = [
            (digest, name)
            for digest, name in by_digest.items()
            if name not in self._known
        ]
        # The same words may be withheld of a name that came with another e-mail.
        if self._withheld is None or connection.vendor != "sqlite":
            self._withheld = withheld_on(self._blog_id)
        ids = rows.new_ids(Commenter, len(new))
        refs = new_refs("n", len(new))
        for pk, ref, (digest, name) in zip(ids, refs, new, strict=True):
            kind = self._withheld.get(same_words(name[0]), "")
            rows.add(Commenter, [(pk, ref, self._blog_id, digest, capture_id, kind)])
            row = (pk, *name[:2], persons[name], *name_look(name[0]))
            rows.add(CommenterName, [row])
            self._known[name] = CommenterKey(pk, ref)


@Prepared
def _names() -> QuerySet[CommenterName]:
    return CommenterName.objects.select_related("commenter").order_by("pk")


def other_looks() -> Iterator[CommenterName]:
    """Find the names that are kept with another look than they have."""
    for name in _names.stream():
        if (name.looks, name.is_odd) != name_look(name.name):
            yield name


def keep_looks_anew() -> int:
    """Keep every name with the look that it has; return how many had another one."""
    wrong = list(other_looks())
    for some in batched(wrong, LOOKS):
        with short_write():
            # Rows of this table are inserted and deleted, and never changed.
            for name in some:
                name.looks, name.is_odd = name_look(name.name)
            CommenterName.objects.filter(pk__in=[name.pk for name in some]).delete()
            CommenterName.objects.bulk_create(some)
    return len(wrong)
