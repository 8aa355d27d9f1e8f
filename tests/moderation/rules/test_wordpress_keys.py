"""WordPress's lists of words, read for a rule."""

from moderation.rules.wordpress_keys import read_keys


def test_lines_are_trimmed_and_told_once():
    found = read_keys("\ufeff viagra \r\n\r\nCasino\r\nVIAGRA\ncheap watches\n")
    assert found.lines == ("viagra", "Casino", "cheap watches")
    assert found.repeated == 1
    assert found.remarks == ["One line was there already, and left out."]


def test_says_what_is_not_as_it_was():
    found = read_keys(
        "ab\n赌博\n192.0.2.7\n10.0.\nsome@mail.example\nok word\n" + "x" * 501
    )
    assert found.lines == ("赌博", "192.0.2.7", "10.0.", "some@mail.example", "ok word")
    told = " ".join(found.remarks)
    assert "“ab”" in told
    assert "3 lines were an e-mail or IP" in told
    assert "longer than 500" in told


def test_a_list_of_any_length_is_read_to_a_limit():
    found = read_keys("\n".join(f"word{number}" for number in range(20_003)))
    assert (len(found.lines), found.long) == (20_000, 3)
