"""What reports count: on whose clock, once or twice, and what had been public."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from commentarchive.actions.blogs import save_blog
from commentarchive.intake.session import import_files
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.models import Role
from commentarchive.models import Blog, Comment
from moderation.actions.decisions import Judgement, Record, decide, undo
from moderation.actions.policies import publish_policy, start_draft
from moderation.models import Action, Clause
from moderation.reports.figures.summary import figures, months_there_are
from moderation.reports.periods import parse_period
from tests.wxr import comment, export, item, write

pytestmark = pytest.mark.django_db
AUCKLAND, HONOLULU = "https://auckland.example", "https://honolulu.example"


@pytest.fixture
def blogs(tmp_path):
    """Import three comments on each of two blogs, a day apart on their own clocks.

    Around noon of 30 April in UTC: May has begun in Auckland, not in Honolulu.
    """
    start_draft()
    publish_policy(in_force_at=datetime(2012, 1, 1, tzinfo=UTC), as_told=True)
    for number, address in enumerate((AUCKLAND, HONOLULU)):
        remarks = [
            comment(10 * number + n, gmt=f"2012-04-30 {hour}:00:00", local="")
            for n, hour in enumerate((11, 13, 14), 1)
        ]
        data = export(item(*remarks), address=address)
        import_files([write(tmp_path, data, f"{number}.xml")])
    zones = {AUCKLAND: "Pacific/Auckland", HONOLULU: "Pacific/Honolulu"}
    return [move_clock(address, zone) for address, zone in zones.items()]


def move_clock(address, zone):
    blog = Blog.objects.get(address=address)
    blog.time_zone = zone
    save_blog(blog, by=SYSTEM)
    return blog


def of(word, blog=None):
    return figures(parse_period(word), blog)


def take_down(source_id, *, action=Action.REMOVE, rule=2, at=None):
    judgement = Judgement(
        action=action,
        clause=Clause.objects.get(number=rule),
        facts="It breaks the rule.",
        record=Record(decided_at=at, role=Role.OWNER, known_from="a list")
        if at
        else None,
    )
    return decide(Comment.objects.get(source_id=source_id), judgement, by=SYSTEM)


def test_comments_count_on_their_own_blogs_clock(blogs):
    auckland, honolulu = blogs
    assert (
        of("2012-04", auckland).received.total,
        of("2012-05", auckland).received.total,
    ) == (1, 2)
    assert (
        of("2012-04", honolulu).received.total,
        of("2012-05", honolulu).received.total,
    ) == (3, 0)
    assert of("2012-04").received.total == 4
    assert of("2012-05").received.total == 2
    assert [row.received for row in of("2012-Q2").by_month] == [4, 2, 0]
    assert [month.name for month in months_there_are()] == ["2012-05", "2012-04"]


def test_decisions_count_on_their_own_blogs_clock(blogs):
    auckland, honolulu = blogs
    for source_id in ("1", "11"):
        take_down(source_id, at=datetime(2012, 4, 30, 13, tzinfo=UTC))
    for month, of_auckland, of_honolulu in (("2012-04", 0, 1), ("2012-05", 1, 0)):
        assert of(month, auckland).decisions == of_auckland
        assert of(month, honolulu).decisions == of_honolulu
        assert of(month).decisions == of_auckland + of_honolulu
    assert [row.taken_down for row in of("2012-Q2").by_month] == [1, 1, 0]


def test_the_blogs_add_up_to_the_whole(blogs):
    for source_id, rule in (("1", 2), ("2", 3), ("12", 2), ("13", 3)):
        take_down(source_id, rule=rule, at=datetime(2012, 4, 30, 18, tzinfo=UTC))
    for word in ("2012", "2012-04", "2012-05"):
        parts = [of(word, blog) for blog in blogs]
        whole = of(word)
        for name in ("decisions", "hidden", "reversed", "recorded_later", "undated"):
            assert sum(getattr(part, name) for part in parts) == getattr(whole, name)
        for name in ("by_action", "by_rule", "by_grade"):
            counts = getattr(whole, name)
            assert {
                label: sum(getattr(part, name).get(label, 0) for part in parts)
                for label in counts
            } == counts


def test_only_what_readers_had_seen_was_taken_down(tmp_path, blogs):
    data = export(
        item(comment(4, approved="0", gmt="2012-06-01 10:00:00")), address=HONOLULU
    )
    import_files([write(tmp_path, data, "waiting.xml")])
    decided_at = datetime(2012, 6, 2, tzinfo=UTC)
    take_down("4", action=Action.WITHHOLD, rule=4, at=decided_at)
    take_down("1", action=Action.WITHHOLD, rule=4, at=decided_at)
    [june] = of("2012-06").by_month
    assert (june.not_published, june.taken_down) == (1, 1)
    received = of("2012-06").received
    assert (received.not_published, received.taken_down) == (1, 0)


def test_a_comment_that_is_hidden_twice_counts_once_by_rule(blogs):
    first = take_down("1")
    undo(first, by=SYSTEM)
    take_down("1")
    now = of(f"{datetime.now(tz=UTC):%Y}")
    assert now.by_rule == {"Rule 2: Abuse": 1}
    assert (now.hidden, now.reversed) == (1, 1)
    assert now.by_action == {"Taken down": 2, "Put back": 1}


def test_figures_are_worked_out_again_when_the_record_grows(blogs):
    year = f"{datetime.now(tz=UTC):%Y}"
    assert of(year).decisions == 0
    take_down("1")
    assert of(year).decisions == 1


def test_a_report_costs_the_same_queries_whatever_it_counts(
    blogs, django_assert_max_num_queries
):
    address = f"/moderation/reports/{datetime.now(tz=UTC):%Y}/"
    for source_id in ("1", "2", "3"):
        take_down(source_id)
        with django_assert_max_num_queries(28) as queries:
            assert Client().get(address).status_code == 200
        worked_out = len(queries)
        with django_assert_max_num_queries(7):
            Client().get(address)
    take_down("11")
    with django_assert_max_num_queries(worked_out):
        Client().get(address)


def test_the_median_wait_is_that_of_first_decisions(blogs):
    """From 11:00, 13:00 and 14:00: 1 h, 2 h 15 min, 10 h; a later decision is none."""
    for source_id, action, at in (
        ("1", Action.REMOVE, datetime(2012, 4, 30, 12, tzinfo=UTC)),
        ("2", Action.REMOVE, datetime(2012, 4, 30, 15, 15, tzinfo=UTC)),
        ("3", Action.REMOVE, datetime(2012, 5, 1, 0, tzinfo=UTC)),
        ("1", Action.RESTORE, datetime(2012, 5, 1, 20, tzinfo=UTC)),
    ):
        take_down(source_id, action=action, at=at)
    found = of("2012", blogs[0])
    assert (found.median_hours_imported, found.median_hours) == (2.2, None)


def test_counts_stand_most_first_and_then_by_name(blogs):
    for source_id, rule in (("1", 3), ("2", 2), ("3", 3), ("11", 1)):
        take_down(source_id, rule=rule, at=datetime(2012, 5, 1, 12, tzinfo=UTC))
    found = of("2012").by_rule
    assert list(found.values()) == [2, 1, 1]
    assert [label[:6] for label in found] == ["Rule 3", "Rule 1", "Rule 2"]


def test_the_statement_dates_a_comment_by_its_own_time(blogs):
    """Rules are in force from 2012; the article is of March 2012, as are no comments."""
    made = take_down("1", at=datetime(2012, 5, 1, 12, tzinfo=UTC))
    assert made.subject_made_at == made.comment.posted_at != made.post.published_at


def test_a_putting_back_that_a_blogs_records_tell_of_counts(demo):
    found = of("2012")
    assert found.by_action["Put back"] == 1
    assert (found.hidden, found.reversed) == (11, 1)
