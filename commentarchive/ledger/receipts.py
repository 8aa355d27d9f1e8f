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


class Receipts:
    """Receipts of many entries under one signed state; each tile is read once."""

    def __init__(self, signed: Checkpoint) -> None:
        self._size, self._published = signed.size, signed.published
        self._subtrees = subtrees()

    def of(self, index: int) -> str:
        """Return the receipt of an entry. Raise NoTile beyond the signed state.

        The format's name, `index N`, the inclusion proof's hashes in base64, an empty
        line, and the signed state as it is published.
        """
        if index >= self._size:
            raise NoTile(index)
        proof = inclusion_proof(index, self._size, self._subtrees)
        hashes = [base64.b64encode(node).decode() for node in proof]
        return "\n".join([FORMAT, f"index {index}", *hashes, "", self._published])


def receipt(index: int) -> str:
    """Return the receipt of an entry under the last signed state. Raise NoTile."""
    return Receipts(_checkpoint_over(index)).of(index)


def _checkpoint_over(index: int) -> Checkpoint:
    signed = last_checkpoint()
    if signed is None or index >= signed.size:
        raise NoTile(index)
    return signed
