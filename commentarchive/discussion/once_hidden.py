"""What was once hidden of articles, and whether a line beside them repeats it.

A text that was put back may be another one, without the words for which the first was
hidden. Those may stand in lines that were written when it was read.
"""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from commentarchive.models import Part, PartNotice, Post, Redaction, RevisionText
from commentarchive.text.leaks import FEWEST_LETTERS, words_by_looks

_PARTS = (Part.TEXT, Part.TITLE)


def was_hidden(article: str) -> Q:
    """Ask whether the text or the title of an article was ever hidden, or a part of it.

    `article` is the path to its key.
    """
    notices = PartNotice.objects.filter(post=OuterRef(article), part__in=_PARTS)
    cuts = Redaction.objects.filter(revision__post=OuterRef(article))
    return Q(Exists(notices) | Exists(cuts))


class OnceHidden:
    """Words of articles' versions that readers do not see any more; one query."""

    def __init__(self, articles: Collection[Post]) -> None:
        current = {each.current_revision_id for each in articles}
        told = RevisionText.objects.filter(revision__post__in=articles)
        seen: set[str] = set()
        known: set[str] = set()
        for pk, *texts in told.values_list("revision", "title", "plain"):
            words = words_by_looks("\n".join(texts))
            (seen if pk in current else known).update(words)
        self._words = {each for each in known - seen if len(each) >= FEWEST_LETTERS}

    def repeated_in(self, line: str) -> bool:
        """Return whether a line has any of these words."""
        return not self._words.isdisjoint(words_by_looks(line))
