"""Whether a decision says anything that the one which stands does not say already."""

from commentarchive.models import Grade
from moderation.actions.judgements import Judgement
from moderation.actions.parts import PartSubject
from moderation.actions.refusals import Refused
from moderation.actions.subjects import Subject
from moderation.models import HIDING


def check(subject: Subject | PartSubject, judgement: Judgement) -> None:
    """Raise Refused where a person hides what is hidden so by a person already.

    Another rule, another end, other words, a new note or a new text are news. To hold
    something again is, too: its time begins anew.
    """
    latest = subject.latest
    if latest is None or latest.entry_index != subject.standing_entry:
        return
    by_person = judgement.record is None and judgement.automatic is None
    if not by_person or latest.automatic_rules or latest.grade == Grade.IMPORTED:
        return
    is_same = judgement.action in HIDING and (
        (judgement.action, judgement.until, subject.newest, subject.visibility)
        == (latest.action, latest.until, latest.judged, latest.to_visibility)
    )
    words = latest.words.order_by("number").last() if is_same else None
    if words is None:
        return
    # A later wording may name another rule.
    said = (words.clause or latest.clause, words.facts.strip())
    note = judgement.note.strip()
    if (judgement.clause, judgement.public_facts.strip()) == said and note in {
        "",
        words.note,
    }:
        message = (
            "It is decided so already, under the same rule and with the same words: "
            "nothing was recorded. “Leave it as it is” records that you agree."
        )
        raise Refused(message)
