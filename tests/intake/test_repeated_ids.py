"""One id for several comments or articles, parents that are missing or in a ring."""

import json

import pytest
from django.core.management import call_command

from commentarchive.models import Comment
from tests.wxr import comment, export, item, load, write

pytestmark = pytest.mark.django_db


def test_missing_parents_rings_and_repeated_ids(tmp_path):
    report = load(
        tmp_path,
        item(
            comment(3, parent=99),
            comment(5, parent=4),
            comment(4, parent=5),
            comment(6, "one"),
            comment(6, "another"),
            comment(6, "one"),
            comment(7, parent=7),
        ),
    )
    assert report.orphans == 1
    assert report.counts.comments.seen == 7
    assert report.counts.comments.unchanged == 1
    placeholder = Comment.objects.get(source_id="99")
    assert placeholder.visibility == "unknown"
    assert Comment.objects.get(source_id="3").parent == placeholder
    assert Comment.objects.filter(source_id="6").count() == 2
    reasons = " ".join(each.reason for each in report.problems)
    for word in ("ring", "two texts", "stands twice"):
        assert word in reasons


def test_ids_repeat_across_articles(tmp_path):
    load(tmp_path, item(comment(1, "a")), item(comment(1, "b"), number=2))
    assert Comment.objects.count() == 2


def test_twins_are_known_again_by_their_text(tmp_path):
    load(tmp_path, item(comment(1, "A"), comment(1, "B", approved="trash")))
    report = load(
        tmp_path, item(comment(1, "B", approved="trash"), comment(1, "A"), comment(2))
    )
    assert report.counts.comments.changed == 0
    load(tmp_path, item(comment(1, "B", approved="trash"), comment(2), comment(3)))
    assert [
        c.visibility for c in Comment.objects.filter(source_id="1").order_by("twin")
    ] == [
        "gone_at_source",
        "trashed",
    ]


def test_an_article_under_an_id_that_came_before_is_remarked(tmp_path, capsys):
    path = write(tmp_path, export(item(comment(1)), item(title="Another")))
    call_command("import_comments", path, "--dry-run", "--json")
    dry = json.loads(capsys.readouterr().out)
    call_command("import_comments", path, "--json")
    wet = json.loads(capsys.readouterr().out)
    assert "stands in this file again" in wet["problems"][0]["reason"]
    assert {**dry, "capture": ""} == {**wet, "capture": ""}
