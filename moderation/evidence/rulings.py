"""Exhibit: the decisions, each as its statement of reasons."""

from collections.abc import Iterator

from django.conf import settings

from moderation.evidence.blocks import Block, Exhibit, Facts, Heading, Quote, Words
from moderation.evidence.cases import Case
from moderation.evidence.look import Look, on_clock
from moderation.models import Decision
from moderation.models.decision import DecisionQuerySet


def decisions_of(case: Case, look: Look) -> DecisionQuerySet:
    """Return the decisions of a case up to the signed state, in the record's order."""
    found = Decision.objects.filter(case.decisions, look.on_record())
    if not look.is_sealed:
        found = found.public()
    return found.order_by("entry_index")


def ruling_exhibit(case: Case, look: Look) -> Exhibit:
    """Return every decision with its reasons; sealed ones with replaced words too."""
    made = decisions_of(case, look).with_context().select_related("actor", "undone_by")
    blocks = [
        block
        for decision in made.prefetch_related("words")
        for block in (
            *_public(decision),
            *(_sealed(decision) if look.is_sealed else ()),
        )
    ]
    return Exhibit(
        title="Decisions, each with its statement of reasons",
        how=(
            "Each is a row that was written in one transaction with its entry of the "
            "public record and is never edited. Other words or another rule are a row "
            "and an entry of their own."
        ),
        about="decisions",
        blocks=blocks or [Words("Nobody has decided anything on it.")],
    )


def _public(decision: Decision) -> Iterator[Block]:
    """Yield what the statement of reasons says to anybody."""
    zone = decision.post.blog.time_zone
    yield Heading(decision.sentence)
    yield Facts(list(_facts(decision, zone)))
    yield Words(decision.facts or "No reason is on record.")
    if decision.rule:
        named = f"{decision.rule.label} ({decision.rule.policy})"
        yield Quote(
            f"{named[:1].upper()}{named[1:]}, as it read then", decision.rule.text
        )


def _facts(decision: Decision, zone: str) -> Iterator[tuple[str, str]]:
    when = on_clock(decision.decided_at, zone, "at a time the records do not give")
    yield "When, and by whom", f"{when}, by {decision.decided_by}"
    if decision.grade != "decided":
        yield "Recorded here", on_clock(decision.recorded_at, zone)
    yield "How it is known", decision.get_grade_display()
    if decision.comment:
        yield "About", f"comment {decision.comment.ref}"
    before, after = (
        decision.get_from_visibility_display(),
        decision.get_to_visibility_display(),
    )
    # What it changed at its blog then, readers of this archive never saw.
    when = "" if decision.grade == "decided" else " it was recorded here"
    yield (
        f"What readers of this archive saw before and after{when}",
        (f"{before} → {after}"),
    )
    yield "Automatic", "yes" if decision.is_automatic else "no"
    if decision.until:
        yield "Until", on_clock(decision.until, zone)
    if decision.second:
        alone = "decided alone: nobody else confirmed it"
        other = f"in the role of {decision.get_second_display().lower()}"
        yield "Second person", alone if decision.second == "nobody" else other
    if decision.override:
        reason = f": {decision.override_reason}" if decision.override_reason else ""
        yield "Conflict of interest", f"{decision.get_override_display()}{reason}"
    if decision.undoes:
        yield "It undoes", f"decision {decision.undoes.ref}"
    undone = getattr(decision, "undone_by", None)
    if undone:
        yield "Undone by", f"decision {undone.ref}"
    yield "Statement", f"{settings.BASE_URL}{decision.get_absolute_url()}"
    yield "Public record", f"no. {decision.entry_index}"


def _sealed(decision: Decision) -> Iterator[Block]:
    """Yield what only staff see of a decision: names, replaced words and notes."""
    zone = decision.post.blog.time_zone
    for role, actor in (("Decided", decision.actor), ("Entered", decision.recorder)):
        if actor:
            yield Words(f"{role} by {actor.handle}.")
    for wording in decision.wordings:
        written = f"wording {wording.number}, {on_clock(wording.written_at, zone)}"
        if wording != decision.wordings[-1]:
            yield Quote(f"Replaced since: {written}", wording.facts or "erased")
        if wording.note:
            yield Quote(f"Note for staff, with {written}", wording.note)
