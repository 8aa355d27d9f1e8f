"""Whatever an import leaves for staff can be looked over and published, on record."""

import pytest
from django.test import Client

from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Capture, Comment, PossibleMove, Post
from tests.cast import member
from tests.intake.test_moved import BEFORE, moved
from tests.intake.test_moved import load as load_again
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
LIST = "/moderation/desk/imports/left/"


@pytest.fixture
def capture(tmp_path):
    """Import what is left: a note, a contact form, an unknown state, a thread."""
    load(
        tmp_path,
        item(
            comment(1, "Shown."),
            comment(2, "A note.", kind="note"),
            comment(3, "No state.", approved="what"),
            comment(4, "A note at the end.", kind="note"),
        ),
        item(comment(5, "Below no state."), number=2, title="Thread", status=""),
        item(comment(6, "Below a draft."), number=3, title="Draft", status="draft"),
        item(number=4, title="Form", kind="feedback"),
    )
    return Capture.objects.get()


def said(event):
    return Entry.objects.filter(event=event).count()


def sound():
    return [str(each) for each in reconcile()] == []


def test_the_list_counts_by_copy_and_reason(
    archivist, capture, django_assert_num_queries
):
    page = archivist.get(LIST).text
    assert ">2 editors’ notes<" in page
    assert ">1 comment whose source does not say" in page
    assert ">2 articles that are not clearly meant for readers" in page
    with django_assert_num_queries(11):
        archivist.get(LIST)
    assert "Draft" not in archivist.get(f"{LIST}{capture.ref}/article/").text


@pytest.mark.parametrize(
    ("reason", "words", "number"),
    [("note", "A note.", "2"), ("state", "No state.", "1"), ("article", "Thread", "2")],
)
def test_each_is_shown_and_published_with_a_reason(
    archivist, client, desk, capture, reason, words, number
):
    page = archivist.get(f"{LIST}{capture.ref}/{reason}/").text
    assert words in page
    assert f"<h1>{number} " in page
    if reason == "article":
        assert "Below no state." in page
        row = Post.objects.get(source_id="2")
    else:
        row = Comment.objects.get(current_revision__text__plain=words)
    address = f"{LIST}{row.ref}/publish/"
    form = {"reason": "It stood there.", "copy": capture.ref, "why": reason}
    refused = archivist.post(address, {**form, "reason": " "})
    assert refused.status_code == 422
    # It can be sent again from there.
    assert f'name="copy" value="{capture.ref}"' in refused.text
    before = Entry.objects.count()
    assert archivist.post(address, form).url == f"{LIST}{capture.ref}/{reason}/"
    assert Entry.objects.count() == before + 1
    event = "archive.publish" if reason == "article" else "comment.release"
    entry = Entry.objects.get(event=event)
    assert entry.subject == row.ref
    assert "It stood there." not in bytes(entry.leaf).decode()
    thread = row if reason == "article" else row.post
    shown = client.get(thread.get_absolute_url()).text
    assert ("Below no state." if reason == "article" else words) in shown
    # A second tap is told so, and changes nothing.
    again = archivist.post(address, form)
    assert again.status_code == 409
    assert "It stood there." in again.text
    assert Entry.objects.count() == before + 1
    assert sound()
    # Nothing decided it, so nothing waits at the desk for having changed.
    assert "Changed at their blog: 0" in desk.get("/moderation/desk/").text


def test_what_was_published_stays_so_after_the_next_import(
    archivist, capture, client, tmp_path
):
    note = Comment.objects.get(source_id="4")
    thread = Post.objects.get(source_id="2")
    form = Post.objects.get(source_id="4")
    for row in (note, thread, form):
        archivist.post(f"{LIST}{row.ref}/publish/", {"reason": "A look."})
    load(
        tmp_path,
        item(comment(1, "Shown."), comment(4, "A note at the end.", kind="note")),
        item(comment(5, "Below no state."), number=2, title="Thread", status=""),
        item(number=4, title="Form", body="Edited.", kind="feedback"),
        name="b.xml",
    )
    assert "A note at the end." in client.get(note.post.get_absolute_url()).text
    assert "Below no state." in client.get(thread.get_absolute_url()).text
    assert "Edited." in client.get(form.get_absolute_url()).text
    assert sound()


def test_an_article_can_be_taken_back(archivist, capture, client):
    post = Post.objects.get(source_id="2")
    address = f"{LIST}{post.ref}/publish/"
    archivist.post(address, {"reason": "A look."})
    assert "Take it back" in archivist.get(LIST).text
    archivist.post(address, {"reason": "Too soon.", "take_back": "1"})
    assert client.get(post.get_absolute_url()).status_code == 404
    assert said("archive.publish") == 2
    assert sound()
    again = {"reason": "Too soon.", "take_back": "1"}
    assert archivist.post(address, again).status_code == 409


@pytest.mark.parametrize(("answer", "is_public"), [("yes", False), ("no", True)])
def test_whether_two_articles_are_one_is_answered_on_record(
    archivist, client, tmp_path, answer, is_public
):
    load_again(tmp_path, BEFORE)
    likely = moved(501, title="Boat", path="boat")
    load_again(tmp_path, likely)
    question = PossibleMove.objects.get()
    page = archivist.get(LIST).text
    assert "Are these the same articles?" in page
    address = f"{LIST}{question.ref}/answer/"
    refused = archivist.post(address, {"reason": "Seen <them>."})
    assert refused.status_code == 422
    assert 'value="Seen &lt;them&gt;."' in refused.text
    assert 'value="yes"' in refused.text
    archivist.post(address, {"reason": "Seen.", "is_same": answer})
    post = question.post
    post.refresh_from_db()
    assert post.is_public is is_public
    assert said("crosspost.confirm") == (not is_public)
    assert said("crosspost.refuse") == is_public
    again = {"reason": "Seen.", "is_same": answer}
    assert archivist.post(address, again).status_code == 409
    # The next copy goes where the answer says.
    load_again(tmp_path, likely.replace("Two.", "Two, edited."))
    edited = Comment.objects.get(current_revision__text__plain="Two, edited.")
    assert edited.post_id == (question.post_id if is_public else question.other_id)
    post.refresh_from_db()
    assert post.is_public is is_public
    assert sound()


def test_a_copy_is_dated_later(archivist, capture):
    assert "Copies without a date" in archivist.get(LIST).text
    address = f"{LIST}{capture.ref}/date/"
    for day in ("", "soon", "2999-01-01", "1700-01-01"):
        form = {"made_on": day, "reason": "A letter."}
        refused = archivist.post(address, form)
        assert refused.status_code == 422
        assert f'name="made_on" value="{day}"' in refused.text
        assert 'value="A letter."' in refused.text
    form = {"made_on": "2012-05-03", "reason": "A letter."}
    assert archivist.post(address, form).url == LIST
    assert archivist.post(address, form).status_code == 409
    assert said("capture.correct") == 1
    assert "Copies without a date" not in archivist.get(LIST).text
    assert sound()


def test_nobody_else_comes_near(client, charlie, capture):
    note = Comment.objects.get(source_id="2")
    auditor = Client()
    auditor.force_login(member("audrey", "auditor"))
    stranger = Client()
    stranger.force_login(charlie)
    for who in (auditor, stranger):
        assert who.get(LIST).status_code == 403
        assert who.get(f"{LIST}{capture.ref}/note/").status_code == 403
        assert (
            who.post(f"{LIST}{note.ref}/publish/", {"reason": "x"}).status_code == 403
        )
    assert client.get(LIST).status_code == 302
    assert said("comment.release") == 0


def test_who_may_look_over_imports_finds_the_way(archivist, desk, capture):
    assert archivist.get("/moderation/desk/").url == LIST
    assert "The desk</a>" not in archivist.get(LIST).text
    assert LIST in desk.get("/moderation/desk/").text
    assert "The desk</a>" in desk.get(LIST).text
    auditor = Client()
    auditor.force_login(member("audrey", "auditor"))
    assert LIST not in auditor.get("/moderation/desk/").text
    assert archivist.post("/moderation/desk/").status_code == 405


def test_wrong_addresses_are_not_found(archivist, capture):
    for wrong in (f"{capture.ref}/nothing/", f"c{'a' * 26}/note/"):
        assert archivist.get(f"{LIST}{wrong}").status_code == 404
    assert (
        archivist.post(f"{LIST}c{'a' * 26}/publish/", {"reason": "x"}).status_code
        == 404
    )
