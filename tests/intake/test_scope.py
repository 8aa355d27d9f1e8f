"""What a file holds articles of, as it is kept with its copy."""

from datetime import timedelta

import pytest

from commentarchive.importers.parsed import When
from commentarchive.intake.scope import Scope
from tests.intake.made import AT, article

pytestmark = pytest.mark.pure
DAY = timedelta(days=1)


def packed(*articles):
    scope = Scope()
    for ordinal, values in enumerate(articles):
        scope.add(ordinal, article(**values))
    return scope.pack()


def test_a_file_without_articles():
    assert packed() == {
        "kinds": [],
        "authors": [],
        "statuses": [],
        "topics": [],
        "first": None,
        "last": None,
        "uncertain_counts": [],
        "announced": [],
    }


def test_types_authors_and_states_are_gathered():
    found = packed(
        {"kind": "post", "byline": "Ann"},
        {"kind": "page", "byline": "Ben", "status": "draft"},
        {"kind": "post", "byline": "Ann"},
    )
    assert (found["kinds"], found["statuses"]) == (
        ["page", "post"],
        ["draft", "publish"],
    )
    assert len(found["authors"]) == 2
    assert {len(each) for each in found["authors"]} == {16}
    assert "Ann" not in str(found)


@pytest.mark.parametrize(
    ("topics", "common"),
    [
        ([("a", "b"), ("b", "c")], 1),
        ([("a", "b"), ("a", "b")], 2),
        ([("a", "b"), ("c",)], 0),
        ([("a", "b"), ()], 0),
        # Once nothing is common, nothing becomes so again.
        ([("a",), ("b",), ("b",)], 0),
        ([("a",)], 1),
    ],
)
def test_topics_are_what_all_articles_have_in_common(topics, common):
    found = packed(*({"topics": each} for each in topics))
    assert len(found["topics"]) == common


def test_pages_have_no_topics_to_share_and_other_types_count_for_nothing():
    found = packed(
        {"topics": ("a",), "when": When("", AT)},
        {"kind": "page"},
        {"kind": "attachment", "byline": "Cem", "when": When("", AT + DAY)},
    )
    assert len(found["topics"]) == 1
    assert (found["kinds"], len(found["authors"])) == (["page", "post"], 1)
    assert found["last"] == AT.isoformat()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_the_span_of_time(order):
    articles = [{"when": When("", AT + number * DAY)} for number in order]
    found = packed(
        *articles, {"when": When("?", (AT - 365 * DAY).replace(tzinfo=None))}, {}
    )
    assert (found["first"], found["last"]) == (
        AT.isoformat(),
        (AT + 2 * DAY).isoformat(),
    )


def test_counts_of_other_things_are_remembered_by_the_place_of_their_article():
    found = packed(
        {}, {"counts_comments": False, "kind": "menu"}, {"counts_comments": False}
    )
    assert found["uncertain_counts"] == [1, 2]
