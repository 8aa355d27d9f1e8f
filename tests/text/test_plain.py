import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.text.plain import plain_lines

pytestmark = pytest.mark.pure
blank = re.compile(r"[ \t]*\n[ \t\n]*")


@given(st.text(st.one_of(st.characters(), st.sampled_from(" \t\n\xa0\u2028"))))
def test_lines_lose_what_the_pattern_for_blanks_finds(text):
    assert plain_lines(text) == blank.sub("\n", text).strip()
