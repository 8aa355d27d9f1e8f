"""Charts: in proportion, safe, told in a sentence and a table, and none of nothing."""

from datetime import date
from xml.etree import ElementTree as ET

import pytest

from commentarchive.charts.columns import columns
from commentarchive.charts.drawing import Label, Series, steps_to
from commentarchive.charts.lines import lines
from commentarchive.charts.sideways import sideways
from commentarchive.charts.year import year

MONTHS = [
    Label("April 2012", "Apr"),
    Label("May 2012", "May"),
    Label("June 2012", "Jun"),
]


def parts(chart, tag):
    found = ET.fromstring(chart.svg).iter(f"{{http://www.w3.org/2000/svg}}{tag}")
    return [part for part in found if len(part)]


def test_columns_are_stacked_in_proportion_and_told_in_words_and_cells():
    series = [
        Series("<automatic>", (10, 0, 0)),
        Series("a person", (30, 20, 0)),
        Series("nobody", (0, 0, 0)),
    ]
    chart = columns("key", "Decisions & more", MONTHS, series, per="Month")
    assert chart.sentence == (
        "The most are 40 in April 2012 (<automatic>: 10, a person: 30)."
    )
    assert chart.head == ("Month", "<automatic>", "a person", "All")
    assert chart.rows[0] == ("April 2012", "10", "30", "40")
    drawn = {part[0].text: part for part in parts(chart, "rect")}
    assert list(drawn) == [
        *("April 2012: 10 <automatic>", "April 2012: 30 a person"),
        "May 2012: 20 a person",
    ]
    low, high, _may = (
        (float(part.get("y")), float(part.get("height"))) for part in drawn.values()
    )
    assert high[1] == pytest.approx(3 * low[1])
    assert high[0] + high[1] == pytest.approx(low[0])


def test_of_many_series_the_smallest_are_added_up():
    series = [Series(f"s{n}", (n, 1, 0)) for n in range(1, 9)]
    chart = columns("key", "x", MONTHS, series, per="Month")
    assert chart.head == ("Month", "s8", "s7", "s6", "s5", "s4", "other", "All")
    assert chart.rows[0] == ("April 2012", *"87654", "6", "36")


def test_a_line_breaks_where_there_is_no_number():
    series = [Series("here", (1.5, None, 2)), Series("there", (None, 8.25, 4))]
    chart = lines("key", "Median", MONTHS, series, per="Month", unit="hours")
    assert chart.sentence == "The highest is 8.2 hours, in May 2012 (there)."
    assert chart.rows[1] == ("May 2012", "–", "8.2")
    assert len(parts(chart, "circle")) == 2
    assert chart.svg.count('stroke-width="2" stroke-dasharray') == 1


def test_bars_have_their_words_whole_in_the_table_and_the_longest_leaves_room():
    rule = "Rule 4: " + "words " * 20
    chart = sideways("key", "By rule", [("none", 1), (rule, 8)], of="Rule")
    assert chart.rows == (("none", "1"), (rule, "8"))
    assert [part.get("width") for part in parts(chart, "rect")] == ["10.50%", "84.00%"]
    assert "…</text>" in chart.svg


def test_a_year_has_each_of_its_days_once():
    days = {date(2012, 2, 29): 8, date(2012, 12, 31): 1, date(2013, 1, 1): 50}
    chart = year("key", "Days", 2012, days, what="decisions")
    assert chart.sentence == (
        "The most are 8 decisions on 29 Feb 2012; 2 of the year’s days have any."
    )
    assert [part.get("height") for part in parts(chart, "rect")] == ["12", "3"]


def test_drawings_need_nothing_that_a_strict_policy_of_content_refuses():
    made = [
        columns("a", "<b>", MONTHS, [Series("x", (1, 2, 3))], per="Month"),
        lines("b", "<b>", MONTHS, [Series("x", (1, 2, 3))], per="Month", unit="%"),
        sideways("c", "<b>", [("x", 1)], of="Rule"),
        year("d", "<b>", 2012, {date(2012, 1, 1): 1}, what="comments"),
    ]
    for chart in made:
        root = ET.fromstring(chart.svg)
        ids = {part.get("id"): part.text for part in root.iter() if part.get("id")}
        assert root.get("role") == "img"
        assert ids[root.get("aria-labelledby")] == "<b>"
        assert ids[root.get("aria-describedby")] == chart.sentence
        assert all(name.startswith(f"{chart.key}-") for name in ids)
        for refused in ("style", "script", "href"):
            assert refused not in chart.svg
        assert 'width="560"' in chart.printed


def test_of_nothing_nothing_is_drawn():
    nothing = [Series("x", (0, 0, 0))]
    assert columns("a", "b", MONTHS, nothing, per="Month") is None
    none = [Series("x", (None, None, None))]
    assert lines("a", "b", MONTHS, none, per="Month", unit="%") is None
    assert sideways("a", "b", [("x", 0)], of="Rule") is None
    assert year("a", "b", 2012, {date(2013, 1, 1): 1}, what="c") is None


@pytest.mark.parametrize(
    ("highest", "whole", "last"),
    [(1, True, 1), (7, True, 8), (100, True, 100), (0.3, False, 0.3), (8.8, False, 10)],
)
def test_steps_are_round_and_reach_the_highest(highest, whole, last):
    found = steps_to(highest, whole=whole)
    assert found[-1] == pytest.approx(last)
    assert 2 <= len(found) <= 6
