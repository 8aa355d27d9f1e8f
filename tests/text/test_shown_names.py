"""Names are shown without addresses and telephone numbers."""

import pytest

from commentarchive.text.shown_names import cut_name, shown_name

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("ann@mail.example", "a…@…"),
        ("Ann <ann@mail.example>", "Ann <a…@…>"),
        ("mailto:ann.o'hara+x@mail.example", "mailto:a…@…"),
        ("ann＠mail.example", "a…@…"),
        ("ann@mail．example", "a…@…"),  # a full-width stop
        ("ann (at) mail (dot) example", "a…@…"),
        ("ann[AT]mail.example", "a…@…"),
        ("ann @ mail.example", "a…@…"),
        ("ann@\u200bmail.example", "a…@…"),
        ("ann (\u200bat) mail.example", "a…@…"),
        ("Jörg@müller.example, bob@mail.example", "J…@…, b…@…"),
        ("Call 07700 900123", "Call 07…"),
        ("+44 (0)20 7946 0018", "+44…"),
        ("020-7946-0018", "02…"),
        ("79 46 00\u200b 1", "79…"),
        ("٠٧٧٠٠٩٠٠١٢٣", "٠٧…"),
    ],
)
def test_what_reaches_somebody_is_cut(name, shown):
    assert shown_name(name) == shown


@pytest.mark.parametrize(
    "name",
    [
        *("Ann", "@ann", "C@t", "Agent 007", "Ann 1984", "user1234567", "Ann at work"),
        *("Ann (at) work today", "Bob 1984-2012", ""),
    ],
)
def test_other_names_stay_as_they_are(name):
    assert shown_name(name) == name


def test_what_nobody_sees_is_named_and_cuts_nothing():
    assert shown_name("\u200bAnn 12 34") == "[zero width space]Ann 12 34"
    assert cut_name("\u200bAnn 12 34") == "\u200bAnn 12 34"
