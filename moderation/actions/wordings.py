"""Other public words or another rule for a decision; both versions stay on record."""

from django.utils import timezone

from commentarchive.actions.notices import put_right_rule
from commentarchive.ledger.append import By, Statement, append
from commentarchive.ledger.merkle.canonical import Value
from commentarchive.storage.write_locks import short_write
from commentarchive.text.lookalikes import has_words
from moderation.actions import checks
from moderation.actions.checks import HiddenTexts, Interests
from moderation.actions.door import check_words
from moderation.actions.judgements import Judgement
from moderation.actions.parts import PartSubject, lock_part, target_of
from moderation.actions.refusals import Refused
from moderation.actions.searched_facts import replace_words
from moderation.actions.subjects import Subject, lock_subjects
from moderation.models import Action, Clause, Decision, DecisionWords


class RewordedMeanwhile(Exception):
    """Somebody else has replaced the words since they were looked at."""


def reword(
    decision: Decision,
    facts: str,
    *,
    by: By,
    seen_number: int | None = None,
    clause: Clause | None = None,
    override_reason: str = "",
) -> DecisionWords:
    """Replace the public facts of a decision, and of one on a comment its rule.

    Without a rule the one that it names by now stays. Raise Refused or
    LeaksHiddenWords for what cannot be recorded, ConflictOfInterest as `decide` does,
    and RewordedMeanwhile where there are more wordings by now than the one seen.
    """
    override_reason = override_reason.strip()
    with short_write():
        subject: Subject | PartSubject
        if decision.comment is None:
            subject = lock_part(target_of(decision))
        else:
            [subject] = lock_subjects([decision.comment])
        decision.refresh_from_db(fields=["clause_since"])
        last = decision.words.order_by("-number").first()
        number = last.number if last else 0
        if seen_number is not None and seen_number != number:
            message = "The facts have been replaced since you looked."
            raise RewordedMeanwhile(message)
        before, rule = decision.rule, clause or decision.rule
        replaced = last.facts if last else ""
        _check(facts, is_same=facts.strip() == replaced and rule == before)
        if clause is not None and clause != before:
            check_rule(subject, decision, clause)
        hidden = HiddenTexts()
        check_words(subject, facts, hidden)
        check_words(subject, override_reason, hidden)
        interests, comment = _interests(subject, by), decision.comment
        conflict = interests.conflict(comment)
        reason = interests.reason(conflict, override_reason)
        words = DecisionWords.objects.create(
            decision=decision,
            number=number + 1,
            clause=None if rule == decision.clause else rule,
            facts=facts.strip(),
            override=conflict or "",
            override_reason=reason,
            written_at=timezone.now(),
        )
        replace_words(decision.pk, words.facts)
        if rule is not None and rule != before and isinstance(subject, Subject):
            _name_rule(subject, decision, words.clause, rule)
        append(_statement(decision, words, by=by))
    return words


def _interests(subject: Subject | PartSubject, by: By) -> Interests:
    if isinstance(subject, PartSubject):
        return Interests.in_part(by, subject.target)
    return Interests(by, [(subject.comment, subject.newest)])


def check_rule(
    subject: Subject | PartSubject, decision: Decision, clause: Clause
) -> None:
    """Raise Refused for a rule that the decision cannot have been taken under.

    What readers see in a comment's place hangs on the marks of the rule; where they
    differ, it takes another decision.
    """
    if isinstance(subject, PartSubject):
        message = "Only the rule of a decision on a comment is put right; decide anew."
        raise Refused(message)
    if decision.action == Action.REDACT:
        message = (
            "The marks in the text name the rule: black it out again under that one."
        )
        raise Refused(message)
    before = decision.rule
    marks = before.marks if before else ()
    if clause.marks != marks:
        message = (
            f"Rule {clause.number} is {_marked(clause.marks)}, and what was decided "
            f"here is under one that is {_marked(marks)}: readers would see another "
            "notice. Decide anew under that rule."
        )
        raise Refused(message)
    if decision.decided_at is None:
        message = "That rule’s version was not in force when this was decided."
        raise Refused(message)
    judgement = Judgement(action=Action(decision.action), clause=clause)
    checks.times.check(subject, judgement, now=decision.decided_at)


def _marked(marks: tuple[str, ...]) -> str:
    return f"marked {' and '.join(marks)}" if marks else "not marked legal or spam"


def _name_rule(
    subject: Subject, decision: Decision, since: Clause | None, rule: Clause
) -> None:
    decision.clause_since = since
    decision.save(update_fields=["clause_since"])
    put_right_rule(
        subject.comment,
        statement_path=decision.get_absolute_url(),
        clause_label=rule.label,
    )


def _check(facts: str, *, is_same: bool) -> None:
    if not has_words(facts):
        message = "Give the facts: a reader has to be able to understand the decision."
        raise Refused(message)
    if is_same:
        message = "The facts say this already."
        raise Refused(message)


def _statement(decision: Decision, words: DecisionWords, *, by: By) -> Statement:
    clause = words.clause or decision.clause
    public: dict[str, Value] = {
        "clause": clause.number if clause else None,
        "number": words.number,
        "policy": clause.policy.ref if clause else None,
    }
    committed: dict[str, Value] = {"facts": words.facts, "note": None}
    if words.override:
        public["override"] = words.override
    if words.override_reason:
        committed["override_reason"] = words.override_reason
    return Statement(
        event="decision.reword",
        subject=decision.ref,
        by=by,
        thread=decision.post.ref,
        public=public,
        committed=committed,
    )
