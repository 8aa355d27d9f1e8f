"""Prove that a published text is the one that the public record commits to.

A proof goes up five steps: the text opens its commitment; the commitment is in the
comment's leaf; the leaf is under the article's root; that is under the copy's root;
and that is in a signed entry.
"""

from collections.abc import Mapping, Sequence

from django.conf import settings

from commentarchive.captures.tree import (
    article_leaves,
    article_words,
    comment_leaf,
    comment_words,
)
from commentarchive.ledger.merkle.hashing import base64url, disclose_text
from commentarchive.ledger.merkle.proofs import inclusion_proof, subtrees_of
from commentarchive.ledger.receipts import receipt, signed_entry
from commentarchive.ledger.tiles import last_checkpoint
from commentarchive.models import Capture, Comment, Manifest, Revision

FORMAT = "commentarchive/text-proof@v1"

type Json = str | int | Sequence["Json"] | Mapping[str, "Json"]


class NoProof(LookupError):
    """The text is not public, not signed yet, or proofs of texts are turned off."""


def provable(comment: Comment) -> tuple[Revision, Capture, int] | None:
    """Return the public text of a comment, its copy, and the entry of the copy.

    None for a comment that is not shown, for an entry that is not signed yet, and
    where proofs of texts are turned off.
    """
    signed = last_checkpoint()
    if not settings.TEXT_PROOFS or signed is None:
        return None
    shown = Revision.objects.public_revisions().filter(comment=comment)
    revision = shown.select_related("capture", "text").first()
    capture = revision.capture if revision else None
    if revision is None or capture is None or capture.entry_index is None:
        return None
    index = capture.entry_index
    return (revision, capture, index) if index < signed.size else None


def prove_text(comment: Comment) -> Mapping[str, Json]:
    """Build the proof of a published comment's text. Raise NoProof.

    Reads all comments of the article in the copy, and all articles of the copy.
    """
    found = provable(comment)
    if found is None:
        raise NoProof(comment.ref)
    revision, capture, index = found
    parts = list(
        Manifest.objects.filter(capture=capture, post=comment.copied_below_id)
        .select_related("post", "post_revision")
        .order_by("ordinal", "part")
    )
    comments, words, place = _find(parts, comment.ref, revision.commitment)
    leaves = [comment_leaf(*each) for each in words]
    articles = _leaves(capture)
    ordinals = _ordinals(capture)
    article = ordinals.index(comments.ordinal)
    return {
        "format": FORMAT,
        "disclosure": disclose_text(revision.text.raw, revision.text.salt),
        "comment": {"leaf": words[place], **_path(leaves, place)},
        "article": {"leaf": article_words(comments), **_path(articles, article)},
        "entry": bytes(signed_entry(index).leaf).decode(),
        "receipt": receipt(index),
    }


def _find(
    parts: Sequence[Manifest], ref: str, commitment: str
) -> tuple[Manifest, list[tuple[str, str, str, str]], int]:
    """Return the article of the copy that holds a text, its comments, and the place."""
    # A web archive may hold the article several times, with several texts.
    for ordinal in sorted({part.ordinal for part in parts}):
        own = [part for part in parts if part.ordinal == ordinal]
        words = [each for part in own for each in comment_words(part)]
        for place, (found, committed, *_rest) in enumerate(words):
            if (found, committed) == (ref, commitment):
                return own[-1], words, place
    raise NoProof(ref)


def _ordinals(capture: Capture) -> list[int]:
    found = Manifest.objects.filter(capture=capture).values_list("ordinal", flat=True)
    return list(found.distinct().order_by("ordinal"))


def _leaves(capture: Capture) -> list[bytes]:
    """Return the leaves of a copy's articles."""
    ends = Manifest.objects.filter(capture=capture).exclude(leaf=b"")
    stored = [
        bytes(leaf) for leaf in ends.order_by("ordinal").values_list("leaf", flat=True)
    ]
    # Copies made before leaves were stored have none.
    return stored or list(article_leaves(capture))


def _path(leaves: Sequence[bytes], place: int) -> Mapping[str, Json]:
    proof = inclusion_proof(place, len(leaves), subtrees_of(leaves))
    return {
        "index": place,
        "size": len(leaves),
        "proof": [base64url(each) for each in proof],
    }
