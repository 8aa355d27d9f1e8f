"""What is damaged, cut off or odd costs itself and nothing beside it."""

import json

import pytest
from django.core.management import call_command
from django.test import Client

from commentarchive.intake.session import import_files
from commentarchive.models import Capture, Comment, Post
from tests.wxr import comment, export, item, load, write

pytestmark = pytest.mark.django_db


def test_a_truncated_file_is_partial_and_exits_with_3(tmp_path, capsys):
    data = export(item(comment(1), comment(2)))
    path = write(tmp_path, data[: data.index(b"<wp:comment_id>2")])
    with pytest.raises(SystemExit) as ended:
        call_command("import_comments", path, "--json")
    assert ended.value.code == 3
    said = json.loads(capsys.readouterr().out)
    assert said["complete"] is False
    assert said["comments"]["seen"] == 1
    assert Capture.objects.get().state == "partial"


def test_bad_bytes_in_an_article_cost_nothing_but_themselves(tmp_path):
    data = export(
        item(comment(1), comment(2), body="Bad \xff here", title="Kept"),
        item(comment(3), number=2, title="Bad \xff too", body="Kept"),
    ).replace("\xff".encode(), b"\xff")
    report = import_files([write(tmp_path, data)])[0]
    assert not report.is_complete
    assert report.counts.comments.seen == 3
    posts = {post.source_id: post for post in Post.objects.titled()}
    assert posts["1"].title == "Kept"
    assert posts["2"].current_revision.text.raw == "Kept"
    assert posts["2"].title == "Bad \ufffd too"
    assert posts["1"].current_revision.text.raw == "Bad \ufffd here"
    places = [data.index(0xFF), data.rindex(0xFF)]
    for place, problem in zip(places, report.problems, strict=True):
        line = data.count(b"\n", 0, place) + 1
        assert problem.place == f"line {line}, byte {place}"


def test_an_open_mark_in_a_comment_swallows_nothing(tmp_path):
    first = item(comment(1, "I love <!-- this and <![CDATA[ that"))
    report = load(tmp_path, first, item(comment(2), number=2), item(number=3))
    assert report.counts.posts.seen == 3
    assert report.counts.comments.seen == 2
    assert report.is_complete


def test_a_text_about_exports_costs_no_completeness(tmp_path):
    report = load(
        tmp_path, item(comment(1, "I saw <wp:comment_id>5</wp:comment_id>"), comment(2))
    )
    assert report.is_complete
    assert report.counts.comments.seen == 2


def test_impossible_dates_are_kept_as_printed(tmp_path):
    for n, (local, gmt) in enumerate(
        [
            ("0000-00-00 00:00:00", "0001-01-01 00:00:00"),
            ("9999-12-31 23:59:59", "9999-12-31 23:59:59"),
            ("2012-13-45 00:00:00", "soon"),
        ]
    ):
        load(
            tmp_path, item(comment(1, local=local, gmt=gmt), number=n), name=f"{n}.xml"
        )
    for one in Comment.objects.all():
        assert one.posted_at is None
        for address in ("/", one.get_absolute_url(), one.post.get_absolute_url()):
            assert Client().get(address).status_code == 200
