"""Articles that somebody with the database in hand hid or showed are named."""

import json
from itertools import product

import pytest

from commentarchive.actions.blogs import save_blog
from commentarchive.actions.release import (
    answer_move,
    release_article,
    take_back_article,
)
from commentarchive.captures.dating import date_copy
from commentarchive.intake.session import import_files
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Blog, Capture, PossibleMove, Post
from tests.importers.reading import FIXTURES
from tests.ledger.test_reconcile import edit
from tests.wxr import comment, item, load, write

pytestmark = [pytest.mark.django_db, pytest.mark.unreconciled]


def found():
    return [each.reason for each in reconcile()]


def flip(post):
    """Show what is hidden and hide what is shown, past the record."""
    edit(
        "UPDATE commentarchive_post SET is_public = NOT is_public WHERE id = %s",
        post.pk,
    )


def is_named(post):
    """Return whether a flip is named, where nothing is before; undo it."""
    return named(post) == {post}


def named(*posts):
    """Return those whose flip is named, where nothing is before; undo all flips."""
    assert found() == []
    for post in posts:
        flip(post)
    told = found()
    for post in posts:
        flip(post)
    return {
        post for post in posts if any(f"article {post.ref} is" in each for each in told)
    }


STATUSES = ("publish", "draft", "private", "trash", "live", "made-up", "")
KINDS = ("post", "page", "feedback", "portfolio")


def test_articles_by_their_status(tmp_path):
    held = dict(enumerate(product(STATUSES, KINDS), 1))
    load(
        tmp_path,
        *(
            item(comment(number), number=number, status=status, kind=kind)
            for number, (status, kind) in held.items()
        ),
    )
    posts = {held[int(post.source_id)]: post for post in Post.objects.all()}
    assert {pair for pair, post in posts.items() if post.is_public} == {
        ("publish", "post"),
        ("publish", "page"),
    }
    # What is of another type and gives no status may be seen in another source.
    assert named(*posts.values()) == {*posts.values()} - {posts["", "portfolio"]}
    assert len(posts) == len(held)


def test_a_type_that_is_let_through(tmp_path):
    load(tmp_path, item(comment(1), kind="portfolio"), item(number=2, kind="portfolio"))
    blog, post = Blog.objects.get(), Post.objects.first()
    assert is_named(post)
    blog.article_types = "portfolio"
    save_blog(blog, by=SYSTEM, reason="Our work.")
    post.refresh_from_db()
    assert post.is_public
    assert is_named(post)


def attached(number, parent, *comments):
    page = item(*comments, number=number, kind="attachment", status="inherit")
    tie = f"<wp:post_parent>{parent}</wp:post_parent><wp:status>"
    return page.replace("<wp:status>", tie)


@pytest.mark.parametrize("status", ["publish", "draft"])
def test_an_attached_page_and_one_attached_to_that(tmp_path, status):
    pages = (attached(3, 2, comment(4)), attached(2, 1, comment(3)))
    load(tmp_path, *pages, item(comment(1), status=status))
    assert {post.is_public for post in Post.objects.all()} == {status == "publish"}
    for post in Post.objects.all():
        assert is_named(post)


def test_what_is_attached_and_of_an_unknown_type_stays_for_staff(tmp_path):
    note = attached(2, 1, comment(3)).replace("attachment", "customer_file")
    load(tmp_path, item(comment(1)), note)
    post = Post.objects.get(source_id="2")
    assert not post.is_public
    assert is_named(post)


def test_a_tie_that_is_in_no_copy(tmp_path):
    load(tmp_path, item(comment(1)))
    edit("UPDATE commentarchive_post SET live_with = '99', is_public = 1 = 0")
    [told] = found()
    assert "hangs on another, as no copy says" in told


def test_a_type_that_is_in_no_copy(tmp_path):
    load(tmp_path, item(comment(1)))
    edit("UPDATE commentarchive_post SET source_type = 'order', is_public = 1 = 0")
    [told] = found()
    assert "is of a type that no copy tells" in told


FEED = """<rss version="2.0" xmlns:wfw="http://wellformedweb.org/CommentAPI/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Comments on: An article</title><link>https://test.example/1/</link>
<generator>https://wordpress.org/?v=6.1.9</generator>
<item><title>By: Nell</title><link>https://test.example/1/#comment-1</link>
<dc:creator>Nell</dc:creator><pubDate>Sun, 01 Apr 2012 09:00:00 +0000</pubDate>
<guid>https://test.example/1/#comment-1</guid><description>A remark.</description>
</item></channel></rss>"""


def feed(folder):
    path = write(folder, FEED.encode(), "feed.xml")
    return import_files([path], blog_slug=getattr(Blog.objects.first(), "slug", "b"))


def test_an_article_that_a_feed_showed(tmp_path):
    feed(tmp_path)
    post = Post.objects.get()
    assert post.is_public
    assert is_named(post)


@pytest.mark.parametrize("status", ["publish", "draft", "private", ""])
@pytest.mark.parametrize("is_feed_first", [True, False])
def test_a_feed_and_an_export(tmp_path, status, is_feed_first):
    if is_feed_first:
        feed(tmp_path)
    load(tmp_path, item(comment(1), status=status), blog_slug="b")
    if not is_feed_first:
        feed(tmp_path)
    post = Post.objects.get()
    assert post.is_public == (status in {"publish", ""})
    assert is_named(post)


def test_a_feed_of_an_attached_page_leaves_its_tie(tmp_path):
    host = item(number=2, status="draft")
    load(tmp_path, host, attached(1, 2, comment(1)), blog_slug="b")
    feed(tmp_path)
    post = Post.objects.get(source_id="1")
    assert (post.live_with, post.is_public) == ("2", False)
    assert is_named(post)


def test_threads_of_a_service(tmp_path):
    head = '<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">'
    threads = "".join(
        f'<thread dsq:id="{n}"><id/><link>https://test.example/{n}/</link><title>T{n}'
        "</title><createdAt>2012-03-31T11:00:00Z</createdAt><isClosed>false</isClosed>"
        "<isDeleted>false</isDeleted></thread>"
        for n in (1, 2)
    )
    said = (
        '<post dsq:id="9"><id/><message><![CDATA[<p>A remark.</p>]]></message>'
        "<createdAt>2012-04-01T09:00:00Z</createdAt><isDeleted>false</isDeleted>"
        "<isSpam>false</isSpam><author><name>Nell</name><isAnonymous>true</isAnonymous>"
        '</author><thread dsq:id="1"/></post>'
    )
    path = write(tmp_path, f"{head}{threads}{said}</disqus>".encode(), "d.xml")
    import_files([path], blog_slug="b")
    assert {post.is_public for post in Post.objects.all()} == {True, False}
    for post in Post.objects.all():
        assert is_named(post)


def test_comments_of_an_interface_alone_tell_nothing_sure(tmp_path):
    record = {
        "id": 1,
        "post": 7,
        "parent": 0,
        "author_name": "Nell",
        "author_url": "",
        "date": "2012-04-01T10:00:00",
        "date_gmt": "2012-04-01T09:00:00",
        "content": {"rendered": "<p>A remark.</p>"},
        "link": "https://test.example/7/#comment-1",
        "status": "approved",
        "type": "comment",
        "_links": {"self": [{"href": "/wp/v2/comments/1"}]},
    }
    for number, extra in enumerate(({}, {"author_email": "nell@mail.example"}), 1):
        link = f"https://test.example/{number}/#comment-1"
        one = {**record, **extra, "post": number, "id": number + 1, "link": link}
        data = json.dumps([one]).encode()
        import_files([write(tmp_path, data, f"{number}.json")], blog_slug="b")
        assert found() == []
    assert {post.is_public for post in Post.objects.all()} == {True, False}


def test_what_staff_published_and_took_back(tmp_path):
    load(tmp_path, item(comment(1), status=""), attached(2, 1, comment(3)))
    post, page = Post.objects.order_by("source_id")
    assert is_named(page)
    release_article(post, reason="It was live.", by=SYSTEM)
    assert found() == []
    page.refresh_from_db()
    assert page.is_public
    assert is_named(page)
    take_back_article(post, reason="It was not.", by=SYSTEM)
    assert is_named(page)


def test_an_article_that_a_later_copy_takes_offline_and_puts_back(tmp_path):
    for number, status in enumerate(("publish", "draft", "publish", "trash")):
        body = f"Its text {number}."
        load(tmp_path, item(comment(1), status=status, body=body), name=f"{number}.xml")
        assert is_named(Post.objects.get())


@pytest.mark.parametrize("kind", ["post", "portfolio"])
def test_a_copy_that_is_dated_later(tmp_path, kind):
    load(tmp_path, item(comment(1), kind=kind), attached(2, 1, comment(3)), name="1")
    blog = Blog.objects.get()
    blog.article_types = "portfolio"
    save_blog(blog, by=SYSTEM, reason="Our work.")
    away = item(comment(1), kind=kind, status="draft", body="Anew.")
    load(tmp_path, away, attached(2, 1, comment(3)), name="2")
    assert not Post.objects.filter(is_public=True).exists()
    last = Capture.objects.latest("pk")
    early = last.taken_at.replace(year=2012, month=5)
    date_copy(last, early, reason="Found a note.", by=SYSTEM)
    first = Capture.objects.earliest("pk")
    date_copy(first, early.replace(month=6), reason="Found a note.", by=SYSTEM)
    for post in Post.objects.all():
        assert post.is_public
        assert is_named(post)


MOVED = "A long text about the harbour and its boats, " * 10


@pytest.fixture
def question(tmp_path):
    old = item(comment(1), number=1, title="The harbour", body=MOVED)
    load(tmp_path, old, blog_slug="b", name="old.xml")
    new = item(
        comment(8, "Else."),
        number=90,
        title="The harbour",
        body=MOVED,
        link="https://new.example/{number}/",
    ).replace("2012-03-31", "2013-03-31")
    load(tmp_path, new, attached(91, 90, comment(9)), blog_slug="b", name="new.xml")
    return PossibleMove.objects.get()


def test_an_article_that_waits_for_an_answer(question):
    assert not question.post.is_public
    assert found() == []
    edit("UPDATE commentarchive_post SET is_held_back = 1 = 0")
    assert any("does not wait, although" in each for each in found())


def test_an_attached_page_that_waits_for_an_answer(tmp_path):
    def page(number, address):
        one = attached(number, 1, comment(number + 1, f"Else {number}."))
        return one.replace("https://test.example/", address).replace("Its text.", MOVED)

    host = item(comment(1))
    old = page(5, "https://test.example/")
    load(tmp_path, host, old, blog_slug="b", name="old.xml")
    new = page(90, "https://new.example/").replace("2012-03-31", "2013-03-31")
    load(tmp_path, new, blog_slug="b", name="new.xml")
    assert not PossibleMove.objects.get().post.is_public
    assert found() == []


def test_an_article_that_waits_without_a_question(tmp_path):
    load(tmp_path, item(comment(1)))
    edit("UPDATE commentarchive_post SET is_held_back = 1 = 1, is_public = 1 = 0")
    [told] = found()
    assert "waits for an answer that nobody was asked for" in told


@pytest.mark.parametrize("is_same", [True, False])
def test_the_answer_to_a_question(question, is_same):
    answer_move(question, is_same=is_same, reason="Compared.", by=SYSTEM)
    shown = set(Post.objects.filter(is_public=True).values_list("source_id", flat=True))
    assert shown == ({"1"} if is_same else {"1", "90", "91"})
    assert found() == []
    assert is_named(Post.objects.get(source_id="91"))
    if not is_same:
        assert is_named(question.post)


def test_an_answer_shows_nothing_that_its_blog_took_offline_meanwhile(
    question, tmp_path
):
    gone = item(
        *(comment(8, "Else."),),
        number=90,
        title="The harbour",
        body=MOVED,
        status="draft",
        link="https://new.example/{number}/",
    ).replace("2012-03-31", "2013-03-31")
    load(tmp_path, gone, blog_slug="b", name="gone.xml")
    answer_move(question, is_same=False, reason="Compared.", by=SYSTEM)
    post = Post.objects.get(source_id="90")
    assert not post.is_public
    assert is_named(post)


@pytest.mark.parametrize("hides", [True, False])
def test_an_article_of_another_archive_that_a_field_there_hides(tmp_path, hides):
    held = json.loads((FIXTURES / "commentarchive_thread/thread.json").read_text())
    held["article"] |= {"is_hidden": hides}
    path = write(tmp_path, json.dumps(held).encode(), "thread.json")
    import_files([path], blog_slug="b")
    assert {post.is_public for post in Post.objects.all()} == {not hides}
    assert found() == []
