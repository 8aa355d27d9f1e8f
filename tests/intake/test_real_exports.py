"""Exports of real sites, read where the folder of samples is there."""

import json

import pytest

from commentarchive.intake.session import import_files
from commentarchive.models import Comment

pytestmark = pytest.mark.django_db


def test_every_sample_gives_the_counts_beside_it(samples, tmp_path):
    counts = {
        "WPTT__theme-test-data__themeunittestdata.wordpress.xml": (33, 10),
        "WordPress__wordpress-importer__a11y-unit-test-data.xml": (29, 10),
        "WordPress__wordpress-importer__slashes.xml": (1, 1),
        "WordPress__wordpress-importer__test-serialized-comment-meta.xml": (1, 1),
        "WordPress__wordpress-importer__valid-wxr-1.0.xml": (1, 1),
        "WordPress__wordpress-importer__valid-wxr-1.1.xml": (1, 1),
        "WordPress__wordpress-importer__wxr-comprehensive.xml": (1, 1),
        "getpelican__pelican__wordpressexport.xml": (4, 2),
        "posativ__isso__wordpress.xml": (8, 3),
        "poststatus__wptest__wptest.xml": (30, 10),
        "prayagverma__google-blog-converters-appengine__wordpress-sample2.wxr": (3, 1),
    }
    for name, (comments, depth) in counts.items():
        report = import_files([samples / "wxr" / name], blog_slug=name[:20].lower())[0]
        assert (report.counts.comments.seen, report.counts.max_depth) == (
            comments,
            depth,
        )
        assert report.is_complete, name


def test_a_real_export_agrees_with_the_database_that_wrote_it(samples):
    folder = samples / "wordpress-6.1.9"
    truth = json.loads((folder / "truth.json").read_text())
    report = import_files([folder / "export.xml"])[0]
    assert report.is_complete
    states = {
        "1": "live",
        "0": "pending",
        "trash": "trashed",
        "post-trashed": "trashed",
    }
    stored = {
        c.source_id: c
        for c in Comment.objects.exclude(capture=None).select_related("post", "parent")
    }
    expected = [each for each in truth["comments"] if each["status"] != "spam"]
    assert len(stored) == len(expected)
    for each in expected:
        c = stored[each["id"]]
        assert (
            c.post.source_id,
            c.parent.source_id if c.parent else "0",
            c.source_state,
            c.kind,
            c.posted_at.strftime("%Y-%m-%d %H:%M:%S"),
            c.printed_at,
            c.commenter.name.name,
        ) == (
            *(each["post"], each["parent"], states[each["status"]], each["type"]),
            *(each["gmt"], each["local"], each["author"]),
        )
    later = import_files([folder / "export-later.xml"])[0]
    assert (later.counts.comments.new, later.counts.comments.changed) == (1, 2)
