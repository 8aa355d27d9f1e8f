"""The page of imports: what it takes, what it refuses, and what it shows of each."""

import io
import os
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone

from commentarchive.intake import uploads
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Blog, Capture, Comment, Gap, ImportJob, Post
from tests.cast import member
from tests.wxr import comment, export, item, load

pytestmark = pytest.mark.django_db
PAGE = "/moderation/desk/imports/"
NEW = f"{PAGE}new/"
DATA = export(
    item(
        comment(1, "Shown words."),
        comment(2, "Sealed words.", approved="0"),
        comment(3, "Binned words.", approved="trash"),
        comment(4, "An answer.", parent=99),
        comment(5, "A note.", kind="note"),
    )
)


def send(client, *datas, **fields):
    files = [SimpleUploadedFile(f"export-{n}.xml", d) for n, d in enumerate(datas)]
    return client.post(NEW, {**fields, "files": files, "end": "1"})


def work():
    call_command("run_imports", stdout=io.StringIO())


def left_on_disk():
    return [path for path in uploads.folder().rglob("*") if path.is_file()]


def asked(client, data=DATA, **fields):
    answer = send(client, data, **fields)
    assert answer.status_code == 302, answer.content
    return answer["Location"]


def test_from_upload_to_published_blog(archivist, client, django_assert_num_queries):
    address = asked(archivist)
    assert "waits for its dry run" in archivist.get(address).text
    work()
    page = archivist.get(address).text
    assert "What an import would do" in page
    assert "1 reply to comments that are not there" in page
    assert "What this copy cannot tell" in page
    assert "by type: <bdi>comment</bdi> 4, <bdi>note</bdi> 1" in page
    assert "written from 1 April 2012 to 1 April 2012" in page
    assert "Nobody but staff sees it until you publish it." in page
    assert not Capture.objects.exists()
    archivist.post(f"{address}start/")
    assert "waits for its turn" in archivist.get(address).text
    work()
    with django_assert_num_queries(18):
        page = archivist.get(address).text
    assert "Look it over, then publish" in page
    for words in ("1 article with 2 comments", "1 waiting", "1 in the trash", "0 spam"):
        assert words in page
    assert ">1 editor’s note<" in page
    assert "No copy says that readers had reported any" in page
    blog = Blog.objects.get()
    nothing_is_public(client, blog)
    look = f"{PAGE}look/{blog.slug}/"
    with django_assert_num_queries(8):
        assert "An article" in archivist.get(look).text
    article = archivist.get(f"{look}{Post.objects.get().ref}/").text
    assert "Shown words." in article
    assert "Sealed words." not in article
    assert archivist.post(f"{address}publish/", {"blog": blog.slug}).status_code == 302
    nothing_is_public(client, blog)
    form = {"blog": blog.slug, "to": "public"}
    archivist.post(f"{address}publish/", form)
    assert Entry.objects.filter(event="archive.publish").count() == 2
    leaf = bytes(Entry.objects.filter(event="archive.publish").latest("index").leaf)
    assert b'"d":{"pending":1,"reported":0,"to":"public","trashed":1}' in leaf
    assert b'"r":"archivist"' in leaf
    assert "Shown words." in client.get(Post.objects.get().get_absolute_url()).text
    page = client.get(Post.objects.get().get_absolute_url()).text
    assert "Sealed words." not in page
    archivist.post(f"{address}publish/", form)
    assert Entry.objects.filter(event="archive.publish").count() == 2
    assert "Look it over" not in archivist.get(address).text
    assert [str(each) for each in reconcile()] == []


@pytest.mark.unreconciled
def test_the_preview_shows_gaps_as_the_public_page_does(archivist, client):
    address = asked(archivist)
    work()
    archivist.post(f"{address}start/")
    work()
    blog, post = Blog.objects.get(), Post.objects.get()
    for after in (None, post.comments.get(source_id="1")):
        Gap.objects.create(
            ref=new_ref("g"),
            post=post,
            after=after,
            at_least=2,
            at_most=2,
            grade="claimed",
            kind="said",
            recorded_at=timezone.now(),
            entry_index=1,
        )
    before = archivist.get(f"{PAGE}look/{blog.slug}/{post.ref}/").text
    archivist.post(f"{address}publish/", {"blog": blog.slug, "to": "public"})
    public = client.get(post.get_absolute_url()).text
    gaps = re.compile(r'<aside class="gap".*?</aside>')
    assert gaps.findall(before) == gaps.findall(public)
    assert len(gaps.findall(public)) == 2


def nothing_is_public(client, blog):
    """Look at every public page that could know of a blog: none may."""
    capture, remark = Capture.objects.get(), Comment.objects.get(source_id="1")
    entry = Entry.objects.get(event="archive.import")
    closed = [
        *(blog.get_absolute_url(), remark.post.get_absolute_url()),
        *(remark.get_absolute_url(), capture.get_absolute_url()),
        remark.commenter.get_absolute_url(),
    ]
    opened = [
        *("/", "/search/?q=words", "/moderation/log/", "/moderation/reports/"),
        *("/moderation/log/otherwise/", f"/ledger/entries/{entry.index}/"),
        *("/ledger/", "/about/"),
    ]
    for address in (*closed, *opened):
        answer = client.get(address)
        assert answer.status_code == (404 if address in closed else 200), address
        for words in ("Shown words", "Sealed words", "Test blog", "An article", "Nell"):
            assert words not in answer.text, (address, words)


@pytest.mark.parametrize(
    ("fields", "datas", "words"),
    [
        ({}, [], "Choose one or more files"),
        ({"inbox": "one.xml"}, [DATA], "one of the two"),
        ({"inbox": "../one.xml"}, [], "without “..”"),
        ({"inbox": "/etc/passwd"}, [], "without “..”"),
        ({"inbox": "none.xml"}, [], "no such file in the inbox"),
        ({"new_slug": "no slug"}, [DATA], "names no blog"),
        ({"new_slug": "é"}, [DATA], "names no blog"),
        ({"new_slug": "test-example"}, [DATA], "There is a blog of this name"),
        ({"blog": "test-example", "new_slug": "x"}, [DATA], "not both"),
        ({"blog": "other"}, [DATA], "not one of the available choices"),
        ({"saved_on": "2012-02-30"}, [DATA], "Enter a valid date"),
        ({"saved_on": "2999-01-01"}, [DATA], "Give a day in the past"),
        ({"saved_on": "0099-01-01"}, [DATA], "Give a day in the past"),
    ],
)
def test_a_mistake_is_named_and_the_form_kept(
    archivist, tmp_path, fields, datas, words
):
    load(tmp_path, item(comment(7)))
    answer = send(archivist, *datas, **fields)
    assert answer.status_code == 422
    assert words in answer.text
    for name, value in fields.items():
        if name != "blog" and value != "one.xml":
            assert f'value="{value}"' in answer.text, name
    assert not ImportJob.objects.exists()
    assert left_on_disk() == []


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("exprot.xml", "exprot.xml: there is no such file in the inbox."),
        ("Export.xml ", "Export.xml: there is no such file in the inbox."),
        ("folder/../../secret.xml", "without “..”"),
        ("link.xml", "link.xml: links are not followed."),
        ("linked/in.xml", "linked/in.xml: links are not followed."),
        ("loop", "loop: links are not followed."),
        ("folder", "folder: this is no file; name one file of the inbox."),
        ("pipe", "pipe: this is no file; name one file of the inbox."),
        ("export.xml/x", "there is no such file in the inbox."),
        ("C:\\export.xml", "there is no such file in the inbox."),
        ("a\0b", "Null characters are not allowed."),
        ("x" * 1001, "at most 1000 characters"),
    ],
)
def test_a_path_that_leads_to_no_file_of_the_inbox_is_named(
    archivist, settings, path, words
):
    inbox, outside = settings.VAR_DIR / "inbox", settings.VAR_DIR / "outside"
    (inbox / "folder").mkdir(parents=True)
    outside.mkdir()
    for place in (outside / "in.xml", settings.VAR_DIR / "secret.xml"):
        place.write_bytes(DATA)
    (inbox / "export.xml").write_bytes(DATA)
    (inbox / "link.xml").symlink_to(outside / "in.xml")
    (inbox / "linked").symlink_to(outside)
    (inbox / "loop").symlink_to(inbox / "loop")
    os.mkfifo(inbox / "pipe")
    answer = send(archivist, inbox=path)
    assert answer.status_code == 422
    assert words in answer.text
    assert answer.text.count("errorlist") == 1
    assert not ImportJob.objects.exists()
    page = archivist.get(PAGE).text
    assert "<code>export.xml</code>" in page
    assert "link" not in page.partition("What is in the inbox")[2].partition("</ul>")[0]


def zipped(**files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            # With a date of its own: each worker of the tests makes the same bytes.
            archive.writestr(zipfile.ZipInfo(name), data)
    return packed.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"\0" * 5000, bytes(range(256)) * 40, b"Just some words.\n" * 50),
        *(b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" * 9, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3"),
        *(b"\x7fELF" + b"\1" * 99, b"GIF89a" + b"\0" * 99, b"{}", b"<p>"),
        *(zipped(), zipped(picture=b"\x89PNG\r\n\x1a\n"), zipped(a=b"x")[:-9]),
        zipped(inner=zipped(export=DATA)),
    ],
)
def test_a_file_that_is_no_export_is_refused_in_one_sentence(archivist, data):
    address = asked(archivist, data)
    work()
    page = archivist.get(address).text
    assert "Import: refused" in page
    [said] = re.findall(r'class="message error" role="status"><p>(.*?)</p>', page)
    assert said.startswith("export-0.xml: ")
    assert said.endswith(".")
    assert "fault of this program" not in said
    assert archivist.post(f"{address}start/").status_code == 302
    assert not Capture.objects.exists()
    assert left_on_disk() == []


def test_a_file_that_ends_midway_is_read_as_far_as_it_goes(archivist):
    address = asked(archivist, DATA[: DATA.index(b"An answer.")])
    work()
    archivist.post(f"{address}start/")
    work()
    page = archivist.get(address).text
    assert "Import: read in part" in page
    assert "Problems" in page
    assert Comment.objects.filter(source_id__in="123").count() == 3


def test_too_much_is_refused_and_nothing_kept(archivist, monkeypatch):
    monkeypatch.setattr(uploads, "MOST", 100_000)
    answer = send(archivist, b"x" * 60_000, b"x" * 60_000, new_slug="kept")
    assert answer.status_code == 413
    assert "Nothing was kept" in answer.text
    assert 'value="kept"' in answer.text
    assert not ImportJob.objects.exists()
    answer.close()
    assert left_on_disk() == []


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9, 0.99])
def test_an_upload_that_was_cut_off_changes_nothing(archivist, cut):
    fields = {
        "new_slug": "kept",
        "files": SimpleUploadedFile("export.xml", DATA * 50),
        "end": "1",
    }
    body = encode_multipart(BOUNDARY, fields)
    answer = archivist.generic(
        "POST", NEW, body[: int(len(body) * cut)], MULTIPART_CONTENT
    )
    assert answer.status_code == 400
    assert "cut off" in answer.text
    assert not ImportJob.objects.exists()
    answer.close()
    assert left_on_disk() == []


def test_too_many_files_are_refused_in_a_sentence(archivist, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2
    answer = send(archivist, DATA, DATA, DATA)
    assert answer.status_code == 400
    assert "At most 2 files" in answer.text
    assert not ImportJob.objects.exists()


def test_names_of_files_lead_nowhere(archivist):
    for name in (
        "../../up.xml",
        "a/b.xml",
        "x" * 300 + ".xml",
        "ü" * 200 + ".xml",
        "..",
    ):
        file = SimpleUploadedFile("plain.xml", DATA)
        file._name = name
        archivist.post(NEW, {"files": [file], "end": "1"})
    kept = left_on_disk()
    assert kept
    for path in kept:
        assert len(path.relative_to(uploads.folder()).parts) == 3
        assert len(path.name.encode()) <= 200


@pytest.mark.parametrize("role", ["owner", "archivist", "moderator", "auditor", ""])
def test_owners_and_archivists_import_and_nobody_else(role, tmp_path):
    client = Client()
    if role:
        client.force_login(member("kim", role))
    may = role in {"owner", "archivist"}
    assert (client.get(PAGE).status_code == 200) is may
    answer = send(client, DATA)
    assert (answer.status_code == 302) is may
    assert ImportJob.objects.exists() is may
    assert bool(left_on_disk()) is may


def test_no_other_form_stores_a_file(client, monkeypatch):
    uploads.folder().mkdir()
    monkeypatch.setattr(os, "unlink", lambda *_: None)
    for size, status in ((1_000_000, 200), (13_000_000, 400)):
        file = SimpleUploadedFile("export.xml", b"x" * size)
        answer = client.post("/login/", {"username": "x", "files": file})
        assert answer.status_code == status
    assert "12 MiB at most" in answer.text
    assert left_on_disk() == []


def test_a_form_without_its_token_changes_nothing(db):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member("ivy", "archivist"))
    answer = send(client, DATA, new_slug="kept")
    assert answer.status_code == 403
    assert not ImportJob.objects.exists()
    answer.close()
    assert left_on_disk() == []


def test_a_public_blog_is_named_before_it_is_filled(archivist, client, tmp_path):
    load(tmp_path, item(comment(7, "There before.")))
    address = asked(archivist)
    work()
    page = archivist.get(address).text
    assert "which readers see: they see its new comments" in page
    archivist.post(f"{address}start/")
    work()
    assert "Look it over" not in archivist.get(address).text
    assert "What changed since the copy before" in archivist.get(address).text
    assert "Shown words." in client.get(Post.objects.get().get_absolute_url()).text


def test_progress_is_told_by_the_copies(archivist, django_assert_num_queries):
    address = asked(archivist)
    work()
    job = ImportJob.objects.get()
    archivist.post(f"{address}start/")
    work()
    # As it stands after the first of several batches, and a reload.
    ImportJob.objects.filter(pk=job.pk).update(state="importing")
    with django_assert_num_queries(12):
        page = archivist.get(address).text
    assert "5 of 5 comments are read" in page
    assert "Look again" in page
    archivist.post(f"{address}cancel/")
    assert "ends with the article that is being read" in archivist.get(address).text
    assert ">Cancel<" not in archivist.get(address).text


def test_two_at_once_and_an_answer_too_late(archivist):
    first, second = asked(archivist), asked(archivist)
    work()
    archivist.post(f"{first}cancel/")
    answer = archivist.post(f"{first}start/", follow=True)
    assert "It has gone on meanwhile" in answer.text
    archivist.post(f"{second}start/")
    work()
    assert list(ImportJob.objects.order_by("pk").values_list("state", flat=True)) == [
        "cancelled",
        "done",
    ]
    page = archivist.get(PAGE).text
    assert "export-0.xml</bdi></a>: cancelled" in page
    assert "export-0.xml</bdi></a>: read whole" in page
    assert left_on_disk() == []


def test_the_list_costs_the_same_for_one_and_for_many(
    archivist, django_assert_num_queries
):
    for _ in range(3):
        asked(archivist)
    with django_assert_num_queries(8):
        archivist.get(PAGE)
