"""The public places that still say what was hidden for its words."""

from collections import Counter
from collections.abc import Iterable, Sequence

from commentarchive.discussion.repeats import Places, public_places
from commentarchive.models import Comment, RevisionText, Visibility
from commentarchive.models.comment import CommentQuerySet
from commentarchive.text.passages import Passage

# Hidden comments that a list goes through, the newest decisions first.
MOST = 1000
# What is hidden for what it says; spam is not.
FOR_ITS_WORDS = (Visibility.BLOCKED, Visibility.REMOVED, Visibility.WITHHELD)


def left_public(comments: Iterable[int]) -> Places:
    """Return the public places that say again what decisions have hidden.

    Of those comments that are blocked, taken down or withheld by one; spam is not. Of
    many, the ones decided on last.
    """
    newest = _hidden().filter(pk__in=comments).order_by("-decided_entry")
    return _left(list(newest.values_list("pk", flat=True)[: MOST + 1]))


def left_by_comment() -> tuple[list[tuple[Comment, int]], bool]:
    """Return the hidden comments that public places say again, and how many.

    Those decided on last; False where there may be more. A place that says several of
    them counts with one.
    """
    newest = _hidden().order_by("-decided_entry")
    keys = list(newest.values_list("pk", flat=True)[: MOST + 1])
    found = _left(keys)
    numbers = Counter(place.passage for place in found.found)
    comments = Comment.objects.read().in_bulk(numbers)
    rows = [(comments[pk], numbers[pk]) for pk in keys if pk in numbers]
    return rows, found.is_all


def _hidden() -> CommentQuerySet:
    return Comment.objects.filter(
        decided_entry__isnull=False, visibility__in=FOR_ITS_WORDS
    )


def _left(keys: Sequence[int]) -> Places:
    """Return the places of the first of some comments, and whether that is all."""
    texts = RevisionText.objects.filter(revision__comment__in=keys[:MOST])
    ordered = texts.order_by("revision__comment", "revision__number")
    newest = dict(ordered.values_list("revision__comment_id", "plain"))
    found = public_places({pk: Passage(text) for pk, text in newest.items()})
    return found._replace(is_all=found.is_all and len(keys) <= MOST)
