"""Names that no comment bears any longer: they go with the last one that is erased.

The record says nothing of them. A later copy in which somebody's comment bears such a
name brings it back, as one that never was erased by itself.
"""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet

from commentarchive.ledger.models import Opening
from commentarchive.ledger.packages import package_hooks
from commentarchive.models import (
    Comment,
    Commenter,
    NameLink,
    NameLinkWords,
    Visibility,
)


def all_erased() -> "QuerySet[Commenter]":
    """Return the names whose comments were all erased, and that had any."""
    of_it = Comment.objects.filter(commenter=OuterRef("pk"))
    erased = of_it.filter(visibility=Visibility.ERASED)
    others = of_it.exclude(visibility=Visibility.ERASED)
    return Commenter.objects.filter(Exists(erased), ~Exists(others))


def delete_names_left(commenters: Collection[int] | None = None) -> int:
    """Delete the names among some, or all, that only erased comments bear.

    Their namesakes without any comment go with them. Return how many were deleted. The
    caller is in a transaction.
    """
    left = all_erased().filter(name__isnull=False)
    if commenters is not None:
        left = left.filter(pk__in=commenters)
    # And the same name where better evidence took all its comments elsewhere.
    alike = Q(pk=None)
    for blog, name in left.values_list("blog", "name__name"):
        alike |= Q(blog=blog, name__name=name, comments=None)
    left = Commenter.objects.filter(Q(pk__in=left.values("pk")) | alike)
    refs = set(left.values_list("ref", flat=True))
    for ref in refs:
        for hooks in package_hooks():
            hooks.erase(ref)
    return len(refs)


def delete_links(ref: str) -> None:
    """Delete the words by which a name was joined or split, and what opens them."""
    links = NameLink.objects.filter(Q(one__ref=ref) | Q(other__ref=ref))
    NameLinkWords.objects.filter(link__in=links).delete()
    entries = list(links.values_list("entry_index", flat=True))
    Opening.objects.filter(entry__index__in=entries).delete()
