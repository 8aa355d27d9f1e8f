import io

import pytest

from commentarchive.importers.warc_records import RecordCounter
from tests.importers.warc_files import Archive


@pytest.mark.parametrize("step", [1, 7, 100, 1 << 16])
def test_heads_are_counted_whatever_is_read_at_once(step):
    archive = Archive()
    for number in range(30):
        archive.add(b"<p>x", address=f"http://a.example/{number}")
    archive.add(b"WARC/1.0 is a word here", kind="resource")
    counter = RecordCounter(io.BytesIO(archive.bytes()))
    while counter.read(step):
        pass
    counter.drain()
    assert counter.types == {"response": 30, "resource": 1}
    assert counter.last == b"\r\n\r\n"


def test_a_type_may_stand_anywhere_in_a_head():
    head = b"WARC/1.1\nWARC-Date: x\nWARC-Target-URI: y\nwarc-type: Metadata\n\nz\n\n"
    counter = RecordCounter(io.BytesIO(head * 3))
    while counter.read(10):
        pass
    counter.drain()
    assert counter.types == {"metadata": 3}
