import pytest

from commentarchive.importers.nameless import is_nameless, name_unless

pytestmark = pytest.mark.pure


def test_a_word_for_nobody_is_no_name_where_a_field_says_so_too():
    assert name_unless("Anonymous", is_anonymous=True) == ""
    assert name_unless("anónimo", is_anonymous=True) == ""
    # A guest of Disqus gives a name; and somebody may call himself so.
    assert name_unless("Ada", is_anonymous=True) == "Ada"
    assert name_unless("Anonymous", is_anonymous=False) == "Anonymous"
    assert is_nameless("АНОНИМНЫЙ")
    assert not is_nameless("")
