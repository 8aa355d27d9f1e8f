import pytest

from commentarchive.importers.parsed import Unreadable
from tests.importers.reading import comments_of, read

pytestmark = pytest.mark.pure


def only(name):
    [post], _reading = read(f"web_page/{name}.html")
    return post


def told(post):
    return [(each.source_id, each.parent_id, each.name) for each in post.comments]


def test_the_html5_walker_of_wordpress():
    post = only("html5")
    assert (post.scheme, post.source_id, post.title) == (
        "wordpress",
        "612",
        "The sluice",
    )
    assert (post.addresses, post.raw) == (
        ("https://weir.example/2014/03/the-sluice/",),
        "<p>It is shut.</p>",
    )
    assert (post.parents, post.is_whole, post.printed_count) == ("shown", True, 5)
    assert told(post) == [
        ("71", "", "Hal"),
        ("72", "71", "Ines <Vale>"),
        ("73", "", "Me"),
        ("74", "", "Sluices elsewhere"),
    ]
    first, answer, waiting, ping = post.comments
    assert (first.plain, first.link) == ("It “leaks” 🙂", "http://hal.example")
    assert (answer.plain, answer.when.utc.hour) == ("No.", 10)
    assert (waiting.state, waiting.plain) == ("pending", "Still waiting.")
    assert (ping.kind, ping.raw, ping.link) == (
        *("pingback", "", "http://other.example/sluice"),
    )


def test_the_xhtml_walker_and_a_flat_list_with_depths():
    post = only("xhtml")
    assert post.addresses == ("http://wehr.example/2009/05/die-schleuse/",)
    assert told(post) == [
        ("81", "", "Udo"),
        ("82", "81", "Ute"),
        ("83", "82", "Udo"),
        ("84", "81", "Jan"),
    ]
    first, _second, third, _fourth = post.comments
    assert first.plain == "Sie ist zu.\nGanz."
    # On the blog's own clock, in its language.
    assert str(first.when.utc) == "2009-03-12 10:14:00"
    # Nobody can tell which is the month.
    assert (third.when.printed, third.when.utc) == ("3/4/2009 um 12:14", None)


def test_a_theme_of_2006():
    post = only("kubrick")
    assert told(post) == [("5", "", "Rob"), ("6", "", "Eva")]
    assert [each.plain for each in post.comments] == ["Too high.", "Too low."]
    assert str(post.comments[0].when.utc) == "2006-05-05 21:41:00"
    assert post.printed_count == 2


def test_blogger():
    post = only("blogger")
    assert (post.scheme, post.source_id, post.title) == ("blogger", "4400", "Reeds")
    assert told(post) == [
        ("1000001", "", "Fay"),
        ("1000002", "1000001", ""),
        ("1000003", "", "Ned"),
        ("1000004", "", "Ned"),
    ]
    states = [(each.state, each.is_by_author) for each in post.comments]
    assert states[2:] == [("deleted", True), ("deleted", False)]
    assert post.comments[0].when.utc.isoformat() == "2013-02-04T17:46:40+00:00"
    flat = only("blogger_flat")
    assert told(flat) == [("2000001", "", "Fay"), ("2000002", "", "")]
    assert [each.plain for each in flat.comments] == ["Wet here.", "Dry here."]


@pytest.mark.parametrize(
    ("name", "people", "is_whole"),
    [
        ("schema", [("k1", "", "Kim"), ("k2", "k1", "Lea")], True),
        (
            "microformats",
            [("m1", "", "Ola"), ("https://pia.example/n/7", "", "Pia")],
            False,
        ),
        (
            "linked_data",
            [
                ("https://sedge.example/1#n1", "", "Quin"),
                ("https://sedge.example/1#n2", "https://sedge.example/1#n1", "Ria"),
            ],
            False,
        ),
    ],
)
def test_markup_for_machines(name, people, is_whole):
    post = only(name)
    assert told(post) == people
    assert (post.scheme, post.is_whole) == ("page", is_whole)
    assert all(each.when.utc and each.plain for each in post.comments)


def test_a_page_of_the_wayback_machine():
    post = only("wayback")
    assert told(post) == [("11", "", "Sid")]
    [comment] = post.comments
    assert comment.link == "http://sid.example/"
    assert 'href="http://soot.example/"' in comment.html
    assert post.addresses == ("http://old.example/2010/ash/",)
    assert "web.archive.org" not in comment.html


@pytest.mark.parametrize(
    ("name", "moment"),
    [("wayback", "2013-03-07 19:44:48"), ("single_file", "2024-03-05 09:00:00")],
)
def test_the_date_of_the_copy_is_taken_from_what_saved_it(name, moment):
    import io

    from commentarchive.importers.parsed import Reading
    from commentarchive.importers.web_page import WebPage
    from tests.importers.reading import fixture

    page = WebPage(io.BytesIO(fixture(f"web_page/{name}.html")), Reading())
    assert str(page.blog.written_at)[:19] == moment


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<div id='disqus_thread'></div>", "come from Disqus"),
        ("<div class='fb-comments'></div>", "come from Facebook"),
        (
            "<div id='comment-5'>Such ids have others, too.</div>",
            "no comments are found",
        ),
    ],
)
def test_what_is_not_known_is_said_and_not_guessed(body, words):
    with pytest.raises(Unreadable, match=words):
        read(f"<html><body>{body}</body></html>".encode())


def test_a_page_in_an_old_charset_and_one_that_lies_about_it():
    page = (
        '<html><head><meta charset="{}"><meta name="generator" content="WordPress 2">'
        '</head><body><ol class="commentlist"><li id="comment-1" class="comment depth-1">'
        "<cite>Zoë</cite><p>Ça va à l’été, très bien.</p></li></ol></body></html>"
    )
    for name, charset in (("windows-1252", "cp1252"), ("iso-8859-1", "utf-8")):
        [post], _reading = read(page.format(name).encode(charset))
        assert post.comments[0].plain == "Ça va à l’été, très bien."
        assert comments_of([post])["1"].name == "Zoë"
