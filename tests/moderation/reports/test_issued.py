"""Reports on record: issued once, corrected beside it, checked by whoever has one."""

import csv
import io
import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from commentarchive.actions.blogs import save_blog
from commentarchive.actions.staff import acting
from commentarchive.ledger.append import SYSTEM, read_leaf
from commentarchive.ledger.merkle import verify
from commentarchive.ledger.models import Entry, LogKey
from commentarchive.models import Blog
from moderation.models import IssuedReport
from moderation.reports import printed
from moderation.reports.issuing import correct_late, issue_due
from moderation.reports.printed import report_pdf
from moderation.reports.told import told_as_issued
from moderation.reports.workbook import report_workbook
from tests.feeds.atom import read
from tests.moderation.reports.busy import make_busy, told
from tests.old_pythons import oldest_python

pytestmark = pytest.mark.django_db
NOON = datetime(2012, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def busy(tmp_path, alice, settings):
    settings.LEDGER_KEY_FILE = tmp_path / "ledger"
    settings.LEDGER_ORIGIN = "archive.example/ledger"
    make_busy(tmp_path, acting(alice))
    sign()
    return list(Blog.objects.order_by("pk"))


def sign():
    call_command("sign_checkpoint", stdout=io.StringIO())


def issued():
    list(issue_due(NOON))
    sign()
    return IssuedReport.objects.get(blog=None)


def test_last_months_reports_are_issued_once_it_is_over_on_every_clock(busy):
    auckland, honolulu = busy
    # In Honolulu it is still the last day of April.
    early = list(issue_due(datetime(2012, 5, 1, 9, tzinfo=UTC)))
    assert [each.blog for each in early] == [auckland]
    made = [*early, *issue_due(NOON)]
    assert {each.blog for each in made} == {None, auckland, honolulu}
    assert {each.period for each in made} == {"2012-04"}
    assert list(issue_due(NOON + timedelta(days=20))) == []
    for report in made:
        said = read_leaf(bytes(Entry.objects.get(pk=report.entry_index).leaf))
        assert said["t"] == "report.issue"
        assert said["d"] == {
            **({"blog": report.blog.ref} if report.blog else {}),
            "digest": verify._base64url(verify._sha256(bytes(report.document))),
            "from": "2012-04-01T00:00:00Z",
            "size": report.size,
            "to": "2012-05-01T00:00:00Z",
        }
    # A month that nobody was there to issue is made up for.
    later = list(issue_due(datetime(2012, 7, 2, tzinfo=UTC)))
    assert {each.period for each in later} == {"2012-05", "2012-06"}


@pytest.mark.once
def test_late_facts_make_a_correction_and_leave_what_was_issued(busy):
    report = issued()
    before = bytes(report.document)
    assert list(correct_late(timezone.now())) == []
    told(17, at=datetime(2012, 4, 30, 17, 30, tzinfo=UTC))
    sign()
    corrections = {each.blog: each for each in correct_late(timezone.now())}
    assert set(corrections) == {None, busy[1]}
    made = corrections[None]
    assert bytes(IssuedReport.objects.get(pk=report.pk).document) == before
    changed = {(each["figure"], each["key"]): each for each in made.changed}
    line = changed["decisions-by-action", "remove"]
    assert line["is"] == line["was"] + 1
    said = read_leaf(bytes(Entry.objects.get(pk=made.entry_index).leaf))["d"]
    assert (said["replaces"], said["size"]) == (report.ref, made.size)
    assert list(correct_late(timezone.now())) == []
    # Facts that come in all day long make one correction a day.
    told(7, at=datetime(2012, 4, 30, 17, 45, tzinfo=UTC))
    told(15, at=datetime(2012, 4, 30, 17, 45, tzinfo=UTC))
    sign()
    assert list(correct_late(timezone.now())) == []
    tomorrow = timezone.now() + timedelta(days=1, minutes=1)
    assert [each.blog for each in correct_late(tomorrow)] == [None, busy[1]]
    page = Client().get(report.get_absolute_url()).content.decode()
    assert made.get_absolute_url() in page
    assert "What changed" in Client().get(made.get_absolute_url()).content.decode()


def test_readers_get_the_very_bytes_and_a_feed(busy, django_assert_num_queries):
    report = issued()
    at = report.get_absolute_url()
    data = Client().get(f"{at[:-1]}.json")
    assert data.content == bytes(report.document)
    rows = list(csv.DictReader(io.StringIO(text_of(Client().get(f"{at[:-1]}.csv")))))
    lines = [
        (figure["key"], line["key"], line["now"])
        for figure in json.loads(data.content)["figures"]
        for line in figure["lines"]
    ]
    assert [(each["figure"], each["key"], each["now"]) for each in rows] == [
        (figure, key, "" if now is None else str(now)) for figure, key, now in lines
    ]
    for ending, start, number in (("pdf", b"%PDF-1.7", 4), ("xlsx", b"PK", 2)):
        with django_assert_num_queries(number):
            file = Client().get(f"{at[:-1]}.{ending}")
        assert file.content.startswith(start)
        assert f'-{report.size}.{ending}"' in file["Content-Disposition"]
    with django_assert_num_queries(6):
        page = Client().get(at).content.decode()
    assert report.digest in page
    assert "Comments, by where they stood" in page
    assert f"record no. {report.entry_index}" in page
    # What may be hidden later stands in no document that is kept for good.
    assert "Ferries" not in data.content.decode()
    feed = read(Client().get("/feeds/reports.atom").content)
    assert len(feed) == 3
    assert at in Client().get("/moderation/reports/issued/").content.decode()
    blog = IssuedReport.objects.get(blog=busy[0])
    Blog.objects.filter(pk=busy[0].pk).update(visibility="staff")
    assert Client().get(blog.get_absolute_url()).status_code == 404
    Blog.objects.filter(pk=busy[0].pk).update(visibility="unlisted")


def test_files_of_what_was_issued_never_change(busy, monkeypatch):
    """Nor name what may have to go later."""
    report = issued()
    said = []

    def keep():
        with monkeypatch.context() as patch:
            patch.setattr(printed, "typeset", lambda _name, *told: told)
            said.append(report_pdf(told_as_issued(report)))
        said.append(report_workbook(told_as_issued(report)))

    keep()
    told(17, at=datetime(2012, 4, 30, 17, 30, tzinfo=UTC))
    busy[0].title = "Another title"
    save_blog(busy[0], by=SYSTEM)
    sign()
    keep()
    assert said[:2] == said[2:]
    data, drawings = said[0]
    facts = dict(data["facts"])
    assert facts["SHA-256 of its JSON"] == report.digest
    assert facts["Issued"].endswith(f"as record no. {report.entry_index}")
    assert data["checkpoint"].split("\n")[1] == str(report.size)
    assert set(drawings) == {"comments-by-state-all.svg"}
    rows = {
        figure["title"]: figure["rows"]
        for section in data["sections"]
        for figure in section["figures"]
    }
    lines = next(
        each["lines"]
        for each in json.loads(bytes(report.document))["figures"]
        if each["key"] == "comments-by-thread"
    )
    assert [row[0] for row in rows["Comments by discussion"]] == [
        line["label"] or f"/posts/{line['key']}/" for line in lines
    ]
    assert "Ferries" not in json.dumps(data)


def text_of(answer):
    return b"".join(answer.streaming_content).decode()


def verified(path, *source):
    printed = io.StringIO()
    try:
        call_command("verify_report", path, *source, stdout=printed)
    except SystemExit as ended:
        return ended.code, printed.getvalue()
    return 0, printed.getvalue()


@pytest.mark.once
def test_whoever_has_a_report_checks_it_figure_by_figure(busy, tmp_path):
    report = issued()
    path, folder = tmp_path / "report.json", tmp_path / "record"
    path.write_bytes(bytes(report.document))
    call_command("export_ledger", folder, stdout=io.StringIO())
    code, said = verified(path)
    assert (code, " 0 false" in said) == (0, True), said
    assert f"entry {report.entry_index} of" in said
    assert "true: comments-received: by the tables" in said
    code, said = verified(path, str(folder))
    assert (code, "true: decisions-by-rule" in said) == (0, True), said
    assert "cannot be checked from the record: comments-received" in said
    # One digit of each kind of figure.
    for figure, word in (("comments-received", "tables"), ("decisions", "record")):
        path.write_bytes(with_another_digit(report, figure))
        code, said = verified(path)
        assert code == 1
        assert "commits to other bytes for this report" in said
        assert f"FALSE: {figure}: the whole is" in said
        assert f"by the {word}" in said
    path.write_bytes(bytes(report.document).replace(b"archive.example", b"x.example"))
    assert verified(path)[0] == 2
    for data in (b"", b"{", b"[]", b'{"report":"x"}', bytes(report.document)[:-9]):
        path.write_bytes(data)
        code, said = verified(path)
        assert (code, said.count("\n")) == (2, 1), said
    assert verified(tmp_path / "report.csv")[0] == 2
    assert verified(tmp_path / "nothing.json")[0] == 2


def with_another_digit(report, key):
    document = json.loads(bytes(report.document))
    [figure] = [each for each in document["figures"] if each["key"] == key]
    line = figure["lines"][0]
    line["now"] += 1
    # Nothing was there before: there is no difference.
    assert line["difference"] is None
    return json.dumps(document).encode()


@pytest.mark.once
def test_a_machine_with_python_alone_checks_report_and_words(busy, tmp_path):
    report = issued()
    folder, alone = tmp_path / "record", tmp_path / "alone"
    call_command("export_ledger", folder, stdout=io.StringIO())
    alone.mkdir()
    checker = shutil.copy(verify.__file__, alone / "verify.py")
    served = Client().get("/ledger/verify.py")
    assert served.content == (alone / "verify.py").read_bytes()

    def ask(what, name, data):
        (alone / name).write_bytes(data)
        # Without the libraries that are installed here.
        command = [oldest_python(), "-I", "-S", checker, what, name, str(folder)]
        done = subprocess.run(
            [*command, "--vkey-file", str(folder / "vkey")],
            cwd=alone,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    code, said, error = ask("report", "report.json", bytes(report.document))
    assert (code, error) == (0, ""), said
    assert "true: decisions-by-action" in said
    code, said, _error = ask(
        "report", "r.json", with_another_digit(report, "decisions")
    )
    assert (code, "FALSE: decisions: the whole is" in said) == (1, True), said
    assert ask("report", "r.json", b"{}")[0] == 2
    decision = told(17, at=None)
    sign()
    call_command("export_ledger", folder, stdout=io.StringIO())
    words = Client().get(f"{decision.get_absolute_url()}facts.txt").content
    code, said, _error = ask("open", "words.txt", words)
    assert (code, decision.facts in said) == (0, True), said
    assert LogKey.objects.get().vkey in (folder / "vkey").read_text()


@pytest.mark.once
def test_what_cannot_be_issued_is_said_in_one_sentence(busy):
    issued()
    number = IssuedReport.objects.count()
    for period, why in (
        ("2012-13", "does not name a period"),
        ("2099", "is not over yet"),
        ("2012-04", "was issued before"),
    ):
        with pytest.raises(CommandError, match=why):
            call_command("issue_reports", period=period)
    with pytest.raises(CommandError, match="no public blog"):
        call_command("issue_reports", period="2012", blog="nowhere")
    assert IssuedReport.objects.count() == number


@pytest.mark.once
def test_an_owner_issues_by_hand_and_nobody_else(busy, desk, olive):
    assert desk.get("/moderation/desk/reports/").status_code == 403
    owner = Client()
    owner.force_login(olive)
    at = "/moderation/desk/reports/issue/"
    refused = owner.post(at, {"period": "2012-05-04..2012-05-01", "blog": ""})
    assert refused.status_code == 422
    assert "ends before it begins" in refused.content.decode()
    sent = {"period": "2012-04-05..2012-05-10", "blog": busy[0].slug}
    answer = owner.post(at, sent)
    report = IssuedReport.objects.get()
    assert answer["Location"] == report.get_absolute_url()
    entry = read_leaf(bytes(Entry.objects.get(pk=report.entry_index).leaf))
    assert entry["actor"]["r"] == "owner"
    assert "2012-04-05..2012-05-10" in owner.get(answer["Location"]).content.decode()


@pytest.mark.unreconciled
def test_reconcile_names_a_report_that_was_changed_past_the_record(busy):
    from django.db import connection

    from commentarchive.ledger import triggers
    from commentarchive.ledger.reconciliation import reconcile

    report = issued()
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE moderation_issuedreport SET document = %s WHERE id = %s",
            [bytes(report.document).replace(b'"now":1', b'"now":2'), report.pk],
        )
        assert any("is not as it was issued" in str(each) for each in reconcile())
        cursor.execute("DELETE FROM moderation_issuedreport WHERE id = %s", [report.pk])
    assert any("the report it speaks of" in str(each) for each in reconcile())
    triggers.install()
