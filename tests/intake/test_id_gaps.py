"""Numbers that a file leaves out: said where they mean something, and only there."""

import pytest

from commentarchive.importers.registry import IMPORTERS
from commentarchive.intake.id_gaps import WIDEST, IdGaps
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
