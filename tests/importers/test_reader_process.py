import pickle
import subprocess
import sys

import pytest

from commentarchive.importers import reader_process
from commentarchive.importers.parsed import Reading, Unreadable
from commentarchive.importers.registry import detect
from tests.wxr import comment, export, item, write

pytestmark = pytest.mark.pure


def test_the_child_reads_what_the_importer_reads(tmp_path):
    data = export(
        item(comment(1, "Ümläut\x08"), comment(2, parent=1, approved="0")),
        item(comment(3, url="http://a.example/?a&b"), number=2),
    )
    path = write(tmp_path, data[:-20])
    here, apart = Reading(), Reading()
    child_reads = reader_process.Apart(path)
    expected = list(detect(path).posts(here))
    assert list(child_reads.posts(apart)) == expected
    assert apart == here
    # And once more, from the beginning.
    assert list(child_reads.posts(Reading())) == expected


def test_a_child_that_dies_is_an_unreadable_file(tmp_path, monkeypatch):
    path = write(tmp_path, export(item(comment(1))))
    monkeypatch.setattr(reader_process, "__name__", "commentarchive.nowhere")
    with pytest.raises(Unreadable, match="ended with code 1"):
        reader_process.Apart(path)


def test_a_child_is_stopped_that_needs_more_time_or_memory_than_it_may(tmp_path):
    path = write(tmp_path, export(item(comment(1))))
    for line, words in (
        ("reader_process.SECONDS = 1; hang()", "longer than any file"),
        ("reader_process.MAX_MEMORY = 1 << 30; eat()", "needs more than 1 GiB"),
    ):
        script = (
            "import sys\nfrom commentarchive.importers import reader_process\n"
            "def hang():\n    reader_process._send = lambda *a: [None for _ in iter(int, 1) if _]\n"
            "def eat():\n    reader_process._send = lambda *a: bytearray(1 << 31)\n"
            f"{line}\nreader_process.main('', {str(path)!r})"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, check=False
        )
        if done.returncode:
            assert words in reader_process._death(done.returncode)
        else:
            assert words.encode() in done.stdout


def test_nothing_but_plain_values_is_taken_from_the_child():
    import io
    import os

    data = pickle.dumps(os.getcwd)
    with pytest.raises(pickle.UnpicklingError, match="getcwd"):
        reader_process._Plain(io.BytesIO(data)).load()
