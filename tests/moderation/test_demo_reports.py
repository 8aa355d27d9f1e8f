"""The demo's reports: quarrels enough to be worth reading, and two that are issued."""

import io

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from commentarchive.ledger.models import Entry
from moderation.models import Decision, IssuedReport
from moderation.reports.periods import parse_period
from moderation.reports.report import build
from moderation.reports.scope import Scope

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def numbers(word):
    report = build(Scope.now(parse_period(word)))
    return {(line.figure.key, line.key): line.now for line in report.lines}


def test_reports_of_the_demo_have_quarrels_and_two_are_issued(demo, settings, tmp_path):
    april, june = numbers("2012-04"), numbers("2012-06")
    now = numbers(f"{timezone.now():%Y-%m}")
    assert april["decisions-reversed", "reversed"] == 1
    assert april["gaps-by-grade", "claimed"] == 1
    assert june["left-public", ""] == 1
    assert now["decisions-overriding", "took_part"] == 1
    undoing = Decision.objects.get(undoes__isnull=False)
    assert undoing.recorder != undoing.undoes.recorder
    settings.LEDGER_KEY_FILE = tmp_path / "ledger"
    call_command("load_demo", stdout=io.StringIO())
    size = Entry.objects.count()
    call_command("load_demo", stdout=io.StringIO())
    assert Entry.objects.count() == size
    assert set(IssuedReport.objects.values_list("period", flat=True)) == {
        *("2012-04", "2012-Q2")
    }
    index = Client().get("/moderation/reports/issued/").text
    assert ">2012-04</a>" in index
    assert "April 2012" in Client().get("/feeds/reports.atom").text
