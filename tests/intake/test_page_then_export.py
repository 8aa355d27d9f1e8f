"""A page is read before the blog's own export: what it showed was no other text."""

import pytest

from commentarchive.intake.session import import_files
from commentarchive.models import Comment, Revision
from tests.importers.formats.pages.test_families import _WP, WORDPRESS, page
from tests.wxr import comment, export, item

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("theme", ["wpDiscuz 5", "xhtml with votes", "highlander"])
def test_the_export_edits_nothing(theme, tmp_path):
    shown = tmp_path / "page.html"
    body = f'<input name="comment_post_ID" value="1">{WORDPRESS[theme]}'
    shown.write_bytes(page(body, _WP))
    told = tmp_path / "export.xml"
    remark = comment(
        3,
        "Grey <em>reeds</em>.\n\nBent.",
        author="Ada Reed",
        local="2012-05-03 17:14:00",
        gmt="2012-05-03 15:14:00",
    )
    link = "http://reed.example/t/"
    told.write_bytes(export(item(remark, link=link), address="http://reed.example"))
    import_files([shown])
    [report] = import_files([told])
    assert report.counts.comments.new == 0
    assert Comment.objects.count() == 1
    assert not Revision.objects.filter(comment__isnull=False, origin="edited").exists()
