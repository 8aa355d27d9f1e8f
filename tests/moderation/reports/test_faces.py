"""The faces of a report: page, document, table and JSON say the same, cell by cell."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from commentarchive.spreadsheets import read_csv
from moderation.reports.document import report_bytes
from moderation.reports.figures.table import BY_KEY
from moderation.reports.tables import COLUMNS
from tests.report_numbers import report_on

pytestmark = pytest.mark.django_db


def built(*words):
    out = io.StringIO()
    call_command("build_report", *words, stdout=out)
    return out.getvalue()


def cells_of_page(body):
    """Read figure, label and numbers from the rows of a page's tables."""
    from html import unescape
    from re import findall, sub

    found = []
    for key, rows in findall(r'colspan="6" id="([\w-]+)">(.*?)</tbody>', _flat(body)):
        for label, numbers in findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', rows):
            shown = [
                sub("<.*?>", "", one).removeprefix("at least ").replace("–", "")
                for one in findall(r"<td.*?>(.*?)</td>", numbers)
            ]
            found.append((key, unescape(sub("<.*?>", "", label)), *shown))
    return found


def _flat(body):
    return " ".join(body.split("\n"))


def cell(number, *, signed=False):
    if number is None:
        return ""
    return f"+{number}" if signed and number > 0 else str(number)


def test_all_faces_have_the_same_cells(moderated):
    for word, blog in (("2012-05", None), ("2012-04-05..2012-06-10", moderated[1])):
        asked = f"?blog={blog.slug}" if blog else ""
        address = f"/moderation/reports/{word}"
        told = Client().get(f"{address}.json{asked}")
        document = json.loads(told.content)
        assert told.content == report_bytes(report_on(word, blog))
        told_lines = [
            (figure, line) for figure in document["figures"] for line in figure["lines"]
        ]
        table = read_csv(Client().get(f"{address}.csv{asked}").content.decode())
        assert tuple(table[0]) == COLUMNS
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in table[1:]]
        assert len(rows) == len(told_lines)
        expected = []
        for row, (figure, line) in zip(rows, told_lines, strict=True):
            for name in ("section", "title", "basis", "unit"):
                assert row[name] == figure[name]
            assert (row["figure"], row["line"]) == (figure["key"], line["key"])
            # A document, kept for good, has no title or name that may be hidden.
            assert line["label"] in {"", row["label"]}
            numbers = ("now", "before", "difference", "average", "year_to_date")
            assert [row[each] for each in numbers] == [cell(line[n]) for n in numbers]
            shown = [cell(line[n], signed=n == "difference") for n in numbers]
            is_compared = BY_KEY[figure["key"]].is_compared
            expected.append((figure["key"], row["label"], *shown, is_compared))
        page = Client().get(f"{address}/{asked}").content.decode()
        assert_page_has(page, expected)
        words = ("--blog", blog.slug) if blog else ()
        assert_page_has(built(word, *words), expected)


def assert_page_has(body, expected):
    """Compare what a page shows; figures without anything are folded there."""
    shown = cells_of_page(body)
    keys = {key for key, *_cells in shown}
    wanted = []
    for key, label, *numbers, is_compared in expected:
        if key in keys:
            wanted.append((key, label, *(numbers if is_compared else numbers[:1])))
        else:
            assert not any(number not in {"", "0"} for number in numbers), key
    assert [row if len(row) > 4 else row[:3] for row in shown] == wanted


@pytest.mark.once
def test_the_same_state_has_the_same_bytes(moderated):
    for form in ("json", "csv", "html"):
        first, again = (built("2012", "--format", form) for _ in range(2))
        assert first == again


@pytest.mark.once
def test_a_table_can_be_marked_as_utf_8(moderated, tmp_path):
    file = tmp_path / "report.csv"
    built("2012", "--format", "csv", "--bom", "--output", str(file))
    assert file.read_bytes().startswith(b"\xef\xbb\xbfperiod,")
    marked = Client().get("/moderation/reports/2012.csv?bom=1")
    assert marked.content == file.read_bytes()
    assert read_csv(marked.content.decode()) == read_csv(built("2012", "--format=csv"))
    assert Client().get("/moderation/reports/2012.csv?bom=2").status_code == 400
    with pytest.raises(CommandError, match="for --format csv only"):
        built("2012", "--bom")


@pytest.mark.parametrize(
    ("word", "blog", "sentence"),
    [
        ("2012-13", "", "does not name a period"),
        ("2012-06-10..2012-04-05", "", "ends before it begins"),
        ("2012-02-30..2012-04-05", "", "does not name a period"),
        (f"{datetime.now(UTC) + timedelta(days=70):%Y-%m}", "", "has not begun yet"),
        ("2011", "", "is before anything here: the archive begins in April 2012"),
        ("2012", "nobody", "There is no public blog called"),
    ],
)
@pytest.mark.once
def test_what_is_no_report_is_said_in_a_sentence(blogs, word, blog, sentence):
    asked = f"?blog={blog}" if blog else ""
    for ending in ("/", ".csv", ".json", "/decisions/"):
        answer = Client().get(f"/moderation/reports/{word}{ending}{asked}")
        assert answer.status_code == 404
    with pytest.raises(CommandError, match=sentence):
        built(word, *(("--blog", blog) if blog else ()))


@pytest.mark.once
def test_lists_know_their_figures_and_lines(moderated):
    for path in (
        "nothing/",
        "decisions-by-rule/?line=r%231",
        "share-reversed/",
        "comments-received/?line=x",
        "comments-received/?before=x",
    ):
        answer = Client().get(f"/moderation/reports/2012/{path}")
        assert answer.status_code == 404, path
