"""Reports as PDF and workbook: the same numbers, the same bytes, and one at a time."""

import io
import json
import zipfile
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from commentarchive.charts.drawing import written
from moderation.reports import printed
from moderation.reports.charts import charts_of
from moderation.reports.document import report_bytes
from moderation.reports.periods import parse_period
from moderation.reports.printed import report_pdf
from moderation.reports.report import build
from moderation.reports.scope import Scope
from moderation.reports.told import BESIDE, told_now
from moderation.reports.workbook import report_workbook
from moderation.views import report_files

pytestmark = pytest.mark.django_db
PDF, XLSX = "/moderation/reports/2012-Q2.pdf", "/moderation/reports/2012-Q2.xlsx"
CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def built(word="2012-Q2"):
    return build(Scope.now(parse_period(word)))


def told(monkeypatch, report):
    """Return what a report's template is told, and its drawings."""
    with monkeypatch.context() as patch:
        patch.setattr(printed, "typeset", lambda _name, *told: told)
        return report_pdf(told_now(report))


def test_a_pdf_has_the_charts_and_numbers_of_the_report(said, monkeypatch):
    report = built()
    data, files = told(monkeypatch, report)
    assert set(files) == {f"{chart.key}.svg" for chart in charts_of(report)} != set()
    figures = {
        figure["title"]: figure
        for each in data["sections"]
        for figure in each["figures"]
    }
    # The label; 2012-Q2; nothing of the quarter before, when nothing was; year to date.
    assert_rows_are_lines(figures, report)
    taken_down = ["Taken down", "4", "–", "–", "–", "4"]
    assert taken_down in figures["Decisions by action"]["rows"]
    # Words from the left, numbers from the right.
    assert figures["Decisions by action"]["columns"][:2] == [("", False), ("Now", True)]
    assert data["checkpoint"] == ""
    assert str(report.scope.until) in dict(data["facts"])["Entries on record"]


def assert_rows_are_lines(figures, report):
    """Every number of the document is in the PDF, but for lines that count nothing."""
    for figure in json.loads(report_bytes(report))["figures"]:
        unit = "" if figure["unit"] == "count" else f", {figure['unit']}"
        rows = figures.get(f"{figure['title']}{unit}", {"rows": []})["rows"]
        numbers = [
            [line["now"], *(line[n] for n in BESIDE)] for line in figure["lines"]
        ]
        counting = [line for line in numbers if any(line)]
        if not counting:
            continue
        plain = [[one.strip("+").replace("−", "-") for one in row[1:]] for row in rows]
        wanted = [[written(one) for one in line] for line in numbers]
        # What is not compared has no columns beside; some lines count nothing.
        shown = [row for row in wanted if row[: len(plain[0])] in plain]
        assert len(plain) <= len(shown) <= len(wanted), figure["key"]
        assert all(
            [written(one) for one in line][: len(plain[0])] in plain
            for line in counting
        ), figure["key"]


@pytest.mark.once
def test_a_year_has_the_calendar_of_its_days_and_a_month_its_days(said):
    assert [chart.key for chart in charts_of(built("2012"))] == [
        *("decisions-by-action", "decisions-by-hand", "waits", "share-reversed"),
        # One rule and one way of knowing would each be one bar.
        "year",
    ]
    [april] = charts_of(built("2012-04"))
    assert april.sentence.startswith("The most are 5 on 20 April 2012 (Taken down: 3,")
    assert len(april.rows) == 30
    assert charts_of(built("2011")) == ()


@pytest.mark.once
def test_files_are_sent_with_the_same_bytes_while_the_record_stands(said):
    for address, start in ((PDF, b"%PDF-1.7"), (XLSX, b"PK")):
        first, second = (Client().get(address) for _ in range(2))
        assert first.status_code == 200
        assert first.content == second.content
        assert first.content.startswith(start)
        assert first["Cache-Control"] == "no-cache"
        name = address.rpartition("/")[2]
        assert first["Content-Disposition"] == f'attachment; filename="report-{name}"'
        again = Client().get(address, headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 304
        for bad in (address.replace("Q2", "Q5"), f"{address}?blog=nobody"):
            assert Client().get(bad).status_code == 404
    assert b"pdfuaid:part" in Client().get(PDF).content


@pytest.mark.once
def test_one_pdf_is_made_at_a_time(said, monkeypatch):
    monkeypatch.setattr(report_files, "PATIENCE", 0)
    with report_files._making:
        answer = Client().get(PDF)
        assert answer.status_code == 503
        assert answer["Retry-After"] == "10"
        assert "ETag" not in answer
    assert Client().get(PDF).status_code == 200


@pytest.mark.once
def test_a_workbook_has_a_sheet_a_section_and_no_formula(said):
    report = built()
    blog = report.scope.blogs[0]
    report.scope.kept["blogs"] = [blog._replace(title='=HYPERLINK("x")')]
    parts = zipfile.ZipFile(io.BytesIO(report_workbook(told_now(report))))
    names = [each.get("name") for each in ET.fromstring(parts.read("xl/workbook.xml"))
             .iter(f"{CELL}sheet")]  # fmt: skip
    assert names[:2] == ["Report", "1 Comments"]
    assert len(names) == 1 + len(report.sections)
    sheets = [parts.read(name) for name in parts.namelist() if "worksheets/" in name]
    assert not any(b"<f>" in sheet or b"hyperlink" in sheet for sheet in sheets)
    words = ET.fromstring(parts.read("xl/sharedStrings.xml")).iter(f"{CELL}t")
    found = {each.text for each in words}
    assert "Taken down" in found
    assert any(each and each.startswith("=HYPERLINK(") for each in found)
    numbers = [
        cell.find(f"{CELL}v").text
        for sheet in sheets
        for cell in ET.fromstring(sheet).iter(f"{CELL}c")
        if cell.get("t") is None
    ]
    lines = [line for line in report.lines if line.now is not None]
    assert len(numbers) >= len(lines)
