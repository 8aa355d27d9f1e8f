"""Comments of which a page prints the day alone: no hour is made of it anywhere."""

import json
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.test import Client

from commentarchive import models
from commentarchive.intake.session import import_files
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Blog, Comment, Manifest, Post
from tests.wxr import comment, export, item

pytestmark = pytest.mark.django_db
ADDRESS = "http://reed.example"
HEAD = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="generator" content="WordPress 5"><link rel="canonical" '
    f'href="{ADDRESS}/t/"></head><body><input name="comment_post_ID" value="1">'
    '<h1 class="entry-title">Reeds</h1><ol class="comment-list">'
)


def shown(number, when, inner=""):
    name = {11: "Ada Reed", 12: "Bo Fenn", 13: "Cy Marsh", 14: "Di Sedge"}[number]
    return (
        f'<li id="comment-{number}" class="comment"><article class="comment-body">'
        f'<footer class="comment-meta"><b class="fn">{name}</b> '
        f'<a href="#comment-{number}">{when}</a></footer><div class="comment-content">'
        f"<p>Words of number {number}, grey reeds by the weir.</p></div></article>"
        f"<ol>{inner}</ol></li>"
    )


def page_of(*comments):
    return (HEAD + "".join(comments) + "</ol></body></html>").encode()


# A reply of which the day alone is printed, below a comment of that afternoon.
PAGE = page_of(
    shown(11, "12 March 2011, 3:00 pm", shown(12, "12 March 2011")),
    shown(13, "12 March 2011"),
    shown(14, "13 March 2011, 9:00 am"),
)
HOURS = export(
    item(
        *(
            comment(
                number,
                f"Words of number {number}, grey reeds by the weir.",
                author=author,
                parent=parent,
                local=f"2011-03-12 {hour}:20",
                gmt=f"2011-03-12 {hour}:20",
            )
            for number, author, parent, hour in (
                (11, "Ada Reed", 0, "15:00"),
                (12, "Bo Fenn", 11, "17:14"),
                (13, "Cy Marsh", 0, "18:30"),
            )
        ),
        link=f"{ADDRESS}/t/",
    ),
    address=ADDRESS,
)


def read(tmp_path, *files, **options):
    for place, data in enumerate(files):
        path = (
            tmp_path
            / f"{place}-{len(data)}.{'xml' if data[:5] == b'<?xml' else 'html'}"
        )
        path.write_bytes(data)
        import_files([path], **options)


def told():
    rows = Comment.objects.order_by("position")
    return {
        int(each.source_id): (each.posted_at, each.day_only, each.position)
        for each in rows
    }


@pytest.fixture
def post(tmp_path):
    read(tmp_path, PAGE)
    return Post.objects.get()


def test_the_archive_knows_the_day_and_no_hour(post):
    rows = told()
    assert [number for number, row in rows.items() if row[1]] == [12, 13]
    # After the lower ids of that day: the page's own order.
    assert list(rows) == [11, 12, 13, 14]
    assert list(reconcile()) == []


def test_pages_print_the_day_alone(post):
    text = Client().get(post.get_absolute_url()).text
    assert text.count('<time datetime="2011-03-12">12 March 2011</time>') == 2
    assert ", 00:00" not in text
    assert "T00:00" not in text
    for number in (12, 13):
        page = Client().get(Comment.objects.get(source_id=number).get_absolute_url())
        assert "Made 12 March 2011, printed as “12 March 2011”" in page.text
        assert ", 00:00" not in page.text


def test_a_flat_list_has_no_reply_before_what_it_answers(post):
    by_ref = dict(Comment.objects.values_list("ref", "source_id"))
    for order, expected in (
        ("time", ["11", "12", "13", "14"]),
        ("newest", ["14", "13", "12", "11"]),
    ):
        text = Client().get(post.get_absolute_url(), {"order": order}).text
        assert sorted(by_ref, key=text.index) == [
            next(ref for ref, number in by_ref.items() if number == each)
            for each in expected
        ]


def test_programs_are_told_the_day_alone(post):
    client = Client()
    places = client.get(f"/api/v1/posts/{post.ref}/thread/").json()["items"]
    assert [(each["posted_at"], each["posted_on"]) for each in places][1:3] == [
        (None, "2011-03-12"),
        (None, "2011-03-12"),
    ]
    page = client.get(post.get_absolute_url()).text
    data = page.partition('<script type="application/ld+json">')[2]
    found = json.loads(data.partition("</script>")[0])["comment"]
    assert found[0]["comment"][0]["datePublished"] == "2011-03-12"
    assert found[1]["datePublished"] == "2011-03-12"
    feed = client.get(f"/feeds/posts/{post.ref}.atom").text
    assert feed.count("<published>") == 2
    assert feed.count("<updated>2011-03-12T00:00:00") == 2


def test_since_marks_what_may_be_new_and_not_the_comment_itself(post):
    client, url = Client(), post.get_absolute_url()
    for since, number in (
        ("2011-03-12", 4),
        ("2011-03-12T16:00Z", 3),
        ("2011-03-13", 1),
    ):
        text = client.get(url, {"since": since}).text
        assert f"{number} comment" in text.partition("made since")[0][-40:], since
    own = Comment.objects.get(source_id="12").ref
    text = client.get(url, {"since": own}).text
    assert "new since 12 March 2011</h1>" in text
    # What it answers was there before it.
    assert "2 comments were made since" in text


@pytest.mark.parametrize("files", [(PAGE, HOURS), (HOURS, PAGE)])
def test_a_told_hour_stands_in_whatever_order_files_are_read(files, tmp_path):
    read(tmp_path, *files)
    rows = told()
    assert rows[12][:2] == (datetime(2011, 3, 12, 17, 14, 20, tzinfo=UTC), False)
    assert rows[13][1] is False
    # Only the page has it.
    assert rows[14][1] is False
    kept = models.Testimony.objects.filter(day_only=True)
    assert sorted(kept.values_list("comment__source_id", flat=True)) == ["12", "13"]
    copy = kept.first().capture
    text = Client().get(copy.get_absolute_url()).text
    assert (
        "12 March 2011, without an hour, printed as “<bdi>12 March 2011</bdi>”" in text
    )
    assert "it stands as 12 March 2011, 17:14:20" in text
    assert list(reconcile()) == []


@pytest.mark.unreconciled
def test_reconcile_sees_an_hour_that_nobody_told(post):
    comment = Comment.objects.get(source_id="12")
    rows = Comment.objects.filter(pk=comment.pk)
    rows.update(day_only=False, settlings=comment.settlings + 1)
    found = [each.reason for each in reconcile()]
    assert any("another time or kind" in each for each in found), found


def test_lines_of_hours_are_committed_to_as_ever(tmp_path):
    from commentarchive.captures.times import digest_of_times, times_line

    read(tmp_path, HOURS)
    post = Post.objects.get()
    rows = [
        (post.ref, post.kind, post.published_at, post.printed_at, post.utc_offset),
        *Comment.objects.values_list(
            "ref", "kind", "posted_at", "printed_at", "utc_offset"
        ),
    ]
    lines = [
        f"{ref}\0{kind}\0{moment}\0{offset}\0{printed}"
        for ref, kind, moment, printed, offset in rows
    ]
    assert lines == [times_line(*row, False) for row in rows]
    assert bytes(Manifest.objects.get().times) == digest_of_times(lines)


def test_a_discussion_is_the_same_in_another_archive(post, tmp_path):
    for form, name in (("json", "thread.json"), ("wxr", "thread.xml")):
        path = tmp_path / name
        call_command("export_thread", post.ref, output=path, format=form)
        import_files([path], blog_slug=f"elsewhere-{form}")
        blog = Blog.objects.get(slug=f"elsewhere-{form}")
        rows = Comment.objects.filter(post__blog=blog).order_by("position")
        assert [(int(each.source_id), each.day_only) for each in rows] == [
            *((11, False), (12, True), (13, True), (14, False)),
        ]
        days = {each.local_time.isoformat() for each in rows if each.day_only}
        assert days == {"2011-03-12"}


def test_nothing_is_counted_from_midnight(post, tmp_path):
    """An edit that a copy of a minute past midnight shows is no author's polish."""
    edited = PAGE.replace(b"Words of number 13", b"Other words of number 13")
    path = tmp_path / "edited.html"
    path.write_bytes(edited)
    import_files([path], saved_at=datetime(2011, 3, 12, 0, 5, tzinfo=UTC))
    comment = Comment.objects.get(source_id="13")
    text = Client().get(comment.get_absolute_url()).text
    assert text.count("ords of number 13") == 1


def test_a_comment_known_from_its_replies_alone_may_be_told_by_its_day(tmp_path):
    reply = comment(12, "Below what this file lacks.", parent=13)
    (tmp_path / "part.xml").write_bytes(
        export(item(reply, link=f"{ADDRESS}/t/"), address=ADDRESS)
    )
    (tmp_path / "page.html").write_bytes(page_of(shown(13, "12 March 2011")))
    import_files([tmp_path / "part.xml"])
    assert Comment.objects.get(source_id="13").capture is None
    import_files([tmp_path / "page.html"])
    assert Comment.objects.get(source_id="13").day_only
    assert list(reconcile()) == []
