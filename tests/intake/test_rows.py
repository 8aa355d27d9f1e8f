"""What an import stores, field by field, the short way and the general one."""

from math import inf

import pytest
from django.db import Error, connection, transaction

from commentarchive.intake.session import import_files
from commentarchive.intake.stored import stored_comments
from commentarchive.ledger.append import SYSTEM
from commentarchive.matching import Key, fingerprint
from commentarchive.models import (
    Capture,
    Comment,
    Manifest,
    Post,
    PrivateAddress,
    Revision,
    Tombstone,
)
from commentarchive.threads.evidence import Facts
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action
from tests.intake.test_reading_orders import page, shown
from tests.wxr import comment, item, load, write

pytestmark = pytest.mark.django_db
# A parent that is missing takes the general way.
ODD = (comment(9, parent=8),)


def versions(**owner):
    found = Revision.objects.filter(**owner).order_by("number").select_related("text")
    return [(each.number, each.origin, each.text.raw, each.same_as) for each in found]


@pytest.mark.parametrize("odd", [(), ODD])
def test_every_fact_of_a_first_import(tmp_path, odd):
    one = comment(1, "One.", url="https://a.example/", approved="1")
    spam = comment(2, "Two.", parent=1, approved="spam", email="", author="")
    load(tmp_path, item(one, spam, *odd, title="Ferry", body="Words."))
    capture, post = Capture.objects.get(), Post.objects.select_related("capture").get()
    assert versions(post=post) == [(1, "captured", "Words.", None)]
    assert (post.kind, post.status, post.is_public) == ("post", "publish", True)
    assert (post.printed_at, post.utc_offset) == ("2012-03-31 12:00:00", 60)
    assert str(post.published_at) == "2012-03-31 11:00:00+00:00"
    assert (post.capture, post.copies, post.settlings) == (capture, [], 0)
    [address] = post.addresses.all()
    assert address.normal_address == "test.example/1"
    assert address.address == "https://test.example/1/"
    first = Comment.objects.get(source_id="1")
    assert versions(comment=first) == [(1, "captured", "One.", None)]
    assert (first.kind, first.source_state, first.twin) == ("comment", "live", 0)
    assert (first.printed_at, first.utc_offset) == ("2012-04-01 10:00:00", 60)
    assert (first.position, first.depth, first.parent) == (0, 0, None)
    assert first.commenter.name.name == "Nell"
    assert (first.visibility, first.current_revision.number) == ("published", 1)
    second = Comment.objects.get(source_id="2")
    assert (second.position, second.depth, second.parent) == (1, 1, first)
    assert (second.visibility, second.commenter) == ("spam", None)
    assert second.source_parent == "1"
    known = PrivateAddress.objects.order_by("comment").values_list("email", "ip")
    assert list(known)[:2] == [("nell@mail.example", "192.0.2.7"), ("", "192.0.2.7")]
    [notice] = Tombstone.objects.all()
    assert (notice.comment, notice.is_open) == (second, True)
    manifest = Manifest.objects.get()
    assert (manifest.ordinal, manifest.part, manifest.keeps_facts) == (0, 0, True)
    assert (manifest.is_whole, manifest.tells_parents) == (True, True)
    assert manifest.post_revision == post.current_revision
    held = [(row.comment, row.parent, row.state) for row in manifest.unpack()]
    assert held[:2] == [(first.pk, 0, "published"), (second.pk, first.pk, "spam")]
    assert len(held) == 2 + len(odd)


def test_edits_are_versions_with_the_next_number(tmp_path):
    for text, body in (("One.", "Words."), ("Two.", "Other."), ("Three.", "Third.")):
        report = load(tmp_path, item(comment(1, text), body=body), name=f"{text}xml")
        one, post = Comment.objects.get(), Post.objects.get()
    expected = [
        *((1, "captured", "One.", None), (2, "edited", "Two.", None)),
        (3, "edited", "Three.", None),
    ]
    assert versions(comment=one) == expected
    assert one.current_revision.number == post.current_revision.number == 3
    assert [row[:2] for row in versions(post=post)] == [row[:2] for row in expected]
    # The first text again is no new version, and is shown again.
    load(tmp_path, item(comment(1, "One."), body="Words. "), name="again.xml")
    one.refresh_from_db()
    assert (one.revisions.count(), one.current_revision.number) == (3, 1)
    assert report.counts.comments.changed == report.counts.posts.changed == 1


def test_replies_that_wait_for_one_parent_are_counted(tmp_path):
    some = [comment(number, parent=8) for number in (1, 2, 3)]
    report = load(tmp_path, item(*some), item(comment(4, parent=7), number=2))
    assert report.orphans == 4
    counted = sorted(report.counts.orphans.values())
    assert counted == [1, 3]
    # The parent itself comes with a later copy, and completes its row.
    late = comment(
        8, "Late.", author="Zoe", local="2012-03-30 10:00:00", gmt="2012-03-30 09:00:00"
    )
    load(tmp_path, item(*some, late), name="later.xml")
    parent = Comment.objects.get(source_id="8")
    assert (parent.commenter.name.name, parent.visibility) == ("Zoe", "published")
    assert (parent.printed_at, parent.utc_offset) == ("2012-03-30 10:00:00", 60)
    assert (parent.kind, parent.source_state) == ("comment", "live")
    assert versions(comment=parent) == [(1, "captured", "Late.", None)]
    assert parent.current_revision.number == 1
    assert PrivateAddress.objects.get(comment=parent).ip == "192.0.2.7"


def test_a_thread_longer_than_a_batch_is_one_article(tmp_path, monkeypatch):
    from commentarchive.captures.tree import recompute_root
    from commentarchive.intake import batches, file_session

    monkeypatch.setattr(batches, "BATCH_COMMENTS", 2)
    monkeypatch.setattr(file_session, "MOST_COMMENTS", 2)
    some = [comment(number, parent=number - 1) for number in range(1, 6)]
    report = load(tmp_path, item(*some), item(comment(7), number=2))
    assert (report.counts.posts.seen, report.counts.comments.new) == (2, 6)
    manifests = Manifest.objects.order_by("ordinal", "part")
    assert [(each.ordinal, each.part) for each in manifests] == [
        *((0, 0), (0, 1), (0, 2), (1, 0)),
    ]
    assert [bool(each.leaf) for each in manifests] == [False, False, True, True]
    assert [len(list(each.unpack())) for each in manifests] == [2, 2, 1, 1]
    depths = Comment.objects.filter(post__source_id="1").order_by("position")
    assert [each.depth for each in depths] == [0, 1, 2, 3, 4]
    capture = Capture.objects.get()
    assert recompute_root(capture) == capture.root
    assert (capture.cursor_post, capture.cursor_position) == (2, 0)
    # Exactly as long as two batches.
    load(tmp_path, item(*some[:4], number=3), name="four.xml")
    parts = Manifest.objects.filter(post__source_id="3").order_by("part")
    assert [bool(each.leaf) for each in parts] == [False, True]


@pytest.mark.parametrize("odd", [(), ODD])
def test_no_address_is_stored_where_none_is_told(tmp_path, odd):
    bare = comment(1, email="").replace("192.0.2.7", "")
    load(tmp_path, item(bare, comment(2), *odd))
    stored = PrivateAddress.objects.filter(comment__source_id__in=("1", "2"))
    assert [each.comment.source_id for each in stored] == ["2"]


def test_what_is_read_back_of_a_stored_comment(tmp_path):
    load(tmp_path, item(comment(1, "One.", url="https://a.example/"), *ODD))
    load(tmp_path, item(comment(1, "Two.", url="https://a.example/")), name="b.xml")
    one = Comment.objects.get(source_id="1")
    found = stored_comments(one.post)
    assert {each.source_id for each in found} == {"1", "8", "9"}
    row = found[Key("wordpress", "1", 0)]
    assert (row.pk, row.ref, row.parent_pk, row.depth) == (one.pk, one.ref, None, 0)
    assert (row.email, row.ip) == ("nell@mail.example", "192.0.2.7")
    assert (row.is_placeholder, row.is_decided) == (False, False)
    assert (row.capture_pk, row.when) == (one.capture_id, one.posted_at.timestamp())
    assert row.facts == Facts(
        *("comment", "Nell", "https://a.example/", "", one.posted_at),
        *("2012-04-01 10:00:00", 60, ""),
    )
    assert (row.shown_pk, row.last.pk) == (one.current_revision_id,) * 2
    assert (row.last.number, row.last.form, row.last.same_as) == (2, "wp-autop", 0)
    assert row.last.commitment == one.current_revision.commitment
    assert set(row.versions) == {fingerprint("One."), fingerprint("Two.")}
    waiting = found[Key("wordpress", "8", 0)]
    assert (waiting.is_placeholder, waiting.capture_pk) == (True, 0)
    assert (waiting.when, waiting.facts.name, waiting.email) == (inf, "", "")
    decide(one, Judgement(action=Action.HOLD), by=SYSTEM)
    row = stored_comments(one.post)[Key("wordpress", "1", 0)]
    assert (row.is_decided, row.visibility) == (True, "held")
    assert row.shown == row.last


@pytest.mark.unreconciled
@pytest.mark.parametrize("odd", [(), ODD])
def test_a_blog_for_staff_only_has_no_pages_stored_by_its_import(tmp_path, odd):
    from commentarchive.models import Blog, Segment

    blog = load(tmp_path, item(comment(1), number=5)).blog
    assert Segment.objects.count() == 1
    Blog.objects.filter(pk=blog.pk).update(visibility="staff")
    load(tmp_path, item(comment(2), *odd, number=6), name="b.xml")
    load(tmp_path, item(comment(3), *odd, number=7, status="draft"), name="c.xml")
    assert not Segment.objects.exclude(post__source_id="5").exists()


def test_a_notice_knows_whether_the_public_had_seen_the_comment(tmp_path):
    some = [comment(1), comment(2, approved="0"), comment(3, approved="spam")]
    load(tmp_path, item(*some))
    gone = [comment(number, approved="trash") for number in (1, 2, 3)]
    load(tmp_path, item(*gone), name="later.xml")
    opened = Tombstone.objects.filter(is_open=True).order_by("comment")
    assert [each.was_public for each in opened] == [True, False, False]
    assert set(Comment.objects.values_list("visibility", flat=True)) == {"trashed"}


def test_an_article_without_a_number_gets_the_one_that_is_told_later(tmp_path):
    page_of_it = page(shown(1, "Nell", "1 April 2012", "A remark."), classes="single")
    import_files([write(tmp_path, page_of_it.encode(), "a.html")], blog_slug="test")
    assert Post.objects.get().source_id == ""
    load(tmp_path, item(comment(1)), blog_slug="test")
    assert Post.objects.get().source_id == "1"


@pytest.mark.parametrize("odd", [(), ODD])
def test_comments_that_quote_what_is_not_there_are_counted(tmp_path, odd):
    text = "the old pier was sold for nothing at all"
    quoting = comment(1, f"Ted wrote:\n\n<blockquote>{text}</blockquote>\n\nNo.")
    report = load(tmp_path, item(quoting, comment(2), *odd))
    assert report.counts.quoted == [Comment.objects.get(source_id="1").pk]
    met = item(quoting, comment(2, f"I say {text}."), *odd, number=2)
    assert load(tmp_path, met, name="b.xml").counts.quoted == []


@pytest.mark.unreconciled
def test_facts_and_texts_cannot_be_changed(tmp_path):
    load(tmp_path, item(comment(1)))
    for statement in (
        "UPDATE commentarchive_comment SET printed_at = 'x'",
        "DELETE FROM commentarchive_comment",
        "UPDATE commentarchive_revision SET number = 9",
        "UPDATE commentarchive_revisiontext SET raw = 'x'",
        "UPDATE commentarchive_capture SET state = 'reading'",
        "UPDATE commentarchive_post SET printed_at = 'x'",
        "UPDATE commentarchive_privateaddress SET ip = 'x'",
    ):
        with (
            pytest.raises(Error),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    Comment.objects.update(position=7, visibility="held")
    assert Revision.objects.filter(number=1).exists()
