"""Searches in hidden texts: noted before anything is found."""

from collections.abc import Collection, Sequence

from django.utils import timezone

from commentarchive.discussion.repeated_texts import first_seen
from commentarchive.discussion.repeats import Places, find_places
from commentarchive.ledger.append import By
from commentarchive.models import CommenterName, RevisionText
from commentarchive.search.find import Found, find_sealed
from commentarchive.search.query import Query, parse
from commentarchive.storage.write_locks import short_write
from commentarchive.text.passages import Passage
from commentarchive.text.search_words import words_of
from moderation.models import SearchNote

# Of a passage, so many words are noted.
NOTED = 30


def search_hidden(query: Query, *, by: By) -> Found:
    """Find texts that no reader sees; the private journal notes who looks for what.

    Raise QueryFault for a blog or an article that is not here.
    """
    with short_write():
        SearchNote.objects.create(
            actor=by.actor, role=by.role, words=query.typed, noted_at=timezone.now()
        )
    return find_sealed(query)


def find_all_repeats(
    passages: Sequence[Passage], *, by: By, but: Collection[int] = ()
) -> Places:
    """Find where any of some passages is said again, each place once; all are noted."""
    each = [find_repeats(passage, by=by, but=but) for passage in passages]
    found = first_seen(
        place._replace(passage=number)
        for number, places in enumerate(each)
        for place in places.found
    )
    return Places(found, is_all=all(places.is_all for places in each))


def find_repeats(passage: Passage, *, by: By, but: Collection[int] = ()) -> Places:
    """Find where a passage is said again, but in some comments; noted as a search."""
    words = words_of(passage.text)[:NOTED]
    if words:
        with short_write():
            SearchNote.objects.create(
                actor=by.actor,
                role=by.role,
                # As a phrase, which is forgotten with a text that has it.
                words=f'"{" ".join(words)}"',
                noted_at=timezone.now(),
            )
    return find_places(passage, but=but)


def forget_searches(subject: str) -> None:
    """Take out of the journal what repeats an erased text or name, and nothing else.

    That somebody searched, and when, stays. The words are deleted after this.
    """
    texts = RevisionText.objects.filter(revision__comment__ref=subject)
    names = CommenterName.objects.filter(commenter__ref=subject)
    known = [
        set(words_of(text))
        for text in (
            *texts.values_list("plain", flat=True),
            *names.values_list("name", flat=True),
        )
    ]
    if not known:
        return
    for note in SearchNote.objects.exclude(words=""):
        query = parse(note.words)
        asked = {word for term in (*query.text, *query.authors) for word in term.words}
        if asked and any(asked <= words for words in known):
            note.delete()
            note.words = ""
            note.save(force_insert=True)
