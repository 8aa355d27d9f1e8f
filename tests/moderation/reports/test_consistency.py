"""What was decided otherwise though it says the same: who sees it, and what is alike."""

import pytest

from commentarchive.models import Comment
from moderation.reports.consistency import decided_otherwise
from moderation.reports.figures import consistency
from moderation.reports.figures.declared import Count
from moderation.reports.figures.table import BY_KEY
from moderation.reports.periods import parse_period
from moderation.reports.scope import Scope
from tests.moderation.reports.conftest import SAID

pytestmark = pytest.mark.django_db
PAGE = "/moderation/desk/consistency/"


def groups(word):
    numbers = dict(Comment.objects.values_list("pk", "source_id"))
    found = decided_otherwise(parse_period(word))
    return [sorted(numbers[pk] for pk in group) for group in found.groups]


def test_what_says_the_same_or_nearly_and_was_decided_otherwise_is_one_group(said):
    assert groups("2012-04") == [["1", "2"]]
    assert groups("2012-05") == groups("2012-Q2") == [["1", "2", "3"]]
    assert groups("2012-06") == groups("2012-03") == []


def test_the_page_shows_texts_and_outcomes_to_staff_and_notes_the_look(desk, said):
    page = desk.get(f"{PAGE}2012-05/")
    assert page.status_code == 200
    assert "1 group." in page.text
    assert page.text.count(SAID) == 2
    assert "<strong>Taken down</strong> under rule 2" in page.text
    assert page.text.count("<strong>Left as it is</strong>") == 2
    assert "Of tides" not in page.text
    assert "0 groups." in desk.get(f"{PAGE}2011-05/").text
    # By itself it shows the newest month, not April.
    assert "May 2012" in desk.get(PAGE).context["period"].title
    for bad in ("2012-13", "april"):
        assert desk.get(f"{PAGE}{bad}/").status_code == 404
    assert desk.get(f"{PAGE}2012-05/?page=2").status_code == 404


def counted(count, word):
    return list(count(Scope.now(parse_period(word))))


def test_shares_of_few_cases_are_not_given(said, monkeypatch):
    rule = counted(consistency.reversed_by_rule, "2012-04")[0]
    assert rule.number is None
    assert rule.label.endswith("(rules 1) (fewer than 5)")
    assert counted(consistency.hidden_by_role, "2012-04") == [
        Count("owner", "The owner", 60)
    ]
    monkeypatch.setattr(consistency, "FEWEST", 1)
    shares = counted(consistency.reversed_by_role, "2012-04")
    assert shares == [Count("owner", "The owner", 0)]


def test_same_words_and_newer_rules_are_counted(said, monkeypatch):
    scope = Scope.now(parse_period("2012-Q2"))
    assert counted(consistency.count_newer_rules, "2012-Q2")[0].number == 4
    assert consistency.rows_newer_rules(scope, "").count() == 4
    # A few would tell readers what a hidden comment says.
    assert counted(consistency.count_same_text, "2012-Q2")[0].number is None
    assert BY_KEY["same-text-otherwise"].rows is None
    monkeypatch.setattr(consistency, "FEWEST", 1)
    # 6 and 7 say the very same; 1 and 2 do not, though nearly.
    assert counted(consistency.count_same_text, "2012-Q2")[0].number == 2
