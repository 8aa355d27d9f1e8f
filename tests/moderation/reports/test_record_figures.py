"""Figures that the entries alone tell: the verifier counts what the tables count."""

import json
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from commentarchive.actions.staff import acting
from commentarchive.ledger.merkle import verify
from commentarchive.ledger.models import Entry
from commentarchive.models import Blog
from moderation.reports.figures.declared import Basis
from moderation.reports.figures.table import FIGURES
from moderation.reports.issuing import make
from moderation.reports.periods import parse_period
from tests.moderation.reports.busy import make_busy, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(tmp_path, alice):
    make_busy(tmp_path, acting(alice))


def entries():
    return [json.loads(bytes(each.leaf)) for each in Entry.objects.order_by("index")]


def judged(document, of):
    report = verify.read_report(document, "report.json")
    return {each.about: each for each in verify.verdicts(report, enumerate(of))}


@pytest.mark.once
def test_the_verifier_counts_from_entries_what_the_tables_say(busy):
    record = {each.key for each in FIGURES if each.basis is Basis.RECORD}
    assert record == verify.KNOWN
    said, counted = entries(), set()
    now = f"{timezone.now():%Y-%m}"
    blogs = [None, *Blog.objects.order_by("pk")]
    for word in ("2012", "2012-Q2", "2012-04-30..2012-05-03", "2012-05", now):
        for blog in blogs:
            made = make(parse_period(word), blog, len(said))
            found = judged(made.document, said)
            assert [each for each in found.values() if each.is_true is False] == []
            figures = json.loads(made.document)["figures"]
            checked = {about for about, each in found.items() if each.is_true}
            assert checked == record & {each["key"] for each in figures}
            counted |= {
                each["key"]
                for each in figures
                if each["key"] in record and any(line["now"] for line in each["lines"])
            }
    # Else this would hold nothing against nothing.
    assert counted == record


def test_what_is_recorded_later_changes_no_report_of_an_earlier_state(busy):
    size = Entry.objects.count()
    period = parse_period("2012-04")
    before = make(period, None, size).document
    assert make(period, None, size).document == before
    told(17, at=datetime(2012, 4, 30, 17, 30, tzinfo=UTC))
    assert make(period, None, size).document == before
    assert make(period, None, size + 1).document != before


@pytest.mark.once
def test_a_day_of_beginning_after_a_decision_is_named(busy):
    said = entries()
    document = json.loads(make(parse_period("2012-05"), None, len(said)).document)
    document["begins"] = "2012-05-09"
    found = judged(json.dumps(document).encode(), said)
    assert found["that it begins on 2012-05-09"].is_true is False


@pytest.mark.once
def test_one_digit_that_was_changed_is_named(busy):
    said = entries()
    made = make(parse_period("2012-04"), None, len(said))
    document = json.loads(made.document)
    for figure in document["figures"]:
        if figure["key"] != "decisions-by-action":
            continue
        line = next(each for each in figure["lines"] if each["key"] == "remove")
        line["now"] += 1
    found = judged(json.dumps(document).encode(), said)
    wrong = [about for about, each in found.items() if each.is_true is False]
    assert wrong == ["decisions-by-action"]
    assert "“remove” is 3 by the record, and 4 in" in str(found["decisions-by-action"])


@pytest.mark.once
def test_a_complaint_put_right_and_taken_up_again_is_one_that_was_closed_twice(busy):
    said, now = entries(), parse_period(f"{timezone.now():%Y-%m}")
    first_end = next(n for n, each in enumerate(said) if each["t"] == "notice.done")
    for until, made, closed in (
        (first_end + 1, {"": 1, "legal": 1}, {"": 1, "rejected": 1}),
        (
            len(said),
            {"": 2, "legal": 1, "other": 1},
            {"": 2, "rejected": 1, "upheld": 1},
        ),
    ):
        report = make(now, None, until).document
        found = judged(report, said[:until])
        lines = {
            each["key"]: {
                line["key"]: line["now"] for line in each["lines"] if line["now"]
            }
            for each in json.loads(report)["figures"]
        }
        for key, expected in (("", made), ("-closed", closed)):
            assert found[f"record-complaints{key}"].is_true
            assert lines[f"record-complaints{key}"] == expected
