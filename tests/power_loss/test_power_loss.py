"""Whatever was acknowledged is there after the power went, at whatever moment.

A site at work is recorded: what its processes write, flush and rename, from the moment
when it makes its keys. Then the disk is laid out as it may be found after a loss at any
moment of that, and looked at. LOSSES says at how many; `make soak` asks for 300.
"""

import hashlib
import os
import shutil
from collections import defaultdict
from pathlib import Path
from random import Random

import pytest
from django.db import connection

from tests import databases
from tests.power_loss.disk import Disk, lay_out
from tests.power_loss.recording import command, steps
from tests.test_kills import files_in, site
from tests.wxr import comment, export, item, write

LOSSES = int(os.environ.get("LOSSES", "0"))
DATABASE = "archive.sqlite3"
# SQLite makes it anew, whatever is in it.
INDEX = f"{DATABASE}-shm"
WAITING = 8
# Files to import, and the comments of each.
FILES, EACH = 4, 400
KEYS = ("secret_key", "matching", "ledger")
pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(not LOSSES, reason="LOSSES says at how many moments; it is 0"),
    pytest.mark.skipif(not shutil.which("strace"), reason="strace is not here"),
]


def site_in(archive, told, watched_by=()):
    return site(
        archive,
        told,
        watched_by,
        DATABASE_URL=f"sqlite:///{archive / DATABASE}",
        LEDGER_KEY_FILE=str(archive / "keys" / "ledger"),
    )


def record(folder, files):
    """Let a site work until it has done some of everything, and record that."""
    watching = command(folder / "recording")
    with site_in(folder / "archive", folder / "told", watching) as at_work:
        for what in (2, 1, 0, 2, 1, 0):
            at_work.kill_at_work(what, files, Random(what), folder / "recording")
            # It also copies SQLite's log into the database.
            at_work.ask(look=True)


def moments(folder, disk):
    """Let a disk become what it was at each moment; yield what had been told."""
    told = []
    for lines in steps(folder / "recording", disk, folder / "told"):
        told += [line.split() for line in lines]
        yield bool(lines), told


def chosen(told_now, chance):
    """Choose the moments of a loss: half of them just after something was told."""
    after = [n for n, is_told in enumerate(told_now) if is_told]
    others = [n for n, is_told in enumerate(told_now) if not is_told]
    most = min(len(after), LOSSES // 2)
    rest = min(len(others), LOSSES - most)
    return {*chance.sample(after, most), *chance.sample(others, rest)}


def without_index(left):
    return {path: data for path, data in left.items() if path.name != INDEX}


def lost(told, found):
    """Name what is wrong, or was told to somebody, or is relied on, and is not so."""
    yield from found["faults"]
    # An import that was cut short goes on when it is given again.
    yield from (each for each in found["differences"] if "unfinished" not in each)
    by_word = defaultdict(list)
    for word, *rest in told:
        by_word[word].append(rest)
    done = {path for [path] in by_word["imported"]}
    notes = {size: note for size, note, *_ in by_word["signed"]}
    if {ref for [ref] in by_word["decided"]} - {*found["decisions"]}:
        yield "decisions are lost"
    if found["signed"] < max(map(int, notes), default=0):
        yield "signed states are lost"
    if any(found["notes"].get(size, note) != note for size, note in notes.items()):
        yield "another state of as many entries was signed"
    if found["comments"] < WAITING * bool(done) + EACH * (len(done) - 1):
        yield "comments are lost"
    for path in done:
        if hashlib.sha256(Path(path).read_bytes()).hexdigest() not in found["kept"]:
            yield f"the copy of {path} is lost"


def keys_gone(told, left, found, whole):
    """Name keys that are not those that somebody relies on already."""
    signed = [rest for word, *rest in told if word == "signed"]
    for key, is_relied_on in zip(KEYS, (told, found["comments"], signed), strict=True):
        now = left.get(key)
        if now != whole[key] and (is_relied_on or now is not None):
            yield f"the key {key} is {'gone' if now is None else 'another'}"


@pytest.mark.django_db(transaction=True)
@pytest.mark.unreconciled
def test_nothing_acknowledged_is_lost_with_the_power(by, tmp_path):
    archive, seed = tmp_path / "archive", os.environ.get("SEED") or os.urandom(4).hex()
    archive.mkdir()
    databases.copy(str(connection.settings_dict["NAME"]), str(archive / DATABASE))
    shutil.copytree(archive, tmp_path / "before")
    waiting = [comment(c, f"Remark {c}.", approved="0") for c in range(1, WAITING + 1)]
    files = [
        str(write(tmp_path, export(item(*waiting)), "1.xml")),
        *files_in(tmp_path, FILES, EACH),
    ]
    record(tmp_path, files)
    chance = Random(seed)

    def disk():
        return Disk.as_it_is(tmp_path / "before", archive)

    recorded = disk()
    wanted = chosen([now for now, _told in moments(tmp_path, recorded)], chance)
    # Nothing that happened was overlooked.
    there = Disk.as_it_is(archive, archive).with_everything()
    assert without_index(recorded.with_everything()) == without_index(there)
    whole = {key: (archive / "keys" / key).read_bytes() for key in KEYS}

    place, at_loss = tmp_path / "found", disk()
    place.mkdir()
    faults, looks = [], 0
    with site_in(place, tmp_path / "told-later") as found:
        for n, (_now, told) in enumerate(moments(tmp_path, at_loss)):
            if n not in wanted:
                continue
            for lucky in (None, chance):
                left = without_index(at_loss.after_a_crash(lucky))
                shutil.rmtree(place)
                place.mkdir(mode=0o700)
                lay_out(left, archive, place)
                seen = found.ask(look=True)
                keys = {key: left.get(archive / "keys" / key) for key in KEYS}
                looks += 1
                where = f"step {n}, {'some' if lucky else 'nothing'} unflushed kept"
                if why := seen.get("cannot_look"):
                    faults.append(f"{where}: {why}")
                    continue
                faults += [f"{where}: {fault}" for fault in lost(told, seen)]
                gone = keys_gone(told, keys, seen, whole)
                faults += [f"{where}: {fault}" for fault in gone]
    assert faults == [], f"seed {seed}"
    assert looks == 2 * len(wanted)
