"""Copies against rows: what a file may hold several times, and parents in rings."""

import pytest

from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Comment
from tests.wxr import comment, item, load

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


def test_a_parent_that_no_copy_tells_is_found(tmp_path):
    load(tmp_path, item(comment(1), comment(2, parent=1), comment(3, parent=2)))
    second = Comment.objects.get(source_id="2")
    for parent in (None, Comment.objects.get(source_id="3").pk):
        Comment.objects.filter(pk=second.pk).update(parent=parent)
        assert any("answers another than in the copy" in each for each in found())
    Comment.objects.filter(pk=second.pk).update(
        parent=Comment.objects.get(source_id="1")
    )
