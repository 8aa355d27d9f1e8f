"""Other public words for a decision; those that they replace stay on record."""

from django.utils import timezone

from commentarchive.ledger.append import By, Statement, append
from commentarchive.storage.write_locks import short_write
from commentarchive.text.lookalikes import has_words
from moderation.actions.checks import HiddenTexts
from moderation.actions.door import check_words
from moderation.actions.parts import PartSubject, lock_part, target_of
from moderation.actions.refusals import Refused
from moderation.actions.searched_facts import replace_words
from moderation.actions.subjects import Subject, lock_subjects
from moderation.models import Decision, DecisionWords


class RewordedMeanwhile(Exception):
    """Somebody else has replaced the words since they were looked at."""


def reword(
    decision: Decision, facts: str, *, by: By, seen_number: int | None = None
) -> DecisionWords:
    """Replace the public facts of a decision, on record.

    Raise Refused or LeaksHiddenWords for words that cannot be recorded,
    RewordedMeanwhile where there are more wordings by now than the one that was seen.
    """
    with short_write():
        subject: Subject | PartSubject
        if decision.comment is None:
            subject = lock_part(target_of(decision))
        else:
            [subject] = lock_subjects([decision.comment])
        last = decision.words.order_by("-number").first()
        number = last.number if last else 0
        if seen_number is not None and seen_number != number:
            message = "The facts have been replaced since you looked."
            raise RewordedMeanwhile(message)
        _check(facts, replaced=last.facts if last else "")
        check_words(subject, facts, HiddenTexts())
        words = DecisionWords.objects.create(
            decision=decision,
            number=number + 1,
            facts=facts.strip(),
            # The reason to decide in spite of a conflict of interest stays in force.
            override_reason=last.override_reason if last else "",
            written_at=timezone.now(),
        )
        replace_words(decision.pk, words.facts)
        append(_statement(decision, words, by=by))
    return words


def _check(facts: str, *, replaced: str) -> None:
    if not has_words(facts):
        message = "Give the facts: a reader has to be able to understand the decision."
        raise Refused(message)
    if facts.strip() == replaced:
        message = "The facts say this already."
        raise Refused(message)


def _statement(decision: Decision, words: DecisionWords, *, by: By) -> Statement:
    clause = decision.clause
    return Statement(
        event="decision.reword",
        subject=decision.ref,
        by=by,
        thread=decision.post.ref,
        public={
            "clause": clause.number if clause else None,
            "number": words.number,
            "policy": clause.policy.ref if clause else None,
        },
        committed={"facts": words.facts, "note": None},
    )
