import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.text.alike_names import is_odd, name_look, poses_by

pytestmark = pytest.mark.pure
UNSEEN = "with characters that nobody sees"
SIGNS = "with signs that look like letters"
FIGURE = "with a 1 or an I in the place of an l"


@pytest.mark.parametrize(
    ("name", "other", "by"),
    [
        ("Аnn Bell", "Ann Bell", "with Cyrillic letters"),
        ("Аdmin", "Admin", "with Cyrillic letters"),
        ("Οscar", "Oscar", "with Greek letters"),
        ("Ꭺnn", "Ann", "with Cherokee letters"),
        ("Ѕсоре", "Scope", "in Cyrillic letters"),
        ("Ann\u200b Bell", "Ann Bell", UNSEEN),
        ("Ann\u202e", "Ann", UNSEEN),
        ("Ann\u3164", "Ann", UNSEEN),
        ("Ann\U000e0041", "Ann", UNSEEN),
        ("Ann\ufe00", "Ann", UNSEEN),
        ("A\u00adnn", "Ann", UNSEEN),
        ("Beⅼl", "Bell", SIGNS),
        ("𝖠nn", "Ann", SIGNS),
        ("ɑnn", "ann", SIGNS),
        ("Ann BeII", "Ann Bell", FIGURE),
        ("Ann Be11", "Ann Bell", FIGURE),
        ("paypaI", "paypal", FIGURE),
    ],
)
def test_what_only_a_deception_needs_points_a_name_out(name, other, by):
    assert poses_by(name, other) == by
    # Neither is the name accused that it poses as.
    assert poses_by(other, name) == ""
    assert is_odd(name)
    assert name_look(name).looks == name_look(other).looks


@pytest.mark.parametrize(
    ("name", "other"),
    [
        *(("René", "Rene"), ("ANN BELL", "Ann Bell"), ("O'Brien", "O’Brien")),
        *(("Ann  Bell", "Ann Bell"), ("Zoe\u0308", "Zoë"), ("Łukasz", "Lukasz")),
        *(("Øre", "Ore"), ("Işık", "Isik"), ("Straße", "Strasse"), ("Marn", "Mam")),
        *(("McIntyre", "Mclntyre"), ("Tom1", "Toml"), ("АС", "AC"), ("日本", "日木")),
        *(("Анна (Anna)", "Anna (Anna)"), ("Сергей", "Sergei"), ("Ａｎｎ", "Ann")),
        *(("b0b", "bob"), ("Ann", "Ann"), ("", "Ann"), ("👩\u200d🚀 Ann", "🚀 Ann")),
        *(("می‌خواهم", "میخواهم"), ("Bob Is Here", "BobIsHere")),
    ],
)
def test_ways_of_writing_a_name_accuse_nobody(name, other):
    assert poses_by(name, other) == ""
    assert poses_by(other, name) == ""


@given(st.text(), st.text())
def test_only_names_that_look_alike_pose_and_all_of_them_are_odd(name, other):
    by = poses_by(name, other)
    if by:
        assert is_odd(name)
        assert name_look(name).looks == name_look(other).looks
    assert poses_by(name, name) == ""


@given(st.text(alphabet="Anbelоlа1I|\u200b \u0301", min_size=1))
def test_what_is_odd_or_not_poses_accordingly(name):
    if poses_by(name, "Ann Bell"):
        assert is_odd(name)
