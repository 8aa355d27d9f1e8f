"""Exhibit: entries of the public record, with what proves them and opens them."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Q

from commentarchive.captures.text_proof import NoProof, Prover, proof_file
from commentarchive.ledger.append import read_leaf
from commentarchive.ledger.merkle.notes import parse_checkpoint
from commentarchive.ledger.models import Entry, LogKey, Opening
from commentarchive.ledger.receipts import Receipts
from commentarchive.models import Capture, Comment, Post, Revision, RevisionOrigin
from moderation.evidence.blocks import Exhibit, Facts, Table
from moderation.evidence.cases import Case
from moderation.evidence.copies import copies_of
from moderation.evidence.look import Look
from moderation.evidence.rulings import decisions_of
from moderation.log.proofs import proof_of_facts
from moderation.models import Decision

# Of a long thread, entries are looked up so many subjects at a time.
AT_ONCE = 500


def entries_of(case: Case, look: Look) -> dict[int, bytes]:
    """Return the signed entries about what a case is about, by their numbers."""
    posts, comments = Post.objects.all(), Comment.objects.all()
    if not look.is_sealed:
        posts, comments = posts.public(), comments.public()
    refs = [
        *posts.filter(pk__in=case.posts).values_list("ref", flat=True),
        *comments.filter(pk__in=case.comments).values_list("ref", flat=True),
        *decisions_of(case, look).values_list("ref", flat=True),
        *copies_of(case, look).values_list("ref", flat=True),
    ]
    if look.is_sealed and case.complaint:
        refs.append(case.complaint.ref)
    found = dict(_numbered(Q(index__in=_decided(case, look)), look))
    for start in range(0, len(refs), AT_ONCE):
        found |= _numbered(Q(subject__in=refs[start : start + AT_ONCE]), look)
    return dict(sorted(found.items()))


def _decided(case: Case, look: Look) -> list[int]:
    """Return the entries of decisions: those on names have other subjects."""
    return list(decisions_of(case, look).values_list("entry_index", flat=True))


def _numbered(chosen: Q, look: Look) -> dict[int, bytes]:
    rows = Entry.objects.filter(chosen, look.on_record("index"))
    return {index: bytes(leaf) for index, leaf in rows.values_list("index", "leaf")}


def record_exhibit(entries: Mapping[int, bytes], look: Look) -> Exhibit:
    """Return the signed state, and what each entry says, as a table."""
    rows = [_row(index, read_leaf(leaf)) for index, leaf in entries.items()]
    return Exhibit(
        title="Entries of the public record, with the signed state",
        how=(
            "The record is append-only. Each entry’s bytes and the proof that it is in "
            "the signed state are files of this bundle, which the verifier checks."
        ),
        about="record",
        blocks=[
            Facts(list(state_facts(look))),
            Table("Entries", ("No.", "Entered", "What", "About", "Role"), rows),
        ],
    )


def state_facts(look: Look) -> Iterator[tuple[str, str]]:
    """Yield what names the signed state."""
    head = parse_checkpoint(look.signed.note)
    yield "Record", head.origin
    yield "Where it is published", f"{settings.BASE_URL}/ledger/"
    yield "Entries in the signed state", f"{look.size}"
    yield "Its root", base64.b64encode(head.root).decode()
    yield "Its last entry", f"{look.moment:%Y-%m-%d %H:%M} UTC"


def _row(index: int, entry: Mapping[str, Any]) -> Sequence[str]:
    subject, actor = entry["subj"], entry["actor"]
    return (str(index), entry["ts"], entry["t"], subject["r"], actor["r"])


def record_files(
    entries: Mapping[int, bytes], look: Look
) -> Iterator[tuple[str, bytes]]:
    """Yield the files that prove the entries: name and bytes."""
    keys = LogKey.objects.filter(entry__lt=look.size).order_by("entry")
    vkeys = "".join(f"{key}\n" for key in keys.values_list("vkey", flat=True))
    yield "record/vkey", vkeys.encode()
    yield "record/checkpoint", look.signed.published.encode()
    receipts = Receipts(look.signed)
    for index, leaf in entries.items():
        yield f"record/entries/{index}.json", leaf
        yield f"record/entries/{index}.tlog-proof", receipts.of(index).encode()


def proof_files(
    case: Case, look: Look, entries: Mapping[int, bytes]
) -> Iterator[tuple[str, bytes]]:
    """Yield what opens texts and reasons: of the other side's, public ones alone.

    Nothing where the archive gives no proofs of texts.
    """
    if not settings.TEXT_PROOFS:
        return
    yield from _text_proofs(case, look, entries)
    made = decisions_of(case, look).prefetch_related("words")
    for decision in made:
        yield from _words_proofs(decision, look, entries)
    if look.is_sealed:
        yield from _copy_proofs(case, look)


def _text_proofs(
    case: Case, look: Look, entries: Mapping[int, bytes]
) -> Iterator[tuple[str, bytes]]:
    prover = Prover(look.signed)
    versions = Revision.objects.exclude(origin=RevisionOrigin.REDACTED)
    versions = versions.filter(comment__in=case.comments, text__isnull=False)
    if not look.is_sealed:
        versions = versions.public_revisions()
    read = versions.select_related("capture", "text", "comment").order_by("pk")
    for version in read:
        comment, capture = version.comment, version.capture
        if comment is None or capture is None or capture.entry_index not in entries:
            continue
        try:
            proof = prover.prove(comment, version)
        except NoProof:
            # A copy that was made before such proofs, or one that gave way.
            continue
        name = f"proofs/texts/{comment.ref}-{version.number}.json"
        yield name, proof_file(proof)


def _words_proofs(
    decision: Decision, look: Look, entries: Mapping[int, bytes]
) -> Iterator[tuple[str, bytes]]:
    found = proof_of_facts(decision)
    if found and found[1] < look.size and found[1] in entries:
        yield f"proofs/words/{decision.ref}.txt", f"{found[0]}\n".encode()


def _copy_proofs(case: Case, look: Look) -> Iterator[tuple[str, bytes]]:
    """Yield what opens the digests of copies, where nothing was erased from them."""
    copies: dict[int | None, Capture] = {
        copy.entry_index: copy for copy in copies_of(case, look).filter(kept_sha256="")
    }
    opened = Opening.objects.filter(entry__in=copies, field="bytes_sha256")
    for opening in opened.order_by("entry"):
        copy = copies[opening.entry_id]
        yield f"proofs/words/{copy.ref}.txt", f"{opening.disclosure}\n".encode()
