"""Ask witnesses to confirm the record (C2SP tlog-witness).

Nothing waits for them: a checkpoint is public as soon as it is signed, and the lines
of the witnesses are added to it as they come. `cosigning.py` is the other side, in
which this installation is a witness.
"""

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPException
from typing import Any, override

from django.db import transaction

from commentarchive.ledger.merkle.notes import (
    ID_BYTES,
    TIME_BYTES,
    BadNote,
    VerifyingKey,
    split_note,
)
from commentarchive.ledger.merkle.proofs import consistency_proof
from commentarchive.ledger.merkle.witness_policy import Witness, WitnessPolicy
from commentarchive.ledger.merkle.witnessing import CosignRequest
from commentarchive.ledger.models import Checkpoint, Cosignature
from commentarchive.ledger.tiles import last_checkpoint, subtrees

TIMEOUT = 10
_size = re.compile("[0-9]{1,19}")
# Enough for any number of cosignatures; a longer answer is cut off and refused.
MAX_ANSWER = 1 << 16


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: only the addresses of the policy are asked."""

    @override
    def redirect_request(self, *_: Any) -> None:
        return None


class NotConfirmed(Exception):
    """A witness did not confirm the record; the message says why."""


class KnowsMore(NotConfirmed):
    """A witness has confirmed a later state of this record than there is here."""


def confirmed(policy: WitnessPolicy) -> Checkpoint | None:
    """Return the newest checkpoint that enough witnesses have confirmed, or None.

    A policy without witnesses confirms nothing, and lines of witnesses that it does
    not name do not count.
    """
    newest = Checkpoint.objects.filter(cosignatures__vkey__in=policy.vkeys).distinct()
    for checkpoint in newest.order_by("-size")[:50]:
        if policy.is_met([line.vkey for line in lines_under(checkpoint, policy)]):
            return checkpoint
    return None


def lines_under(
    checkpoint: Checkpoint | None, policy: WitnessPolicy
) -> list[Cosignature]:
    """Return the cosignatures of a policy's witnesses under a checkpoint."""
    if checkpoint is None:
        return []
    lines = checkpoint.cosignatures.filter(vkey__in=policy.vkeys)
    return list(lines.order_by("pk"))


def ask_all(policy: WitnessPolicy) -> Iterator[Cosignature | NotConfirmed]:
    """Ask each witness that has not confirmed the last checkpoint yet.

    Yields what each of them answered; a failure of one does not keep the others.
    """
    checkpoint = last_checkpoint()
    if checkpoint is None:
        return
    confirmed_by = set(checkpoint.cosignatures.values_list("vkey", flat=True))
    for name, witness in policy.witnesses.items():
        if witness.verifier.vkey in confirmed_by or not witness.address:
            continue
        try:
            yield _ask(checkpoint, witness)
        except NotConfirmed as error:
            yield NotConfirmed(f"{name}: {error}")
        except (OSError, HTTPException, ValueError, OverflowError) as error:
            # The answer comes from a stranger's server and may be anything.
            yield NotConfirmed(f"{name}: it answered nonsense ({error!r})"[:400])


def ask_if_more(policy: WitnessPolicy) -> Iterator[NotConfirmed]:
    """Ask every witness whether it knows a later state than the last one here.

    Yields a KnowsMore for each that does, another NotConfirmed where it cannot be told.
    """
    checkpoint = last_checkpoint()
    for name, witness in policy.witnesses.items():
        if checkpoint is None or not witness.address:
            continue
        try:
            _ask(checkpoint, witness)
        except KnowsMore as error:
            yield KnowsMore(f"{name}: {error}")
        except NotConfirmed as error:
            yield NotConfirmed(f"{name}: {error}")
        except (OSError, HTTPException, ValueError, OverflowError) as error:
            yield NotConfirmed(f"{name}: it answered nonsense ({error!r})"[:400])


def _ask(checkpoint: Checkpoint, witness: Witness) -> Cosignature:
    """Have one witness confirm a checkpoint. Raise NotConfirmed.

    1. Send the checkpoint with a proof from the size this witness confirmed last.
    2. If it remembers another size (409), send a proof from that size, once.
    3. Verify its line before it is stored.
    """
    vkey = witness.verifier.vkey
    last = Cosignature.objects.filter(vkey=vkey).order_by("-checkpoint").first()
    status, answer = _post(checkpoint, witness, last.checkpoint_id if last else 0)
    if status == HTTPStatus.CONFLICT:
        size = answer.strip()
        if not _size.fullmatch(size) or int(size) > checkpoint.size:
            message = f"it knows {size[:30]} entries, and here are {checkpoint.size}"
            raise KnowsMore(message) if _size.fullmatch(size) else NotConfirmed(message)
        status, answer = _post(checkpoint, witness, int(size))
    if status != HTTPStatus.OK:
        message = f"it answered {status} ({answer.strip()[:200]})"
        raise NotConfirmed(message)
    line, moment = _own_line(checkpoint.note, answer, witness.verifier)
    with transaction.atomic():
        made, _is_new = Cosignature.objects.get_or_create(
            checkpoint=checkpoint,
            vkey=vkey,
            defaults={"line": line, "signed_at": moment},
        )
        return made


def _post(checkpoint: Checkpoint, witness: Witness, old: int) -> tuple[int, str]:
    proof = consistency_proof(old, checkpoint.size, subtrees())
    body = CosignRequest(old=old, proof=proof, note=checkpoint.note).write()
    request = urllib.request.Request(  # noqa: S310  # http only, see the policy
        f"{witness.address}/add-checkpoint", data=body.encode(), method="POST"
    )
    try:
        asked = urllib.request.build_opener(_NoRedirect)
        with asked.open(request, timeout=TIMEOUT) as answer:
            return answer.status, _text(answer.read(MAX_ANSWER))
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _text(error.read(MAX_ANSWER))
    except OSError as error:
        message = f"it cannot be reached ({error})"
        raise NotConfirmed(message) from error


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _own_line(note: str, answer: str, verifier: VerifyingKey) -> tuple[str, datetime]:
    """Return the witness's own line from its answer, and its time. Raise NotConfirmed.

    Lines of other keys are ignored.
    """
    if "\n\n" in answer:
        message = "its answer is not a list of cosignatures"
        raise NotConfirmed(message)
    try:
        text, signatures = split_note(note.partition("\n\n")[0] + "\n\n" + answer)
    except BadNote as error:
        message = f"its answer is not a cosignature ({error})"
        raise NotConfirmed(message) from error
    lines = answer.removesuffix("\n").split("\n")
    for line, (name, data) in zip(lines, signatures, strict=True):
        if name != verifier.name or data[:ID_BYTES] != verifier.id:
            continue
        signature = data[ID_BYTES:]
        if verifier.accepts(text, signature):
            seconds = int.from_bytes(signature[:TIME_BYTES])
            return f"{line}\n", datetime.fromtimestamp(seconds, UTC)
    message = "its answer is not signed with its key"
    raise NotConfirmed(message)
