"""Write one slice of an article's comments: rows, texts, notices, manifest, tree."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from commentarchive.actions.commenters import Commenters
from commentarchive.actions.notices import Hidden, close_imported, open_imported
from commentarchive.captures.tree import comment_leaf, post_leaf
from commentarchive.importers.parsed import ParsedComment
from commentarchive.intake.fill_facts import NewText, add_facts, fill_placeholders
from commentarchive.intake.plan import Step, visibility_of
from commentarchive.intake.stored import Known
from commentarchive.intake.write_article import CopyFacts, Written
from commentarchive.ledger.merkle.hashing import commit_text, new_salt
from commentarchive.ledger.merkle.refs import new_refs
from commentarchive.ledger.merkle.tree import Frontier
from commentarchive.matching import Key
from commentarchive.models import (
    Capture,
    Comment,
    Manifest,
    PrivateAddress,
    Revision,
    RevisionOrigin,
    RevisionText,
    TombstoneKind,
    Visibility,
)
from commentarchive.models.capture import pack_manifest, seen_elsewhere
from commentarchive.models.comment import GONE
from commentarchive.storage import bulk_insert
from commentarchive.storage.bulk_insert import Rows
from commentarchive.text.clean_html import CLEANER
from commentarchive.threads.capture_diff import CapturedComment, CopyTime


class Slice(NamedTuple):
    """Some steps of one article, and the place of their manifest among the parts."""

    steps: Sequence[Step]
    ordinal: int
    part: int
    is_last: bool


def write_slice(
    part: Slice,
    *,
    written: Written,
    capture: Capture,
    commenters: Commenters,
    rows: Rows,
    tree: Frontier,
) -> bytes:
    """Add some steps of one article to the rows, and their leaves to its tree.

    Parents come before their replies, in this slice or an earlier one. What is new
    waits in `rows`; what was there before is changed at once. Return the article's
    own leaf with its last slice, else nothing.
    """
    steps = part.steps
    fresh = [step for step in steps if step.known is None]
    ids = rows.new_ids(Comment, len(fresh))
    refs = new_refs("c", len(fresh))
    for step, pk, ref in zip(fresh, ids, refs, strict=True):
        written.rows[step.key] = (pk, ref)
    texts = _add_texts(steps, written, capture, rows)
    _add_comments(fresh, written, texts, capture, commenters, rows)
    read = [step for step in steps if step.parsed]
    _add_private(read, written, rows)
    _open_notices(read, written, capture, rows)
    if len(fresh) < len(steps):
        # SQLite looks through a whole table for a row that is referred to too early.
        rows.flush()
        fill_placeholders(steps, written, texts, capture, commenters, rows)
        _follow_source(part, written, texts, capture, rows)
        add_facts(steps, capture, commenters, rows)
        _move([step for step in steps if step.is_moved], written)
    return _add_manifest(part, read, written, texts, capture, rows, tree)


def _add_texts(
    steps: Sequence[Step], written: Written, capture: Capture, rows: Rows
) -> dict[Key, NewText]:
    wanted = [
        (step.key, step.parsed, step.known, step.fingerprint)
        for step in steps
        if step.parsed and step.change in {"new", "changed"} and step.has_new_text
    ]
    ids = rows.new_ids(Revision, len(wanted))
    texts, versions, words = {}, [], []
    captured, edited = RevisionOrigin.CAPTURED.value, RevisionOrigin.EDITED.value
    for pk, (key, parsed, known, digest) in zip(ids, wanted, strict=True):
        salt = new_salt()
        commitment = commit_text(parsed.raw, salt)
        number = 1 + known.last.number if known else 1
        texts[key] = NewText(pk, commitment)
        versions.append(
            (
                *(pk, written.rows[key][0], None, number),
                *(edited if number > 1 else captured, commitment, digest, capture.pk),
            )
        )
        words.append(
            (
                *(pk, salt, "", "", parsed.raw, parsed.form, parsed.html),
                *(parsed.plain, CLEANER),
            )
        )
    rows.add(Revision, versions)
    rows.add(RevisionText, words)
    return texts


def _add_comments(
    fresh: Sequence[Step],
    written: Written,
    texts: dict[Key, NewText],
    capture: Capture,
    commenters: Commenters,
    rows: Rows,
) -> None:
    time_as_stored = bulk_insert.time_storer()
    named = [step.parsed for step in fresh if step.parsed and not step.is_suppressed]
    names = iter(commenters.ids(named, capture.pk, rows))
    made = []
    for step in fresh:
        key, each, when, parent = step.key, step.parsed, step.when, step.parent
        pk, ref = written.rows[key]
        parent_pk = written.rows[parent][0] if parent else None
        if each is None:
            told: tuple[object, ...] = ("", None, None, "", None, None)
            standing: tuple[object, ...] = (None, "", "")
        else:
            name = None if step.is_suppressed else next(names)
            told = (
                *(each.kind, name, time_as_stored(when.utc)),
                *(when.printed[:60], when.offset, capture.pk),
            )
            text = texts[key].pk if key in texts else None
            standing = (text, each.state, step.source_parent)
        place = (parent_pk, step.position, step.depth, step.visibility.value)
        made.append((pk, ref, written.pk, *key, *told, *place, *standing))
    rows.add(Comment, made)


def _follow_source(
    part: Slice,
    written: Written,
    texts: dict[Key, NewText],
    capture: Capture,
    rows: Rows,
) -> None:
    """Bring changed comments up to the copy, where no decision here stands.

    What a later copy holds is left as that one has it.

    The locks of the batch are held, so that what is read here still stands when it
    is written.
    """
    changed = [step for step in part.steps if step.change == "changed" and step.parsed]
    if not changed:
        return
    turn = (capture.pk, part.ordinal)
    seen_at = written.copy.seen_at or capture.written_at
    time = CopyTime(seen_at, written.copy.newest_at, turn)
    seen = seen_elsewhere(written.pk, written.copy.scheme, capture, time)
    changed = [
        step
        for step in changed
        if written.rows[step.key][0] not in seen.later and not _is_gone(step)
    ]
    pks = [written.rows[step.key][0] for step in changed]
    free = set(
        Comment.objects.filter(pk__in=pks, decided_entry=None).values_list(
            "pk", flat=True
        )
    )
    turned: list[Hidden] = []
    for step, pk in zip(changed, pks, strict=True):
        each: ParsedComment = step.parsed  # type: ignore[assignment]  # changed ones have one
        known: Known = step.known  # type: ignore[assignment]  # as above
        parent = step.parent
        values: dict[str, object] = {
            "source_state": each.state,
            "source_parent": step.source_parent,
            "parent_id": written.rows[parent][0] if parent else None,
        }
        if pk in free:
            if step.key in texts:
                values["current_revision_id"] = texts[step.key].pk
            elif step.version:
                values["current_revision_id"] = step.version.pk
            target = _target(step, each, known)
            if target != known.visibility:
                values["visibility"] = target
                was_public = known.visibility == Visibility.PUBLISHED
                since = seen.before.get(pk, step.when.utc)
                turned.append(Hidden(pk, target, since, was_public))
        Comment.objects.filter(pk=pk).update(**values)
    close_imported(turned, capture=capture)
    open_imported(turned, capture=capture, rows=rows)


def _is_gone(step: Step) -> bool:
    """Tell whether a comment was seen to vanish: whether it is back all copies tell."""
    return step.known is not None and step.known.source_state == GONE


def _target(step: Step, parsed: ParsedComment, known: Known) -> Visibility:
    """Say what the public is to see of a comment that its source tells of again."""
    target = visibility_of(parsed)
    if known.visibility == Visibility.ERASED:
        return Visibility.ERASED
    is_shown = known.visibility == Visibility.PUBLISHED
    if step.is_guarded and target is Visibility.PUBLISHED and not is_shown:
        # Nothing that waits for the desk is published by its blog.
        return Visibility.HELD
    return target


def _move(moved: Sequence[Step], written: Written) -> None:
    bulk_insert.update(
        Comment,
        ("position", "depth"),
        [(step.position, step.depth, written.rows[step.key][0]) for step in moved],
    )


def _add_private(read: Iterable[Step], written: Written, rows: Rows) -> None:
    rows.add(
        PrivateAddress,
        [
            (written.rows[step.key][0], step.parsed.email, step.parsed.ip)
            for step in read
            if step.parsed
            and not step.is_suppressed
            and step.change == "new"
            and (step.parsed.email or step.parsed.ip)
        ],
    )


def _open_notices(
    read: Iterable[Step], written: Written, capture: Capture, rows: Rows
) -> None:
    hidden = [
        Hidden(written.rows[step.key][0], step.visibility, step.when.utc)
        for step in read
        if step.visibility is not Visibility.PUBLISHED
        and step.change == "new"
        and step.visibility in TombstoneKind
    ]
    if hidden:
        open_imported(hidden, capture=capture, rows=rows)


def _stored(copy: CopyFacts) -> tuple[object, ...]:
    time_as_stored = bulk_insert.time_storer()
    times = (time_as_stored(copy.seen_at), time_as_stored(copy.newest_at))
    return (*copy[:3], *times, copy.printed_count)


def _add_manifest(
    part: Slice,
    read: Iterable[Step],
    written: Written,
    texts: dict[Key, NewText],
    capture: Capture,
    rows: Rows,
    tree: Frontier,
) -> bytes:
    held = []
    for step in read:
        pk, ref = written.rows[step.key]
        parent_pk, parent_ref = written.rows[step.parent] if step.parent else (0, "")
        text = texts.get(step.key)
        revision, commitment = 0, ""
        if text is not None:
            revision, commitment = text
        elif step.known:
            # Of what is not taken in, the last text stands for it.
            version = step.version or step.known.last
            revision, commitment = version.pk, version.commitment
        state = visibility_of(step.parsed).value if step.parsed else ""
        held.append(CapturedComment(pk, revision, parent_pk, state))
        tree.add(comment_leaf(ref, commitment, state, parent_ref))
    leaf = b""
    if part.is_last:
        leaf = post_leaf(written.ref, written.commitment, written.status, tree.root())
    manifest = (
        *(capture.pk, written.pk, part.ordinal, part.part, written.status),
        *(written.revision_pk, pack_manifest(held), leaf),
        *_stored(written.copy),
    )
    rows.add(Manifest, [manifest])
    return leaf
