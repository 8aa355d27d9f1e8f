"""Files given to an import: one reading, one entry of the record, rows as they tell."""

import pytest
from django.core.management import call_command

from commentarchive.captures import files as capture_files
from commentarchive.captures.tree import recompute_root
from commentarchive.intake.session import import_files
from commentarchive.ledger.models import Entry
from commentarchive.ledger.verification import verify
from commentarchive.models import (
    Blog,
    Capture,
    Comment,
    Commenter,
    CrossPost,
    PrivateAddress,
)
from tests.dump import dump
from tests.wxr import comment, export, item, load, write

pytestmark = pytest.mark.django_db


def test_the_same_file_again_is_nothing_new(tmp_path):
    first = load(tmp_path, item(comment(1), comment(2, parent=1)))
    before, entries = dump(), Entry.objects.count()
    again = load(tmp_path, item(comment(1), comment(2, parent=1)))
    assert (first.counts.comments.new, again.counts.comments.new) == (2, 0)
    assert again.counts.comments.unchanged == 2
    assert again.capture == first.capture
    assert (dump(), Entry.objects.count()) == (before, entries)


def test_one_entry_an_import_and_its_root_can_be_worked_out_anew(tmp_path):
    load(tmp_path, item(comment(1), comment(2, parent=1)), item(number=2))
    load(tmp_path, item(comment(1, "Edited"), comment(2, parent=1)))
    assert Entry.objects.filter(event="archive.import").count() == 2
    for capture in Capture.objects.all():
        assert recompute_root(capture) == capture.root
        assert Entry.objects.get(pk=capture.entry_index).subject == capture.ref
    assert not verify().faults


def test_an_edited_comment_gets_a_second_version(tmp_path):
    load(tmp_path, item(comment(1, "Before")))
    report = load(tmp_path, item(comment(1, "After")))
    one = Comment.objects.get()
    assert report.counts.comments.changed == 1
    assert [r.text.raw for r in one.revisions.order_by("number")] == ["Before", "After"]
    assert one.current_revision.text.raw == "After"
    assert one.revisions.get(number=2).origin == "edited"


def test_files_given_together_are_one_reading(tmp_path):
    one = write(tmp_path, export(item(comment(2, parent=1))), "1.xml")
    two = write(tmp_path, export(item(comment(1))), "2.xml")
    first, second = import_files([one, two])
    assert (first.orphans, second.orphans) == (0, 0)
    child = Comment.objects.get(source_id="2")
    assert child.parent.source_id == "1"
    assert child.parent.visibility == "published"
    assert (child.parent.position, child.position) == (0, 1)
    captures = Capture.objects.order_by("pk")
    assert [c.reading for c in captures] == [captures[0].ref] * 2


def test_names_are_joined_by_name_link_and_e_mail_only(tmp_path):
    load(
        tmp_path,
        item(
            comment(1),
            comment(2),
            comment(3, email="other@mail.example"),
            comment(4, author=""),
            comment(5, author=""),
        ),
    )
    assert Commenter.objects.count() == 2
    assert Comment.objects.filter(commenter=None).count() == 2
    assert PrivateAddress.objects.get(comment__source_id="3").email.startswith("other")


def test_the_bytes_are_kept_as_received(tmp_path):
    path = write(tmp_path, export(item(comment(1))))
    report = import_files([path])[0]
    with capture_files.opened(report.sha256) as kept:
        assert kept.read() == path.read_bytes()


def test_a_cross_post_is_tied_when_its_other_end_arrives(tmp_path):
    body = 'This is a cross-post from <a href="https://b.example/x/">B</a>.'
    load(tmp_path, item(body=body), name="a.xml")
    tie = CrossPost.objects.get()
    assert tie.other_post is None
    path = write(
        tmp_path,
        export(item(link="https://www.b.example/x"), address="https://b.example"),
        "b.xml",
    )
    import_files([path])
    tie.refresh_from_db()
    assert tie.other_post.blog.slug == "b-example"


@pytest.mark.parametrize(
    "data", [b"", b"<html><body>", b"<!DOCTYPE x><rss>", b"PK\x03\x04"]
)
def test_a_refused_file_changes_nothing(tmp_path, data):
    from django.core.management import CommandError

    path = write(tmp_path, data)
    with pytest.raises(CommandError, match=r"export\.xml"):
        call_command("import_comments", path)
    assert not Blog.objects.exists()
    assert not (tmp_path / "captures").exists()


def test_a_blog_is_named_by_what_an_address_can_hold(tmp_path):
    from commentarchive.importers.parsed import Unreadable

    path = write(tmp_path, export(item(comment(1))))
    with pytest.raises(Unreadable, match="names no blog"):
        import_files([path], blog_slug="My Blog")
    assert not Blog.objects.exists()
    nameless = item(comment(1), link="").encode()
    head = export().replace(b"https://test.example", b"")
    path = write(
        tmp_path, head.replace(b"</channel>", nameless + b"</channel>"), "ünï cöde.xml"
    )
    report = import_files([path])[0]
    assert report.blog.slug == "uni-code"


def test_a_doctype_in_any_part_refuses_the_whole_zip(tmp_path):
    import zipfile

    from commentarchive.importers.parsed import Unreadable

    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.1.xml", export(item(comment(1))))
        second = export(item(comment(2))).replace(b"<rss", b"<!DOCTYPE x>\n<rss")
        archive.writestr("a.2.xml", second)
    with pytest.raises(Unreadable, match="file 2 of the ZIP"):
        import_files([path])
    assert not Blog.objects.exists()
