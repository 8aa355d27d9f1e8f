"""Facts that are filled in once, when a source tells what no other had told."""

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from commentarchive.actions.commenters import Commenters
from commentarchive.intake.plan import Step
from commentarchive.intake.write_article import Written
from commentarchive.matching import Key
from commentarchive.models import Capture, Comment, PrivateAddress, Visibility
from commentarchive.storage.bulk_insert import Rows


class NewText(NamedTuple):
    """A text to be written: its key and what commits to it."""

    pk: int
    commitment: str


def fill_placeholders(
    steps: Sequence[Step],
    written: Written,
    texts: dict[Key, NewText],
    capture: Capture,
    commenters: Commenters,
    rows: Rows,
) -> None:
    """Give a comment that was known from its replies only what a source now tells."""
    filled = [
        (step, step.parsed)
        for step in steps
        if step.known and step.known.is_placeholder and step.parsed
    ]
    named = [each for step, each in filled if not step.is_suppressed]
    names = iter(commenters.ids(named, capture.pk, rows))
    rows.flush()
    for step, each in filled:
        parent, text = step.parent, texts.get(step.key)
        Comment.objects.filter(pk=written.rows[step.key][0]).update(
            kind=each.kind,
            commenter_id=None if step.is_suppressed else next(names),
            posted_at=step.when.utc,
            printed_at=step.when.printed[:60],
            utc_offset=step.when.offset,
            capture=capture,
            parent_id=written.rows[parent][0] if parent else None,
            visibility=step.visibility,
            current_revision_id=text.pk if text else None,
            source_state=each.state,
            source_parent=step.source_parent,
        )


def add_facts(
    steps: Sequence[Step],
    capture: Capture,
    commenters: Commenters,
    rows: Rows,
) -> None:
    """Fill in what no source had told of a known comment: its time, name, address."""
    told = [
        (step, step.parsed, step.known)
        for step in steps
        if step.parsed
        and step.known
        and not step.is_suppressed
        and not step.known.is_placeholder
        and step.known.visibility != Visibility.ERASED
    ]
    for step, _each, known in told:
        if known.when == inf and step.when.utc:
            Comment.objects.filter(pk=known.pk, posted_at=None).update(
                posted_at=step.when.utc,
                printed_at=step.when.printed[:60],
                utc_offset=step.when.offset,
            )
    nameless = [
        (each, known) for _step, each, known in told if known.lacks_name and each.name
    ]
    ids = commenters.ids([each for each, _known in nameless], capture.pk, rows)
    rows.flush()
    for (_each, known), commenter in zip(nameless, ids, strict=True):
        Comment.objects.filter(pk=known.pk).update(commenter_id=commenter)
    rows.add(
        PrivateAddress,
        [
            (known.pk, each.email, each.ip)
            for _step, each, known in told
            if known.lacks_address and (each.email or each.ip)
        ],
    )
