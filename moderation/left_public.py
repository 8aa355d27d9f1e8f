"""The public places that still say what was hidden for its words."""

from collections import Counter
from collections.abc import Iterable

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

    Of those comments that are blocked, taken down or withheld by one; spam is not.
    """
    return _places(_hidden().filter(pk__in=comments))


def left_by_comment() -> tuple[list[tuple[Comment, int]], bool]:
    """Return the hidden comments that public places say again, and how many.

    Those decided on last; False where there may be more. A place that says several of
    them counts with one.
    """
    newest = _hidden().order_by("-decided_entry")
    keys = list(newest.values_list("pk", flat=True)[: MOST + 1])
    found = _places(_hidden().filter(pk__in=keys[:MOST]))
    numbers = Counter(place.passage for place in found.found)
    comments = Comment.objects.read().in_bulk(numbers)
    rows = [(comments[pk], numbers[pk]) for pk in keys if pk in numbers]
    return rows, found.is_all and len(keys) <= MOST


def _hidden() -> CommentQuerySet:
    return Comment.objects.filter(
        decided_entry__isnull=False, visibility__in=FOR_ITS_WORDS
    )


def _places(hidden: CommentQuerySet) -> Places:
    texts = RevisionText.objects.filter(revision__comment__in=hidden)
    ordered = texts.order_by("revision__comment", "revision__number")
    newest = dict(ordered.values_list("revision__comment_id", "plain"))
    return public_places({pk: Passage(text) for pk, text in newest.items()})
