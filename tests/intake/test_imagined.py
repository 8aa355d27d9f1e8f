"""What a dry run remembers of an article that comes again, and what judges are shown."""

from datetime import timedelta
from math import inf

import pytest

from commentarchive.importers.parsed import When
from commentarchive.intake.arrivals import arrivals_of_new, arrivals_of_slice
from commentarchive.intake.imagined import Imagined, ImaginedArticles
from commentarchive.intake.judges import Arrival
from commentarchive.intake.new_articles import plan_new_article
from commentarchive.intake.plan import DecisionSnapshot, plan_article
from tests.intake.made import AT, article, comment, key, stored

pytestmark = pytest.mark.pure


def whole_plan(parsed, known=None):
    return plan_article(
        parsed, post=None, stored=known or {},
        decisions=DecisionSnapshot(), zone="Europe/London", ordinal=0,
    )  # fmt: skip


def plan(*comments, known=None):
    return whole_plan(article(comments=list(comments)), known).comments


def after(*articles):
    """Return an article as some occurrences of it leave it."""
    found = Imagined("wordpress", "7")
    for each in articles:
        found.take_in(whole_plan(each, found.comments))
    return found


@pytest.mark.parametrize(
    ("now", "change"),
    [
        (article(title="Ferry", raw="Words."), "unchanged"),
        (article(title="Ferry", raw="Words.", status="unknown"), "unchanged"),
        (article(title="Ferry", raw="Words.", status="draft"), "changed"),
        (article(title="Boat", raw="Words."), "changed"),
        (article(title="Ferry", raw="Other."), "changed"),
        (article(title="Boat", has_text=False), "unchanged"),
        (article(has_text=False, status="draft"), "changed"),
    ],
)
def test_what_the_second_occurrence_changes(now, change):
    assert after().change(now) is None
    assert after(article(title="Ferry", raw="Words.")).change(now) == change


def test_what_both_occurrences_leave():
    first = article(title="Ferry", raw="Words.")
    assert after(first).article is first
    silent = article(title="Boat", has_text=False, status="unknown", byte=7)
    merged = after(first, silent).article
    assert (merged.status, merged.title, merged.raw) == ("publish", "Ferry", "Words.")
    assert merged.byte == 7
    merged = after(first, article(title="Boat", raw="Other.", status="draft")).article
    assert (merged.status, merged.title, merged.raw) == ("draft", "Boat", "Other.")


def test_a_comment_as_if_it_were_written():
    later = AT + timedelta(hours=1)
    read = comment("2", parent_id="1", state="spam", when=When("", later))
    made = after(article(comments=[read])).comments
    one, two = made[key("1")], made[key("2")]
    assert (one.is_placeholder, two.is_placeholder) == (True, False)
    assert (one.source_state, two.source_state) == ("", "spam")
    assert (one.when, two.when) == (inf, later.timestamp())
    assert (two.position, two.depth, two.visibility) == (1, 1, "spam")
    assert (two.source_parent, two.facts.parent, two.facts.moment) == ("1", "1", later)
    assert two.parent_pk == one.pk < 0
    assert two.last.number == 1
    assert list(two.versions.values()) == [two.last]


def test_a_comment_that_comes_again_keeps_its_versions():
    first, edit = comment("3"), comment("3", "Other words.")
    found = after(article(comments=[first]), article(comments=[edit]))
    edited = found.comments[key("3")]
    assert len(edited.versions) == 2
    assert edited.shown == edited.last
    assert edited.shown.plain == edit.plain
    # Then the first text again: it was there, and is no longer the one that is shown.
    again = whole_plan(article(comments=[first]), found.comments)
    assert [each.change for each in again.comments] == ["changed"]


def test_what_stands_once_is_not_remembered():
    once, twice = article(source_id="7"), article(source_id="8")
    articles = ImaginedArticles([once, twice, twice])
    assert articles.find(once, None) is None
    assert articles.find(twice, None) is articles.find(twice, None) is not None


def test_an_article_without_a_number_is_found_by_its_address():
    there = ("https://test.example/7/",)
    numbered = article(source_id="7", addresses=there)
    nameless = article(source_id="", addresses=there)
    other = article(source_id="8", addresses=there)
    articles = ImaginedArticles([numbered, nameless, other])
    found = articles.find(numbered, None)
    assert articles.find(nameless, None) is found
    # Another number is another article, whatever its address.
    assert articles.find(other, None) is not found


ONE = comment("1", "One.", name="Ann", link="https://a.example", html="<p>One.</p>")


def test_judges_see_every_comment_of_a_new_article():
    spam = comment("2", "Two.", state="spam")
    new = plan_new_article(
        article(comments=[ONE, spam]), decisions=DecisionSnapshot(),
        zone="Europe/London", ordinal=0,
    )  # fmt: skip
    first, second = arrivals_of_new(new, [7, 8])
    assert first == Arrival(
        *(7, "published", "Ann", "https://a.example", "One.", "<p>One.</p>", True)
    )
    assert (second.comment_pk, second.visibility) == (8, "spam")


@pytest.mark.parametrize(
    ("change", "is_better", "is_suppressed", "has_version", "is_shown"),
    [
        ("new", False, False, False, True),
        ("new", False, True, False, False),
        ("changed", False, False, False, True),
        ("changed", False, True, False, False),
        ("changed", False, False, True, False),
        ("unchanged", True, False, True, True),
        ("unchanged", False, False, True, False),
    ],
)
def test_judges_see_what_is_new_or_has_a_new_text(
    change, is_better, is_suppressed, has_version, is_shown
):
    [planned] = plan(ONE)
    planned.change, planned.is_better = change, is_better
    planned.is_suppressed = is_suppressed
    planned.version = stored().last if has_version else None
    planned.visibility = "held"
    found = arrivals_of_slice([planned], {key(): (7, "c7")})
    assert [(each.comment_pk, each.visibility, each.is_new) for each in found] == (
        [(7, "held", change == "new")] if is_shown else []
    )


def test_judges_are_not_shown_what_was_not_read():
    [absent] = plan(known={key(): stored()})
    assert arrivals_of_slice([absent], {key(): (7, "c7")}) == []


def test_a_day_stays_a_day_where_its_article_comes_again():
    day = When("1 April 2012", AT, day_only=True)
    found = after(article(comments=[comment("1", when=day)]))
    assert found.comments[key("1")].facts.day_only
    assert not found.comments[key("1")].has_hour
