"""Receipts of entries (C2SP tlog-proof): proofs that anybody can keep and check."""

import base64

from commentarchive.ledger.merkle.proofs import inclusion_proof
from commentarchive.ledger.models import Checkpoint, Entry
from commentarchive.ledger.tiles import NoTile, last_checkpoint, subtrees

FORMAT = "c2sp.org/tlog-proof@v1"


def signed_entry(index: int) -> Entry:
    """Return an entry, if the last checkpoint signs it. Raise NoTile."""
    _checkpoint_over(index)
    return Entry.objects.get(pk=index)


def receipt(index: int) -> str:
    """Return the receipt of a signed entry. Raise NoTile.

    The format's name, `index N`, the inclusion proof's hashes in base64, an empty
    line, and the last checkpoint as it is published.
    """
    signed = _checkpoint_over(index)
    proof = inclusion_proof(index, signed.size, subtrees())
    hashes = [base64.b64encode(node).decode() for node in proof]
    return "\n".join([FORMAT, f"index {index}", *hashes, "", signed.published])


def _checkpoint_over(index: int) -> Checkpoint:
    signed = last_checkpoint()
    if signed is None or index >= signed.size:
        raise NoTile(index)
    return signed
