"""Numbers that a file leaves out: said where they mean something, and only there."""

import pytest

from commentarchive.importers.registry import IMPORTERS
from commentarchive.intake.id_gaps import MERGE_FROM, WIDEST, IdGaps
from tests.wxr import comment, item, load


def sentence(*numbers):
    gaps = IdGaps()
    gaps.add([str(number) for number in numbers])
    return gaps.sentence()


@pytest.mark.pure
def test_numbers_of_other_things_are_not_spoken_of():
    assert sentence(1, 2, 5).startswith("2 comment numbers")
    assert sentence(1, 2, 2 * WIDEST) != ""
    assert sentence(1, 2, 3 * WIDEST + 1) == ""
    assert sentence(1, 2, 3) == sentence() == ""


@pytest.mark.pure
def test_the_sources_that_number_a_blogs_comments_in_turn():
    numbered = {each.name for each in IMPORTERS if each.numbers_in_turn}
    assert numbered == {"wordpress", "isso"}


@pytest.mark.django_db
def test_no_page_of_a_copy_speaks_of_a_wide_range(tmp_path):
    report = load(tmp_path, item(comment(1), comment(5000)))
    assert not any("do not occur" in each for each in report.cannot_tell)
    report = load(tmp_path, item(comment(1), comment(4)), name="b.xml")
    assert any("2 comment numbers" in each for each in report.cannot_tell)


@pytest.mark.pure
def test_ranges_are_named_as_they_are():
    told = sentence(1, 3, 6)
    assert told.startswith("3 comment numbers")
    assert "(2, 4 to 5)" in told
    assert sentence(6, 3, 1, 3) == told
    assert sentence(0, 2).startswith("1 comment numbers")
    assert sentence(0, 1, 2) == sentence(7) == ""


@pytest.mark.pure
def test_a_range_is_spoken_of_up_to_so_many_numbers_a_comment():
    widest = 2 * WIDEST
    assert sentence(1, widest).startswith(f"{widest - 2} comment numbers")
    assert sentence(1, widest + 1) == ""


@pytest.mark.pure
@pytest.mark.parametrize(("number", "rest"), [(5, ")"), (6, " and 1 more ranges)")])
def test_no_more_than_five_ranges_are_named(number, rest):
    told = sentence(*range(1, 2 * number + 2, 2))
    assert f"(2, 4, 6, 8, 10{rest}" in told
    assert told.startswith(f"{number} comment numbers")


@pytest.mark.pure
@pytest.mark.parametrize(
    ("source_id", "is_number"),
    [
        ("0", True),
        ("3", True),
        ("9" * 19, True),
        ("9" * 20, False),
        ("c3", False),
        ("", False),
    ],
)
def test_what_is_no_number_is_no_number(source_id, is_number):
    gaps = IdGaps()
    gaps.add([source_id])
    assert len(gaps._runs) == is_number


@pytest.mark.pure
def test_runs_are_joined_when_there_are_too_many_and_when_they_have_doubled():
    gaps = IdGaps(_merge_at=4)
    gaps.add(["1", "3", "5", "7"])
    assert len(gaps._runs) == 4
    # These fill the holes.
    gaps.add(["2", "4", "6"])
    assert gaps._runs == [(1, 7)]
    assert gaps._merge_at == MERGE_FROM
    numbers = range(0, 2 * MERGE_FROM, 2)
    gaps = IdGaps()
    gaps.add(map(str, numbers))
    assert (len(gaps._runs), gaps._merge_at) == (MERGE_FROM, MERGE_FROM)
    gaps.add(["9000"])
    assert gaps._merge_at == 2 * (MERGE_FROM + 1)


@pytest.mark.pure
def test_runs_that_overlap_are_joined():
    gaps = IdGaps(_runs=[(1, 9), (2, 3), (10, 11), (14, 15)])
    assert "(12 to 13)" in gaps.sentence()


@pytest.mark.django_db
def test_missing_numbers_are_an_upper_bound(tmp_path):
    report = load(tmp_path, item(comment(1), comment(5), comment(6), comment(9)))
    sentence = report.cannot_tell[-1]
    assert sentence.startswith("5 comment numbers")
    assert "2 to 4, 7 to 8" in sentence


@pytest.mark.django_db
def test_an_id_that_comes_again_makes_no_hole(tmp_path):
    report = load(
        tmp_path,
        item(*(comment(n) for n in range(1, 11))),
        item(comment(5, "again"), comment(20), number=2),
    )
    sentence = report.cannot_tell[-1]
    assert sentence.startswith("9 comment numbers")
    assert "(11 to 19)" in sentence
