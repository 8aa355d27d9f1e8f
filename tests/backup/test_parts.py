import base64
import io
import json
import shutil
import subprocess
import tarfile
from random import Random

import pyrage
import pytest
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from commentarchive.backup.parts import (
    FACTS,
    HEADER,
    Damaged,
    PartWriter,
    WrongPassphrase,
    check,
    read_parts,
)

pytestmark = pytest.mark.pure
WORDS = "correct horse battery staple"
PARTS = {"tables/a/000001": b"1\tone\n" * 300, "captures/ab/abc": bytes(range(256))}


def made(passphrase=None):
    out = io.BytesIO()
    writer = PartWriter(out, {"made_at": "2026-11-28"}, passphrase)
    for name, data in PARTS.items():
        writer.add(name, data, compress=name.startswith("tables"))
    writer.finish(dict.fromkeys(FACTS, 300))
    writer.close()
    return out.getvalue()


def sealed_quickly(data, passphrase):
    """Encrypt as `age` does with a passphrase, whose key costs next to nothing."""

    def base64_of(some):
        return base64.b64encode(some).rstrip(b"=")

    def derived(salt, info):
        return HKDF(hashes.SHA256(), 32, salt, info).derive(file_key)

    file_key, salt, nonce = b"k" * 16, b"s" * 16, b"n" * 16
    salted = b"age-encryption.org/v1/scrypt" + salt
    wrapping = Scrypt(salted, length=32, n=2, r=8, p=1).derive(passphrase.encode())
    wrapped = ChaCha20Poly1305(wrapping).encrypt(b"\0" * 12, file_key, None)
    header = b"age-encryption.org/v1\n-> scrypt %s 1\n%s\n---" % (
        base64_of(salt),
        base64_of(wrapped),
    )
    mac = hmac.HMAC(derived(None, b"header"), hashes.SHA256())
    mac.update(header)
    # The only chunk of what follows, and the last.
    chunk = ChaCha20Poly1305(derived(nonce, b"payload"))
    return b"%s %s\n%s%s" % (
        header,
        base64_of(mac.finalize()),
        nonce,
        chunk.encrypt(b"\0" * 11 + b"\1", data, None),
    )


@pytest.fixture
def quick_key(monkeypatch):
    """Seal keys so that a turn of them costs no second of a processor."""
    monkeypatch.setattr(pyrage.passphrase, "encrypt", sealed_quickly)


def read(data, passphrase=None):
    return check(io.BytesIO(data), passphrase)


def test_parts_come_back():
    data = made()
    assert read(data)["copies"] == 300
    parts = {part.name: part for part in read_parts(io.BytesIO(data), None)}
    assert parts["tables/a/000001.zst"].unpacked() == PARTS["tables/a/000001"]
    assert parts["captures/ab/abc"].data == PARTS["captures/ab/abc"]


def test_each_changed_or_missing_byte_is_noticed_and_named():
    data, chance = made(), Random(1)
    places = {*range(0, 512, 7), *chance.sample(range(len(data)), 300)}
    for at in places:
        damaged = bytearray(data)
        damaged[at] ^= 1 << chance.randrange(8)
        with pytest.raises(Damaged, match=r"byte|no backup|manifest|format"):
            read(bytes(damaged))
    for length in chance.sample(range(len(data)), 50):
        with pytest.raises(Damaged, match=r"byte|no backup"):
            read(data[:length])
    with pytest.raises(Damaged, match="its end"):
        read(data + b"\0")


def test_where_it_is_damaged_is_said():
    data = bytearray(made())
    at = data.index(PARTS["captures/ab/abc"])
    data[at + 5] ^= 1
    with pytest.raises(Damaged, match=f"captures/ab/abc, at byte {at}: its bytes"):
        read(bytes(data))


def test_foreign_files_are_refused():
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as out:
        out.addfile(tarfile.TarInfo("readme"))
    for data in (b"", b"SQLite format 3\0" * 100, archive.getvalue()):
        with pytest.raises(Damaged):
            read(data)


def test_only_the_passphrase_opens_it(quick_key):
    data = made(WORDS)
    assert b"tables/" not in data
    assert data.index(b"age-encryption.org/v1\n-> scrypt ") == 1536
    with pytest.raises(WrongPassphrase, match="passphrase is needed"):
        read(data)
    with pytest.raises(WrongPassphrase, match="does not open"):
        read(data, "correct horse battery stable")
    with pytest.raises(WrongPassphrase, match="is not encrypted"):
        read(made(), WORDS)
    damaged = bytearray(data)
    damaged[data.index(b"00000002.age") + 600] ^= 1
    parts = read_parts(io.BytesIO(damaged), WORDS)
    assert [next(parts).name, next(parts).name] == [HEADER, "tables/a/000001.zst"]
    with pytest.raises(Damaged, match=r"2\.age, at byte \d+: it cannot be decrypted"):
        next(parts)


def test_each_guess_at_a_passphrase_costs_much():
    """A second of a processor or two, here too: so it is made once and not opened."""
    data = made(WORDS)
    stanza = data[data.index(b"-> scrypt ") :].partition(b"\n")[0]
    assert int(stanza.split()[-1]) >= 15


def test_ordinary_tools_open_it(tmp_path):
    """Whoever has lost the program still has the words."""
    (tmp_path / "plain.tar").write_bytes(made())
    with tarfile.open(tmp_path / "plain.tar") as archive:
        listed = json.load(archive.extractfile("manifest.json"))["parts"]
        assert set(archive.getnames()) >= set(listed)
    if tar := shutil.which("tar"):
        subprocess.run([tar, "tf", tmp_path / "plain.tar"], check=True)
