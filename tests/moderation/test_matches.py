"""Long lists are read along an index, from where their filter's matches lie."""

import json
from itertools import pairwise

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commentarchive.ledger.models import Role
from commentarchive.models import Comment, Grade, Tombstone
from moderation import matches as matches_module
from moderation.actions.decisions import Judgement, decide
from moderation.matches import FEW, Matches, find_matches
from moderation.models import Action, Clause, Decision
from tests.cast import member, with_house_rules
from tests.wxr import comment, item, load

HOLD, REMOVE = Action.HOLD, Action.REMOVE


def decide_sixteen(folder):
    """Two decisions of one kind, twelve of another, and two of the first again."""
    by = with_house_rules(member("alice", Role.MODERATOR))
    load(folder, item(*(comment(number) for number in range(1, 17))))
    clause = Clause.objects.get(number=2)
    kinds = [HOLD, HOLD, *[REMOVE] * 12, HOLD, HOLD]
    for remark, kind in zip(Comment.objects.order_by("pk"), kinds, strict=True):
        rule = {"clause": clause, "facts": "Off the topic."} if kind == REMOVE else {}
        decide(remark, Judgement(action=kind, **rule), by=by)


pytestmark = [pytest.mark.django_db, pytest.mark.kept(make=decide_sixteen)]


@pytest.fixture
def decisions(db):
    return Decision.objects.newest_first()


@pytest.fixture(params=[0, FEW])
def few(request, monkeypatch):
    """Either nothing counts as a few, or everything here does."""
    monkeypatch.setattr(matches_module, "FEW", request.param)
    return request.param


def test_a_span_and_a_few_narrow_to_the_same_rows(decisions, few):
    held = decisions.with_action(HOLD)
    found = find_matches(held)
    assert (found.number, found.few is None) == (4, few == 0)
    numbers = sorted(each.entry_index for each in held)
    assert (found.lowest, found.highest) == (numbers[0], numbers[-1])
    assert list(found.narrow(held)) == list(held)
    assert found.has_above(numbers[-1])
    assert not found.has_above(numbers[-1] + 1)
    assert found.has_below(numbers[0])
    assert not found.has_below(numbers[0] - 1)


def test_nothing_that_matches_is_nowhere(decisions, few):
    banned = decisions.with_action(Action.BAN)
    found = find_matches(banned)
    assert found.number == 0
    assert not list(found.narrow(banned))
    assert not found.has_above(0)
    assert not Matches("pk").has_below(10**9)


def test_pages_of_a_filter_are_one_list(decisions, few, monkeypatch):
    monkeypatch.setattr("moderation.views.decisions.ROWS", 3)
    for query, kept in (
        ("", decisions),
        ("action=hold", decisions.with_action("hold")),
        ("action=remove", decisions.with_action("remove")),
        ("rule=2", decisions.filter(clause__number=2)),
    ):
        client, seen, address = Client(), [], f"/moderation/log/?{query}"
        while address:
            page = client.get(address).context["page"]
            seen += [each.entry_index for each in page.rows]
            older = f"/moderation/log/?{query}&before={page.oldest}"
            address = older if page.has_older else ""
        assert seen == [each.entry_index for each in kept], query
        assert all(newer > older for newer, older in pairwise(seen)), query


def test_a_page_beyond_the_matches_leads_back(decisions, few):
    first = decisions.last().entry_index
    page = (
        Client().get(f"/moderation/log/?action=remove&before={first}").context["page"]
    )
    assert (page.rows, page.has_newer, page.has_older) == ([], True, False)
    page = Client().get("/moderation/log/?action=remove&after=99999").context["page"]
    assert (page.rows, page.has_newer, page.has_older) == ([], False, True)
    page = Client().get("/moderation/log/?action=ban&before=99999").context["page"]
    assert (page.rows, page.has_newer, page.has_older) == ([], False, False)


def plan(rows):
    """Return how the database reads rows; it may not sort, nor read a table whole."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for way in ("enable_seqscan", "enable_sort", "enable_bitmapscan"):
                cursor.execute(f"SET LOCAL {way} = off")
            return json.dumps(json.loads(rows.explain(format="json")), indent=0)
    return rows.explain()


@pytest.mark.parametrize("few", [0], indirect=True)
def test_a_page_of_the_log_is_read_in_the_records_order(decisions, few):
    from moderation.log.query import LogFilter

    blog = Comment.objects.first().post.blog
    for asked in ({}, {"action": "hold"}, {"rule": "2"}, {"blog": blog.slug}):
        form = LogFilter(asked)
        kept = form.matches().narrow(form.apply(Decision.objects.public()))
        found = plan(kept.with_context().newest_first()[:50])
        assert "entry_index" in found, asked
        assert "TEMP B-TREE" not in found, asked
        assert '"Node Type": "Sort"' not in found, asked


def test_what_was_seen_to_vanish_is_read_by_its_own_index(decisions):
    rows = Tombstone.objects.observed().with_context().order_by("-pk")[:50]
    found = plan(rows)
    assert "observed_by_number" in found or "observed_removals" in found
    assert '"Node Type": "Sort"' not in found
    assert "TEMP B-TREE" not in found


@pytest.mark.unreconciled
def test_what_else_is_missing_costs_the_same_however_much_it_is(decisions, monkeypatch):
    monkeypatch.setattr("moderation.views.missing.ROWS", 2)
    client, costs = Client(), []
    client.get("/moderation/log/otherwise/")
    for remark in Comment.objects.order_by("pk")[:3]:
        seen_to_vanish(remark)
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/moderation/log/otherwise/").context["page"]
        costs.append(len(asked))
    assert len(set(costs)) == 1
    assert page.has_older
    older = client.get(f"/moderation/log/otherwise/?before={page.oldest}")
    assert len(older.context["page"].rows) == 1
    assert not older.context["page"].has_older
    assert client.get("/moderation/log/otherwise/?before=x").status_code == 404


def seen_to_vanish(remark):
    Tombstone.objects.create(
        comment=remark,
        kind="gone_at_source",
        grade=Grade.OBSERVED,
        is_open=False,
        since_not_after=remark.posted_at,
        opened_capture=remark.capture,
        seen_capture=remark.capture,
    )
