"""Black out places of a comment's text, each under a rule, on record."""

from collections.abc import Sequence
from datetime import datetime

from commentarchive.ledger.append import By
from commentarchive.models import Comment, Part, Post
from moderation.actions.batches import decide_batch
from moderation.actions.decisions import decide_all, decide_on_part
from moderation.actions.judgements import Blackened, Case, Judgement, Seen
from moderation.actions.parts import Target
from moderation.models import Action, Conflict, Decision


def redaction(
    places: Sequence[Blackened],
    *,
    of: str,
    facts: str,
    note: str = "",
    override: Conflict | None = None,
    override_reason: str = "",
    until: datetime | None = None,
) -> Judgement:
    """Return the judgement that blacks out places of a text.

    `of` is the commitment to the version in which they were chosen, as
    `places.text_to_black_out` returns it. The statement cites the rule of the first.
    With `until` the words come back by themselves then.
    """
    ordered = tuple(sorted(places, key=lambda each: (each.start, each.end)))
    return Judgement(
        action=Action.REDACT,
        clause=ordered[0].clause if ordered else None,
        facts=facts,
        note=note,
        override=override,
        override_reason=override_reason,
        until=until,
        places=ordered,
        places_of=of,
    )


def redact(
    chosen: Sequence[tuple[Comment, Judgement, Seen | None]],
    *,
    by: By,
    second: str = "",
) -> list[Decision]:
    """Black out places of one comment or of many at once, one decision each.

    Give each comment with what `redaction` returns for its own places: they differ
    from text to text, and the facts may be the same. Several share a batch reference
    and stand or fall together; `batches.foresee` tells beforehand what would become
    of the same cases, and `batches.undo_batch` undoes them. What stands blacked out
    already is replaced: give the places that are to stay as well.

    Raise for one comment as `decisions.decide`, BadPlaces for its places; for many as
    `batches.decide_batch`, with all comments that have changed since.
    """
    cases = [
        Case(comment=comment, judgement=judgement, seen=seen)
        for comment, judgement, seen in chosen
    ]
    if len(cases) == 1:
        return decide_all(cases, by=by, second=second)
    return decide_batch(cases, by=by, second=second)


def redact_article(
    post: Post, judgement: Judgement, *, by: By, seen: Seen | None = None
) -> Decision:
    """Black out places of an article's text, as `redact` those of a comment's.

    Its title is decided on by itself. Raise as `decisions.decide_on_part`, BadPlaces
    for its places.
    """
    return decide_on_part(
        Target(post=post, part=Part.TEXT), judgement, by=by, seen=seen
    )
