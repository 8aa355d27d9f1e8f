"""What somebody enters is a copy like any other, with an entry of its own."""

from datetime import UTC, datetime

import pytest

from commentarchive.captures import files
from commentarchive.erasure.erase import erase, find_subject
from commentarchive.importers.formats.by_hand import Evidence, evidence_in
from commentarchive.intake.by_hand import (
    CannotEnter,
    Typed,
    alike,
    enter_article,
    enter_comment,
)
from commentarchive.ledger.models import Entry
from commentarchive.ledger.verification import verify
from commentarchive.models import (
    Capture,
    Comment,
    Gap,
    OtherNumber,
    Post,
    RevisionText,
)
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
TEXT = 'The "ferry" <b>was</b> late.\n\nTwice.'
AT = datetime(2012, 5, 12, 14, 32)  # noqa: DTZ001  # on the blog's clock


@pytest.fixture
def post(tmp_path):
    load(tmp_path, item(comment(1, "One."), comment(2, "Two.", parent=1)))
    return Post.objects.select_related("blog").get()


def typed(post, **changes):
    usual = {
        "post": post,
        "text": TEXT,
        "state": "live",
        "how": "screenshot",
        "name": "Ada Reed",
        "printed": "12 May 2012, 14:32",
        "local": AT,
        "token": "t" * 26,
    }
    return Typed(**usual | changes)


def said(event):
    return [entry.subject for entry in Entry.objects.filter(event=event)]


def test_a_comment_is_stored_with_one_entry_of_its_own(post, by):
    before = Comment.objects.get(source_id="2")
    one = enter_comment(typed(post, answers=before), by=by)
    assert said("comment.new") == [one.ref]
    entry = Entry.objects.get(event="comment.new")
    assert '"r":"moderator"' in bytes(entry.leaf).decode()
    assert b"ferry" not in bytes(entry.leaf)
    assert (one.post, one.parent, one.depth) == (post, before, 2)
    assert (one.visibility, one.commenter.name.name) == ("published", "Ada Reed")
    assert one.posted_at == datetime(2012, 5, 12, 13, 32, tzinfo=UTC)
    assert one.current_revision.text.plain == 'The "ferry" <b>was</b> late.\nTwice.'
    assert one.capture.importer == "document"
    assert not Gap.objects.exists()
    post.refresh_from_db()
    assert post.copies == []
    assert verify().faults == ()


def test_the_same_form_again_changes_nothing(post, by):
    first = enter_comment(typed(post), by=by)
    entries = Entry.objects.count()
    assert enter_comment(typed(post), by=by) == first
    assert Entry.objects.count() == entries


def test_nameless_and_undated_comments_of_one_text_are_two(post, by):
    unknown = {"name": "", "printed": "", "local": None, "how": "memory"}
    enter_comment(typed(post, **unknown), by=by)
    other = enter_comment(typed(post, **unknown, token="u" * 26), by=by)
    assert other.commenter is None
    assert other.posted_at is None
    assert Comment.objects.count() == 4


@pytest.mark.parametrize(
    ("state", "visibility"),
    [("pending", "held"), ("spam", "spam"), ("trashed", "trashed")],
)
def test_what_was_not_live_is_not_shown(post, by, client, state, visibility):
    one = enter_comment(typed(post, state=state), by=by)
    assert one.visibility == visibility
    assert "ferry" not in client.get(post.get_absolute_url()).text


def test_a_comment_publishes_no_draft(tmp_path, by):
    load(tmp_path, item(comment(1, "One."), status="draft"))
    enter_comment(typed(Post.objects.get()), by=by)
    assert not Post.objects.get().is_public


def test_a_later_export_meets_it_by_name_minute_and_words(post, by, tmp_path):
    one = enter_comment(typed(post), by=by)
    shown = comment(
        *(57, "The “ferry” &lt;b&gt;was&lt;/b&gt; late.\r\n\r\nTwice."),
        author="Ada Reed",
        local="2012-05-12 14:32:09",
        gmt="2012-05-12 13:32:09",
    )
    answer = comment(58, "Indeed.", parent=57)
    data = item(comment(1, "One."), comment(2, "Two.", parent=1), shown, answer)
    for name in ("b.xml", "c.xml"):
        load(tmp_path, data + "\n" * (name == "c.xml"), name=name)
        assert Comment.objects.count() == 4
    one.refresh_from_db()
    # The export's own time is the better evidence.
    assert one.posted_at == datetime(2012, 5, 12, 13, 32, 9, tzinfo=UTC)
    assert Comment.objects.get(source_id="58").parent == one
    assert OtherNumber.objects.get().source_id == "57"


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"local": None},
        {"name": "Ada R."},
        {"local": AT.replace(minute=40)},
    ],
)
def test_what_is_not_sure_is_kept_twice_and_pointed_out(post, by, tmp_path, changes):
    enter_comment(typed(post, text="Late.", **changes), by=by)
    shown = comment(57, "Late.", author="Ada Reed", gmt="2012-05-12 13:32:09")
    report = load(tmp_path, item(comment(1, "One."), shown), name="b.xml")
    assert Comment.objects.filter(visibility="published").count() >= 3
    reasons = [each.reason for each in report.problems]
    assert any("entered by hand" in reason for reason in reasons)
    assert not Comment.objects.filter(
        visibility="gone_at_source", source_id__startswith="~"
    ).exists()


@pytest.mark.parametrize(("own", "other"), [("pending", "1"), ("live", "0")])
def test_nobody_is_told_which_words_are_hidden(post, by, tmp_path, own, other):
    enter_comment(typed(post, text="Late.", name="", state=own), by=by)
    shown = comment(57, "Late.", approved=other)
    report = load(tmp_path, item(comment(1, "One."), shown), name="b.xml")
    [said] = [each for each in report.problems if "entered by hand" in each.reason]
    assert "57" not in said.reason
    assert "byte 0" in said.place


def test_a_later_export_without_it_makes_nothing_gone(post, by, tmp_path):
    one = enter_comment(typed(post), by=by)
    load(tmp_path, item(comment(1, "One."), comment(2, "Two.")), name="b.xml")
    one.refresh_from_db()
    assert one.visibility == "published"


def test_a_mail_with_its_number_is_the_comment_of_that_number(post, by, tmp_path):
    told = {"how": "email", "scheme": "wordpress", "number": "57", "state": "pending"}
    one = enter_comment(typed(post, **told), by=by)
    assert one.source_id == "57"
    assert one.capture.importer == "mail"
    load(
        tmp_path,
        item(
            comment(1, "One."),
            comment(57, TEXT, author="Ada Reed", gmt="2012-05-12 13:32:09"),
        ),
        name="b.xml",
    )
    one.refresh_from_db()
    assert Comment.objects.count() == 3
    assert one.visibility == "published"


def test_the_file_lies_in_the_copy_and_goes_with_the_words(post, by):
    picture = Evidence("screen <1>.png", b"\x89PNG\r\n\x1a\n" + b"PK\x03\x04")
    one = enter_comment(typed(post, evidence=picture), by=by)
    with files.opened(one.capture.sha256) as stream:
        data = stream.read()
    assert evidence_in(data) == picture
    path = files.path_of(one.capture.sha256)
    erase(find_subject(one.ref), basis="subject_request")
    assert not path.exists()
    assert Capture.objects.get(pk=one.capture_id).kept_sha256 == "none"
    assert not RevisionText.objects.filter(plain__contains="ferry").exists()


def test_an_article_is_known_by_its_address(post, by, client, tmp_path):
    address = "http://test.example/2011/kept/"
    new = enter_article(post.blog, title="Kept", address=address, by=by)
    assert said("post.new") == [new.ref]
    assert (new.is_public, new.title) == (True, "Kept")
    assert "Kept" in client.get(new.get_absolute_url()).text
    with pytest.raises(CannotEnter):
        enter_article(post.blog, title="Kept", address=address[:-1], by=by)
    one = enter_comment(typed(new), by=by)
    load(tmp_path, item(comment(9, "Nine."), number=9, link=address), name="b.xml")
    new.refresh_from_db()
    assert (new.source_id, new.comments.count()) == ("9", 2)
    assert one.post == new


def test_what_is_like_it_is_found(post, by, django_assert_num_queries):
    one = enter_comment(typed(post), by=by)
    moment = datetime(2012, 5, 12, 13, 32, tzinfo=UTC)
    other = {"token": "u" * 26}
    words = typed(post, text="the 'FERRY' <b>was</b> late. Twice", **other)
    with django_assert_num_queries(1):
        assert alike(words, None) == []
    with django_assert_num_queries(2):
        assert alike(typed(post, name="", **other), None) == [one]
    assert alike(typed(post, text="x", **other), moment) == [one]
    numbered = {"number": "2", "scheme": "wordpress"}
    assert len(alike(typed(post, text="x", **numbered, **other), None)) == 1
    assert alike(typed(post), moment) == []


def test_it_answers_a_comment_of_its_own_article(post, by, tmp_path):
    load(tmp_path, item(comment(9, "Nine."), number=9), name="b.xml")
    before = Entry.objects.count()
    with pytest.raises(CannotEnter, match="another article"):
        enter_comment(typed(post, answers=Comment.objects.get(source_id="9")), by=by)
    assert Entry.objects.count() == before
