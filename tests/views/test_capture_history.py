"""Pages on copies: what changed between them, in words and never in hidden texts."""

import pytest

from commentarchive.actions.blogs import save_blog
from commentarchive.models import Blog, Capture, Comment, Post
from tests.captures.test_vanished import read
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(tmp_path):
    read(
        tmp_path,
        "Jan",
        comment(1, "Staying words."),
        comment(2, "Vanishing words."),
        comment(3, "First words."),
    )
    read(
        tmp_path,
        "Feb",
        comment(1, "Staying words."),
        comment(3, "Second words."),
        comment(4, "Coming words."),
    )
    return Post.objects.get()


def body(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_article_and_the_copy_say_what_changed(client, thread):
    page = body(client, thread.get_absolute_url())
    assert "Known from 2 copies" in page
    assert "changed since the copy before: 1 new, 1 edited, 1 gone" in page
    later = Capture.objects.latest("pk")
    copy = body(client, later.get_absolute_url())
    assert "1 new, 1 edited, 1 gone" in copy
    assert f"/posts/{thread.ref}/copies/" in copy
    assert "1 new" not in body(
        client, Capture.objects.earliest("pk").get_absolute_url()
    )


def test_the_notice_names_both_copies_and_what_the_export_cannot_tell(client, thread):
    page = body(client, thread.get_absolute_url())
    first, second = Capture.objects.order_by("pk")
    assert "Comment gone at its blog" in page
    assert "Between 1 January 2012 and 1 February 2012" in page
    assert "deleted or marked as spam, the export cannot tell" in page
    assert f'<a href="/captures/{first.ref}/">The copy that holds it</a>' in page
    assert f'<a href="/captures/{second.ref}/">the one that does not</a>' in page
    assert "Known: seen to vanish" in page


def test_the_page_of_copies_names_comments_and_no_hidden_word(client, thread):
    page = body(client, f"/posts/{thread.ref}/copies/")
    for number in ("1 new", "1 edited", "1 gone"):
        assert f"<h3>{number}</h3>" in page
    for source_id in "234":
        assert Comment.objects.get(source_id=source_id).get_absolute_url() in page
    for address in (f"/posts/{thread.ref}/copies/", thread.get_absolute_url()):
        assert "Vanishing" not in body(client, address)
        assert "First words" not in body(client, address)


def test_a_page_of_copies_costs_a_constant_number_of_queries(
    client, thread, tmp_path, django_assert_num_queries
):
    address = f"/posts/{thread.ref}/copies/"
    with django_assert_num_queries(7):
        client.get(address)
    copy = Capture.objects.latest("pk").get_absolute_url()
    with django_assert_num_queries(6):
        client.get(copy)


def test_a_blog_may_go_on_showing_what_is_gone_there(client, thread, tmp_path):
    blog = Blog.objects.get()
    blog.show_gone_text = True
    save_blog(blog, by=None)
    page = body(client, thread.get_absolute_url())
    assert "Vanishing words." in page
    assert "Comment gone at its blog" in page
    # What vanishes from now on is shown, too.
    read(tmp_path, "Mar", comment(3, "Second words."), comment(4, "Coming words."))
    page = body(client, thread.get_absolute_url())
    assert "Staying words." in page
    assert page.count("Comment gone at its blog") == 2
    blog.show_gone_text = False
    save_blog(blog, by=None)
    page = body(client, thread.get_absolute_url())
    assert "Vanishing" not in page
    assert "Staying" not in page


def test_back_again_at_a_blog_that_shows_what_is_gone(client, thread, tmp_path):
    blog = Blog.objects.get()
    blog.show_gone_text = True
    save_blog(blog, by=None)
    read(tmp_path, "Mar", comment(2, "Vanishing words."), comment(3, "Second words."))
    comment_page = body(client, Comment.objects.get(source_id="2").get_absolute_url())
    assert "This notice ended" in comment_page
    assert not Comment.objects.get(source_id="2").tombstones.filter(is_open=True)
    assert "1 back again" in body(client, thread.get_absolute_url())


def test_a_partial_copy_is_called_one(client, tmp_path):
    from commentarchive.intake.session import import_files
    from tests.wxr import export, write

    load(tmp_path, item(comment(1), comment(2)))
    data = export(item(comment(1)))
    import_files([write(tmp_path, data[:-20], "cut.xml")])
    post = Post.objects.get()
    assert "only a part of the discussion" in body(client, post.get_absolute_url())
    assert "no comment that it lacks counts as gone" in body(
        client, f"/posts/{post.ref}/copies/"
    )


def test_the_page_of_a_copy_says_in_plain_words_what_it_held(client, tmp_path):
    load(
        tmp_path,
        item(
            comment(1),
            comment(2, approved="0"),
            comment(3, approved="trash"),
            comment(4, kind="note"),
        ),
    )
    page = body(client, Capture.objects.get().get_absolute_url())
    for words in ("shown", "waiting", "in the trash", "not for readers"):
        assert f'<th scope="row">{words}' in page
    for word in ("live", "pending", "trashed", "internal", "importer", "Root"):
        assert f">{word}" not in page
    assert '<th scope="row">spam' not in page
