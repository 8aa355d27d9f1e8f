"""The rows of the desk's lists follow whatever changes what waits."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commentarchive.actions.release import release_comment
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Comment
from moderation.actions.decisions import Judgement, decide, undo
from moderation.desk.queue import BY_KEY, TABS, Selection, numbers
from moderation.models import Action, Decision, QueueItem
from moderation.models.queue import AGE, DUE, NEWEST, WEIGHT
from moderation.waiting.rows import WHAT_WAITS, write_all
from tests.desk_lists import in_list
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def the(source_id="1"):
    return Comment.objects.get(source_id=source_id)


def act(action, by, source_id="1", **more):
    return decide(the(source_id), Judgement(action=action, **more), by=by)


def on(day, **more):
    return {"local": f"{day} 10:00:00", "gmt": f"{day} 09:00:00", **more}


def test_an_import_lists_what_waits_and_nothing_else(by, tmp_path):
    rows = (comment(1, approved="0"), comment(2), comment(3, approved="spam"))
    load(tmp_path, item(*rows))
    [row] = QueueItem.objects.all()
    assert (row.comment, row.tab, row.weight) == (the(), "waiting", 1)
    assert row.since == the().posted_at
    assert numbers() == {"due": 0, "waiting": 1, "changed": 0, "on-hold": 0}


def test_a_hold_comes_back_when_it_is_due(by, tmp_path):
    load(tmp_path, item(comment(1), comment(2, approved="0")))
    held = act(Action.HOLD, by)
    row = QueueItem.objects.get(comment=the())
    # Readers had seen it.
    assert (row.tab, row.due_at, row.weight) == ("on-hold", held.due_at, 2)
    assert (in_list("on-hold"), in_list("due")) == ([the()], [])
    QueueItem.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    assert (in_list("on-hold"), in_list("due")) == ([], [the()])
    write_all()
    assert in_list("on-hold") == [the()]


def test_a_decision_and_its_undoing_take_a_row_away_and_bring_it_back(by, tmp_path):
    load(tmp_path, item(comment(1, approved="0")))
    made = act(Action.APPROVE, by)
    assert not QueueItem.objects.exists()
    undo(made, by=by)
    assert in_list("waiting") == [the()]
    assert in_list("on-hold") == []


def test_one_comment_may_be_in_two_lists(by, tmp_path):
    load(tmp_path, item(comment(1)))
    act(Action.HOLD, by)
    load(tmp_path, item(comment(1, "Other words.")), name="2.xml")
    assert in_list("on-hold") == in_list("changed") == [the()]


def test_what_was_published_from_an_import_is_listed_once_a_later_copy_is_whole(
    by, tmp_path
):
    load(tmp_path, item(comment(1, approved="odd"), comment(2)))
    assert in_list("waiting") == [the()]
    release_comment(the(), reason="It was shown.", by=by)
    assert not QueueItem.objects.exists()
    told = item(comment(1, "Other words.", approved="odd"), comment(2))
    load(tmp_path, told, name="2.xml")
    assert in_list("changed") == [the()]
    act(Action.NO_ACTION, by)
    assert not QueueItem.objects.exists()


@pytest.mark.unreconciled
@pytest.mark.parametrize(
    "harm",
    [
        lambda: QueueItem.objects.all().delete(),
        lambda: QueueItem.objects.update(weight=9),
        lambda: QueueItem.objects.update(since=None),
        lambda: QueueItem.objects.update(tab="changed"),
        lambda: QueueItem.objects.update(tab="nowhere"),
        lambda: QueueItem.objects.create(comment=the("2"), tab="waiting", weight=1),
    ],
)
def test_reconcile_names_whatever_is_listed_otherwise(by, tmp_path, harm):
    load(tmp_path, item(comment(1, approved="0"), comment(2)))
    assert not list(reconcile())
    harm()
    named = [str(each) for each in reconcile()]
    assert named
    assert all("is not in the list" in each for each in named)
    WHAT_WAITS.install()
    write_all()
    assert not list(reconcile())


@pytest.mark.parametrize("order", [AGE, NEWEST, WEIGHT, DUE])
def test_a_list_is_walked_row_by_row_in_both_directions(by, tmp_path, order):
    days = ("0000-00-00", "2012-05-03", "2012-05-02", "0000-00-00", "2012-05-02")
    load(
        tmp_path,
        item(*(comment(n, **on(day)) for n, day in enumerate(days, 1))),
    )
    for source_id in "124":
        act(Action.HOLD, by, source_id)
    QueueItem.objects.filter(comment=the("1")).update(weight=1)
    Comment.objects.filter(source_id__in="35").update(visibility="held")
    rows = QueueItem.objects.all()
    for backwards in (False, True):
        whole = list(rows.in_order(order, backwards=backwards))
        walked = whole[:1]
        while (
            following := rows.beyond(walked[-1], order, backwards=backwards)
            .in_order(order, backwards=backwards)
            .first()
        ):
            walked.append(following)
        assert walked == whole
        assert len(walked) == len(days)
    assert list(rows.in_order(order)) == whole[::-1]
    Comment.objects.filter(source_id__in="35").update(visibility="published")
    write_all()


def test_lists_are_narrowed(by, tmp_path):
    load(tmp_path, item(comment(1, "The harbour wall", approved="0")), blog_slug="one")
    load(
        tmp_path,
        item(comment(2, "The wall", approved="0")),
        name="2.xml",
        blog_slug="two",
    )
    one, two = the("1"), the("2")
    assert in_list("waiting", words=["wall", "harbour"]) == [one]
    assert in_list("waiting", blog=two.post.blog) == [two]
    assert in_list("waiting", article=one.post) == [one]
    assert in_list("waiting", language="xx") == []


def test_each_list_says_what_is_in_it():
    assert len({tab.key for tab in TABS}) == len(TABS)
    assert all(Selection(tab, {}).rows().count() == 0 for tab in BY_KEY.values())
    assert Decision.objects.count() == 0
