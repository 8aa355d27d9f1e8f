"""What an import's entry commits to: a tree in two levels.

Per article an RFC 6962 tree whose leaves are the comments in reading order; over the
articles a second tree, whose root stands in the entry. A proof is comment → article's
root → import's root → entry.
"""

from commentarchive.ledger.merkle.canonical import encode_strings
from commentarchive.ledger.merkle.hashing import base64url, leaf_hash
from commentarchive.ledger.merkle.tree import Frontier
from commentarchive.models import Capture, Comment, Manifest, Revision


def comment_leaf(ref: str, commitment: str, state: str, parent_ref: str) -> bytes:
    """Hash a comment as one copy held it; "" for no text and for no parent."""
    return leaf_hash(encode_strings([ref, commitment, state, parent_ref]))


def post_leaf(ref: str, commitment: str, status: str, comments: bytes) -> bytes:
    """Hash an article as one copy held it, over the root of its comments."""
    return leaf_hash(encode_strings([ref, commitment, status, base64url(comments)]))


def recompute_root(capture: Capture) -> str:
    """Work the root out anew from what is stored; equal to `capture.root`.

    Costs a pass over every comment of the copy.
    """
    over_posts, over_comments = Frontier(), Frontier()
    previous: Manifest | None = None
    manifests = Manifest.objects.filter(capture=capture).order_by("ordinal", "part")
    for manifest in manifests.select_related("post", "post_revision").iterator():
        if previous is not None and manifest.ordinal != previous.ordinal:
            over_posts.add(_stored_post_leaf(previous, over_comments))
            over_comments = Frontier()
        for leaf in _stored_comment_leaves(manifest):
            over_comments.add(leaf)
        previous = manifest
    if previous is not None:
        over_posts.add(_stored_post_leaf(previous, over_comments))
    return base64url(over_posts.root())


def _stored_post_leaf(manifest: Manifest, comments: Frontier) -> bytes:
    revision = manifest.post_revision
    commitment = revision.commitment if revision else ""
    return post_leaf(
        manifest.post.ref, commitment, manifest.post_status, comments.root()
    )


def _stored_comment_leaves(manifest: Manifest) -> list[bytes]:
    held = list(manifest.unpack())
    keys = {row.comment for row in held} | {row.parent for row in held}
    refs = dict(Comment.objects.filter(pk__in=keys).values_list("pk", "ref"))
    texts = dict(
        Revision.objects.filter(pk__in=[row.revision for row in held]).values_list(
            "pk", "commitment"
        )
    )
    return [
        comment_leaf(
            refs[row.comment],
            texts.get(row.revision, ""),
            row.state,
            refs.get(row.parent, ""),
        )
        for row in held
    ]
