"""What is hidden for some time only comes back by itself, on record."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from commentarchive.ledger.append import read_leaf
from commentarchive.ledger.models import Entry
from commentarchive.models import Comment
from moderation.actions.decisions import Judgement, Refused, decide, undo
from moderation.actions.measures import FACTS, end_due
from moderation.models import Action, Clause, Decision
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
NOW = timezone.now()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def the(source_id="1"):
    return Comment.objects.get(source_id=source_id)


def hide(by, until, *, action=Action.BLOCK, rule=2, one=None):
    judgement = Judgement(
        action=action,
        clause=Clause.objects.get(number=rule) if rule else None,
        facts="It is being looked into.",
        until=until,
    )
    return decide(one or the(), judgement, by=by)


@pytest.fixture
def thread(by, tmp_path):
    load(
        tmp_path,
        item(comment(1, "Of tides"), comment(2, "Of eels", approved="0")),
    )


def page(address, client=None):
    return (client or Client()).get(address).content.decode()


@pytest.mark.parametrize(
    ("action", "rule"),
    [(Action.HOLD, None), (Action.BLOCK, 2), (Action.BLOCK, 1), (Action.WITHHOLD, 4)],
)
def test_it_ends_once_its_time_has_come_and_no_sooner(thread, by, action, rule):
    made = hide(by, NOW + DAY, action=action, rule=rule)
    until = made.until
    assert (until.second, until.microsecond) == (0, 0)
    said = read_leaf(bytes(Entry.objects.get(pk=made.entry_index).leaf))["d"]
    assert said["until"] == until.strftime("%Y-%m-%dT%H:%M:00Z")
    assert end_due(until - timedelta(seconds=1)) == []
    [ended] = end_due(until)
    assert the().visibility == "published"
    assert (ended.undoes, ended.facts, ended.decided_by) == (
        made,
        FACTS,
        "this program",
    )
    entry = read_leaf(bytes(Entry.objects.get(pk=ended.entry_index).leaf))
    assert (entry["d"]["auto"], entry["actor"]["r"]) == (True, "system")
    assert end_due(until + DAY) == []


def test_readers_see_the_end_and_both_statements_link_each_other(thread, by):
    made = hide(by, NOW + DAY)
    article = the().post.get_absolute_url()
    assert "under rule 2, Abuse, until " in page(article)
    assert "until " in page(the().get_absolute_url())
    assert "For some time only: until" in page(made.get_absolute_url())
    told = Client().get(f"/api/v1/comments/{the().ref}/").json()
    assert made.until.strftime("%Y-%m-%dT%H:%M") in str(told)
    [ended] = end_due(NOW + 2 * DAY)
    assert "Of tides" in page(article)
    first, last = page(made.get_absolute_url()), page(ended.get_absolute_url())
    assert "its time was over" in first
    assert ended.get_absolute_url() in first
    assert made.get_absolute_url() in last
    assert FACTS in last
    assert "by this program when its time had come" in last


def test_what_had_waited_waits_again_as_its_blog_said(thread, by):
    before = the("2").tombstones.get()
    hide(by, NOW + DAY, one=the("2"))
    end_due(NOW + 2 * DAY)
    after = the("2").tombstones.get(is_open=True)
    assert (the("2").visibility, after.grade) == ("held", before.grade)


def test_a_renewal_moves_the_end_and_leads_back_to_the_beginning(thread, by):
    hide(by, NOW + DAY)
    renewed = hide(by, NOW + 3 * DAY)
    assert end_due(NOW + 2 * DAY) == []
    [ended] = end_due(NOW + 4 * DAY)
    assert (ended.undoes, the().visibility) == (renewed, "published")


def test_a_renewal_of_what_waited_ends_in_a_wait(thread, by):
    hide(by, NOW + DAY, one=the("2"))
    hide(by, NOW + 2 * DAY, one=the("2"))
    end_due(NOW + 3 * DAY)
    assert the("2").visibility == "held"
    assert end_due(NOW + 9 * DAY) == []


def test_an_end_below_another_decision_leads_back_to_that(thread, by):
    hide(by, None)
    hide(by, NOW + DAY, action=Action.WITHHOLD, rule=4)
    end_due(NOW + 2 * DAY)
    notice = the().tombstones.get(is_open=True)
    assert (notice.kind, notice.clause_label) == ("removed", "rule 2, Abuse")
    assert notice.ends_at is None
    assert end_due(NOW + 9 * DAY) == []


def test_whoever_decides_anew_ends_the_end(thread, by):
    hide(by, NOW + DAY)
    hide(by, None)
    assert end_due(NOW + 2 * DAY) == []
    # Undone, the one before stands again with its own end.
    undo(Decision.objects.newest_first().first(), by=by)
    assert the().tombstones.get(is_open=True).ends_at is not None
    [_ended] = end_due(NOW + 2 * DAY)
    assert the().visibility == "published"


def test_whatever_was_undone_and_done_again_an_end_comes_once(thread, by):
    """Undo a measure, undo that, renew, undo the renewal, undo that."""
    made = hide(by, NOW + DAY)
    for _again in range(2):
        made = undo(made, by=by)
    made = hide(by, NOW + 3 * DAY)
    for _again in range(2):
        made = undo(made, by=by)
    assert the().tombstones.get(is_open=True).ends_at == made.until
    assert end_due(NOW + 2 * DAY) == []
    assert len(end_due(NOW + 4 * DAY)) == 1
    assert the().visibility == "published"
    assert end_due(NOW + 9 * DAY) == []


def test_whoever_undoes_the_end_hides_it_for_good(thread, by):
    hide(by, NOW + DAY)
    [ended] = end_due(NOW + 2 * DAY)
    undo(ended, by=by)
    assert the().tombstones.get(is_open=True).ends_at is None
    assert end_due(NOW + 3 * DAY) == []
    hide(by, NOW + 4 * DAY, action=Action.WITHHOLD, rule=4)
    end_due(NOW + 5 * DAY)
    assert the().tombstones.get(is_open=True).kind == "removed"


def test_a_look_that_changes_nothing_leaves_the_end(thread, by):
    hide(by, NOW + DAY)
    decide(the(), Judgement(action=Action.NO_ACTION), by=by)
    assert len(end_due(NOW + 2 * DAY)) == 1
    assert the().visibility == "published"


@pytest.mark.parametrize("approved", ["trash", "spam", "0"])
def test_what_its_blog_hides_by_then_is_left_to_people(thread, by, tmp_path, approved):
    hide(by, NOW + DAY)
    later = item(comment(1, "Of tides", approved=approved), comment(2, "Of eels"))
    load(tmp_path, later, name="later.xml")
    assert end_due(NOW + 2 * DAY) == []
    assert the().visibility == "removed"


@pytest.mark.parametrize(
    ("action", "until"),
    [
        (Action.NO_ACTION, DAY),
        (Action.APPROVE, DAY),
        (Action.BLOCK, -HOUR),
        (Action.BLOCK, timedelta(seconds=-1)),
        (Action.HOLD, timedelta(days=400)),
    ],
)
def test_an_end_that_cannot_be_is_refused(thread, by, action, until):
    with pytest.raises(Refused):
        hide(by, timezone.now() + until, action=action, one=the("2"))
    assert not Decision.objects.exists()


def test_from_the_desk_by_the_clock_of_the_blog_and_by_the_command(
    thread, desk, capsys
):
    address = f"/moderation/desk/comments/{the().ref}/"
    form = desk.get(address).context["form"]
    local = f"{NOW + DAY:%Y-%m-%d}T12:30"
    sent = {**form.initial, "action": "hold", "until": local}
    assert desk.post(f"{address}decide/", sent).status_code == 302
    made = Decision.objects.get()
    zone = timezone.zoneinfo.ZoneInfo(made.post.blog.time_zone)
    assert f"{made.until.astimezone(zone):%H:%M}" == "12:30"
    call_command("end_measures")
    assert capsys.readouterr().out == ""
    assert the().visibility == "held"
    sent = {**desk.get(address).context["form"].initial, "action": "hold"}
    for wrong in ("yesterday", "2012-01-01T10:00"):
        answer = desk.post(f"{address}decide/", {**sent, "until": wrong})
        assert answer.status_code == 422
