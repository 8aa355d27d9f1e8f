"""What is noted past the end of a file is on its last line, not on one after that."""

import io

import pytest

from commentarchive.importers.parsed import Remark
from commentarchive.importers.places import Lines

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("data", "byte", "line"),
    [
        (b"a\nb", 2, 2),
        (b"a\nb", 3, 2),
        (b"a\nb\n", 4, 2),
        (b"a\nb\n", 9, 2),
        (b"a\nb\n\n", 4, 3),
        (b"\n", 1, 1),
        (b"a", 1, 1),
        (b"", 0, 1),
    ],
)
def test_the_line_of_a_byte(data, byte, line):
    remark = Remark(f"byte {byte}", "Why.")
    [named] = Lines([remark], io.BytesIO(data)).named([remark])
    assert named.place == f"line {line}, byte {byte}"
