"""Which copies hold an article's text best: what a blog stores before what it shows."""

from collections.abc import Sequence
from typing import Protocol

from commentarchive.importers.registry import facts_of
from commentarchive.models import RevisionText
from commentarchive.threads.evidence import Rank, rank_of_text


class HeldArticle(Protocol):
    """An article as one copy held it: the copy, its reader, and the version or 0."""

    @property
    def capture_pk(self) -> int: ...
    @property
    def importer(self) -> str: ...
    @property
    def revision(self) -> int: ...


def best_texts[T: HeldArticle](articles: Sequence[T]) -> tuple[list[T], Rank | None]:
    """Keep the copies with the best text, and return how good it is; None without any.

    A whole text before a title alone, and then by the rank of its evidence. A page that
    rendered a stored text is a copy of that version, and still tells no more than a
    page does.
    """
    holding = [each for each in articles if each.revision]
    if not holding:
        return [], None
    texts = RevisionText.objects.filter(pk__in={each.revision for each in holding})
    written = {
        pk: (2 if raw or form != "page" else int(title != ""), form, first)
        for pk, form, title, raw, first in texts.values_list(
            "pk", "form", "title", "raw", "revision__capture"
        )
    }

    def worth(each: T) -> tuple[int, Rank]:
        extent, form, first = written.get(each.revision, (0, "page", None))
        rank = facts_of(each.importer).rank
        is_rendered = rank < Rank.EXPORT and first != each.capture_pk
        return extent, rank_of_text(rank, "page" if is_rendered else form)

    most = max(map(worth, holding))
    return [each for each in holding if worth(each) == most], most[1]
