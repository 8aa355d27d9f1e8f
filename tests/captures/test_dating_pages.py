"""A page that is dated later, beside other copies and a blog's own records."""

from datetime import UTC, datetime

import pytest

from commentarchive.intake.session import import_files
from commentarchive.ledger.models import Role
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Comment, Post
from moderation.actions.decisions import Judgement, Record, decide
from moderation.models import Action
from tests.captures.test_dating import at, date
from tests.intake.test_reading_orders import dated, page, remarks, shown
from tests.wxr import export, item

pytestmark = pytest.mark.django_db


def rendered(words, *texts):
    """Return a page of the article with some comments."""
    return page(
        *(
            shown(number, name, f"{number} April 2012 at 10:00 am", text)
            for number, (name, text) in enumerate(texts, 1)
        )
    ).replace("Its text.", words)


ONE, TWO = ("Ann", "“One” – said."), ("Ben", "Two.")


def imported(folder, name, data):
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return import_files([path], blog_slug="test")[0]


def tell(by, number="2"):
    record = Record(decided_at=at(5), role=Role.OWNER, known_from="a notebook")
    judgement = Judgement(action=Action.REMOVE, facts="It was told.", record=record)
    decide(Comment.objects.get(source_id=number), judgement, by=by)


@pytest.mark.parametrize("months", [(4, 6), (6, 4), (6, 7), (7, 6)])
@pytest.mark.parametrize("words", [("Its text.", "Its text."), ("Old.", "New.")])
@pytest.mark.parametrize("told_after", [1, 2])
def test_a_second_page_is_dated(by, tmp_path, months, words, told_after):
    reports = []
    for turn, text in enumerate(words, 1):
        extra = [TWO] if turn == 1 or told_after == 2 else []
        data = rendered(text, ONE, *extra, ("Cy", f"{turn}."))
        reports.append(imported(tmp_path, f"{turn}.html", data))
        if turn == told_after:
            tell(by)
        assert not [str(each) for each in reconcile()]
    for report, month in zip(reports, months, strict=True):
        date(report, at(month))
        assert not [str(each) for each in reconcile()]
    newest = words[months.index(max(months))]
    assert newest in Post.objects.get().current_revision.text.plain


@pytest.mark.parametrize("moment", [at(4), datetime(2013, 6, 1, tzinfo=UTC)])
def test_a_page_that_is_dated_does_not_outrank_an_export(by, tmp_path, moment):
    imported(
        tmp_path, "1.xml", dated("05", export(item(*remarks(), body="As stored.")))
    )
    report = imported(tmp_path, "2.html", rendered("As shown.", ONE, TWO))
    tell(by)
    date(report, moment)
    assert Post.objects.get().current_revision.text.plain == "As stored."
