"""A small witness for other people's records (C2SP tlog-witness, cosignature/v1).

It remembers one checkpoint a record, and confirms another only with a proof that the
record has merely grown since. What it confirms is stored before it answers, so that a
crash cannot make it confirm two histories.
"""

from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from commentarchive.ledger.key_files import BadKey, load_key
from commentarchive.ledger.merkle.hashing import EMPTY_ROOT
from commentarchive.ledger.merkle.notes import (
    COSIGNATURE,
    BadNote,
    SigningKey,
    TreeHead,
    VerifyingKey,
    open_note,
    parse_checkpoint,
    split_note,
)
from commentarchive.ledger.merkle.proofs import BadProof, check_consistency
from commentarchive.ledger.merkle.witnessing import CosignRequest, read_request
from commentarchive.ledger.models import WitnessedLog

# A checkpoint with some dozen cosignatures and the longest proof.
MAX_BODY = 1 << 16
# What a database keeps; no record reaches it.
MAX_SIZE = 2**63 - 1


class Refused(Exception):
    """The checkpoint is not confirmed; holds the status and text of the answer."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class OtherSize(Refused):
    """The proof does not begin at the size that was confirmed last."""

    def __init__(self, size: int) -> None:
        super().__init__(HTTPStatus.CONFLICT, f"{size}")


def own_key() -> SigningKey:
    """Load this installation's key as a witness. Raise BadKey.

    It is created before the first record is witnessed and never again: a second key
    under the same name could confirm what the first one refused.
    """
    path = settings.WITNESS_KEY_FILE
    if not path.exists() and WitnessedLog.objects.exists():
        message = f"{path}: the key of this witness is not there; put it back"
        raise BadKey(message)
    name = f"{urlsplit(settings.BASE_URL).hostname}/witness"
    return load_key(path, name, COSIGNATURE)


def witness_log(vkey: str) -> WitnessedLog:
    """Start to witness a record, given its key. Raise BadNote or BadKey.

    Creates this installation's own key, so that no web request ever has to.
    """
    own_key()
    verifier = VerifyingKey.parse(vkey)
    known = WitnessedLog.objects.filter(origin=verifier.name).first()
    if known is not None and known.vkey != verifier.vkey:
        message = f"{verifier.name} is witnessed here with another key"
        raise BadNote(message)
    return known or WitnessedLog.objects.create(
        origin=verifier.name, vkey=verifier.vkey
    )


@require_safe
def vkey(_request: HttpRequest) -> HttpResponse:
    """Return this installation's key as a witness; 404 if it witnesses nothing."""
    if not WitnessedLog.objects.exists():
        raise Http404
    try:
        text = f"{own_key().verifier.vkey}\n"
    except BadKey:
        return _without_key()
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _without_key() -> HttpResponse:
    """Return 503 while the key is lost or damaged; the commands say what is wrong."""
    status = HTTPStatus.SERVICE_UNAVAILABLE
    kind = "text/plain; charset=utf-8"
    return HttpResponse("the witness has no key\n", status=status, content_type=kind)


@csrf_exempt
@require_POST
def add_checkpoint(request: HttpRequest) -> HttpResponse:
    """Return a cosignature, or the status that the protocol has for a refusal."""
    try:
        line = confirm(_read(request))
    except BadKey:
        return _without_key()
    except OtherSize as error:
        kind = "text/x.tlog.size"
        return HttpResponse(f"{error}\n", status=error.status, content_type=kind)
    except Refused as error:
        kind = "text/plain; charset=utf-8"
        return HttpResponse(f"{error}\n", status=error.status, content_type=kind)
    return HttpResponse(line, content_type="text/plain; charset=utf-8")


def _read(request: HttpRequest) -> CosignRequest:
    body = request.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the request is too long")
    try:
        return read_request(body.decode())
    except (UnicodeDecodeError, BadNote) as error:
        raise Refused(HTTPStatus.BAD_REQUEST, str(error)) from error


def confirm(asked: CosignRequest) -> str:
    """Return the cosignature of a checkpoint. Raise Refused.

    1. Check that a known record signed it and that the sizes make sense.
    2. Lock the record's row, so that two requests cannot confirm a fork each.
    3. Refuse unless the proof begins at the remembered size, and leads there.
    4. Remember the checkpoint, commit, and only then sign.
    """
    signed = _signed(asked.note)
    if not asked.old <= signed.size <= MAX_SIZE:
        reason = "the old size is above the checkpoint's, or that above any record's"
        raise Refused(HTTPStatus.BAD_REQUEST, reason)
    key = own_key()
    with transaction.atomic():
        log = WitnessedLog.objects.select_for_update(no_key=True).get(
            origin=signed.origin
        )
        if asked.old != log.size:
            raise OtherSize(log.size)
        if log.size == signed.size and log.size and bytes(log.root) != signed.root:
            raise OtherSize(log.size)
        _check(asked, signed, bytes(log.root))
        now = timezone.now()
        log.size, log.root, log.seen_at = signed.size, signed.root, now
        log.save(update_fields=["size", "root", "seen_at"])
    return key.cosign(signed.text, int(now.timestamp()))


def _signed(note: str) -> TreeHead:
    """Return the checkpoint in a note, signed by a record known here. Raise Refused."""
    try:
        signed = parse_checkpoint(split_note(note)[0])
    except BadNote as error:
        raise Refused(HTTPStatus.BAD_REQUEST, str(error)) from error
    log = WitnessedLog.objects.filter(origin=signed.origin).first()
    if log is None:
        raise Refused(HTTPStatus.NOT_FOUND, "that record is not witnessed here")
    try:
        text = open_note(note, [VerifyingKey.parse(log.vkey)])
    except BadNote as error:
        raise Refused(HTTPStatus.FORBIDDEN, str(error)) from error
    if text != signed.text:
        # A cosignature would cover extension lines whose meaning is not known here.
        raise Refused(HTTPStatus.BAD_REQUEST, "the checkpoint has further lines")
    return signed


def _check(asked: CosignRequest, signed: TreeHead, root: bytes) -> None:
    """Verify the proof from the remembered root; from size 0 it has to be empty."""
    proof, old_root = asked.proof, root if asked.old else EMPTY_ROOT
    try:
        if asked.old or not proof:
            check_consistency(asked.old, old_root, signed.size, signed.root, proof)
            return
    except BadProof as error:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
    reason = "there is nothing to prove from the empty record"
    raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, reason)
