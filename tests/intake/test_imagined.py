"""What a dry run remembers of an article that comes again, and what judges are shown."""

from datetime import timedelta
from math import inf

import pytest

from commentarchive.importers.parsed import When
from commentarchive.intake.arrivals import arrivals_of_new, arrivals_of_slice
from commentarchive.intake.dry_run import _as_if_written, _change, _merged
from commentarchive.intake.judges import Arrival
from commentarchive.intake.new_articles import plan_new_article
from commentarchive.intake.plan import DecisionSnapshot, plan_article
from tests.intake.made import AT, article, comment, key, stored

pytestmark = pytest.mark.pure


def plan(*comments, known=None):
    return plan_article(
        article(comments=list(comments)), post=None, stored=known or {},
        decisions=DecisionSnapshot(), zone="Europe/London", ordinal=0,
    ).comments  # fmt: skip


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
    assert _change(article(title="Ferry", raw="Words."), now) == change


def test_what_both_occurrences_leave():
    first = article(title="Ferry", raw="Words.")
    assert _merged(None, first) is first
    silent = article(title="Boat", has_text=False, status="unknown", byte=7)
    merged = _merged(first, silent)
    assert (merged.status, merged.title, merged.raw) == ("publish", "Ferry", "Words.")
    assert merged.byte == 7
    merged = _merged(first, article(title="Boat", raw="Other.", status="draft"))
    assert (merged.status, merged.title, merged.raw) == ("draft", "Boat", "Other.")


def test_a_comment_as_if_it_were_written():
    later = AT + timedelta(hours=1)
    read = comment("2", parent_id="1", state="spam", when=When("", later))
    known = {key("3"): stored(3)}
    made = {
        each.key.source_id: _as_if_written(each) for each in plan(read, known=known)
    }
    assert made["3"] is known[key("3")]
    one, two = made["1"], made["2"]
    assert (one.is_placeholder, two.is_placeholder) == (True, False)
    assert (one.source_state, two.source_state) == ("", "spam")
    assert (one.when, two.when) == (inf, later.timestamp())
    assert (two.position, two.depth, two.visibility) == (2, 1, "spam")
    assert (two.source_parent, two.facts.parent, two.facts.moment) == ("1", "1", later)
    assert (two.pk, two.parent_pk, two.last.number) == (0, None, 1)
    assert list(two.versions.values()) == [two.last]


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
