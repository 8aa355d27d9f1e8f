"""Automatic rules act on what arrives, and on nothing else."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commentarchive.intake import arrivals
from commentarchive.intake.dry_run import dry_run
from commentarchive.ledger.models import Entry
from commentarchive.models import Comment
from moderation.actions import automation
from moderation.actions.automation import delete_draft, mark_of, save_draft
from moderation.actions.decisions import Judgement, decide
from moderation.actions.judging import automatic_judge, matched
from moderation.actions.policies import publish_policy
from moderation.models import Action, AutomaticDraft, ClauseDraft, Decision
from tests.moderation.actions.test_batches import arrivals_of
from tests.moderation.automatic import LATER, draft, publish, the_blog
from tests.wxr import comment, export, item, load, write

pytestmark = pytest.mark.django_db


def new(number, text, **values):
    """Return a comment that is written after any rule was published."""
    return comment(number, text, **{"local": LATER, "gmt": LATER, **values})


@pytest.fixture
def blog(by, tmp_path):
    """Return a blog with one old comment."""
    load(tmp_path, item(comment(1, "Old watches are fine.")))
    return the_blog()


def arrive(folder, *comments, name="later.xml"):
    load(folder, item(comment(1, "Old watches are fine."), *comments), name=name)


def state(number):
    return Comment.objects.get(source_id=str(number)).visibility


def test_what_arrives_is_blocked_on_record_and_named_as_automatic(blog, by, tmp_path):
    rule = draft(blog)
    version = publish(by, blog)
    arrive(tmp_path, new(2, "Cheap WATCHES!"), new(3, "Hello."))
    [made] = Decision.objects.all()
    assert (made.comment.source_id, made.action) == ("2", "remove")
    assert made.decided_by == f"this program, by automatic rule {rule.number}"
    assert (made.automatic_rules, made.automatic_rule) == (version.ref, rule.number)
    assert made.facts == rule.sentence
    entry = Entry.objects.get(pk=made.entry_index)
    assert b'"auto":true' in bytes(entry.leaf)
    assert (state(1), state(2), state(3)) == ("published", "spam", "published")


def test_no_rule_acts_on_history(blog, by, tmp_path):
    draft(blog)
    publish(by, blog)
    # Written before the rule, or nobody knows when; and an old one in other words.
    load(
        tmp_path,
        item(
            comment(1, "Old watches, and new watches."),
            comment(2, "Watches!"),
            comment(3, "Watches!", local="", gmt=""),
        ),
        name="later.xml",
    )
    assert not Decision.objects.exists()
    assert {state(1), state(2), state(3)} == {"published"}


def test_nothing_acts_on_a_blog_before_its_owner_said_so(by, tmp_path):
    draft()
    publish(by)
    load(tmp_path, item(new(1, "Watches!")))
    assert not Decision.objects.exists()
    assert automatic_judge(the_blog()) is None
    publish(by, the_blog(), takes_common=True)
    load(tmp_path, item(new(1, "Watches!"), new(2, "Watches!")), name="later.xml")
    assert [each.comment.source_id for each in Decision.objects.all()] == ["2"]


def test_a_waiting_comment_is_blocked_and_not_held_again(blog, by, tmp_path):
    draft(blog)
    draft(blog, "shoes", action="hold")
    publish(by, blog)
    arrive(
        tmp_path,
        new(2, "Watches", approved="0"),
        new(3, "Shoes", approved="0"),
        new(4, "Shoes"),
        new(5, "Watches", approved="spam"),
    )
    found = {each.comment.source_id: each.action for each in Decision.objects.all()}
    assert found == {"2": "block", "4": "hold"}
    assert [state(number) for number in (2, 3, 4, 5)] == [
        "spam",
        "held",
        "held",
        "spam",
    ]


def test_what_its_source_does_not_say_is_left_for_people(blog, by, tmp_path):
    draft(blog)
    publish(by, blog)
    arrive(tmp_path, new(2, "Watches", approved="7"))
    assert Comment.objects.get(source_id="2").source_state == "unknown"
    assert not Decision.objects.exists()


def test_blocking_comes_first_then_the_lowest_number(blog, by, tmp_path):
    draft(blog, "cheap", action="hold")
    second = draft(blog, "watches")
    draft(blog, "cheap watches")
    publish(by, blog)
    arrive(tmp_path, new(2, "Cheap watches"))
    assert Decision.objects.get().automatic_rule == second.number


def test_what_people_decided_stands(blog, by, tmp_path):
    draft(blog)
    publish(by, blog)
    arrive(tmp_path, new(2, "Hello.", approved="0"))
    decide(Comment.objects.get(source_id="2"), Judgement(action=Action.APPROVE), by=by)
    arrive(tmp_path, new(2, "Hello, watches!"), name="third.xml")
    assert Decision.objects.get().action == "approve"


def test_a_changed_rule_acts_from_then_on_and_an_unchanged_one_goes_on(blog, by):
    first, second = draft(blog), draft(blog, "shoes")
    before = publish(by, blog)
    seen = mark_of([second])
    second.lines = "shoes\nboots"
    save_draft(second, seen=seen)
    after = publish(by, blog)
    from_first = after.automatic_rules.get(number=first.number).acts_from
    from_second = after.automatic_rules.get(number=second.number).acts_from
    assert from_first == before.published_at
    assert from_second == after.published_at


def test_each_rule_acts_from_its_own_day(blog, by, tmp_path, monkeypatch):
    def on(day):
        moment = datetime(2099, *day, tzinfo=UTC)
        monkeypatch.setattr(automation.timezone, "now", lambda: moment)

    first = draft(blog, action="hold")
    on((1, 1))
    publish(by, blog)
    draft(blog)
    on((6, 1))
    publish(by, blog)
    monkeypatch.undo()
    arrive(tmp_path, new(2, "Watches!"))
    assert Decision.objects.get().automatic_rule == first.number


def test_the_time_that_stands_is_the_one_that_counts(blog, by):
    draft(blog)
    publish(by, blog)
    [arrival] = arrivals_of(Comment.objects.all())
    later = replace(arrival, posted_at=datetime(2099, 4, 1, tzinfo=UTC))
    automatic_judge(blog).judge([later])
    assert not Decision.objects.exists()


def test_an_empty_version_ends_the_rules(blog, by, tmp_path):
    rule = draft(blog)
    publish(by, blog)
    delete_draft(rule)
    publish(by, blog)
    arrive(tmp_path, new(2, "Watches!"))
    assert not Decision.objects.exists()


def test_a_rule_that_is_withdrawn_meanwhile_acts_no_more(blog, by, tmp_path):
    rule = draft(blog)
    publish(by, blog)
    judge = automatic_judge(blog)
    delete_draft(rule)
    publish(by, blog)
    arrive(tmp_path, new(2, "Watches!"))
    comment = Comment.objects.get(source_id="2")
    [arrival] = arrivals_of([comment])
    judge.judge([replace(arrival, posted_at=comment.posted_at)])
    assert not Decision.objects.exists()


def test_a_new_name_is_held_until_readers_see_it(blog, by, tmp_path):
    draft(blog, "", kind="first", action="hold", house_rule=8, title="New names")
    publish(by, blog)
    nell = {"author": "Nell", "email": "nell@mail.example"}
    arrive(
        tmp_path,
        new(2, "I was here before.", **nell),
        new(3, "I am new.", author="Tom", email="tom@mail.example"),
        new(4, "I am new still.", author="Tom", email="tom@mail.example"),
        new(5, "No name.", author="", email=""),
    )
    assert [state(number) for number in (2, 3, 4, 5)] == (
        ["published", "held", "held", "published"]
    )
    decide(Comment.objects.get(source_id="3"), Judgement(action=Action.APPROVE), by=by)
    arrive(
        tmp_path,
        new(6, "Again.", author="Tom", email="tom@mail.example"),
        name="third.xml",
    )
    assert state(6) == "published"


def test_the_same_text_again_is_held_from_the_time_that_is_told(blog, by, tmp_path):
    draft(
        blog, "", kind="repeated", least=3, action="hold", house_rule=6, title="Again"
    )
    publish(by, blog)
    text = "The same words in five or more."
    arrive(tmp_path, new(2, text), new(3, "Thank you."), new(4, "Thank you."))
    arrive(
        tmp_path,
        *(new(n, text, author=f"Name {n}") for n in (5, 6)),
        *(new(n, "Thank you.") for n in (7, 8)),
        new(9, text, local="2099-06-01 10:00:00", gmt="2099-06-01 10:00:00"),
        name="third.xml",
    )
    assert {each.comment.source_id for each in Decision.objects.all()} == {"6"}


def test_a_rule_rests_while_its_house_rule_is_not_in_force(blog, by, tmp_path):
    draft(blog, house_rule=5)
    publish(by, blog)
    ClauseDraft.objects.filter(number=5).delete()
    publish_policy()
    arrive(tmp_path, new(2, "Watches!"))
    assert not Decision.objects.exists()


def test_costs_nothing_where_nothing_acts(blog, by, tmp_path, monkeypatch):
    def unexpected(*_):
        raise AssertionError

    monkeypatch.setattr(arrivals, "Arrival", unexpected)
    with CaptureQueriesContext(connection) as queries:
        assert automatic_judge(blog) is None
    assert len(queries) == 1
    arrive(tmp_path, new(2, "Watches!"))


def test_a_dry_run_asks_no_judge(blog, by, tmp_path):
    draft(blog)
    publish(by, blog)
    data = export(item(comment(1, "Old watches are fine."), new(2, "Watches!")))
    dry_run([write(tmp_path, data, "dry.xml")])
    assert not Decision.objects.exists()


def test_tells_which_rules_a_comment_meets(blog, by, tmp_path):
    first = draft(blog)
    common = draft(None, "cheap", in_name=True)
    publish(by)
    publish(by, blog, takes_common=True)
    load(
        tmp_path,
        item(
            comment(2, "Cheap watches", approved="0"),
            comment(3, "Hello", approved="0"),
        ),
        name="waiting.xml",
    )
    comments = list(Comment.objects.select_related("post__blog").order_by("source_id"))
    found = {
        each.source_id: [rule.number for rule in matched(comments)[each.pk]]
        for each in comments
    }
    assert found == {"1": [first.number], "2": [first.number, common.number], "3": []}
    with CaptureQueriesContext(connection) as one:
        matched(comments[:1])
    with CaptureQueriesContext(connection) as all_of_them:
        matched(comments)
    assert len(one) == len(all_of_them)


def test_numbers_are_never_used_again(blog, by):
    first = draft(blog)
    publish(by, blog)
    delete_draft(first)
    publish(by, blog)
    assert draft(None).number == first.number + 1
    assert AutomaticDraft.objects.count() == 1
