"""How the archive stands, on one page of the desk."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from commentarchive.models import Blog, Comment
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action
from moderation.views.dashboard import decisions_today
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
PAGE = "/moderation/desk/dashboard/"


@pytest.fixture
def archive(by, tmp_path):
    rows = (comment(n, f"Remark {n}", approved="0") for n in range(1, 6))
    load(tmp_path, item(*rows))


def test_it_says_what_waits_and_what_was_done(archive, desk, by):
    one = Comment.objects.order_by("pk").first()
    decide(one, Judgement(action=Action.APPROVE), by=by)
    text = desk.get(PAGE).text
    assert "Waiting: 4" in text
    assert "1 April 2012" in text
    assert "<dd>1</dd>" in text
    assert "Test blog" in text
    assert "read whole" in text
    assert "Letters – refused or given up: 0" in text


def test_today_is_counted_by_the_blogs_clock(archive, by):
    one = Comment.objects.order_by("pk").first()
    made = decide(one, Judgement(action=Action.APPROVE), by=by)
    assert decisions_today(timezone.now()) == 1
    assert decisions_today(made.decided_at + timedelta(days=2)) == 0
    # Its day ends at another hour, which is midnight there.
    there = ZoneInfo("Pacific/Auckland")
    Blog.objects.update(time_zone=str(there))
    following = made.decided_at.astimezone(there).date() + timedelta(days=1)
    midnight = datetime.combine(following, time.min, there)
    assert decisions_today(midnight - timedelta(seconds=1)) == 1
    assert decisions_today(midnight) == 0


def test_it_asks_the_same_of_any_number(
    archive, desk, tmp_path, django_assert_num_queries
):
    with django_assert_num_queries(18):
        desk.get(PAGE)
    rows = (comment(n, f"Remark {n}", approved="0") for n in range(10, 40))
    load(tmp_path, item(*rows, number=2), name="2.xml")
    with django_assert_num_queries(18):
        desk.get(PAGE)


def test_an_empty_archive_and_a_login_without_a_role_are_told_so(by):
    client = Client()
    client.force_login(User.objects.create_superuser("root", password="x"))
    text = client.get(PAGE).text
    assert "Nothing was imported yet." in text
    assert "choose a role such as owner" in text
