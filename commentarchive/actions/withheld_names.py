"""Names of the same words as one that a notice stands for: they are hidden with it.

A blog's copies may tell of one person with an e-mail and without, which makes two names
of the same words. What is withheld is the words, whoever bears them there.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db.models import QuerySet

from commentarchive.models import Commenter, CommenterName, Part, PartNotice
from commentarchive.storage.prepared import Prepared


class Withheld(NamedTuple):
    """A name whose column says otherwise than the notices on its words."""

    commenter: int
    ref: str
    kind: str


def same_words(name: str) -> str:
    """Return a name in the form in which the same words are the same."""
    return name.strip().casefold()


def withheld_on(blog: int) -> dict[str, str]:
    """Return the names of a blog that notices stand for, with the first one's kind."""
    return _kinds_by_words(_standing(blog))


def _kinds_by_words(standing: Iterable[PartNotice]) -> dict[str, str]:
    found: dict[str, str] = {}
    for notice in standing:
        name = getattr(notice.commenter, "name", None)
        if name is not None:
            found.setdefault(same_words(name.name), notice.kind)
    return found


def notice_on_words(commenter: Commenter) -> PartNotice | None:
    """Find the notice by which a name is hidden: its own, or one on the same words."""
    name = getattr(commenter, "name", None)
    words = same_words(name.name) if name else None
    found = None
    for notice in _standing(commenter.blog_id):
        if notice.commenter_id == commenter.pk:
            return notice
        other = getattr(notice.commenter, "name", None)
        if found is None and other is not None and same_words(other.name) == words:
            found = notice
    return found


def _standing(blog: int) -> list[PartNotice]:
    """Return the notices that stand on names of a blog, the first one first.

    An import asks in each batch: a database that is asked for the blog as well goes
    through all names of the blog to find the few that have a notice.
    """
    return [each for each in _on_names() if _blog_of(each) == blog]


def _blog_of(notice: PartNotice) -> int | None:
    return notice.commenter.blog_id if notice.commenter else None


@Prepared
def _on_names() -> QuerySet[PartNotice]:
    standing = PartNotice.objects.filter(part=Part.NAME, is_open=True)
    return standing.select_related("commenter__name").order_by("opened_entry")


def wrongly_shown(blog: int, looks: int | None = None) -> Iterator[Withheld]:
    """Find the names of a blog whose column is not as the notices on their words.

    All of them, or those of one look.
    """
    standing = _standing(blog)
    own = {notice.commenter_id: notice.kind for notice in standing}
    by_words = _kinds_by_words(standing)
    # Of a name that was erased nobody knows any more which others are like it.
    of_erased = {
        notice.kind
        for notice in standing
        if getattr(notice.commenter, "name", None) is None
    }
    for pk, name, ref, kind in _names.stream(blog, looks):
        expected = own.get(pk) or by_words.get(same_words(name), "")
        is_open = not expected and kind in of_erased
        if kind != expected and not is_open:
            yield Withheld(pk, ref, expected)


@Prepared
def _names(
    blog: int, looks: int | None
) -> QuerySet[CommenterName, tuple[int, str, str, str]]:
    names = CommenterName.objects.filter(commenter__blog=blog)
    if looks is not None:
        names = names.filter(looks=looks)
    columns = ("commenter", "name", "commenter__ref", "commenter__hidden_name")
    return names.order_by("pk").values_list(*columns)


def settle_words(commenter: Commenter) -> list[Commenter]:
    """Hide or show the names of the same words as one; return those that changed."""
    name = getattr(commenter, "name", None)
    if name is None:
        return []
    changed = []
    for found in list(wrongly_shown(commenter.blog_id, name.looks)):
        Commenter.objects.filter(pk=found.commenter).update(hidden_name=found.kind)
        changed.append(found.commenter)
    return list(Commenter.objects.select_related("blog").filter(pk__in=changed))
