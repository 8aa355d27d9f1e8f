"""The desk's pages for what is entered by hand: understood, pointed out, kept."""

import re
import socket
import struct
from contextlib import contextmanager
from threading import Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.ledger.verification import verify
from commentarchive.models import Blog, Comment, CrossPost, Post
from commentarchive.storage.write_locks import import_lock
from tests.cast import member
from tests.importers.formats.test_notification_mail import WAITING, whole
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
HAND = "/moderation/desk/hand/"
SAVE = f"{HAND}comment/save/"
TOKEN = "a" * 26
LINK = "https://quay.example/2012/ferry/"


@pytest.fixture
def post(tmp_path):
    load(
        tmp_path,
        item(comment(1, "One."), comment(40, "Forty."), title="The ferry", link=LINK),
        item(comment(2, "Below another."), number=2),
    )
    return Post.objects.get(source_id="1")


def typed(post, **changes):
    usual = {
        "article": post.get_absolute_url(),
        "name": "Ada Reed",
        "precision": "exact",
        "day": "2012-05-12",
        "clock": "14:32",
        "text": "The ferry was late.",
        "state": "live",
        "how": "screenshot",
        "token": TOKEN,
    }
    return {**usual, **changes}


def sound():
    return [str(each) for each in reconcile()] == [] and verify().faults == ()


def fields_of(page):
    """Return what a browser would send of a page's form."""
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    found.pop("csrfmiddlewaretoken", None)
    return found


def test_a_browser_can_show_the_day_that_a_mail_tells(archivist, post):
    mail = whole(WAITING).decode().replace('The "new" ferry', "The ferry")
    page = archivist.post(f"{HAND}mail/read/", {"text": mail}).text
    assert 'type="date" name="day" value="2012-05-12"' in page


def test_a_comment_is_saved_and_says_how_it_reached_us(archivist, client, post):
    answered = Comment.objects.get(source_id="1")
    form = typed(post, answers=answered.get_absolute_url())
    assert archivist.post(SAVE, form).url == HAND
    one = Comment.objects.get(current_revision__text__plain="The ferry was late.")
    assert one.parent == answered
    assert Entry.objects.filter(event="comment.new").count() == 1
    assert "It is on record" in archivist.get(HAND).text
    assert (
        "entered by hand, from a screenshot" in client.get(post.get_absolute_url()).text
    )
    assert (
        "Entered by hand, from a screenshot." in client.get(one.get_absolute_url()).text
    )
    copy = client.get(one.capture.get_absolute_url()).text
    assert "Entered by hand, from a screenshot." in copy
    assert sound()
    # A second tap saves nothing more.
    archivist.post(SAVE, form)
    assert Entry.objects.filter(event="comment.new").count() == 1


@pytest.mark.parametrize(
    ("precision", "words"),
    [
        ("day", "“12 May 2012”"),
        ("about", "“about 12 May 2012”"),
        ("", "date not known"),
    ],
)
def test_a_time_is_shown_as_far_as_it_is_known(
    archivist, client, post, precision, words
):
    form = typed(post, precision=precision, clock="", name="", how="memory")
    archivist.post(SAVE, form)
    one = Comment.objects.get(current_revision__text__plain="The ferry was late.")
    assert (one.posted_at, one.commenter) == (None, None)
    page = client.get(post.get_absolute_url()).text
    assert words in page
    assert "name not known" in page
    assert sound()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"article": "https://quay.example/none/"}, "No article here has that address"),
        ({"article": f"p{'a' * 26}"}, "No article here has that address"),
        ({"answers": "other"}, "below another article"),
        ({"answers": "c123"}, "No comment here has that address"),
        ({"day": "2012-02-30"}, "There is no such day"),
        ({"day": "2999-01-01"}, "still to come"),
        ({"day": "1850-01-01"}, "No blog is as old"),
        ({"day": ""}, "Say on which day"),
        ({"clock": "25:00"}, "no such time of day"),
        ({"clock": ""}, "Say at what time"),
        ({"text": " "}, "A comment has words"),
        ({"mail": "%%%"}, "did not come back whole"),
        ({"sent_at": "noon"}, "did not come back whole"),
        ({"upload": SimpleUploadedFile("a.png", b"x" * ((10 << 20) + 1))}, "10 MiB"),
    ],
)
def test_bad_input_keeps_the_form_and_changes_nothing(
    archivist, post, changes, sentence
):
    if changes.get("answers") == "other":
        changes = {"answers": Comment.objects.get(source_id="2").get_absolute_url()}
    before = Entry.objects.count()
    refused = archivist.post(SAVE, typed(post, **changes))
    assert refused.status_code == 422
    assert sentence in refused.text
    assert 'value="Ada Reed"' in refused.text
    assert Entry.objects.count() == before
    assert Comment.objects.count() == 3


def test_what_is_like_it_is_pointed_out_before_saving(archivist, post):
    form = typed(post, text="Forty.", precision="", name="")
    refused = archivist.post(SAVE, form)
    assert refused.status_code == 422
    assert "1 comment below this article may be the same" in refused.text
    assert 'type="checkbox" name="is_another"' in refused.text
    assert Comment.objects.count() == 3
    assert archivist.post(SAVE, {**form, "is_another": "on"}).url == HAND
    assert Comment.objects.count() == 4
    assert sound()


@pytest.mark.parametrize("as_file", [True, False])
def test_a_mail_is_understood_looked_over_and_saved(archivist, client, post, as_file):
    mail = whole(WAITING, coding="quoted-printable")
    sent = {"text": mail.decode()}
    if as_file:
        sent = {"upload": SimpleUploadedFile("note.eml", mail)}
    page = archivist.post(f"{HAND}mail/read/", sent)
    assert page.status_code == 200
    assert "Nothing is saved yet" in page.text
    assert Comment.objects.count() == 3
    filled = page.context["form"].initial
    assert filled["article"] == post.get_absolute_url()
    answered = Comment.objects.get(source_id="40")
    assert filled["answers"] == answered.get_absolute_url()
    form = {
        key: str(value)[:5] if key == "clock" else value
        for key, value in filled.items()
    }
    archivist.post(SAVE, {**form, **fields_of(page.text)})
    one = Comment.objects.get(source_id="41")
    assert (one.visibility, one.parent) == ("held", answered)
    assert one.printed_at == "about 12 May 2012, 14:32"
    assert one.private_address.email == "ada@mail.example"
    assert "ferry is late" not in client.get(post.get_absolute_url()).text
    kept = archivist.get(f"{HAND}files/{one.capture.ref}/")
    if as_file:
        assert kept.content == mail
    assert sound()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"text": "Dear editor."}, "no mail of WordPress or Blogger"),
        ({"text": " "}, "Paste a mail or choose a file"),
        ({"upload": SimpleUploadedFile("a.eml", b"x" * ((1 << 20) + 1))}, "1 MiB"),
        ({"upload": SimpleUploadedFile("a.zip", b"PK\3\4\0\xff")}, "no mail of"),
        (
            {"text": 'Ada has left a new comment on your post "T":\n\nWords.\n' * 2},
            "Nothing was read: it holds several mails",
        ),
    ],
)
def test_what_is_no_such_mail_is_said(archivist, sent, sentence):
    refused = archivist.post(f"{HAND}mail/read/", sent)
    assert refused.status_code == 422
    assert sentence in refused.text


@pytest.mark.parametrize("name", ["page.html", "../a\r\nb.zip", "ünïcode.svg"])
def test_a_file_is_handed_out_to_staff_alone_and_never_shown(
    archivist, client, post, name
):
    data = b"PK\x03\x04<script>alert(1)</script>"
    upload = SimpleUploadedFile(name, data, content_type="text/html")
    archivist.post(SAVE, typed(post, upload=upload))
    one = Comment.objects.get(current_revision__text__plain="The ferry was late.")
    address = f"{HAND}files/{one.capture.ref}/"
    answer = archivist.get(address)
    assert answer.content == data
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert client.get(address).status_code == 302
    other = Comment.objects.get(source_id="1").capture.ref
    assert archivist.get(f"{HAND}files/{other}/").status_code == 404


@contextmanager
def clamd(folder, says):
    """Serve one scan as ClamAV does, and note what was sent to it."""
    path, got = str(folder / "clamd"), []

    def scan(held):
        caller, _ = held.accept()
        with caller, caller.makefile("rb") as sent:
            got.append(sent.read(len(b"zINSTREAM\0")))
            while length := struct.unpack("!I", sent.read(4))[0]:
                got.append(sent.read(length))
            caller.sendall(says)

    with socket.socket(socket.AF_UNIX) as held:
        held.bind(path)
        held.listen()
        thread = Thread(target=scan, args=(held,))
        thread.start()
        yield path, got
        thread.join()


@pytest.mark.once
def test_a_file_with_a_virus_stays_here(archivist, post, settings, tmp_path_factory):
    data = b"X5O!P%" * 20_000
    archivist.post(SAVE, typed(post, upload=SimpleUploadedFile("a.png", data)))
    one = Comment.objects.get(current_revision__text__plain="The ferry was late.")
    address = f"{HAND}files/{one.capture.ref}/"
    for says, status, words in (
        (
            b"stream: Win.Test.EICAR_HDB-1 FOUND\0",
            403,
            "<bdi>Win.Test.EICAR_HDB-1</bdi>",
        ),
        (b"INSTREAM size limit exceeded. ERROR\0", 503, "could not read the file"),
        (b"", 503, "could not read the file"),
        (b"stream: OK\0", 200, None),
    ):
        # A socket's path is short.
        with clamd(tmp_path_factory.mktemp("c"), says) as (settings.CLAMD_SOCKET, got):
            answer = archivist.get(address)
        assert (answer.status_code, says) == (status, says)
        assert b"".join(got) == b"zINSTREAM\0" + data
        if words:
            assert words in answer.text
            assert data not in answer.content
        else:
            assert answer.content == data
    # Nobody listens there any more.
    answer = archivist.get(address)
    assert answer.status_code == 503
    assert "does not answer" in answer.text


def test_blogs_articles_and_cross_posts_are_added(archivist, client, post):
    blog = {"title": "Eye", "address": "http://eye.example/", "source": "A letter."}
    assert archivist.post(f"{HAND}blog/save/", blog).url == HAND
    again = archivist.post(f"{HAND}blog/save/", blog)
    assert (again.status_code, "here already: Eye" in again.text) == (422, True)
    eye = Blog.objects.get(title="Eye")
    address = "http://eye.example/1/"
    new = {"blog": eye.pk, "title": "Kept", "address": address, "day": "2011-05-01"}
    assert archivist.post(f"{HAND}article/save/", new).url == HAND
    again = archivist.post(f"{HAND}article/save/", new)
    assert (again.status_code, "here already" in again.text) == (422, True)
    tie = {"article": LINK, "original": address, "attribution": "From Eye."}
    assert archivist.post(f"{HAND}cross-post/save/", tie).url == HAND
    assert CrossPost.objects.get().other_post == Post.objects.get(blog=eye)
    assert archivist.post(f"{HAND}cross-post/save/", tie).status_code == 422
    assert "Kept" in client.get(post.get_absolute_url()).text
    for event in ("blog.new", "post.new", "crosspost.confirm"):
        assert Entry.objects.filter(event=event).count() == 1
    assert sound()


def test_a_cross_post_of_a_blog_that_is_only_known(archivist, client, post):
    tie = {"article": LINK, "original": "", "attribution": "From Eye."}
    empty = archivist.post(f"{HAND}cross-post/save/", tie | {"blog": ""})
    assert (empty.status_code, "name of its blog" in empty.text) == (422, True)
    own = archivist.post(f"{HAND}cross-post/save/", tie | {"blog": post.blog.title})
    assert (own.status_code, "article itself" in own.text) == (422, True)
    for status in (302, 422):
        again = archivist.post(f"{HAND}cross-post/save/", tie | {"blog": "Eye"})
        assert again.status_code == status
    eye = Blog.objects.get(title="Eye")
    assert CrossPost.objects.get().other_blog == eye
    assert f'href="/blogs/{eye.slug}/"' in client.get(post.get_absolute_url()).text
    Blog.objects.filter(pk=eye.pk).update(visibility="staff")
    assert "Eye" not in client.get(post.get_absolute_url()).text
    Blog.objects.filter(pk=eye.pk).update(visibility=eye.visibility)
    two = [Blog.objects.get(pk=eye.pk), post.blog]
    assert list(Blog.objects.order_by("-pk")) == two
    assert sound()


def test_an_import_at_work_is_said(archivist, post):
    with import_lock():
        refused = archivist.post(SAVE, typed(post))
    assert refused.status_code == 422
    assert 'value="Ada Reed"' in refused.text


def test_nobody_else_comes_near(client, charlie, post):
    auditor = Client()
    auditor.force_login(member("audrey", "auditor"))
    stranger = Client()
    stranger.force_login(charlie)
    for who in (auditor, stranger):
        assert who.get(HAND).status_code == 403
        assert who.post(SAVE, typed(post)).status_code == 403
    assert client.get(f"{HAND}comment/").status_code == 302
    # Logged out while typing: the form comes back after the login.
    assert "password" in client.post(SAVE, typed(post)).text
    assert Comment.objects.count() == 3


def test_pages_cost_few_queries(archivist, post, django_assert_num_queries):
    archivist.post(SAVE, typed(post))
    archivist.get(HAND)
    with django_assert_num_queries(6):
        archivist.get(HAND)
    with django_assert_num_queries(5):
        archivist.get(f"{HAND}comment/?article={post.ref}")


def test_the_desk_leads_there(desk, archivist):
    assert HAND in desk.get("/moderation/desk/").text
    assert HAND in archivist.get("/moderation/desk/imports/left/").text
