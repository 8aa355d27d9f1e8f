"""The two-level tree that an import's entry commits to.

Each article has an RFC 6962 tree over its comments in reading order. A second tree is
over the articles; its root is in the entry. A proof leads from the comment to the
article's root, from that to the import's root, from that to the entry.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from django.db.models import QuerySet

from commentarchive.ledger.merkle.canonical import encode_strings
from commentarchive.ledger.merkle.frontier import Frontier
from commentarchive.ledger.merkle.hashing import base64url, leaf_hash
from commentarchive.models import Capture, Comment, Manifest, Revision
from commentarchive.storage.prepared import Prepared


def comment_leaf(ref: str, commitment: str, state: str, parent_ref: str) -> bytes:
    """Hash a comment as one capture held it; "" for no text and for no parent.

    References, commitments and states hold nothing that JSON would escape, so that
    their canonical form is written directly; a test holds it against RFC 8785.
    """
    return leaf_hash(f'["{ref}","{commitment}","{state}","{parent_ref}"]'.encode())


def post_leaf(ref: str, commitment: str, status: str, comments: bytes) -> bytes:
    """Hash an article as one copy held it, over the root of its comments."""
    return leaf_hash(encode_strings([ref, commitment, status, base64url(comments)]))


def recompute_root(capture: Capture) -> str:
    """Compute the root again from what is stored; it should equal `capture.root`.

    Costs a pass over every comment of the copy.
    """
    tree = Frontier()
    for leaf in article_leaves(capture):
        tree.add(leaf)
    return base64url(tree.root())


def article_leaves(capture: Capture) -> Iterator[bytes]:
    """Compute each article's leaf again, in the copy's order."""
    found = _manifests.stream(capture.pk)
    for _ordinal, parts in groupby(found, key=attrgetter("ordinal")):
        tree = Frontier()
        for manifest in parts:
            for leaf in comment_leaves(manifest):
                tree.add(leaf)
        yield hash_article(manifest, tree.root())


@Prepared
def _manifests(capture_pk: int) -> QuerySet[Manifest]:
    held = Manifest.objects.filter(capture=capture_pk).order_by("ordinal", "part")
    return held.select_related("post", "post_revision")


def hash_article(manifest: Manifest, comments: bytes) -> bytes:
    """Hash an article as a copy held it, over the root of its comments."""
    return post_leaf(*article_words(manifest), comments)


def article_words(manifest: Manifest) -> tuple[str, str, str]:
    """Return what an article's leaf commits to: reference, commitment, status."""
    revision = manifest.post_revision
    commitment = revision.commitment if revision else ""
    return manifest.post.ref, commitment, manifest.post_status


def comment_leaves(manifest: Manifest) -> list[bytes]:
    """Hash each comment of one part of an article, in reading order."""
    return [comment_leaf(*words) for words in comment_words(manifest)]


def comment_words(manifest: Manifest) -> list[tuple[str, str, str, str]]:
    """Return what each comment's leaf commits to: reference, commitment, state, parent.

    "" stands for what is not there; in reading order.
    """
    held = list(manifest.unpack())
    keys = {row.comment for row in held} | {row.parent for row in held}
    refs = dict(_refs(tuple(keys)))
    texts = dict(_commitments(tuple({row.revision for row in held})))
    return [
        (
            refs.get(row.comment, ""),
            texts.get(row.revision, ""),
            row.state,
            refs.get(row.parent, ""),
        )
        for row in held
    ]


@Prepared
def _refs(keys: tuple[int, ...]) -> QuerySet[Comment, tuple[int, str]]:
    return Comment.objects.filter(pk__in=keys).values_list("pk", "ref")


@Prepared
def _commitments(keys: tuple[int, ...]) -> QuerySet[Revision, tuple[int, str]]:
    return Revision.objects.filter(pk__in=keys).values_list("pk", "commitment")
