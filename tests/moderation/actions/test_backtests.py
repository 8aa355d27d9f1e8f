"""What rules would have stopped, and what people decided on the same."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commentarchive.models import Comment
from moderation.actions import backtests
from moderation.actions.backtests import back_test
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action, Clause
from tests.moderation.automatic import draft, the_blog
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(by, tmp_path):
    """Return a blog on which five of seven comments speak of watches."""
    load(
        tmp_path,
        item(
            comment(1, "Watches 1", author="Tom"),
            comment(2, "Watches 2", author="Tom"),
            comment(3, "Watches 3", approved="0"),
            comment(4, "Watches 4", approved="spam"),
            comment(5, "Watches 5"),
            comment(6, "Hello", author=""),
            comment(7, "Shoes"),
        ),
    )

    def hide(number, rule):
        clause = Clause.objects.get(number=rule)
        judgement = Judgement(action=Action.BLOCK, clause=clause, facts="It was so.")
        decide(Comment.objects.get(source_id=str(number)), judgement, by=by)

    hide(1, 1)
    hide(2, 2)
    hide(7, 1)
    decide(
        Comment.objects.get(source_id="5"), Judgement(action=Action.NO_ACTION), by=by
    )
    return the_blog()


def test_counts_what_was_stopped_whose_and_how_people_decided(thread):
    rule = draft(thread)
    found = back_test(thread, [rule])
    assert (found.stopped, found.total, found.stopped_shown) == (5, 7, 1)
    [of_rule] = found.by_rule()
    assert (of_rule.agrees, of_rule.otherwise, of_rule.contradicts) == (1, 1, 1)
    assert (of_rule.waiting, of_rule.at_blog, of_rule.unjudged) == (1, 1, 0)
    assert (of_rule.agreement, of_rule.of_house_rule) == (33, 2)
    assert found.by_name() == [("Nell", 3), ("Tom", 2)]
    assert found.by_blog() == [("Test blog", 5)]
    assert found.is_many


def test_nothing_is_stopped_by_no_rule(thread):
    found = back_test(None, [])
    assert (found.total, found.stopped, found.percent) == (7, 0, 0.0)
    assert not found.is_many


def test_new_names_and_repeated_texts_are_counted_in_the_order_of_time(by, tmp_path):
    same = "These are the very same words."
    load(
        tmp_path,
        item(
            comment(1, same, local="2012-01-01 10:00:00", gmt=""),
            comment(2, same, local="2012-01-05 10:00:00", gmt=""),
            comment(3, same, local="2012-03-01 10:00:00", gmt="", author="Tom"),
        ),
    )
    blog = the_blog()
    first = draft(blog, "", kind="first", action="hold", title="New")
    again = draft(blog, "", kind="repeated", least=2, title="Again")
    newest = back_test(blog, [first, again]).newest
    found = {Comment.objects.get(pk=pk).source_id: numbers for pk, numbers in newest}
    assert found == {"1": (first.number,), "2": (again.number,), "3": (first.number,)}


def test_only_the_newest_are_looked_at(by, tmp_path, monkeypatch):
    monkeypatch.setattr(backtests, "MOST", 2)
    times = (f"2012-04-{day:02} 10:00:00" for day in range(1, 5))
    load(
        tmp_path,
        item(*(comment(n, "Shoes", local=at, gmt="") for n, at in enumerate(times))),
    )
    blog = the_blog()
    new_name = draft(blog, "", kind="first", action="hold", title="New")
    found = back_test(blog, [draft(blog, "shoes"), new_name])
    assert (found.stopped, found.total) == (2, 2)
    # Whose name readers knew before is not new.
    assert [rule.stopped for rule in found.by_rule()] == [0, 2]


def test_costs_the_same_queries_whatever_the_rules(thread):
    rules = [draft(thread, f"word{number}") for number in range(5)]
    with CaptureQueriesContext(connection) as few:
        back_test(thread, rules[:1])
    with CaptureQueriesContext(connection) as many:
        back_test(thread, rules)
    assert len(many) == len(few)
