"""Prove that a published text is the one that the public record commits to.

A proof goes up five steps: the text opens its commitment; the commitment is in the
comment's leaf; the leaf is under the article's root; that is under the copy's root;
and that is in a signed entry.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from commentarchive.captures.tree import (
    article_leaves,
    article_words,
    comment_leaf,
    comment_words,
)
from commentarchive.ledger.merkle.hashing import base64url, disclose_text
from commentarchive.ledger.merkle.proofs import Subtrees, inclusion_proof, subtrees_of
from commentarchive.ledger.models import Checkpoint, Entry
from commentarchive.ledger.receipts import Receipts
from commentarchive.ledger.tiles import last_checkpoint
from commentarchive.models import Capture, Comment, Manifest, Revision
from commentarchive.storage.prepared import Prepared

FORMAT = "commentarchive/text-proof@v1"
# How many articles a prover holds at once, each as one copy has it.
MOST_HELD = 16

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
    revision = _public_text.first(comment.pk)
    capture = revision.capture if revision else None
    if revision is None or capture is None or capture.entry_index is None:
        return None
    index = capture.entry_index
    return (revision, capture, index) if index < signed.size else None


@Prepared
def _public_text(comment_pk: int) -> QuerySet[Revision]:
    shown = Revision.objects.public_revisions().filter(comment=comment_pk)
    return shown.select_related("capture", "text")


class _Tree(NamedTuple):
    """Leaves that are in memory, and how to find what is above them."""

    size: int
    subtrees: Subtrees

    def path(self, place: int) -> Mapping[str, Json]:
        proof = inclusion_proof(place, self.size, self.subtrees)
        return {
            "index": place,
            "size": self.size,
            "proof": [base64url(each) for each in proof],
        }


class _Leaf(NamedTuple):
    """Where one text stands: its words and place, its article's words and ordinal."""

    words: tuple[str, str, str, str]
    place: int
    thread: _Tree
    article: Manifest


class Prover:
    """Proofs of texts under one signed state, the last one where none is given.

    Each copy is read once, and each article as long as few others are asked for.
    """

    def __init__(self, signed: Checkpoint | None = None) -> None:
        signed = (signed or last_checkpoint()) if settings.TEXT_PROOFS else None
        self._size = signed.size if signed else 0
        self._receipts = Receipts(signed) if signed else None
        self._leaves: dict[tuple[int, int], dict[tuple[str, str], _Leaf]] = {}
        self._copies: dict[int, tuple[list[int], _Tree]] = {}
        self._entries: dict[int, Mapping[str, Json]] = {}

    def prove(self, comment: Comment, revision: Revision) -> Mapping[str, Json]:
        """Build the proof of a comment's public text. Raise NoProof.

        The first of an article reads all its comments in the copy, and the first of a
        copy all articles of the copy.
        """
        capture = revision.capture
        index = capture.entry_index if capture else None
        receipts = self._receipts
        if capture is None or index is None or index >= self._size or not receipts:
            raise NoProof(comment.ref)
        key = (capture.pk, comment.copied_below_id)
        if key not in self._leaves:
            if len(self._leaves) >= MOST_HELD:
                self._leaves.clear()
            self._leaves[key] = _leaves_in(_parts(*key))
        leaf = self._leaves[key].get((comment.ref, revision.commitment))
        if leaf is None:
            raise NoProof(comment.ref)
        if capture.pk not in self._copies:
            self._copies[capture.pk] = (_ordinals(capture), _tree(_leaves(capture)))
        ordinals, copy = self._copies[capture.pk]
        if index not in self._entries:
            entry = bytes(Entry.objects.get(pk=index).leaf).decode()
            self._entries[index] = {"entry": entry, "receipt": receipts.of(index)}
        place = ordinals.index(leaf.article.ordinal)
        return {
            "format": FORMAT,
            "disclosure": disclose_text(revision.text.raw, revision.text.salt),
            "comment": {"leaf": leaf.words, **leaf.thread.path(leaf.place)},
            "article": {"leaf": article_words(leaf.article), **copy.path(place)},
            **self._entries[index],
        }


def prove_text(comment: Comment) -> Mapping[str, Json]:
    """Build the proof of one published comment's text. Raise NoProof."""
    found = provable(comment)
    if found is None:
        raise NoProof(comment.ref)
    return Prover().prove(comment, found[0])


def prove_all() -> Iterator[tuple[str, Mapping[str, Json]]]:
    """Yield the reference and the proof of each published text, article by article."""
    prover = Prover()
    shown = Comment.objects.shown().filter(pk=OuterRef("comment"))
    texts = Revision.objects.public_revisions().filter(Exists(shown))
    read = texts.select_related("capture", "text", "comment")
    for revision in read.order_by("comment__post", "pk").iterator():
        comment = revision.comment
        if comment is None:
            continue
        try:
            yield comment.ref, prover.prove(comment, revision)
        except NoProof:
            # Its copy is not signed yet, or was made before such proofs.
            continue


def proof_file(proof: Mapping[str, Json]) -> bytes:
    """Return a proof as the file in which it is handed out."""
    return json.dumps(proof, indent=1, ensure_ascii=False).encode()


@Prepared
def _parts(capture: int, post: int) -> QuerySet[Manifest]:
    held = Manifest.objects.filter(capture=capture, post=post)
    return held.select_related("post", "post_revision").order_by("ordinal", "part")


def _leaves_in(parts: Sequence[Manifest]) -> dict[tuple[str, str], _Leaf]:
    """Return where each text of an article stands in a copy, by comment and seal."""
    found: dict[tuple[str, str], _Leaf] = {}
    # A web archive may hold the article several times, with several texts.
    for ordinal in sorted({part.ordinal for part in parts}):
        own = [part for part in parts if part.ordinal == ordinal]
        words = [each for part in own for each in comment_words(part)]
        tree = _tree([comment_leaf(*each) for each in words])
        for place, each in enumerate(words):
            found.setdefault((each[0], each[1]), _Leaf(each, place, tree, own[-1]))
    return found


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


def _tree(leaves: Sequence[bytes]) -> _Tree:
    return _Tree(len(leaves), subtrees_of(leaves))
