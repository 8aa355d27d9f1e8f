"""Bars: in proportion, safe, told in words too, and none where there is nothing."""

from xml.etree import ElementTree as ET

from commentarchive.threads.bar_pictures import HEIGHT, picture
from commentarchive.threads.bars import Bar


def test_bars_are_in_proportion_and_what_is_not_zero_is_seen():
    found = [Bar("May", 1000), Bar("June", 0), Bar("July", 1)]
    drawn = picture(found, "By <month>", "key").svg
    assert f'height="{HEIGHT}"><title>May: 1000' in drawn
    assert 'height="1"><title>July: 1' in drawn
    assert "<title>June" not in drawn
    assert "By &lt;month&gt;" in drawn
    assert "style" not in drawn


def test_a_picture_has_a_name_and_a_description_that_are_its_own():
    """Several stand on one page: names of parts must not be told apart by chance."""
    one, two = (picture([Bar("May", 2)], "Said", key) for key in ("one", "two"))
    for made, key in ((one, "one"), (two, "two")):
        svg = ET.fromstring(made.svg)
        ids = {part.get("id"): part.text for part in svg.iter() if part.get("id")}
        assert svg.get("role") == "img"
        assert ids[svg.get("aria-labelledby")] == "Said"
        assert "The most are 2: May." in ids[svg.get("aria-describedby")]
        assert all(key in each for each in ids)
    assert one.span == "May"


def test_marks_have_rows_of_their_own_shapes_and_columns_in_the_table():
    found = [
        Bar("1 May", 3, (("removed", 2),)),
        Bar("2 May", 0),
        Bar("3 May", 0, (("back", 1), ("removed", 1))),
    ]
    made = picture(found, "Said & done", "key")
    assert made.kinds == (("removed", "removed"), ("back", "put back"))
    assert [(bar.label, cells) for bar, cells in made.rows] == [
        ("1 May", (2, 0)),
        ("3 May", (1, 1)),
    ]
    drawn = made.svg
    assert drawn.count('class="mark-removed"') == 2
    assert "<title>3 May: 1 put back</title>" in drawn
    assert "3 removed. 1 put back." in drawn
    tops = {part.get("d").split("h")[0].split(" ")[1] for part in paths(drawn)}
    assert len(tops) == 2


def paths(drawn):
    return [part for part in ET.fromstring(drawn) if part.tag == "path"]


def test_marks_alone_are_drawn_and_no_mark_leaves_the_picture():
    made = picture([Bar(str(n), 0, (("notice", 1),)) for n in range(200)], "x", "k")
    width = float(ET.fromstring(made.svg).get("width"))
    for part in paths(made.svg):
        left = float(part.get("d")[1:].split(" ")[0])
        assert 0 <= left <= width - 7


def test_nothing_is_drawn_of_nothing():
    assert picture([], "x", "k") is picture([Bar("May", 0)], "x", "k") is None
