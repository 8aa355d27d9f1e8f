"""The desk looks closer at what something was told of since a decision, and only there."""

import pytest
from django.db import connection, transaction

from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Comment
from moderation.actions.decisions import Judgement, Record, decide, undo
from moderation.actions.subjects import newest_of
from moderation.desk.queue import BY_KEY, Selection
from moderation.forms.elsewhere import comment_source
from moderation.models import Action
from moderation.waiting.changes import changed_at_source
from tests.captures.test_dating import at, date
from tests.captures.test_vanished import read
from tests.desk_lists import in_list
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def the(source_id="1"):
    return Comment.objects.get(source_id=source_id)


def leave(by, one=None):
    return decide(one or the(), Judgement(action=Action.NO_ACTION), by=by)


def with_news():
    return {each.source_id for each in Comment.objects.with_news()}


def listed():
    found = {each.source_id for each in in_list("changed")}
    assert found == {
        each.source_id for each in changed_at_source(Comment.objects.all())
    }
    return found


def test_a_copy_that_tells_the_same_is_no_news(by, tmp_path):
    rows = [comment(1, "One."), comment(2, "Two.", parent=1)]
    load(tmp_path, item(*rows))
    leave(by)
    leave(by, the("2"))
    load(tmp_path, item(*rows, comment(3, "Three.")), name="2.xml")
    assert with_news() == listed() == set()


@pytest.mark.parametrize(
    "told",
    [
        comment(1, "Other words."),
        comment(1, approved="0"),
        comment(1, approved="spam"),
        comment(1, "Other words.", approved="trash"),
    ],
)
def test_other_words_and_another_state_are_news_until_the_next_decision(
    by, tmp_path, told
):
    load(tmp_path, item(comment(1), comment(2)))
    leave(by)
    load(tmp_path, item(told, comment(2, "New, and not decided on.")), name="2.xml")
    assert with_news() == listed() == {"1"}
    leave(by)
    assert with_news() == listed() == set()


def test_a_blog_that_goes_back_to_an_earlier_text_tells_that_one(by, tmp_path):
    texts = ("One.", "Two.", "One.", "Two.")
    for number, text in enumerate(texts[:2]):
        load(tmp_path, item(comment(1, text)), name=f"{number}.xml")
    leave(by)
    load(tmp_path, item(comment(1, texts[2]), title="Third"), name="2.xml")
    # Readers see what was decided on, and the desk what is there by now.
    assert the().current_revision.text.plain == "Two."
    assert newest_of(the()).text.plain == comment_source(the()).text == "One."
    assert listed() == {"1"}
    assert not list(reconcile())
    load(tmp_path, item(comment(1, texts[3]), title="Fourth"), name="3.xml")
    assert not listed()
    load(tmp_path, item(comment(1, texts[2]), title="Fifth"), name="4.xml")
    decide(the(), Judgement(action=Action.APPROVE), by=by)
    assert the().current_revision.text.plain == "One."
    assert not listed()


def test_what_waits_is_judged_by_the_text_that_its_blog_has(by, tmp_path):
    for number, text in enumerate(("One.", "Two.", "One.")):
        row = comment(1, text, approved="0")
        load(tmp_path, item(row, title=f"{number}"), name=f"{number}.xml")
    decide(the(), Judgement(action=Action.APPROVE), by=by)
    assert the().current_revision.text.plain == "One."


def test_an_older_copy_that_is_read_later_tells_nothing_newer(by, tmp_path):
    read(tmp_path, "Jan", comment(1, "One."))
    read(tmp_path, "Mar", comment(1, "Two."))
    leave(by)
    read(tmp_path, "Feb", comment(1, "Between."))
    assert newest_of(the()).text.plain == "Two."
    assert not listed()
    assert not list(reconcile())


def test_the_list_says_what_was_changed(by, desk, tmp_path):
    load(tmp_path, item(*(comment(n) for n in (1, 2, 3))))
    for source_id in "123":
        leave(by, the(source_id))
    rows = [
        comment(1, "Other words."),
        comment(2, approved="0"),
        comment(3, "Other words.", approved="0"),
    ]
    load(tmp_path, item(*rows), name="2.xml")
    body = desk.get("/moderation/desk/?tab=changed").text
    for source_id, change in zip(
        "123", ("its text", "its state", "its text and its state"), strict=True
    ):
        row = body[body.index(f"{the(source_id).ref}/?") :].partition("</li>")[0]
        assert f"changed there: {change}</span>" in row


def test_a_state_that_comes_back_leaves_the_list(by, tmp_path):
    load(tmp_path, item(comment(1)))
    leave(by)
    for name, approved in (("2.xml", "spam"), ("3.xml", "1")):
        load(tmp_path, item(comment(1, approved=approved), title=name), name=name)
    assert not listed()


def test_what_is_back_after_it_had_vanished_is_news(by, tmp_path):
    load(tmp_path, item(comment(1), comment(2)))
    load(tmp_path, item(comment(2)), name="2.xml")
    assert the().source_state == "gone"
    leave(by)
    assert not listed()
    load(tmp_path, item(comment(1), comment(2), title="Third"), name="3.xml")
    assert with_news() == listed() == {"1"}


def test_an_undoing_that_goes_back_to_older_words_is_news(by, tmp_path):
    load(tmp_path, item(comment(1)))
    leave(by)
    load(tmp_path, item(comment(1, "Other words.")), name="2.xml")
    made = decide(the(), Judgement(action=Action.APPROVE), by=by)
    assert not with_news()
    undo(made, by=by)
    assert with_news() == listed() == {"1"}


def test_a_copy_dated_later_may_outrank_the_blogs_own_records(by, tmp_path):
    read(tmp_path, "Feb", comment(1, "One."))
    record = Record(decided_at=at(5), role=None, known_from="The owner's letters.")
    judgement = Judgement(
        action=Action.REMOVE, facts="The owner wrote so.", record=record
    )
    decide(the(), judgement, by=by)
    report = load(tmp_path, item(comment(1, "One.")))
    assert the().visibility == "removed"
    date(report, at(7))
    assert (the().visibility, the().decided_entry) == ("published", None)
    assert with_news() == listed() == set()


# In a database of its own: what other tests leave behind changes PostgreSQL's plans.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("key", ["changed", "due", "on-hold", "waiting"])
@pytest.mark.parametrize("order", ["", "age", "weight"])
def test_an_index_knows_what_each_list_holds(key, order):
    selection = Selection(BY_KEY[key], {"order": order})
    with transaction.atomic():
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL enable_seqscan = off")
        rows = selection.rows().in_order(selection.order)
        assert "queue_by" in rows[:25].explain()


def test_what_waits_comes_oldest_first_and_undated_last(tmp_path):
    def on(day):
        return {"local": f"{day} 10:00:00", "gmt": f"{day} 09:00:00", "approved": "0"}

    load(
        tmp_path,
        item(
            comment(1, **on("0000-00-00")),
            comment(2, **on("2012-05-03")),
            comment(3, **on("2012-05-02")),
        ),
    )
    assert [each.source_id for each in in_list("waiting")] == ["3", "2", "1"]


@pytest.mark.unreconciled
def test_reconcile_says_where_the_desk_would_miss_a_change(by, tmp_path):
    load(tmp_path, item(comment(1)))
    made = leave(by)
    load(tmp_path, item(comment(1, "Other words.")), name="2.xml")
    Comment.objects.update(has_news=False)
    [difference] = [str(each) for each in reconcile()]
    assert str(made.entry_index) in difference
    assert the().ref in difference
