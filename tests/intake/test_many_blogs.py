"""A web archive of several blogs: each page's own host tells which it is of."""

import re
import zipfile

import pytest

from commentarchive.actions.blogs import BlogFacts, make_blog
from commentarchive.captures import files as capture_files
from commentarchive.erasure.erase import erase
from commentarchive.importers.parsed import Unreadable
from commentarchive.intake import session
from commentarchive.intake.dry_run import dry_run
from commentarchive.intake.session import import_files
from commentarchive.models import (
    Blog,
    Capture,
    CaptureState,
    Comment,
    Commenter,
    Post,
    Revision,
)
from tests.importers.warc_files import Archive, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(tmp_path):
    """An archive of two blogs in which the same ids mean other things."""
    archive = Archive()
    for host, words in (("reed.example", "Reeds bend."), ("www.oak.example", "Firm.")):
        archive.add(
            page_of(10, (1, f"Ada of {host[:4]}", words), host=host),
            address=f"http://{host}/10/",
        )
    made = tmp_path / "two.warc"
    made.write_bytes(archive.bytes())
    return made


def test_each_blog_has_its_articles_and_comments(path):
    reports = import_files([path])
    assert [report.blog.slug for report in reports] == ["reed-example", "oak-example"]
    assert all(report.is_complete for report in reports)
    assert Post.objects.count() == Comment.objects.count() == 2
    assert Revision.objects.filter(comment__isnull=False).count() == 2
    for blog in Blog.objects.all():
        [comment] = Comment.objects.filter(post__blog=blog)
        assert (comment.source_id, comment.post.source_id) == ("1", "10")
    # None is named: the copy's page is public, and the other blog need not be.
    for report in reports:
        assert report.problems[0].reason == (
            "it holds articles of 1 other blog (1 article, 1 comment) as well; they are "
            "read for themselves"
        )


def test_the_same_file_again_changes_nothing(path):
    import_files([path])
    again = import_files([path])
    assert [report.was_known for report in again] == [True, True]
    assert Capture.objects.count() == 2


def test_what_a_broken_import_left_out_is_read_the_next_time(path, monkeypatch):
    whole = session._import_file
    calls = []

    def fails_at_the_second(*args, **options):
        calls.append(args)
        if len(calls) == 2:
            raise OSError(5, "broken")
        return whole(*args, **options)

    monkeypatch.setattr(session, "_import_file", fails_at_the_second)
    with pytest.raises(OSError, match="broken"):
        import_files([path])
    assert Comment.objects.count() == 1
    monkeypatch.undo()
    known, new = import_files([path])
    assert (known.was_known, new.was_known) == (True, False)
    assert new.is_complete
    assert Comment.objects.count() == 2


def kept_files():
    return [each.name for each in capture_files.folder().glob("*/*.zst*")]


@pytest.mark.parametrize("slug", ["reed-example", "oak-example"])
def test_an_erasure_in_one_blog_takes_the_file_from_all(path, slug):
    import_files([path])
    [comment] = Comment.objects.filter(post__blog__slug=slug)
    assert kept_files()
    erase(comment, basis="legal")
    assert not kept_files()
    import_files([path])
    assert not kept_files()


def test_a_second_blog_brings_no_erased_words_back(path):
    import_files([path], blog_slug="mine")
    erase(Comment.objects.get(), basis="legal")
    assert not kept_files()
    import_files([path])
    assert not kept_files()


def test_a_dry_run_foresees_each_blog(path):
    foreseen = dry_run([path])
    assert [report.counts.comments.new for report in foreseen] == [1, 1]
    assert not Blog.objects.exists()


LEFT_OUT = (
    "it holds articles of 1 other blog (1 article, 1 comment) as well; they were left "
    "out, since a blog was named"
)


@pytest.mark.parametrize("read", [import_files, dry_run])
def test_of_a_new_blog_that_is_named_the_first_is_read_and_in_part(path, read):
    [report] = read([path], blog_slug="mine")
    assert report.counts.comments.new == 1
    assert not report.is_complete
    assert report.problems[0].reason == LEFT_OUT


def test_a_blog_that_is_named_has_what_is_at_its_address(path):
    known = make_blog(BlogFacts(slug="mine", address="http://oak.example/"))
    [report] = import_files([path], blog_slug="mine")
    assert str(Commenter.objects.get(blog=known).name) == "Ada of www."
    assert report.problems[0].reason == LEFT_OUT
    capture = Capture.objects.get()
    assert capture.state == CaptureState.PARTIAL
    assert not capture.progress["has_all_records"]
    # Nothing is left out where each is read for itself.
    reports = import_files([path])
    assert [each.was_known for each in reports] == [False, True]
    assert reports[0].is_complete


def test_a_blog_that_is_at_none_of_its_hosts_gets_nothing(path):
    make_blog(BlogFacts(slug="mine", address="http://elm.example/"))
    with pytest.raises(Unreadable, match=r"\(reed.example, oak.example\), and none"):
        import_files([path], blog_slug="mine")
    assert not Capture.objects.exists()


def test_pages_that_name_no_host_are_no_copy_of_the_others(tmp_path):
    pages = [
        page_of(10 + n, (n, f"Ada {n}", "Words."), host=host)
        for n, host in enumerate(("reed.example", "oak.example"))
    ]
    bare = re.sub(rb'<link rel="canonical"[^>]*>', b"", pages[0])
    path = zipped(tmp_path / "pages.zip", *pages, bare)
    foreseen = dry_run([path])
    assert [each.counts.posts.seen for each in foreseen] == [1, 1, 1]


def zipped(path, *parts):
    with zipfile.ZipFile(path, "w") as archive:
        for number, part in enumerate(parts):
            archive.writestr(f"{number}/page.html", part)
    return path


def test_pages_of_two_blogs_in_a_zip(tmp_path):
    parts = [
        page_of(10, (1, "Ada", "The same words."), host=host)
        for host in ("reed.example", "www.oak.example")
    ]
    path = zipped(tmp_path / "pages.zip", *parts)
    reports = import_files([path])
    assert [report.blog.slug for report in reports] == ["reed-example", "oak-example"]
    comments = Comment.objects.values_list("post__blog__slug", "source_id")
    assert sorted(comments) == [("oak-example", "1"), ("reed-example", "1")]
    assert [each.was_known for each in import_files([path])] == [True, True]


def test_pages_of_one_blog_in_a_zip(tmp_path):
    hosts = ("reed.example", "www.reed.example")
    parts = [page_of(10 + n, (1, "Ada", "Words."), host=hosts[n]) for n in (0, 1)]
    [report] = import_files([zipped(tmp_path / "pages.zip", *parts)])
    assert (report.counts.posts.new, report.problems) == (2, [])


EXPORT = """<feed xmlns='http://www.w3.org/2005/Atom'>
<id>tag:blogger.com,1999:blog-{number}.archive</id><title>B</title>
<link rel='alternate' type='text/html' href='http://{host}/'/>
<entry><id>tag:blogger.com,1999:blog-{number}.post-1</id>
<category scheme='http://schemas.google.com/g/2005#kind'
 term='http://schemas.google.com/blogger/2008/kind#post'/>
<title>t</title><content type='html'>x</content></entry></feed>"""


@pytest.mark.parametrize(("other", "is_refused"), [("oak", True), ("reed", False)])
def test_exports_of_two_blogs_in_a_zip_are_refused(tmp_path, other, is_refused):
    hosts = ("reed.example", f"{other}.example")
    parts = [EXPORT.format(number=n, host=host) for n, host in enumerate(hosts)]
    path = zipped(tmp_path / "exports.zip", *parts)
    if not is_refused:
        assert len(import_files([path])) == 1
        return
    with pytest.raises(Unreadable, match=r"exports of several blogs \(.*\.example, "):
        import_files([path])
    assert not Blog.objects.exists()
