"""Each filter of the public log, alone and with the others, to its last minute."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from commentarchive.actions.blogs import save_blog
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.models import Role
from commentarchive.models import Blog, Comment
from moderation.actions.decisions import Judgement, Record, decide
from moderation.actions.policies import publish_policy, start_draft
from moderation.log import LogFilter, log_rows
from moderation.models import Action, Clause, Decision
from tests.wxr import comment, export, item, load, write

pytestmark = pytest.mark.django_db
FACTS = "It breaks the rule."


def at(day, hour, minute=0):
    return datetime(2020, 6, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def decisions(db, alice, tmp_path):
    """Put one decision on each of eight comments of two blogs.

    House rules are those of 2012, so that each may cite one at its own time. The
    clock of the log is London's: an hour ahead of UTC in June.
    """
    from commentarchive.actions.staff import acting
    from commentarchive.intake.session import import_files

    start_draft()
    publish_policy(in_force_at=datetime(2012, 1, 1, tzinfo=UTC), as_told=True)
    load(tmp_path, item(*[comment(n, f"Remark {n}") for n in range(1, 7)]))
    other = export(
        item(comment(7, "Seven"), comment(8, "Eight", approved="0")),
        address="https://other.example",
    )
    import_files([write(tmp_path, other, "other.xml")])
    made = {}
    for number, (action, rule, decided_at) in {
        "1": ("hold", None, at(1, 12)),
        "2": ("remove", 2, at(1, 22, 59)),
        "3": ("remove", 1, at(1, 23)),
        "4": ("withhold", 4, at(2, 22, 59)),
        "5": ("no_action", None, at(2, 23)),
        "6": ("remove", None, None),
        "7": ("remove", 2, at(2, 12)),
        "8": ("approve", None, at(2, 12)),
    }.items():
        judgement = Judgement(
            action=Action(action),
            clause=Clause.objects.get(number=rule) if rule else None,
            facts=FACTS,
            record=Record(
                decided_at=decided_at, role=Role.OWNER, known_from="an e-mail"
            ),
        )
        one = Comment.objects.get(source_id=number)
        made[number] = decide(one, judgement, by=acting(alice))
    return made


def kept(**asked):
    form = LogFilter(asked)
    found = form.apply(Decision.objects.all()).order_by("pk")
    return "".join(decision.comment.source_id for decision in found)


def test_keeps_everything_without_a_filter(decisions):
    assert kept() == "12345678"


def test_days_run_from_midnight_to_midnight_of_the_logs_clock(decisions):
    assert kept(since="2020-06-02") == "34578"
    assert kept(until="2020-06-01") == "12"
    assert kept(since="2020-06-02", until="2020-06-02") == "3478"
    assert kept(since="2020-06-03") == "5"


def test_a_wrong_value_keeps_nothing(decisions):
    for wrong in (
        {"since": "no date"},
        {"until": "0001-01-01"},
        {"rule": "two"},
        {"action": "shout"},
        {"blog": "nobodys-blog"},
    ):
        assert kept(**wrong) == ""
        assert not LogFilter(wrong).is_valid()


def test_days_are_those_of_each_blogs_own_clock(decisions):
    other = Blog.objects.get(address="https://other.example")
    assert kept(since="2020-06-02", until="2020-06-02") == "3478"
    # Ten hours behind UTC: noon of the second is two in the morning there.
    other.time_zone = "Pacific/Honolulu"
    save_blog(other, by=SYSTEM)
    assert kept(since="2020-06-02", until="2020-06-02") == "3478"
    # Fourteen hours ahead: noon is two in the morning of the third.
    other.time_zone = "Pacific/Kiritimati"
    save_blog(other, by=SYSTEM)
    assert kept(since="2020-06-02", until="2020-06-02") == "34"
    assert kept(since="2020-06-03", until="2020-06-03") == "578"


def test_pages_print_the_day_by_which_they_filter(decisions):
    """Noon of the second in UTC is two in the morning of the third."""
    other = Blog.objects.get(address="https://other.example")
    other.time_zone = "Pacific/Kiritimati"
    save_blog(other, by=SYSTEM)
    log = Client().get("/moderation/log/?since=2020-06-03&until=2020-06-03").text
    assert "3 Jun 2020, 02:00" in log
    assert "2 Jun 2020" not in log.replace("2 Jun 2020, 23:00", "")
    page = Client().get(decisions["7"].get_absolute_url()).text
    assert "3 June 2020, 02:00" in page


def test_a_table_is_read_block_by_block_and_whole(decisions, monkeypatch):
    monkeypatch.setattr("moderation.log.BLOCK", 3)
    numbers = [int(row[0]) for row in log_rows(Decision.objects.all())]
    assert numbers == sorted((d.entry_index for d in decisions.values()), reverse=True)


def test_pages_go_back_and_forth_by_record_number(decisions, monkeypatch):
    monkeypatch.setattr("moderation.views.decisions.ROWS", 3)
    client = Client()

    def page(query):
        body = client.get(f"/moderation/log/{query}").content.decode()
        rows = re.findall(r"/moderation/decisions/(\w+)/\">[A-Z]", body)
        links = dict(re.findall(r'rel="(prev|next)" href="([^"]*)"', body))
        return rows, links

    newest_first = [decisions[number].ref for number in "87654321"]
    first, links = page("")
    assert first == newest_first[:3]
    assert set(links) == {"next"}
    second, links = page(links["next"])
    assert second == newest_first[3:6]
    assert page(links["prev"])[0] == first
    third, links = page(links["next"])
    assert third == newest_first[6:]
    assert set(links) == {"prev"}
    assert page(links["prev"])[0] == second


@pytest.mark.parametrize("action", Action)
def test_keeps_one_action(decisions, action):
    expected = {
        "hold": "1",
        "remove": "2367",
        "withhold": "4",
        "no_action": "5",
        "approve": "8",
    }
    assert kept(action=action.value) == expected.get(action.value, "")


def test_keeps_one_rule_or_one_blog(decisions):
    assert kept(rule="2") == "27"
    assert kept(rule="4") == "4"
    other = Blog.objects.get(address="https://other.example")
    assert kept(blog=other.slug) == "78"
    assert kept(blog=other.slug, rule="2") == "7"
    assert kept(blog=other.slug, action="hold") == ""


def test_a_staff_only_blog_cannot_be_asked_for(decisions):
    blog = Blog.objects.get(address="https://other.example")
    blog.visibility = "staff"
    save_blog(blog, by=SYSTEM)
    assert not LogFilter({"blog": blog.slug}).is_valid()


def test_a_row_says_what_the_decision_says(decisions, settings):
    found = Decision.objects.with_context().filter(pk=decisions["2"].pk)
    [row] = log_rows(found)
    made, base = decisions["2"], settings.BASE_URL
    assert row[:2] == (str(made.entry_index), "2020-06-01T22:59:00+00:00")
    assert row[3:11] == (
        *(
            "Taken down",
            "1",
            "2",
            "Abuse",
            f"{FACTS} (Known from: an e-mail)",
            "from the blog’s own records",
        ),
        *("the owner of the blog", made.post.blog.title),
    )
    assert row[11:] == (
        base + made.post.get_absolute_url(),
        base + made.comment.get_absolute_url(),
        base + made.get_absolute_url(),
    )
    [row] = log_rows(Decision.objects.with_context().filter(pk=decisions["6"].pk))
    assert (row[1], row[4:7]) == ("", ("", "", ""))
