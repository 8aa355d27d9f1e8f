"""Better evidence takes the place of worse, and what each copy said stays on its page."""

import json

import pytest
from django.db import Error, connection, transaction

from commentarchive import models
from commentarchive.erasure.erase import erase
from commentarchive.intake.dry_run import dry_run
from commentarchive.intake.session import import_files
from commentarchive.ledger import triggers
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import (
    Capture,
    Comment,
    CommenterName,
    Manifest,
    Post,
    Revision,
)
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action
from tests.intake.test_reading_orders import dated, page, shown
from tests.wxr import comment, export, item, load

pytestmark = pytest.mark.django_db
PRINTED = "4 June 2013 at 2:33 pm"


def read(folder, name, data):
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    [report] = import_files([path], blog_slug="test")
    return Capture.objects.get(ref=report.capture), report


def saved_page(folder, *comments, name="page.html", title="An article"):
    return read(folder, name, page(*comments, title=title))


def full(folder, *, name="export.xml", **changes):
    one = comment(
        *(7, "It's late."),
        **{
            "author": "Sal",
            "local": "2013-06-04 14:33:17",
            "gmt": "2013-06-04 13:33:17",
            **changes,
        },
    )
    return read(folder, name, export(item(one)))


def words_on(client, capture):
    answer = client.get(capture.get_absolute_url())
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("order", ["page first", "export first"])
def test_the_export_s_time_stands_and_the_page_s_stays_on_its_copy(
    tmp_path, client, order
):
    first = shown(7, "Sal", PRINTED, "It’s late.")
    if order == "export first":
        full(tmp_path)
    capture, _report = saved_page(tmp_path, first, title="An article – Test")
    if order == "page first":
        _capture, report = full(tmp_path)
        assert (report.counts.comments.new, report.counts.comments.changed) == (0, 0)
    one, post = Comment.objects.get(), Post.objects.titled().get()
    assert (str(one.posted_at)[:19], one.utc_offset) == ("2013-06-04 13:33:17", 60)
    assert one.printed_at == "2013-06-04 14:33:17"
    assert one.current_revision.text.raw == "It's late."
    assert post.title == "An article"
    said = words_on(client, capture)
    assert f"printed as “<bdi>{PRINTED}</bdi>”" in said
    assert "title “<bdi>An article – Test</bdi>”" in said
    assert "14:33:00" in said
    assert "14:33:17" in said


def test_better_words_are_no_edit(tmp_path, client):
    saved_page(tmp_path, shown(7, "Sal", PRINTED, "It’s late."))
    full(tmp_path)
    one = Comment.objects.get()
    origins = list(one.revisions.order_by("number").values_list("origin", flat=True))
    assert origins == ["captured", "retold"]
    assert one.current_revision.same_as == one.revisions.get(number=1)
    [_page, later] = Post.objects.get().copies
    assert later["changes"] == {}
    assert "edited" not in client.get(one.get_absolute_url()).content.decode()


def test_a_text_that_a_page_shows_to_the_letter_is_stored_as_its_blog_has_it(tmp_path):
    """The same characters, but the one is HTML and the other is not yet."""
    answer = [
        {
            "id": 7,
            "post": 1,
            "parent": 0,
            "author_name": "Sal",
            "date": "2013-06-04T14:33:17",
            "date_gmt": "2013-06-04T13:33:17",
            "content": {"rendered": "Plain words."},
            "status": "approved",
            "link": "https://test.example/1/#comment-7",
            "type": "comment",
        }
    ]
    read(tmp_path, "rest.json", json.dumps(answer))
    load(tmp_path, item(comment(7, "Plain words.")), blog_slug="test")
    one = Comment.objects.get()
    assert one.current_revision.text.form == "wp-autop"
    load(tmp_path, item(comment(7, "Plain words.")), name="again.xml", blog_slug="test")
    assert one.revisions.count() == 2


@pytest.mark.parametrize("later", ["left out", "0"])
def test_an_export_without_parents_moves_nobody(tmp_path, later):
    load(tmp_path, item(comment(1), comment(2, parent=1), comment(3, parent=2)))
    flat = item(*map(comment, (1, 2, 3)))
    if later == "left out":
        flat = flat.replace("<wp:comment_parent>0</wp:comment_parent>", "")
    report = load(tmp_path, flat, name="later.xml")
    assert [each.depth for each in Comment.objects.order_by("pk")] == [0, 1, 2]
    assert report.counts.comments.changed == 0
    assert not Manifest.objects.latest("pk").tells_parents
    assert all(copy["changes"] == {} for copy in Post.objects.get().copies)


def test_one_comment_in_an_answer_says_nothing_of_its_parent(tmp_path):
    load(tmp_path, item(comment(1), comment(2, parent=1)), blog_slug="test")
    answer = {
        "id": 2,
        "post": 1,
        "author_name": "Nell",
        "status": "approved",
        "date": "2012-04-01T10:00:00",
        "date_gmt": "2012-04-01T09:00:00",
        "content": {"rendered": "<p>A remark.</p>"},
        "type": "comment",
        "link": "https://test.example/1/#comment-2",
    }
    read(tmp_path, "rest.json", json.dumps([answer]))
    assert Comment.objects.get(source_id="2").depth == 1


def test_a_reply_that_its_blog_moved_is_moved(tmp_path):
    """Where an export names parents at all, none is none."""
    flat = [comment(1), comment(2, parent=1), comment(3, parent=2)]
    read(tmp_path, "a.xml", dated("05", export(item(*flat))))
    moved = [comment(1), comment(2, parent=1), comment(3)]
    read(tmp_path, "b.xml", dated("06", export(item(*moved))))
    assert Comment.objects.get(source_id="3").depth == 0


def test_the_later_export_s_name_stands_whichever_is_read_first(tmp_path, client):
    later = dated("06", export(item(comment(7, author="Anonymous", email=""))))
    capture, _report = read(tmp_path, "later.xml", later)
    earlier = dated("05", export(item(comment(7, author="Sal Grey"))))
    told, _report = read(tmp_path, "earlier.xml", earlier)
    assert Comment.objects.get().commenter.name.name == "Anonymous"
    assert "name “<bdi>Sal Grey</bdi>”" in words_on(client, told)
    assert "Sal Grey" not in words_on(client, capture)


def test_a_hidden_comment_s_testimony_is_on_no_public_page(tmp_path, client):
    capture, _report = saved_page(tmp_path, shown(7, "Sal Grey", PRINTED, "Late."))
    full(tmp_path, approved="trash")
    assert models.Testimony.objects.filter(comment__isnull=False).exists()
    assert Comment.objects.get().visibility == "trashed"
    said = words_on(client, capture)
    assert "Sal Grey" not in said
    assert PRINTED not in said


def test_testimonies_go_with_the_comment_and_with_the_name(tmp_path):
    first = shown(7, "Sal", PRINTED, "It’s late.")
    saved_page(tmp_path, first, shown(8, "Kim", PRINTED, "So it is."))
    full(tmp_path)
    one = Comment.objects.get(source_id="7")
    assert one.testimonies.exists()
    erase(one, basis="legal")
    assert not one.testimonies.exists()
    # A later copy of it brings none back.
    saved_page(tmp_path, shown(7, "Sal", "5 June 2013", "It’s late."), name="two.html")
    assert not one.testimonies.exists()
    erase(one.commenter, basis="legal")
    assert list(CommenterName.objects.values_list("name", flat=True)) == ["Kim"]
    assert not list(reconcile())


def test_a_former_name_is_erased_from_what_copies_told(tmp_path):
    """The blog made it anonymous: nothing but testimonies has the name."""
    read(tmp_path, "a.xml", dated("05", export(item(comment(7, author="Sal Grey")))))
    later = dated("06", export(item(comment(7, author="Anonymous", email=""))))
    read(tmp_path, "b.xml", later)
    former = CommenterName.objects.get(name="Sal Grey").commenter
    assert models.Testimony.objects.filter(name="Sal Grey").exists()
    erase(former, basis="subject_request")
    assert not models.Testimony.objects.filter(name="Sal Grey").exists()
    assert not CommenterName.objects.filter(name="Sal Grey").exists()
    assert Comment.objects.get().commenter.name.name == "Anonymous"


def test_an_import_that_agrees_stores_nothing_more(tmp_path):
    remarks = [comment(1), comment(2, parent=1)]
    load(tmp_path, item(*remarks))
    load(tmp_path, item(*remarks), name="again.xml")
    assert not models.Testimony.objects.exists()
    assert Revision.objects.count() == 3
    assert not Comment.objects.exclude(settlings=0).exists()


def test_copies_of_an_older_version_tell_only_what_first_stood(tmp_path):
    """Of an old archive: the page was read first, and the export's word is lost."""
    saved_page(tmp_path, shown(7, "Sal", PRINTED, "It’s late."))
    triggers.remove()
    Manifest.objects.update(keeps_facts=False)
    triggers.install()
    full(tmp_path)
    assert str(Comment.objects.get().posted_at)[17:19] == "17"
    [told] = models.Testimony.objects.filter(comment__isnull=False)
    assert told.printed_at == PRINTED


@pytest.mark.unreconciled
def test_the_database_lets_a_fact_change_only_with_its_counter(tmp_path):
    load(tmp_path, item(comment(7)))

    def change(table, what):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE commentarchive_{table} SET {what}")

    for table, fact in (
        ("comment", "printed_at = 'then'"),
        ("comment", "utc_offset = NULL"),
        ("comment", "kind = 'note'"),
        ("post", "kind = 'page'"),
        ("post", "published_at = NULL"),
    ):
        with pytest.raises(Error, match="rows are kept as they are"):
            change(table, fact)
        with pytest.raises(Error, match="rows are kept as they are"):
            change(table, f"{fact}, settlings = settlings")
        change(table, f"{fact}, settlings = settlings + 1")
    with pytest.raises(Error, match="rows are kept as they are"):
        change("comment", "settlings = 0")


def test_what_was_decided_stands_whatever_better_evidence_comes(tmp_path):
    saved_page(tmp_path, shown(7, "Sal", PRINTED, "It’s late."))
    one = Comment.objects.get()
    decide(one, Judgement(action=Action.HOLD), by=SYSTEM)
    full(tmp_path)
    one.refresh_from_db()
    assert (one.visibility, one.revisions.count()) == ("held", 1)
    assert one.current_revision.text.raw == "<p>It’s late.</p>"
    # Of the facts, the best evidence stands all the same.
    assert str(one.posted_at)[:19] == "2013-06-04 13:33:17"


def test_a_dry_run_counts_as_the_import_does(tmp_path):
    saved_page(tmp_path, shown(7, "Sal", PRINTED, "It’s late."))
    path = tmp_path / "export.xml"
    one = comment(7, "It's late.", parent=6, author="Sal")
    path.write_bytes(export(item(comment(6), one)))
    [dry] = dry_run([path], blog_slug="test")
    [done] = import_files([path], blog_slug="test")
    assert dry.counts.comments == done.counts.comments
    assert (done.counts.comments.new, done.counts.comments.changed) == (1, 1)


def test_a_text_that_no_copy_had_told_is_shown_although_a_later_copy_has_none(tmp_path):
    """Themes print links from other blogs by their titles alone."""
    linked = (
        '<li id="comment-6" class="pingback depth-1"><p>Pingback: '
        '<a href="https://other.example/" class="url">Other</a></p></li>'
    )
    late = shown(7, "Sal", "4 June 2014 at 2:33 pm", "Late.")
    saved_page(tmp_path, linked, late)
    ping = comment(6, "[&#8230;] as they say [&#8230;]", kind="pingback")
    read(tmp_path, "a.xml", dated("05", export(item(ping))))
    one = Comment.objects.get(source_id="6")
    assert one.kind == "pingback"
    assert one.current_revision.text.form == "wp-autop"
