"""Copies against rows: what a file may hold several times, and parents in rings."""

import pytest

from commentarchive.intake.session import import_files
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Comment
from tests.wxr import comment, export, item, load, write

pytestmark = pytest.mark.django_db


def found():
    return [str(difference) for difference in reconcile()]


def test_a_file_may_tell_one_comment_with_several_states(tmp_path):
    load(
        tmp_path,
        item(comment(1, approved="trash"), comment(2)),
        item(comment(1, approved="spam"), comment(2, approved="0")),
    )
    assert found() == []
    one = Comment.objects.get(source_id="1")
    assert (one.visibility, one.tombstones.count()) == ("spam", 2)


@pytest.mark.parametrize("turn", [1, -1])
def test_parents_of_two_copies_may_form_a_ring(tmp_path, turn):
    """It is cut at its first comment, whichever copy closes it."""
    first = item(comment(1, "The lamp is out.", parent=3), comment(2, "So it is."))
    copies = [first, item(comment(3, "Since when, then?", parent=1))]
    for number, one in enumerate(copies[::turn]):
        load(tmp_path, one, name=f"{number}.xml")
    parents = Comment.objects.values_list("source_id", "parent__source_id")
    assert dict(parents) == {"1": None, "2": None, "3": "1"}
    assert found() == []


@pytest.mark.parametrize("turn", [1, -1])
@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # The later copy opens a ring, and says of the one that was cut what it did.
        ([(1, 3), (3, 1)], [(2, 0), (3, 2)], {"1": "3", "2": None, "3": "2"}),
        ([(1, 3), (3, 1), (2, 0)], [(1, 3), (3, 2)], {"1": "3", "2": None, "3": "2"}),
        # It closes one, and both stand in it.
        ([(1, 3)], [(1, 3), (3, 1)], {"1": None, "3": "1"}),
        # Another comment is cut off now than before.
        ([(1, 3), (3, 2), (2, 3)], [(2, 1)], {"1": None, "2": "1", "3": "2"}),
    ],
)
def test_a_ring_stands_only_while_it_is_told(tmp_path, turn, first, second, expected):
    for day, copy in [(5, first), (6, second)][::turn]:
        remarks = [
            comment(n, parent=above, gmt=f"2012-04-0{n} 09:00:00") for n, above in copy
        ]
        when = f"<channel><pubDate>{day:02} Jan 2013 10:00:00 +0000</pubDate>"
        data = export(item(*remarks)).replace(b"<channel>", when.encode())
        import_files([write(tmp_path, data, f"{day}.xml")])
    parents = Comment.objects.values_list("source_id", "parent__source_id")
    assert dict(parents) == expected
    assert found() == []


def test_a_comment_at_the_top_that_answers_what_answers_it_not_is_found(tmp_path):
    load(tmp_path, item(comment(1), comment(2), comment(3, parent=2)))
    first, third = (Comment.objects.get(source_id=each) for each in ("1", "3"))
    Comment.objects.filter(pk=first.pk).update(parent=third.pk)
    assert any("answers another than in the copy" in each for each in found())
    Comment.objects.filter(pk=first.pk).update(parent=None)


def test_a_ring_of_one_file_may_be_opened_further_on(tmp_path):
    load(tmp_path, item(comment(1, "One.", parent=3), comment(2, "Two.")))
    third = [comment(3, "Three.", parent=each) for each in (1, 2)]
    closing, opening = map(item, third)
    load(tmp_path, closing, opening, name="two.xml")
    parents = Comment.objects.values_list("source_id", "parent__source_id")
    assert dict(parents) == {"1": "3", "2": None, "3": "2"}
    assert found() == []


def test_a_parent_that_no_copy_tells_is_found(tmp_path):
    load(tmp_path, item(comment(1), comment(2, parent=1), comment(3, parent=2)))
    second = Comment.objects.get(source_id="2")
    for parent in (None, Comment.objects.get(source_id="3").pk):
        Comment.objects.filter(pk=second.pk).update(parent=parent)
        assert any("answers another than in the copy" in each for each in found())
    Comment.objects.filter(pk=second.pk).update(
        parent=Comment.objects.get(source_id="1")
    )
