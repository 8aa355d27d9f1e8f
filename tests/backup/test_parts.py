import io
import json
import shutil
import subprocess
import tarfile
from random import Random

import pytest

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


def test_only_the_passphrase_opens_it():
    """Each turn of the key costs a second of a processor, so there are few here."""
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


def test_ordinary_tools_open_it(tmp_path):
    """Whoever has lost the program still has the words."""
    (tmp_path / "plain.tar").write_bytes(made())
    with tarfile.open(tmp_path / "plain.tar") as archive:
        listed = json.load(archive.extractfile("manifest.json"))["parts"]
        assert set(archive.getnames()) >= set(listed)
    if tar := shutil.which("tar"):
        subprocess.run([tar, "tf", tmp_path / "plain.tar"], check=True)
