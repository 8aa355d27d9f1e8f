"""The public places that still say what was hidden for its words."""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet

from commentarchive.discussion.repeated_texts import Kind, Place
from commentarchive.discussion.repeats import Places, public_places
from commentarchive.models import Comment, RevisionText, Visibility
from commentarchive.models.comment import CommentQuerySet
from commentarchive.storage.prepared import Prepared
from commentarchive.text.blacking_out import hidden_words
from commentarchive.text.passages import Passage

# Hidden comments that a list goes through, the newest decisions first.
MOST = 1000
# What is hidden for what it says; spam is not.
FOR_ITS_WORDS = (Visibility.BLOCKED, Visibility.REMOVED, Visibility.WITHHELD)


def left_public(comments: Iterable[int]) -> Places:
    """Return the public places that say again what decisions have hidden.

    Of those comments that are blocked, taken down or withheld by one, or blacked out in
    part; spam is not. Of many, the ones decided on last.
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
    is_cut = Q(
        visibility=Visibility.PUBLISHED, current_revision__redaction__isnull=False
    )
    return Comment.objects.filter(
        Q(visibility__in=FOR_ITS_WORDS) | is_cut, decided_entry__isnull=False
    )


def _left(keys: Sequence[int]) -> Places:
    """Return the places of the first of some comments, and whether that is all."""
    words = _words(keys[:MOST])
    said = [(pk, each) for pk, parts in words.items() for each in parts]
    found = public_places({n: Passage(each) for n, (_, each) in enumerate(said)})
    owned = [place._replace(passage=said[place.passage][0]) for place in found.found]
    return Places(
        [place for place in owned if not _is_its_own(place)],
        is_all=found.is_all and len(keys) <= MOST,
    )


def _words(hidden: Sequence[int]) -> dict[int, list[str]]:
    """Return what is hidden of each comment: its newest text, or what is cut out of it.

    Marks are no words of its author: a redacted text counts as what it was made of.
    """
    found: dict[int, list[str]] = {}
    for text in _texts_in_order(tuple(hidden)):
        comment = text.revision.comment
        if comment is None:
            continue
        is_shown = comment.visibility == Visibility.PUBLISHED
        redaction = getattr(text.revision, "redaction", None)
        source = getattr(redaction.source, "text", None) if redaction else text
        if not is_shown:
            found[comment.pk] = [source.plain] if source else []
        elif redaction and source and text.pk == comment.current_revision_id:
            found[comment.pk] = hidden_words(source.html, redaction.places)
    return found


@Prepared
def _texts_in_order(comments: tuple[int, ...]) -> QuerySet[RevisionText]:
    texts = RevisionText.objects.filter(revision__comment__in=comments)
    return texts.order_by("revision__comment", "revision__number").select_related(
        *("revision__comment", "revision__redaction__source__text")
    )


def _is_its_own(place: Place) -> bool:
    """Return whether a comment is a place of the words that are hidden of it."""
    return place.kind in {Kind.COMMENT, Kind.QUOTATION} and place.pk == place.passage
