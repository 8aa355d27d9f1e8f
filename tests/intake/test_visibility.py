"""What the public sees of what copies hold, and the notices in its place."""

import pytest
from django.test import Client

from commentarchive.intake.session import import_files
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Comment, Post, Tombstone
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action
from tests.wxr import comment, export, item, load, write

pytestmark = pytest.mark.django_db


def shown():
    return {c.source_id: c.visibility for c in Comment.objects.order_by("pk")}


def test_nothing_but_live_is_public(tmp_path):
    load(
        tmp_path,
        item(
            comment(1),
            comment(2, approved="0"),
            comment(3, approved="spam"),
            comment(4, approved="trash"),
            comment(5, kind="note"),
            comment(6, approved="?"),
        ),
        item(comment(7), number=2, status="draft"),
        item(comment(8), number=3, password="x"),
    )
    assert shown() == {
        "1": "published",
        "2": "held",
        "3": "spam",
        "4": "trashed",
        "5": "internal",
        "6": "held",
        "7": "published",
        "8": "published",
    }
    assert [c.source_id for c in Comment.objects.shown()] == ["1"]
    assert Tombstone.objects.filter(is_open=True).count() == 4
    assert Post.objects.public().count() == 1


def said_of(source_id):
    one = Comment.objects.get(source_id=source_id)
    page = Client().get(one.get_absolute_url()).text
    return one, page[page.index("<main") :]


@pytest.mark.parametrize("others", [(), (comment(4, parent=1),) * 2])
def test_a_state_that_nobody_understands_is_put_down_to_nobody(tmp_path, others):
    load(tmp_path, item(comment(1, approved="quarantine"), *others), item(number=2))
    one, page = said_of("1")
    notice = one.tombstones.get()
    assert (one.visibility, notice.grade, notice.actor_label) == (
        "held",
        "imported",
        "",
    )
    assert "Comment kept back by this archive" in page
    assert "by the blog" not in page
    assert "own records" not in page
    # The blog says later that it waits there, and in the end nothing that is known.
    load(tmp_path, item(comment(1, approved="0")), name="b.xml")
    one, page = said_of("1")
    assert "by the blog" in page
    load(tmp_path, item(comment(1, approved="limbo")), name="c.xml")
    one, page = said_of("1")
    assert [each.actor_label for each in one.tombstones.order_by("pk")] == [
        *("", "the blog", "")
    ]


def test_what_a_decision_keeps_back_is_not_put_down_to_its_blog(tmp_path, by):
    load(tmp_path, item(comment(1)))
    decide(Comment.objects.get(), Judgement(action=Action.HOLD, facts=""), by=by)
    other = comment(1, author="Ted Vane", text="Quite another remark under one number.")
    load(tmp_path, item(comment(1), other), name="b.xml")
    twin = Comment.objects.get(twin=1)
    notice = twin.tombstones.get(is_open=True)
    assert (twin.visibility, notice.actor_label) == ("held", "")
    page = Client().get(twin.get_absolute_url()).text
    assert "Comment kept back by this archive" in page
    assert "by the blog" not in page


def test_a_later_copy_opens_and_closes_notices_of_imports(tmp_path):
    load(tmp_path, item(comment(1), comment(2, approved="0")))
    load(tmp_path, item(comment(1, approved="trash"), comment(2)))
    assert shown() == {"1": "trashed", "2": "published"}
    closed = Tombstone.objects.get(comment__source_id="2")
    assert not closed.is_open
    assert closed.closed_capture is not None


@pytest.mark.parametrize(
    "days", [("Tue, 01 May", "Fri, 01 Jun"), ("Fri, 01 Jun", "Tue, 01 May")]
)
@pytest.mark.parametrize("comments", [(), (comment(1),)])
def test_an_article_stands_as_its_later_copy_held_it(tmp_path, days, comments):
    for day in days:
        status = "draft" if "Jun" in day else "publish"
        dated = f"<pubDate>{day} 2012 00:00:00 +0000</pubDate><wp:base"
        data = export(item(*comments, status=status))
        path = write(tmp_path, data.replace(b"<wp:base", dated.encode(), 1), status)
        import_files([path])
    post = Post.objects.get()
    assert (post.status, post.is_public) == ("draft", False)


def test_a_notice_begins_after_the_last_copy_that_showed_the_comment(tmp_path):
    def copy(day, approved, name):
        dated = f"<pubDate>{day} 2012 00:00:00 +0000</pubDate><wp:base"
        data = export(item(comment(1, approved=approved)))
        path = write(tmp_path, data.replace(b"<wp:base", dated.encode(), 1), name)
        return import_files([path])

    copy("Tue, 01 May", "1", "1.xml")
    copy("Fri, 01 Jun", "trash", "2.xml")
    opened = Tombstone.objects.get()
    assert opened.since_not_before.isoformat()[:10] == "2012-05-01"
    assert opened.since_not_after.isoformat()[:10] == "2012-06-01"
    copy("Sun, 01 Jul", "1", "3.xml")
    opened.refresh_from_db()
    assert opened.until_not_before.isoformat()[:10] == "2012-06-01"
    assert opened.until_not_after.isoformat()[:10] == "2012-07-01"


def test_an_attached_page_is_shown_with_its_article(tmp_path):
    def attached(status):
        page = item(comment(5), number=2, kind="attachment", status="inherit")
        page = page.replace(
            "<wp:status>", "<wp:post_parent>1</wp:post_parent><wp:status>"
        )
        load(tmp_path, page, item(number=1, status=status), name=f"{status}.xml")
        return Post.objects.get(source_id="2").is_public

    assert [attached("publish"), attached("private")] == [True, False]


def test_what_was_decided_on_does_not_come_back_under_another_article(tmp_path):
    load(tmp_path, item(comment(1, "A libel")))
    decide(Comment.objects.get(), Judgement(action=Action.HOLD), by=SYSTEM)
    load(tmp_path, item(), item(comment(1, "A libel"), number=2), name="2.xml")
    load(tmp_path, item(comment(1, "Other"), comment(1, "A libel")), name="3.xml")
    assert {c.visibility for c in Comment.objects.all()} == {"held"}
    assert Comment.objects.count() == 3
