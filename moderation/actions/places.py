"""The places of a text that a decision blacks out: checked, and written for good."""

import re
from dataclasses import replace

from django.db.models import Q, QuerySet
from django.urls import reverse

from commentarchive.actions.redacted_texts import add_redacted
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import Redaction, Revision, Visibility
from commentarchive.text.blacking_out import (
    Span,
    SpanError,
    black_out,
    hidden_words,
)
from moderation.actions.judgements import Blackened
from moderation.actions.parts import PartSubject
from moderation.actions.refusals import Refused, TextChanged
from moderation.actions.rulings import Ruling
from moderation.actions.subjects import Subject, is_redacted, source_of
from moderation.models import Action, Clause, Decision
from moderation.models.decision import DecisionQuerySet


class BadPlaces(Refused):
    """Places that cannot be blacked out; the message says why."""


def text_to_black_out(subject: Subject | PartSubject) -> Revision | None:
    """Return the version in which places are chosen: what readers see, before marks.

    Or the newer one that its blog has by now.
    """
    return source_of(subject.newest)


def mark_label(clause: Clause) -> str:
    """Return how the mark of a place begins, under a legal rule as its notices do."""
    if clause.is_legal:
        return "withheld on legal grounds, no view is taken on the complaint"
    return f"blacked out under rule {clause.number}"


def spans_of(places: tuple[Blackened, ...]) -> tuple[Span, ...]:
    """Return places as the text has them, with the words of their marks."""
    return tuple(
        Span(each.start, each.end, mark_label(each.clause), each.clause.number)
        for each in places
    )


def blacked_out(subject: Subject | PartSubject, ruling: Ruling) -> Ruling:
    """Return the ruling with what it blacks out, of the text that was looked at.

    Raise TextChanged where that is another one by now, Refused for places that cannot
    be blacked out.
    """
    judgement, source = ruling.judgement, text_to_black_out(subject)
    if source is None or not hasattr(source, "text"):
        message = "There is no text to black out."
        raise Refused(message)
    if judgement.places_of != source.commitment:
        message = "The text has changed since you looked."
        raise TextChanged(message)
    policies = {each.clause.policy_id for each in judgement.places}
    if judgement.clause is None or policies - {judgement.clause.policy_id}:
        message = "That rule’s version is not in force."
        raise BadPlaces(message)
    spans = spans_of(judgement.places)
    try:
        black_out(source.text.html, spans, statement="")
    except SpanError as error:
        raise BadPlaces(str(error)) from error
    return replace(ruling, judged=source, spans=spans)


def write_redacted(ruling: Ruling) -> Ruling:
    """Write the version that a ruling shows, with the decision's reference in it."""
    if not ruling.spans or ruling.judged is None:
        return ruling
    ref = new_ref("d")
    statement = reverse("moderation:decision-detail", args=[ref])
    made = add_redacted(ruling.judged, ruling.spans, statement=statement)
    return replace(ruling, ref=ref, redacted=made)


def check_shown(
    subject: Subject | PartSubject, ruling: Ruling, *, undone: Decision | None = None
) -> None:
    """Raise Refused for a text that would show again what is blacked out.

    After a redaction only redacted versions are public, unless that is undone.
    """
    text = ruling.judged
    is_shown = ruling.after is Visibility.PUBLISHED and ruling.changes_page
    if not is_shown or text is None or is_redacted(text):
        return
    plain = " ".join(text.text.plain.split()).casefold()
    for redaction in _standing(subject, undone):
        source = redaction.source.text.html
        for words in hidden_words(source, redaction.places):
            sought = re.escape(" ".join(words.split()).casefold())
            if re.search(rf"(?<!\w){sought}(?!\w)", plain):
                message = (
                    "This text has words that are blacked out here: black them out in "
                    "it as well, or undo the decision that did."
                )
                raise Refused(message)


def _standing(
    subject: Subject | PartSubject, undone: Decision | None
) -> QuerySet[Redaction]:
    """Select the redactions of a subject that nobody took back, nor their time."""
    about = subject.comment or subject.post
    of_it = Redaction.objects.filter(
        **{"revision__comment" if subject.comment else "revision__post": about}
    )
    taken_back = Q(revision__in=_taken_back(subject).values("shown"))
    # An undoing may be undone: what readers see stands in any case.
    stands = ~taken_back | Q(revision=about.current_revision_id)
    if undone is not None:
        of_it = of_it.exclude(revision=undone.shown_id)
    return of_it.filter(stands)


def _taken_back(subject: Subject | PartSubject) -> DecisionQuerySet:
    """Select the redactions that were undone, or ended with their time.

    With the last one of a row those end that it renewed.
    """
    about = Q(comment=subject.comment)
    if subject.comment is None:
        about &= Q(commenter=None, post=subject.post)
    own = Decision.objects.filter(about, action=Action.REDACT)
    ends = [
        each.entry_index
        for each in subject.decisions
        if each.ends_a_measure and each.from_visibility == Visibility.PUBLISHED
    ]
    ended = Q(until__isnull=False, entry_index__lt=max(ends, default=0))
    return own.filter(Q(undone_by__isnull=False) | ended)
