"""The words of complaints, deleted with an erasure."""

from collections.abc import Sequence

from django.db.models import Q

from commentarchive.ledger.append import By
from commentarchive.ledger.models import Opening, Role
from commentarchive.models import Comment, RevisionText
from commentarchive.text.leaks import phrases_of
from commentarchive.text.similar import bare_words, same_words
from moderation.actions.complaints import note_in_journal
from moderation.models import (
    Complaint,
    ComplaintAnswer,
    ComplaintNote,
    ComplaintWords,
    JournalAct,
)

# Whoever has the machine, or asked for the erasure at the desk.
_OWNER = By(actor=None, role=Role.OWNER)


def erase_complaints(subject: str) -> None:
    """Delete what an erasure of a subject has to reach, inside that erasure.

    Of a complaint itself, all its words. Of a comment, the text of complaints about it
    that repeats its words: its own are deleted after this.
    """
    if subject.startswith("e"):
        for complaint in Complaint.objects.filter(ref=subject):
            for model in (ComplaintWords, ComplaintAnswer, ComplaintNote):
                model.objects.filter(complaint=complaint).delete()
            note_in_journal(
                complaint, JournalAct.ERASED, By(actor=None, role=Role.OWNER)
            )
    elif subject.startswith("c"):
        comment = Comment.objects.filter(ref=subject).first()
        if comment is not None:
            _erase_repeats(comment)


def _erase_repeats(comment: Comment) -> None:
    texts = RevisionText.objects.filter(revision__comment=comment)
    plain = [each for each in texts.values_list("plain", flat=True) if each.strip()]
    about = Q(complaint__places__comment=comment)
    about |= Q(complaint__places__post=comment.post_id)
    if comment.commenter_id is not None:
        about |= Q(complaint__places__commenter=comment.commenter_id)
    reached: dict[int, Complaint] = {}
    of = "complaint"
    for words in ComplaintWords.objects.filter(about).select_related(of).distinct():
        if _repeats(words.text, plain) or _repeats(words.reason, plain):
            words.delete()
            words.text = words.reason = ""
            words.save(force_insert=True)
            _close(words.complaint, "text", reached)
    for answer in ComplaintAnswer.objects.filter(about).select_related(of).distinct():
        if _repeats(answer.words, plain):
            _close(answer.complaint, "reply", reached)
            answer.delete()
    for note in ComplaintNote.objects.filter(about).select_related(of).distinct():
        if _repeats(note.words, plain):
            note.delete()
    for complaint in reached.values():
        note_in_journal(complaint, JournalAct.ERASED, _OWNER)


def _close(complaint: Complaint, field: str, reached: dict[int, Complaint]) -> None:
    """Delete what opens a member of a complaint's entries, and remember which it is."""
    of_it = Opening.objects.filter(entry__subject=complaint.ref, field=field)
    of_it.delete()
    reached[complaint.pk] = complaint


def _repeats(words: str, texts: Sequence[str]) -> bool:
    """Return whether some words have five in a row of a text, or are the text."""
    said = phrases_of(words)
    for text in texts:
        theirs = phrases_of(text)
        if same_words(words, text) or bare_words(text) in bare_words(words):
            return True
        if said.rows & theirs.rows or said.marks & theirs.marks:
            return True
    return False
