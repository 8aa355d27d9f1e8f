"""The request by which a log asks a witness (C2SP tlog-witness, `add-checkpoint`)."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from commentarchive.ledger.merkle.notes import HASH_BYTES, BadNote

MAX_PROOF = 63
_old = re.compile("old (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True, kw_only=True)
class CosignRequest:
    """A checkpoint to be cosigned, with a proof from the size the witness knows."""

    old: int
    proof: Sequence[bytes]
    note: str

    def write(self) -> str:
        """Return the body of the request."""
        hashes = [base64.b64encode(node).decode() for node in self.proof]
        return "\n".join([f"old {self.old}", *hashes, "", self.note])


def read_request(body: str) -> CosignRequest:
    """Parse the body of a request. Raise BadNote."""
    head, found, note = body.partition("\n\n")
    first, *lines = head.split("\n")
    old = _old.fullmatch(first)
    if not found or old is None or len(lines) > MAX_PROOF:
        message = "the request is not: old N, a proof, an empty line, a checkpoint"
        raise BadNote(message)
    try:
        proof = [base64.b64decode(line, validate=True) for line in lines]
    except ValueError as error:
        message = "a line of the proof is not base64"
        raise BadNote(message) from error
    if any(len(node) != HASH_BYTES for node in proof):
        message = "a line of the proof is not a hash"
        raise BadNote(message)
    return CosignRequest(old=int(old[1]), proof=proof, note=note)
