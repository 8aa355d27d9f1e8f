"""Write one slice of an article's comments: rows, texts, notices, manifest, tree."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from commentarchive import bulk
from commentarchive.actions.commenters import Commenters
from commentarchive.actions.import_plan import (
    VISIBILITY,
    Key,
    Known,
    Step,
)
from commentarchive.actions.import_posts import Written
from commentarchive.actions.tombstones import Hidden, close_imported, open_imported
from commentarchive.import_tree import comment_leaf
from commentarchive.importers.parsed import ParsedComment
from commentarchive.ledger.merkle.hashing import commit_text, new_salt
from commentarchive.ledger.merkle.refs import new_refs
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
from commentarchive.models.capture import ManifestRow, pack_manifest
from commentarchive.text.clean_html import CLEANER

_COMMENT = (
    *("id", "ref", "post_id", "scheme", "source_id", "twin", "kind", "commenter_id"),
    *("posted_at", "printed_at", "utc_offset", "capture_id", "parent_id", "position"),
    *("depth", "visibility", "current_revision_id", "source_state", "source_parent"),
)
_REVISION = (
    *("id", "comment_id", "number", "origin", "commitment", "fingerprint"),
    "capture_id",
)
_TEXT = (
    *("revision_id", "salt", "title", "byline", "raw", "form", "html", "plain"),
    "cleaner",
)


class _NewText(NamedTuple):
    """A text to be written, and whose it is."""

    pk: int
    comment_pk: int
    parsed: ParsedComment
    number: int
    salt: str
    commitment: str
    fingerprint: bytes


def write_slice(
    steps: Sequence[Step],
    *,
    written: Written,
    capture: Capture,
    commenters: Commenters,
    ordinal: int,
    part: int,
) -> list[bytes]:
    """Write some steps of one article; return the leaves of what the copy held.

    Parents come before their replies, in this slice or an earlier one.
    """
    fresh = [step for step in steps if step.known is None]
    ids = bulk.new_ids(Comment, len(fresh))
    refs = new_refs("c", len(fresh)) if fresh else []
    for step, pk, ref in zip(fresh, ids, refs, strict=True):
        written.rows[step.key] = (pk, ref)
    texts = _new_texts(steps, written)
    _insert_comments(fresh, written, texts, capture, commenters)
    _insert_texts(texts.values(), capture)
    _fill_placeholders(steps, written, texts, capture, commenters)
    _follow_source(steps, written, texts, capture)
    _move([step for step in steps if step.is_moved], written)
    read = [step for step in steps if step.parsed]
    _insert_private(read, written)
    _open_notices(read, written, capture)
    return _insert_manifest(read, written, texts, capture, (ordinal, part))


def _new_texts(steps: Sequence[Step], written: Written) -> dict[Key, _NewText]:
    wanted = [
        step
        for step in steps
        if step.parsed and step.change in {"new", "changed"} and step.has_new_text
    ]
    ids = bulk.new_ids(Revision, len(wanted))
    texts = {}
    for step, pk in zip(wanted, ids, strict=True):
        salt = new_salt()
        parsed: ParsedComment = step.parsed  # type: ignore[assignment]  # wanted ones have one
        texts[step.key] = _NewText(
            pk,
            written.rows[step.key][0],
            parsed,
            1 + (step.known.revision_number if step.known else 0),
            salt,
            commit_text(parsed.raw, salt),
            step.fingerprint,
        )
    return texts


def _insert_comments(
    fresh: Sequence[Step],
    written: Written,
    texts: dict[Key, _NewText],
    capture: Capture,
    commenters: Commenters,
) -> None:
    time_as_stored = bulk.time_storer()
    read = [step for step in fresh if step.parsed]
    names = commenters.ids([step.parsed for step in read if step.parsed], capture.pk)
    named = dict(zip([step.key for step in read], names, strict=True))
    rows = []
    for step in fresh:
        pk, ref = written.rows[step.key]
        each, parent = step.parsed, step.parent
        rows.append(
            (
                *(pk, ref, written.post.pk, *step.key),
                each.kind if each else "",
                named.get(step.key),
                time_as_stored(step.when.utc),
                step.when.printed[:60],
                step.when.offset,
                capture.pk if each else None,
                written.rows[parent][0] if parent else None,
                *(step.position, step.depth),
                step.visibility.value,
                texts[step.key].pk if each else None,
                *((each.state, each.parent_id) if each else ("", "")),
            )
        )
    bulk.insert(Comment, _COMMENT, rows)


def _insert_texts(texts: Iterable[_NewText], capture: Capture) -> None:
    made = list(texts)
    origins = (RevisionOrigin.CAPTURED.value, RevisionOrigin.EDITED.value)
    bulk.insert(
        Revision,
        _REVISION,
        [
            (
                *(text.pk, text.comment_pk, text.number, origins[text.number > 1]),
                *(text.commitment, text.fingerprint, capture.pk),
            )
            for text in made
        ],
    )
    bulk.insert(
        RevisionText,
        _TEXT,
        [
            (
                *(text.pk, text.salt, "", "", text.parsed.raw, text.parsed.form),
                *(text.parsed.html, text.parsed.plain, CLEANER),
            )
            for text in made
        ],
    )


def _fill_placeholders(
    steps: Sequence[Step],
    written: Written,
    texts: dict[Key, _NewText],
    capture: Capture,
    commenters: Commenters,
) -> None:
    """Give a comment that was known from its replies only what a source now tells."""
    filled = [
        step
        for step in steps
        if step.known and step.known.is_placeholder and step.parsed
    ]
    names = commenters.ids([step.parsed for step in filled if step.parsed], capture.pk)
    for step, name in zip(filled, names, strict=True):
        each: ParsedComment = step.parsed  # type: ignore[assignment]  # filled ones have one
        parent = step.parent
        Comment.objects.filter(pk=written.rows[step.key][0]).update(
            kind=each.kind,
            commenter_id=name,
            posted_at=step.when.utc,
            printed_at=step.when.printed[:60],
            utc_offset=step.when.offset,
            capture=capture,
            parent_id=written.rows[parent][0] if parent else None,
            visibility=step.visibility,
            current_revision_id=texts[step.key].pk,
            source_state=each.state,
            source_parent=each.parent_id,
        )


def _follow_source(
    steps: Sequence[Step],
    written: Written,
    texts: dict[Key, _NewText],
    capture: Capture,
) -> None:
    """Bring changed comments up to the copy, where no decision here stands.

    The locks of the batch are held, so that what is read here still stands when it
    is written.
    """
    changed = [step for step in steps if step.change == "changed" and step.parsed]
    if not changed:
        return
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
            "source_parent": each.parent_id,
            "parent_id": written.rows[parent][0] if parent else None,
        }
        if pk in free:
            if step.key in texts:
                values["current_revision_id"] = texts[step.key].pk
            target = VISIBILITY[each.state]
            if target != known.visibility:
                values["visibility"] = target
                was_public = known.visibility == Visibility.PUBLISHED
                turned.append(Hidden(pk, target, step.when.utc, was_public))
        Comment.objects.filter(pk=pk).update(**values)
    close_imported([each.comment_pk for each in turned], capture=capture)
    open_imported(turned, capture=capture)


def _move(moved: Sequence[Step], written: Written) -> None:
    bulk.update(
        Comment,
        ("position", "depth"),
        [(step.position, step.depth, written.rows[step.key][0]) for step in moved],
    )


def _insert_private(read: Sequence[Step], written: Written) -> None:
    bulk.insert(
        PrivateAddress,
        ("comment_id", "email", "ip"),
        [
            (written.rows[step.key][0], step.parsed.email, step.parsed.ip)
            for step in read
            if step.parsed
            and step.change == "new"
            and (step.parsed.email or step.parsed.ip)
        ],
    )


def _open_notices(read: Sequence[Step], written: Written, capture: Capture) -> None:
    open_imported(
        [
            Hidden(
                written.rows[step.key][0],
                step.visibility,
                step.when.utc,
            )
            for step in read
            if step.parsed and step.change == "new" and step.visibility in TombstoneKind
        ],
        capture=capture,
    )


def _insert_manifest(
    read: Sequence[Step],
    written: Written,
    texts: dict[Key, _NewText],
    capture: Capture,
    place: tuple[int, int],
) -> list[bytes]:
    held, leaves = [], []
    for step in read:
        pk, ref = written.rows[step.key]
        parent_pk, parent_ref = written.rows[step.parent] if step.parent else (0, "")
        text, known = texts.get(step.key), step.known
        if text is not None:
            revision, commitment = text.pk, text.commitment
        else:
            revision = known.revision_pk if known else 0
            commitment = known.commitment if known else ""
        state = VISIBILITY[step.parsed.state].value if step.parsed else ""
        held.append(ManifestRow(pk, revision, parent_pk, state))
        leaves.append(comment_leaf(ref, commitment, state, parent_ref))
    Manifest.objects.create(
        capture=capture,
        post=written.post,
        ordinal=place[0],
        part=place[1],
        post_status=written.post.status,
        post_revision=written.revision,
        packed=pack_manifest(held),
    )
    return leaves
