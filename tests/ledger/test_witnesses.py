"""Records are confirmed by witnesses, ours and another's, and forks are not."""

import base64
import io
import secrets
import signal
import socket
import subprocess
import threading

import aics_tlog
import aics_witness
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.test import Client

from commentarchive.ledger import witnesses
from commentarchive.ledger.merkle.notes import (
    COSIGNATURE,
    SigningKey,
    TreeHead,
    VerifyingKey,
    open_note,
)
from commentarchive.ledger.merkle.proofs import (
    consistency_proof,
    range_root,
    subtrees_of,
)
from commentarchive.ledger.merkle.witness_policy import read_policy
from commentarchive.ledger.merkle.witnessing import CosignRequest
from commentarchive.ledger.models import Checkpoint, Cosignature, LogKey, WitnessedLog
from commentarchive.ledger.witnesses import confirmed
from tests.ledger.records import add
from tests.test_serve import SERVE, environment, free_port, get, manage

pytestmark = [pytest.mark.django_db, pytest.mark.once]
OTHER = SigningKey("other.example/ledger", bytes(range(32)))
HASHES = [secrets.token_bytes(32) for _each in range(40)]
FORKED = [*HASHES[:10], *(secrets.token_bytes(32) for _each in range(30))]


def grow(number):
    add(number)
    call_command("sign_checkpoint", stdout=io.StringIO())


@pytest.fixture
def record(settings, tmp_path):
    settings.LEDGER_KEY_FILE = tmp_path / "ledger"
    settings.LEDGER_ORIGIN = "archive.example/ledger"
    settings.WITNESS_KEY_FILE = tmp_path / "witness"
    grow(5)
    return LogKey.objects.get().vkey


# --- As a witness


def body(old, size, hashes=HASHES, *, proof=None, key=OTHER, extra=""):
    tree = subtrees_of(hashes)
    if proof is None:
        proof = consistency_proof(old, size, tree) if old <= size else []
    text = TreeHead(OTHER.name, size, range_root(0, size, tree)).text + extra
    return CosignRequest(old=old, proof=proof, note=key.sign(text)).write()


def post(text):
    # From another server, so without any token against forged forms.
    client = Client(enforce_csrf_checks=True)
    return client.post(
        "/ledger/witness/add-checkpoint", text, content_type="text/plain"
    )


@pytest.fixture
def witness(record):
    out = io.StringIO()
    call_command("witness_log", OTHER.verifier.vkey, stdout=out)
    return out.getvalue()


def test_confirms_what_grows_and_nothing_else(witness):
    key = VerifyingKey.parse(
        Client().get("/ledger/witness/vkey").text.strip(), COSIGNATURE
    )
    assert (
        witness.split("\n")[1]
        == f"witness {key.name} {key.vkey} http://127.0.0.1:8000/ledger/witness"
    )
    first = body(0, 10)
    answer = post(first)
    assert answer.status_code == 200
    note = first.partition("\n\n")[2] + answer.text
    assert open_note(note, [key]) == open_note(note, [OTHER.verifier])
    verified = aics_tlog.verify_checkpoint(
        aics_tlog.parse_note(note),
        aics_tlog.parse_vkey(OTHER.verifier.vkey),
        witness_keys=[aics_tlog.parse_vkey(key.vkey)],
        quorum=1,
    )
    assert verified.ok
    assert post(body(10, 25)).status_code == 200
    # The same again is confirmed again.
    assert post(body(25, 25)).status_code == 200
    for text, status in (
        (body(0, 10), 409),  # rolled back
        (body(10, 30), 409),  # from another size
        (body(25, 25, FORKED), 409),  # a fork of equal size
        (body(25, 40, FORKED), 422),  # a larger fork
        (body(25, 40, proof=[]), 422),  # growth without a proof
        (body(25, 40, proof=[bytes(32)] * 3), 422),
        (body(30, 25), 400),  # backwards
        (body(25, 40, key=SigningKey(OTHER.name, bytes(32))), 403),
        (body(25, 40, key=SigningKey("stranger.example", bytes(32))), 403),
        (body(25, 40).replace(OTHER.name, "stranger.example/x"), 404),
        (body(25, 40, extra="more\n"), 400),
        ("old 25\n\nrubbish", 400),
        ("", 400),
        ("x" * 70_000, 413),
    ):
        answer = post(text)
        assert answer.status_code == status, (text[:200], answer.text)
        if status == 409:
            assert (answer.text, answer["Content-Type"]) == ("25\n", "text/x.tlog.size")
        log = WitnessedLog.objects.get()
        assert (log.size, bytes(log.root)) == (
            25,
            range_root(0, 25, subtrees_of(HASHES)),
        )
    assert post(body(25, 40)).status_code == 200
    page = Client().get("/ledger/").text
    assert "other.example/ledger, 40 entries" in page


def test_a_proof_from_nothing_is_empty(witness):
    assert post(body(0, 10, proof=[bytes(32)])).status_code == 422
    assert not WitnessedLog.objects.get().size
    assert post(body(0, 0)).status_code == 200


def test_where_nothing_is_witnessed_nothing_is_found(record):
    assert Client().get("/ledger/witness/vkey").status_code == 404
    assert post(body(0, 10)).status_code == 404
    assert Client().get("/ledger/witness/add-checkpoint").status_code == 405


def test_a_record_is_witnessed_under_one_key(witness, settings):
    again = io.StringIO()
    call_command("witness_log", OTHER.verifier.vkey, stdout=again)
    assert again.getvalue() == witness
    other = SigningKey(OTHER.name, bytes(32)).verifier.vkey
    for vkey, words in (
        (other, "with another key"),
        ("x", "NAME"),
        (witness.split()[-2], "no Ed25519 key"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("witness_log", vkey)
    settings.WITNESS_KEY_FILE.write_text("rubbish")
    with pytest.raises(CommandError, match="Not witnessed"):
        call_command("witness_log", OTHER.verifier.vkey)


def test_a_size_beyond_any_record_and_a_lost_key(witness, settings):
    tree = subtrees_of(HASHES)
    text = TreeHead(OTHER.name, 9_999_999_999_999_999_999, range_root(0, 40, tree)).text
    request = CosignRequest(old=0, proof=[], note=OTHER.sign(text)).write()
    assert post(request).status_code == 400
    settings.WITNESS_KEY_FILE.unlink()
    assert post(body(0, 10)).status_code == 503
    assert Client().get("/ledger/witness/vkey").status_code == 503
    assert not settings.WITNESS_KEY_FILE.exists()
    assert not WitnessedLog.objects.get().size


# --- Asking witnesses


@pytest.fixture
def strange(record, tmp_path):
    """Run a witness that is not ours."""
    key = Ed25519PrivateKey.from_private_bytes(bytes([7] * 32))
    name = "witness.example/w1"
    vkey = aics_tlog.format_vkey(aics_tlog.cosignature_vkey(name, key.public_key()))
    log = aics_witness.LogConfig(
        origin="archive.example/ledger", vkeys=(aics_tlog.parse_vkey(record),)
    )
    store = aics_witness.WitnessStore(tmp_path / "witness.db", create=True)
    server = aics_witness.make_server(
        aics_witness.Witness(name, key, store, [log]), "127.0.0.1", 0
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"witness strange {vkey} {server.url}", vkey
    server.shutdown()
    server.server_close()
    thread.join()
    store.close()


def test_nobody_else_holds_a_copy_is_said_plainly(record):
    assert (
        "Nobody else is known to hold a copy of this record"
        in Client().get("/ledger/").text
    )
    assert Client().get("/ledger/confirmed-checkpoint").status_code == 404
    with pytest.raises(CommandError, match="No witness is named"):
        call_command("ask_witnesses")


def test_a_witness_that_is_not_ours_confirms_the_record(record, strange, settings):
    line, vkey = strange
    settings.LEDGER_POLICY = read_policy(f"{line}\nquorum strange")
    out = io.StringIO()
    call_command("ask_witnesses", stdout=out)
    assert (
        out.getvalue()
        == f"witness.example/w1 has confirmed {Checkpoint.objects.get().size} entries.\n"
    )
    call_command("ask_witnesses", stdout=out)
    assert Cosignature.objects.count() == 1
    grow(300)
    call_command("ask_witnesses", stdout=out)
    last = Checkpoint.objects.order_by("-size").first()
    note = Client().get("/ledger/checkpoint").text
    assert note == Client().get("/ledger/confirmed-checkpoint").text == last.published
    assert aics_tlog.verify_checkpoint(
        aics_tlog.parse_note(note),
        aics_tlog.parse_vkey(record),
        witness_keys=[aics_tlog.parse_vkey(vkey)],
        quorum=1,
    ).ok
    page = Client().get("/ledger/").text
    assert "witness.example/w1" in page
    assert "Nobody else" not in page
    receipt = Client().get("/ledger/entries/3.tlog-proof").text
    assert receipt.endswith(last.published)


def test_one_that_lost_its_place_is_asked_from_where_it_stands(
    record, strange, settings
):
    settings.LEDGER_POLICY = read_policy(f"{strange[0]}\nquorum strange")
    call_command("ask_witnesses", stdout=io.StringIO())
    from commentarchive.ledger import triggers

    triggers.remove()
    Cosignature.objects.all().delete()
    triggers.install()
    grow(20)
    call_command("ask_witnesses", stdout=io.StringIO())
    assert (
        Cosignature.objects.get().checkpoint_id
        == Checkpoint.objects.order_by("-size").first().size
    )


def test_one_that_cannot_be_reached_or_lies_is_named(record, settings):
    port = free_port()
    key = SigningKey("liar.example", bytes(32), COSIGNATURE).verifier.vkey
    settings.LEDGER_POLICY = read_policy(
        f"witness silent {key} http://127.0.0.1:{port}\nquorum silent"
    )
    errors = io.StringIO()
    with pytest.raises(CommandError, match="1 did not confirm it"):
        call_command("ask_witnesses", stderr=errors)
    assert "Not confirmed by silent: it cannot be reached" in errors.getvalue()
    assert confirmed(settings.LEDGER_POLICY) is None


def test_an_answer_under_another_key_confirms_nothing(record, strange, settings):
    line, vkey = strange
    other = SigningKey("witness.example/w1", bytes(32), COSIGNATURE).verifier.vkey
    settings.LEDGER_POLICY = read_policy(f"{line.replace(vkey, other)}\nquorum strange")
    errors = io.StringIO()
    with pytest.raises(CommandError):
        call_command("ask_witnesses", stderr=errors)
    assert "its answer is not signed with its key" in errors.getvalue()
    assert not Cosignature.objects.exists()


LIAR = SigningKey("liar.example", bytes(32), COSIGNATURE)


@pytest.mark.parametrize(
    "answer",
    [
        "nonsense\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Length: 900\r\n\r\nshort",
        "HTTP/1.0 409 Conflict\r\n\r\n" + "9" * 5000,
        "HTTP/1.0 409 Conflict\r\n\r\nten",
        "HTTP/1.0 500 Oops\r\nContent-Length: 900\r\n\r\nshort",
        "HTTP/1.0 200 OK\r\n\r\nNOTE",
        "HTTP/1.0 200 OK\r\n\r\nLINE",
        "HTTP/1.0 200 OK\r\n\r\n\xff\xfe",
        "HTTP/1.0 200 OK\r\n\r\n",
        "",
    ],
)
def test_whatever_a_witness_answers_is_an_answer(record, settings, answer):
    note = Checkpoint.objects.get().note
    line = LIAR.cosign(note.partition("\n\n")[0] + "\n", 2**63)
    data = answer.encode("latin-1")
    data = data.replace(b"NOTE", (note + line).encode()).replace(b"LINE", line.encode())
    with socket.create_server(("127.0.0.1", 0)) as server:

        def reply():
            connection, _address = server.accept()
            with connection:
                connection.recv(1 << 16)
                connection.sendall(data)

        thread = threading.Thread(target=reply, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        settings.LEDGER_POLICY = read_policy(
            f"witness liar {LIAR.verifier.vkey} {address}\nquorum liar"
        )
        errors = io.StringIO()
        with pytest.raises(CommandError, match="1 did not confirm it"):
            call_command("ask_witnesses", stderr=errors)
        thread.join()
    assert "Not confirmed by liar: " in errors.getvalue()
    assert not Cosignature.objects.exists()


def test_lines_of_witnesses_that_are_no_longer_named_count_for_nothing(
    record, settings
):
    signed = Checkpoint.objects.get()
    Cosignature.objects.create(
        checkpoint=signed,
        vkey=LIAR.verifier.vkey,
        signed_at=signed.signed_at,
        line=LIAR.cosign(signed.note.partition("\n\n")[0] + "\n", 0),
    )
    for text in ("quorum none", f"witness other {strangers_key()}\nquorum none"):
        assert confirmed(read_policy(text)) is None
    named = read_policy(f"witness liar {LIAR.verifier.vkey}\nquorum none")
    assert confirmed(named) == signed


def strangers_key():
    return SigningKey("other.example", bytes([1] * 32), COSIGNATURE).verifier.vkey


def test_two_of_three_have_to_agree(record, strange, settings):
    line, _vkey = strange
    keys = [SigningKey(f"w{n}.example", bytes([n] * 32), COSIGNATURE) for n in range(2)]
    named = "\n".join(f"witness w{n} {key.verifier.vkey}" for n, key in enumerate(keys))
    settings.LEDGER_POLICY = read_policy(
        f"{line}\n{named}\ngroup all 2 strange w0 w1\nquorum all"
    )
    call_command("ask_witnesses", stdout=io.StringIO())
    assert confirmed(settings.LEDGER_POLICY) is None
    assert "Nobody else" in Client().get("/ledger/").text
    signed = Checkpoint.objects.get()
    Cosignature.objects.create(
        checkpoint=signed,
        vkey=keys[0].verifier.vkey,
        signed_at=signed.signed_at,
        line=keys[0].cosign(signed.note.partition("\n\n")[0] + "\n", 0),
    )
    assert confirmed(settings.LEDGER_POLICY) == signed


@pytest.mark.django_db(transaction=True)
def test_two_installations_witness_one_another(
    record, settings, tmp_path, live_server, make_archive
):
    """The other one is served by processes of its own, on a database of its own."""
    port = free_port()
    here = f"{live_server.url}/ledger/witness"
    settings.BASE_URL = live_server.url
    env = environment(tmp_path / "there", LEDGER_ORIGIN="there.example/ledger")
    env["BASE_URL"] = f"http://127.0.0.1:{port}"
    make_archive(tmp_path / "there")
    told = manage("witness_log", record, env=env)
    assert told.returncode == 0, told.stderr
    serving = subprocess.Popen([*SERVE, "--port", port], env=env)
    try:
        site = f"http://127.0.0.1:{port}/ledger"
        get(f"{site}/checkpoint", 90)
        # It confirms ours.
        settings.LEDGER_POLICY = read_policy(
            f"{told.stdout.split(chr(10))[1]}\nquorum 127.0.0.1/witness"
        )
        call_command("ask_witnesses", stdout=io.StringIO())
        assert confirmed(settings.LEDGER_POLICY) == Checkpoint.objects.get()
        # We confirm its.
        ours = io.StringIO()
        call_command("witness_log", get(f"{site}/vkey", 5).strip(), stdout=ours)
        line = ours.getvalue().split("\n")[1]
        assert line.endswith(here)
        policy = tmp_path / "policy"
        policy.write_text(f"{line}\nquorum {line.split()[1]}\n")
        asked = manage("ask_witnesses", env={**env, "LEDGER_POLICY": str(policy)})
        assert asked.returncode == 0, asked.stderr
        assert "has confirmed" in asked.stdout
        assert WitnessedLog.objects.get(origin="there.example/ledger").size >= 2
        assert get(f"{site}/checkpoint", 5).count("— ") == 2
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.wait(timeout=30)


def test_a_policy_that_is_none_stops_the_start(tmp_path):
    policy = tmp_path / "policy"
    policy.write_text("quorum somebody\n")
    done = manage("check", env=environment(tmp_path, LEDGER_POLICY=str(policy)))
    assert done.returncode
    assert "line 1: somebody is not one of the witnesses" in done.stderr


def sizes_asked(monkeypatch, status="200", answer=""):
    """Answer for every witness; collect the sizes that its proofs begin with."""
    asked = []

    def answered(_checkpoint, _witness, old):
        asked.append(old)
        return int(status), answer

    monkeypatch.setattr(witnesses, "_post", answered)
    return asked


@pytest.fixture
def liar(settings):
    """Name one witness, which answers what a test says."""
    line = f"witness liar {LIAR.verifier.vkey} http://liar.example"
    settings.LEDGER_POLICY = read_policy(f"{line}\nquorum liar")
    return settings.LEDGER_POLICY


def cosigned(signer=LIAR):
    text = Checkpoint.objects.order_by("-size").first().note.partition("\n\n")[0]
    return signer.cosign(f"{text}\n", 1_350_000_000)


def test_each_checkpoint_is_confirmed_once_and_proved_from_the_last(
    record, liar, monkeypatch
):
    first = Checkpoint.objects.get().size
    for size in (0, first):
        asked = sizes_asked(monkeypatch, answer=cosigned())
        call_command("ask_witnesses", stdout=io.StringIO())
        assert asked == [size]
        call_command("ask_witnesses", stdout=io.StringIO())
        assert asked == [size]
        assert confirmed(liar) == Checkpoint.objects.order_by("-size").first()
        grow(2)
    assert Cosignature.objects.count() == 2
    assert confirmed(liar) == Checkpoint.objects.order_by("size")[1]


def test_a_witness_without_an_address_is_not_asked(record, settings, monkeypatch):
    asked = sizes_asked(monkeypatch)
    settings.LEDGER_POLICY = read_policy(
        f"witness liar {LIAR.verifier.vkey}\nquorum liar"
    )
    call_command("ask_witnesses", stdout=io.StringIO())
    assert asked == []


def test_a_witness_that_knows_more_entries_is_not_asked_twice(
    record, liar, monkeypatch
):
    size = Checkpoint.objects.get().size
    asked = sizes_asked(monkeypatch, "409", f"{size + 1}\n")
    errors = io.StringIO()
    with pytest.raises(CommandError):
        call_command("ask_witnesses", stderr=errors)
    assert f"it knows {size + 1} entries, and here are {size}" in errors.getvalue()
    assert asked == [0]


@pytest.mark.parametrize("changed", ["name", "signature", "time"])
def test_a_line_that_is_not_the_witness_s_own_confirms_nothing(
    record, liar, monkeypatch, changed
):
    name, data = cosigned().removeprefix("— ").split()
    raw = bytearray(base64.b64decode(data))
    if changed == "name":
        name = "other.example"
    else:
        raw[-1 if changed == "signature" else 11] ^= 1
    line = f"— {name} {base64.b64encode(raw).decode()}\n"
    sizes_asked(monkeypatch, answer=line)
    errors = io.StringIO()
    with pytest.raises(CommandError):
        call_command("ask_witnesses", stderr=errors)
    assert "its answer is not signed with its key" in errors.getvalue()
    assert not Cosignature.objects.exists()


def test_others_lines_are_passed_over(record, liar, monkeypatch):
    other = SigningKey("other.example", bytes([1] * 32), COSIGNATURE)
    sizes_asked(monkeypatch, answer=cosigned(other) + cosigned())
    call_command("ask_witnesses", stdout=io.StringIO())
    assert Cosignature.objects.get().line == cosigned()


def test_a_request_has_64_kib_at_most(witness):
    line = f"— stranger.example {'A' * 400}\n"
    longest = body(0, 10)
    while len((longest + line).encode()) <= 1 << 16:
        longest += line
    assert post(longest).status_code == 200
    assert post(longest + line + line).status_code == 413
