"""Tables for spreadsheets: no cell is run, and our reader gives back every text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.spreadsheets import (
    BOM,
    UnreadableTable,
    csv_lines,
    read_csv,
    safe_cell,
)
from commentarchive.text.unseen import marked

pytestmark = pytest.mark.once
RISKY = st.text(st.sampled_from("=+-@'\" \t\r\n,;＝＠019.ab"), max_size=8)
CELLS = st.one_of(st.text(max_size=12), RISKY)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=6), st.booleans())
def test_what_is_written_is_read_back(rows, has_bom):
    text = (BOM if has_bom else "") + "".join(csv_lines(["a", "b"], rows))
    back = read_csv(text)
    assert back == [["a", "b"], *([marked(cell) for cell in row] for row in rows)]
    assert all(line.endswith("\r\n") for line in csv_lines(["a", "b"], rows))


@given(CELLS)
def test_no_cell_begins_like_a_formula_but_a_negative_number(text):
    start = safe_cell(text).lstrip(' "')
    assert not start.startswith(("=", "+", "@", "\t", "\r", "＝", "＠"))
    if start.startswith("-"):
        float(start)


@pytest.mark.parametrize("text", ['a,b\r\n"x', "a,b\r\nc\r\n", 'a\r\n"b"c\r\n'])
def test_a_damaged_table_is_refused(text):
    with pytest.raises(UnreadableTable, match="line"):
        read_csv(text)
