"""What reports count: each figure against plain Python, and what a list shows of it."""

from collections import Counter
from datetime import UTC, date, datetime
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commentarchive.intake.session import import_files
from commentarchive.ledger.append import SYSTEM, read_leaf
from commentarchive.ledger.models import Entry
from commentarchive.models import Capture, Comment, Tombstone
from moderation.actions.decisions import undo
from moderation.models import Action, Clause, Decision, DecisionWords, Flag
from moderation.reports.asked import months_there_are
from moderation.reports.figures.declared import Unit
from moderation.reports.figures.table import FIGURES
from moderation.reports.periods import parse_period
from moderation.reports.places import list_address
from moderation.reports.report import build
from moderation.reports.scope import Scope
from tests.moderation.reports.conftest import HONOLULU, move_clock, take_down
from tests.report_numbers import numbers_of, report_on
from tests.wxr import comment, export, item, write

pytestmark = pytest.mark.django_db
HIDING = {"block", "remove", "withhold"}
HIDDEN = {"blocked", "removed", "spam", "trashed", "withheld"}
THIS_YEAR = f"{datetime.now(tz=UTC):%Y}"
WORDS = ("2012-05", "2012-04-30..2012-06-01", THIS_YEAR)


def local(moment, blog):
    return moment.astimezone(ZoneInfo(blog.time_zone)).date()


def plain(word, blog):
    """Count by going through all rows: another way to the same numbers.

    Returns the numbers by figure and line; what is 0 may be left out.
    """
    period = parse_period(word)

    def lies_in(moment, its_blog):
        return (
            moment is not None
            and period.first <= local(moment, its_blog) <= period.last
            and blog in {None, its_blog}
        )

    found = {figure.key: Counter() for figure in FIGURES}
    count_comments(found, lies_in)
    count_decisions(found, lies_in)
    count_what_is_told(found, lies_in)
    if blog is None:
        count_entries(found, period)
    return found


def count_what_is_told(found, lies_in):
    """Count what readers report, what vanished, and what copies tell."""
    for flag in Flag.objects.all():
        if lies_in(flag.received_at, flag.comment.post.blog):
            outcome = flag.answer.action if flag.answer else "waiting"
            found["reports-by-outcome"].update({"": 1, outcome: 1})
    for notice in Tombstone.objects.filter(grade="observed"):
        if lies_in(notice.since_not_after, notice.comment.post.blog):
            found["comments-vanished"][""] += 1
    for copy in Capture.objects.all():
        if lies_in(copy.taken_at, copy.blog):
            found["copies-read"].update({"": 1, copy.state: 1})
            held = copy.progress["comments"]
            names = ("seen", "new", "changed")
            found["copies-comments"].update({name: held[name] for name in names})
            told = {name: copy.progress[name] for name in ("problems", "remarks")}
            if any(told.values()):
                found["copies-with-losses"]["problems"] += 1
            if any("comment numbers" in each for each in copy.progress["cannot_tell"]):
                found["copies-with-losses"]["numbers"] += 1


def count_comments(found, lies_in):
    for one in Comment.objects.select_related("post__blog"):
        blog = one.post.blog
        if not lies_in(one.posted_at, blog):
            continue
        month = f"{local(one.posted_at, blog):%Y-%m}"
        seen = "seen" if one.tombstones.filter(is_open=True, was_public=True) else None
        found["comments-received"][""] += 1
        found["comments-by-state"][one.visibility] += 1
        found["comments-by-blog"][blog.ref] += 1
        found["comments-by-month"][month] += 1
        found["comments-by-thread"][one.post.ref] += 1
        if one.visibility in HIDDEN:
            found["comments-hidden"][seen or "unseen"] += 1
        if one.visibility == "withheld":
            found["comments-withheld"][seen or "unseen"] += 1


def count_decisions(found, lies_in):
    waits = {"decided": [], "imported": []}
    first_of = set()
    for one in Decision.objects.order_by("entry_index"):
        blog = one.post.blog
        is_first = (one.comment, one.grade) not in first_of
        first_of.add((one.comment, one.grade))
        if not lies_in(one.decided_at, blog):
            continue
        count_decision(found, one, lies_in)
        arrived = one.comment.posted_at
        if one.grade == "decided":
            arrived = max(arrived, one.comment.capture.taken_at)
        if is_first and one.decided_at >= arrived:
            hours = (one.decided_at - arrived).total_seconds() / 3600
            waits[one.grade].append(hours)
    for figure, grade in (("wait-here", "decided"), ("wait-there", "imported")):
        found["waits"][grade] = len(waits[grade])
        if waits[grade]:
            found[figure]["median"] = round(median(waits[grade]), 1)
            found[figure]["longest"] = round(max(waits[grade]), 1)
    for words in DecisionWords.objects.filter(number__gt=1):
        if lies_in(words.written_at, words.decision.post.blog):
            found["decisions-reworded"][""] += 1
    back = found["decisions-reversed"]
    if back["hidden"]:
        share = round(100 * back["reversed"] / back["hidden"], 1)
        found["share-reversed"][""] = share


def count_decision(found, one, lies_in):
    blog, rule = one.post.blog, one.rule
    number = f"{rule.policy.ref}#{rule.number}" if rule else "none"
    people = {"this program": "system", "zoe (moderator)": f"a{'b' * 26}"}
    by_hand = "program" if one.recorder_role == "system" else "person"
    found["decisions"][""] += 1
    withheld = one.to_visibility == "withheld" and one.action in HIDING
    found["decisions-by-action"]["withhold" if withheld else one.action] += 1
    found["decisions-by-grade"][one.grade] += 1
    found["decisions-by-blog"][blog.ref] += 1
    found["decisions-by-thread"][one.post.ref] += 1
    found["decisions-by-month"][f"{local(one.decided_at, blog):%Y-%m}"] += 1
    found["decisions-by-rule"][number] += 1
    found["decisions-by-decider"][people.get(one.decided_by, "owner")] += 1
    found["decisions-by-hand"]["imported" if one.grade == "imported" else by_hand] += 1
    if not lies_in(one.recorded_at, blog):
        found["decisions-late"]["later"] += 1
    if one.to_visibility == "spam":
        found["decisions-spam"][""] += 1
    if one.action in HIDING:
        notice = one.comment.tombstones.get(opened_entry=one.entry_index)
        found["decisions-hiding"]["seen" if notice.was_public else "unseen"] += 1
        found["hidden-by-rule"][number] += 1
        found["decisions-reversed"]["hidden"] += 1
        later = Decision.objects.filter(
            comment=one.comment, entry_index__gt=one.entry_index, action="restore"
        )
        found["decisions-reversed"]["reversed"] += later.count()


def count_entries(found, period):
    """Count from the entries' own bytes, as a stranger would."""
    begin, end = f"{period.first}T00:00:00Z", f"{period.after}T00:00:00Z"
    for entry in Entry.objects.all():
        said = read_leaf(bytes(entry.leaf))
        public = said["d"]
        if said["t"] == "archive.import" and begin <= said["ts"] < end:
            found["record-imports"].update({"": 1, "complete": public["complete"]})
            for name in ("comments", "new"):
                found["record-imported-comments"][name] += public[name]
        if "decision" not in public or not begin <= (public["decided"] or "") < end:
            continue
        found["record-decisions-by-event"][said["t"]] += 1
        found["record-decisions-by-grade"][public["grade"]] += 1
        found["record-decisions-by-role"][public["decided_by"]] += 1
        found["record-decisions-auto"]["true" if public["auto"] else "false"] += 1
        rule = f"{public['policy']}#{public['clause']}" if public["policy"] else "none"
        found["record-decisions-by-rule"][rule] += 1
        if public["undoes"]:
            found["record-decisions-undoing"]["true"] += 1


# Worked out elsewhere, or not by plain counting.
OTHERWISE = {"wait-by-month", "wait-by-thread", "left-public"}
SUMMED = {figure.key for figure in FIGURES if figure.has_blogs}


def test_every_figure_is_what_plain_counting_finds(moderated):
    """And has a list of exactly so many rows; and the blogs add up to the whole."""
    for word in WORDS:
        reports = {blog: report_on(word, blog) for blog in (None, *moderated)}
        for blog, report in reports.items():
            assert_plain(report, plain(word, blog), (word, blog))
        total = Counter()
        for blog in moderated:
            total.update(counts(reports[blog]))
        whole = counts(reports[None])
        assert total == {
            (figure, key): n for (figure, key), n in whole.items() if figure in SUMMED
        }
        scope = Scope.now(parse_period(word))
        for line in reports[None].lines:
            rows = line.figure.rows
            if rows and line.figure.unit is Unit.COUNT:
                assert rows(scope, line.key).count() == line.now, line


def assert_plain(report, expected, what):
    counted = {figure.key: {} for figure in FIGURES}
    for line in report.lines:
        if line.key != "90th" and line.now:
            counted[line.figure.key][line.key] = line.now
    for key in counted.keys() - OTHERWISE:
        numbers = {name: n for name, n in expected[key].items() if n}
        assert counted[key] == numbers, (*what, key)


def counts(report):
    return {
        (line.figure.key, line.key): line.now
        for line in report.lines
        if line.figure.unit is Unit.COUNT and line.now
    }


@pytest.mark.once
def test_the_pages_of_lists_say_the_same_number(moderated):
    """Those of the log among them, by its own filters."""
    client = Client()
    for word, blog in (("2012-04-30..2012-05-01", None), (THIS_YEAR, moderated[1])):
        report = report_on(word, blog)
        for line in report.lines:
            if line.figure.rows is None or not line.now:
                continue
            address = list_address(report.scope, line.figure, line.key)
            answer = client.get(address)
            assert answer.status_code == 200, address
            if line.figure.unit is Unit.COUNT:
                number = answer.context.get("number")
                assert number == line.now, address
                if "/reports/" in address:
                    assert len(answer.context["rows"]) == line.now


@pytest.mark.once
def test_a_period_stands_beside_those_before_it(moderated):
    found = {(line.figure.key, line.key): line for line in report_on("2012-05").lines}
    of_may = found["comments-received", ""]
    april, march = (
        numbers_of(word, "comments-received")[""] for word in ("2012-04", "2012-03")
    )
    assert (april, march, of_may.now) == (5, 0, 3)
    assert (of_may.before, of_may.difference) == (april, -2)
    # Before April there was nothing: no month of no comments.
    assert of_may.average == april
    assert of_may.year_to_date == april + of_may.now


@pytest.mark.once
def test_queries_of_another_period_are_not_put_together_again(moderated, monkeypatch):
    first = numbers_by_line(report_on("2012-04-30..2012-06-01"))
    assert first["comments-received", ""] > 5

    def refuse(build, _values):
        pytest.fail(f"{build.__qualname__} is put together again")

    with monkeypatch.context() as patched:
        patched.setattr("commentarchive.storage.prepared._prepare", refuse)
        assert numbers_by_line(report_on("2012-04-29..2012-06-02")) == first


@pytest.mark.once
def test_nothing_is_compared_with_a_time_before_there_was_anything(moderated):
    report = report_on("2012-04")
    assert report.scope.begins == date(2012, 4, 30)
    found = {(line.figure.key, line.key): line for line in report.lines}
    of_april = found["comments-received", ""]
    assert (of_april.before, of_april.difference, of_april.average) == (None,) * 3
    assert found["record-imports", ""].before == 0


@pytest.mark.once
def test_an_earlier_state_of_the_record_is_found_again(blogs):
    """Decisions, putting back, other words and a change of clock alter nothing."""
    april = parse_period("2012-04")
    kept = []

    def keep():
        scope = Scope.now(april)
        kept.append((scope.until, numbers_by_line(build(scope))))

    keep()
    first = take_down("11", at=datetime(2012, 4, 30, 16, tzinfo=UTC))
    keep()
    take_down("12")
    keep()
    undo(first, by=SYSTEM)
    keep()
    move_clock(HONOLULU, "Pacific/Auckland")
    assert numbers_by_line(build(Scope.now(april))) != kept[-1][1]
    for until, numbers in kept:
        assert numbers_by_line(build(Scope(april, None, until))) == numbers
    states = [numbers["comments-by-state", "removed"] for _until, numbers in kept[1:]]
    assert states == [1, 2, 1]


def numbers_by_line(report):
    return Counter(
        {
            (line.figure.key, line.key): line.now
            for line in report.lines
            if line.figure.key != "left-public" and line.now
        }
    )


@pytest.mark.once
def test_a_rule_that_was_put_right_counts_as_it_stood_then(moderated):
    entry = Entry.objects.filter(event="decision.reword").get()
    year = parse_period(THIS_YEAR)
    rules = [f"{rule.policy.ref}#{rule.number}" for rule in Clause.objects.all()[:4]]
    for until, number in ((entry.index, 2), (entry.index + 1, 3)):
        report = build(Scope(year, moderated[0], until))
        lines = {
            line.key: line.now
            for line in report.lines
            if line.figure.key == "hidden-by-rule"
        }
        assert lines.get(rules[number - 1]) == (2 if number == 2 else 1)


@pytest.mark.once
def test_only_what_readers_had_seen_was_taken_down(tmp_path, blogs):
    data = export(
        item(comment(4, approved="0", gmt="2012-06-01 10:00:00")), address=HONOLULU
    )
    import_files([write(tmp_path, data, "waiting.xml")])
    decided_at = datetime(2012, 6, 2, tzinfo=UTC)
    take_down("4", action=Action.WITHHOLD, rule=4, at=decided_at)
    take_down("1", action=Action.WITHHOLD, rule=4, at=decided_at)
    assert numbers_of("2012-06", "decisions-hiding") == {"seen": 1, "unseen": 1}
    assert numbers_of("2012-06", "comments-hidden") == {"seen": 0, "unseen": 1}
    assert numbers_of("2012-04", "comments-withheld") == {"seen": 1, "unseen": 0}


def test_a_report_costs_exactly_so_many_queries(blogs, django_assert_num_queries):
    """However much it counts, and few where it was worked out before."""
    address = "/moderation/reports/2012-05/"
    seen = []
    for source_id in ("1", "2", "3"):
        take_down(source_id, at=datetime(2012, 5, 2, 12, tzinfo=UTC))
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(address).status_code == 200
        seen.append(len(queries))
        # Two of these find what was issued of it, and draw its days.
        with django_assert_num_queries(10):
            Client().get(address)
        with django_assert_num_queries(7):
            Client().get("/moderation/reports/2012-05.csv")
    assert len(set(seen[1:])) == 1, seen


@pytest.mark.once
def test_months_are_those_that_have_something(blogs):
    assert [month.name for month in months_there_are()] == ["2012-05", "2012-04"]


def test_a_putting_back_that_a_blogs_records_tell_of_counts(demo):
    assert numbers_of("2012", "decisions-by-action")["restore"] == 2
    assert numbers_of("2012", "decisions-reversed") == {"hidden": 13, "reversed": 2}
