"""Bars: in proportion, safe, and none where there is nothing."""

from commentarchive.threads.bars import HEIGHT, Bar, bars


def test_bars_are_in_proportion_and_what_is_not_zero_is_seen():
    drawn = bars([Bar("May", 1000), Bar("June", 0), Bar("July", 1)], "By <month>")
    assert drawn.count("<rect") == 2
    assert f'height="{HEIGHT}"><title>May: 1000' in drawn
    assert 'height="1"><title>July: 1' in drawn
    assert "By &lt;month&gt;" in drawn
    assert "style" not in drawn


def test_nothing_is_drawn_of_nothing():
    assert bars([], "x") == bars([Bar("May", 0)], "x") == ""
