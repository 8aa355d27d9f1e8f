"""One blog in every shape a real WordPress gives it: the same comments meet."""

import json
import random
from pathlib import Path

import pytest

from commentarchive.intake.session import import_files
from commentarchive.models import Comment, Post, Revision, Tombstone
from tests.reading_orders import READINGS

SAMPLES = Path(__file__).resolve().parents[3] / "shared/samples/wordpress-6.1.9"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here"),
]
STATES = {"1": "live", "0": "pending", "spam": "spam", "trash": "trashed"}


def read(*names):
    return import_files([SAMPLES / name for name in names], blog_slug="harbour")


def truth():
    told = json.loads((SAMPLES / "truth.json").read_text())["comments"]
    return {
        each["id"]: (
            each["post"],
            "" if each["parent"] == "0" else each["parent"],
            STATES.get(each["status"], "trashed"),
            each["author"],
            each["gmt"],
        )
        for each in told
    }


def held():
    found = Comment.objects.filter(scheme="wordpress").select_related(
        "post", "commenter__name", "parent"
    )
    return {
        each.source_id: (
            each.post.source_id,
            each.parent.source_id if each.parent else "",
            each.source_state,
            each.commenter.name.name if each.commenter else "",
            str(each.posted_at or "")[:19],
        )
        for each in found
    }


@pytest.mark.parametrize("seed", range(3))
def test_all_sources_meet_in_any_order(seed):
    order = list(READINGS)
    random.Random(seed).shuffle(order)
    for names in order:
        assert all(report.is_complete for report in read(*names)), names
    assert held() == truth()
    assert Comment.objects.count() == len(truth())
    assert not Comment.objects.filter(visibility="gone_at_source").exists()
    # However it is written, a text is one wording, and no edit.
    edits = Revision.objects.filter(comment__isnull=False, origin="edited")
    assert not edits.exists()
    assert Post.objects.filter(is_public=True).count() == 6


def changes(first, second):
    read(first)
    before = dict(Comment.objects.values_list("source_id", "visibility"))
    [report] = read(second)
    after = dict(Comment.objects.values_list("source_id", "visibility"))
    edited = Revision.objects.filter(comment__isnull=False, number__gt=1)
    return (
        report.counts.comments,
        {key: after[key] for key in after if after[key] != before.get(key)},
        [each.comment.source_id for each in edited],
    )


@pytest.mark.parametrize("first", ["thread-twentytwentyone.html", "export.xml"])
def test_the_later_page_yields_the_listed_changes_and_no_other(first):
    """Replies to what is hidden are left out by the theme: they are not gone."""
    counts, changed, edited = changes(first, "thread-twentytwentyone-later.html")
    assert counts.new == 1
    assert changed == {
        "10030062": "gone_at_source",
        "10030064": "gone_at_source",
        "10030225": "published",
    }
    assert edited == ["10030057"]


def test_a_page_of_several_makes_nothing_gone():
    _counts, changed, edited = changes("export.xml", "thread-paged.html")
    assert (changed, edited) == ({}, [])


def test_the_later_export_yields_the_listed_changes_and_no_other():
    counts, changed, edited = changes("export.xml", "export-later.xml")
    assert (counts.new, counts.changed) == (1, 2)
    assert changed == {
        "10030062": "trashed",
        "10030064": "gone_at_source",
        "10030225": "published",
    }
    assert edited == ["10030057"]
    gone = Tombstone.objects.get(kind="gone_at_source")
    assert (gone.grade, gone.was_public) == ("observed", True)
    assert gone.seen_capture.written_at < gone.opened_capture.written_at
