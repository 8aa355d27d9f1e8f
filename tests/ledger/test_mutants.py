"""Damages of every kind to a record of 1,000 entries: each is found, and named.

MUTANTS in the environment says how many are made; `make soak` makes 10,000.
"""

import os
import random

import pytest

from commentarchive.ledger.merkle.canonical import encode
from commentarchive.ledger.merkle.notes import SigningKey
from commentarchive.ledger.merkle.verify import IsFalse, check
from tests.ledger.test_verify import KEY, entry, write_record

pytestmark = pytest.mark.pure
MUTANTS = int(os.environ.get("MUTANTS", "300"))
SIZE = 1000
STRANGER = SigningKey(KEY.name, bytes(32))


def files_of(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """Write a sound record, and one of 900 entries as it stood before."""
    leaves = [encode(entry(number)) for number in range(SIZE)]
    folder = tmp_path_factory.mktemp("sound")
    old = write_record(tmp_path_factory.mktemp("old"), leaves[:900])
    return files_of(write_record(folder, leaves)), leaves, old / "checkpoint"


def judge(files, what="full", argument=""):
    return check(what, argument, files.__getitem__, [KEY.verifier.vkey])


def flip_a_bit(chance, files, _leaves, _tmp):
    name = chance.choice(sorted(set(files) - {"vkey"}))
    data = bytearray(files[name])
    bit = chance.randrange(8 * len(data))
    data[bit // 8] ^= 1 << bit % 8
    return {**files, name: bytes(data)}


def cut_a_file(chance, files, _leaves, _tmp):
    name = chance.choice(sorted(set(files) - {"vkey"}))
    return {**files, name: files[name][: chance.randrange(len(files[name]))]}


def bundle_of(number):
    return f"tile/entries/{number:03}" + (".p/232" if number == SIZE // 256 else "")


def rebundle(files, leaves):
    """Write entries over the bundles, tiles and signature left as they are."""
    changed = dict(files)
    for number in range(1 + SIZE // 256):
        part = leaves[256 * number : 256 * (number + 1)]
        changed[bundle_of(number)] = b"".join(
            len(leaf).to_bytes(2) + leaf for leaf in part
        )
    return changed


def delete_an_entry(chance, files, leaves, _tmp):
    place = chance.randrange(SIZE)
    return rebundle(files, leaves[:place] + leaves[place + 1 :])


def swap_two_entries(chance, files, leaves, _tmp):
    one, other = chance.sample(range(SIZE), 2)
    changed = [*leaves]
    changed[one], changed[other] = changed[other], changed[one]
    return rebundle(files, changed)


def insert_an_entry(chance, files, leaves, _tmp):
    place = chance.randrange(SIZE)
    new = encode(entry(chance.randrange(10**6)))
    return rebundle(files, [*leaves[:place], new, *leaves[place:]])


def sign_anew_with_another_key(chance, _files, leaves, tmp):
    changed = [*leaves]
    place = chance.randrange(SIZE)
    changed[place] = encode(entry(place, ts="2013-01-01T00:00:00Z"))
    return files_of(write_record(tmp, changed, key=STRANGER))


# One in so many is slow to make; the others change a few bytes.
QUICK = (flip_a_bit, cut_a_file, delete_an_entry, swap_two_entries, insert_an_entry)


def test_the_undamaged_record_passes(sound):
    files, _leaves, old = sound
    assert judge(files) == f"all {SIZE} entries are as they were signed"
    assert "begins with the 900" in judge(files, "extends", str(old))


def test_every_damage_is_found_and_named(sound, tmp_path):
    files, leaves, _old = sound
    chance = random.Random(6962)
    for number in range(MUTANTS):
        damage = QUICK[number % len(QUICK)]
        damaged = damage(chance, files, leaves, tmp_path)
        with pytest.raises(IsFalse) as found:
            judge(damaged)
        said = str(found.value)
        named = ("entry ", "entries ", "tile/", "the checkpoint")
        assert any(word in said for word in named), (number, damage, said)


def test_a_history_that_was_signed_anew_is_found(sound, tmp_path):
    files, leaves, old = sound
    chance = random.Random(9162)
    for number in range(max(3, MUTANTS // 200)):
        folder = tmp_path / str(number)
        damaged = sign_anew_with_another_key(chance, files, leaves, folder)
        with pytest.raises(IsFalse, match=r"the checkpoint.*(is false|signed by none)"):
            judge(damaged)
        rewritten = [*leaves]
        place = chance.randrange(900)
        rewritten[place] = encode(entry(place, ts="2013-01-01T00:00:00Z"))
        folder = tmp_path / f"{number}-rewritten"
        forged = files_of(write_record(folder, rewritten))
        with pytest.raises(IsFalse, match="first 900 entries are not those"):
            judge(forged, "extends", str(old))
