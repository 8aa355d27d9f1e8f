"""What may be left on a disk, and what strace tells of it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from tests.power_loss.disk import SECTOR, Disk
from tests.power_loss.recording import command, steps

pytestmark = pytest.mark.pure
FOLDER = Path("/archive")
FILE = FOLDER / "file"
# A file is renamed without a flush, another one with all that belongs to it.
WORK = """
import os, sys
folder = sys.argv[1]
def write(name, data):
    made = os.open(os.path.join(folder, name), os.O_CREAT | os.O_RDWR)
    os.write(made, data)
    return made
write("draft", b"lost")
os.rename(os.path.join(folder, "draft"), os.path.join(folder, "hasty"))
os.mkdir(os.path.join(folder, "below"))
made = write("below/draft", b"kept\\n\\0")
os.pwrite(made, b"K", 0)
os.fsync(made)
os.replace(os.path.join(folder, "below/draft"), os.path.join(folder, "below/careful"))
for each in ("below", ""):
    os.fsync(os.open(os.path.join(folder, each), os.O_RDONLY))
os.write(os.open(sys.argv[2], os.O_CREAT | os.O_WRONLY), b"done 1\\n")
os.write(made, b"later")
"""


def flush(disk, path):
    disk.flush(path, disk.unflushed(path))


def test_a_file_is_there_once_its_bytes_and_its_name_are_flushed():
    disk = Disk(FOLDER)
    disk.open(FILE)
    disk.write(FILE, b"text")
    assert disk.after_a_crash() == {}
    flush(disk, FILE)
    assert disk.after_a_crash() == {}
    flush(disk, FOLDER)
    assert disk.after_a_crash() == {FILE: b"text"}
    disk.write(FILE, b"T", 0)
    assert disk.after_a_crash() == {FILE: b"text"}


def test_a_new_name_may_lead_to_no_bytes():
    disk = Disk(FOLDER)
    draft = FOLDER / "draft"
    disk.open(draft)
    disk.write(draft, b"text")
    disk.rename(draft, FILE)
    flush(disk, FOLDER)
    found = {disk.after_a_crash(Random(n)).get(FILE) for n in range(20)}
    assert found == {b"", b"text"}


def test_nothing_is_found_in_a_folder_whose_name_was_not_flushed():
    disk = Disk(FOLDER)
    below = FOLDER / "below"
    disk.make_folder(below)
    disk.open(below / "file")
    flush(disk, below)
    assert disk.after_a_crash() == {}
    flush(disk, FOLDER)
    assert disk.after_a_crash() == {below: None, below / "file": b""}


def test_a_write_is_torn_between_sectors():
    disk = Disk(FOLDER)
    disk.open(FILE)
    flush(disk, FOLDER)
    disk.write(FILE, b"x" * 3 * SECTOR)
    found = [disk.after_a_crash(Random(n))[FILE] for n in range(60)]
    torn = [left for left in found if b"x" in left and b"\0" in left]
    assert torn
    for left in found:
        sectors = {left[at : at + SECTOR] for at in range(0, len(left), SECTOR)}
        assert sectors <= {b"x" * SECTOR, bytes(SECTOR)}


def test_a_removed_file_may_come_back():
    disk = Disk(FOLDER)
    disk.open(FILE)
    flush(disk, FOLDER)
    disk.remove(FILE)
    assert FILE in disk.after_a_crash()
    flush(disk, FOLDER)
    assert disk.after_a_crash() == {}


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not here")
def test_a_recording_tells_what_was_flushed_and_what_was_said(tmp_path):
    folder, told = tmp_path / "archive", tmp_path / "told"
    folder.mkdir()
    recording = tmp_path / "recording"
    work = (sys.executable, "-I", "-S", "-c", WORK, str(folder), str(told))
    subprocess.run((*command(recording), *work), check=True, env=os.environ)
    disk = Disk(folder)
    at_said = None
    for lines in steps(recording, disk, told):
        if lines:
            assert lines == ["done 1"]
            at_said = disk.after_a_crash()
    names = {path.relative_to(folder).as_posix(): it for path, it in at_said.items()}
    # The flush of the folder keeps the hasty name too, and none of its bytes.
    assert names == {"below": None, "below/careful": b"Kept\n\0", "hasty": b""}
    assert disk.with_everything() == Disk.as_it_is(folder, folder).with_everything()
