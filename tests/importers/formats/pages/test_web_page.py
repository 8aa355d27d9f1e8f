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
    states = [(each.state, each.is_by_blog) for each in post.comments]
    assert states[2:] == [("deleted", False), ("deleted", True)]
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

    from commentarchive.importers.formats.pages.web_page import WebPage
    from commentarchive.importers.parsed import Reading
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


def page_of(*comments, head="", tail=""):
    return (
        f'<html><head><meta name="generator" content="WordPress 3">{head}</head><body>'
        f'<ol class="commentlist">{"".join(comments)}</ol>{tail}</body></html>'
    ).encode()


def listed(inner, number=1):
    return f'<li id="comment-{number}" class="comment depth-1">{inner}</li>'


def one(inner, **more):
    [post], _reading = read(page_of(listed(inner), **more))
    return post.comments[0]


@pytest.mark.parametrize(
    "mark",
    [
        "<em>Your comment is awaiting moderation.</em>",
        "<p>Dein Kommentar wartet auf Freischaltung.</p>",
        '<em class="comment-awaiting-moderation">Soon.</em>',
        '<p><em class="comment-awaiting-moderation">Your comment is awaiting '
        "moderation.</em></p>",
    ],
)
def test_what_waits_is_never_read_as_live(mark):
    found = one(f"<cite>Eva</cite> Says: {mark}<p>Secret words.</p>")
    assert (found.state, found.plain) == ("pending", "Secret words.")


def test_quotations_lists_and_marks_of_the_writer_stay_what_they_are():
    inner = (
        '<div class="comment-author vcard"><cite class="fn">Eva</cite></div>'
        "<blockquote><p>Bob lied.</p></blockquote><p>No, <cite>he</cite> did "
        "<small>not</small>.</p>"
    )
    found = one(inner)
    assert found.html.startswith("<blockquote>")
    assert "<cite>he</cite>" in found.html
    assert "<small>not</small>" in found.html
    assert one("<cite>Eva</cite><ul><li>one</li></ul><p>two</p>").plain == "- one\ntwo"


def test_a_name_is_not_looked_for_in_the_text():
    found = one(
        '<div class="comment-author">Eva</div>'
        '<div class="comment-content"><p>As <cite>Ute</cite> said</p></div>'
    )
    assert found.name == "Eva"


def test_a_link_in_a_comment_dates_and_changes_nothing():
    link = "https://web.archive.org/web/20050101000000/http://b.example/a"
    page = page_of(listed(f'<cite>A</cite><p><a href="{link}">{link}</a></p>'))
    import io

    from commentarchive.importers.formats.pages.web_page import WebPage
    from commentarchive.importers.parsed import Reading

    found = WebPage(io.BytesIO(page), Reading())
    assert found.blog.written_at is None
    [post] = found.posts()
    assert post.comments[0].plain == link


@pytest.mark.parametrize(
    "more",
    [
        {"tail": '<a class="wpd-load-more-submit" href="#">More</a>'},
        {"head": '<link rel="canonical" href="http://a.example/x/comment-page-2/">'},
        {"head": '<link rel="canonical" href="http://a.example/?p=1&cpage=2">'},
    ],
)
def test_a_page_of_several_is_a_part(more):
    [post], _reading = read(page_of(listed("<cite>A</cite><p>x</p>"), **more))
    assert post.is_whole is False


def test_a_day_without_an_hour_gives_way_to_the_printed_time():
    found = one(
        '<cite>A</cite><time datetime="2013-03-12">March 12, 2013 at 10:14 pm</time>'
        "<p>x</p>"
    )
    assert str(found.when.utc) == "2013-03-12 22:14:00"


def test_descriptions_of_other_things_are_passed_over():
    page = (
        '<html><body><script type="application/ld+json">{"@graph":[{"@type":["Person",'
        '"Organization"]},{"@type":["Comment"],"@id":"#1","author":[{"name":"A"}],'
        '"text":"if a<b and c>d then"}]}</script></body></html>'
    )
    [post], _reading = read(page.encode())
    assert (post.comments[0].name, post.comments[0].plain) == (
        "A",
        "if a<b and c>d then",
    )


def test_a_name_of_an_old_blogger_page_ends_where_its_blog_says_so():
    page = (
        "<html><body><dl><dt class='comment-author' id='c1234567'>{}</dt>"
        "<dd class='comment-body'>x</dd></dl></body></html>"
    )
    for said, name in (
        ("Hans hat gesagt…", "Hans"),
        ("Anonym hat gesagt…", ""),
        ("Aino sanoi...", ""),
    ):
        [post], _reading = read(page.format(said).encode())
        assert post.comments[0].name == name


def test_a_stray_byte_costs_a_byte_and_not_the_page():
    text = (
        '<html><head><meta charset="utf-8"><meta name="generator" content="WordPress">'
        '</head><body><ol class="commentlist"><li id="comment-1" class="depth-1"><cite>'
        "Zoë</cite><p>Ça va à l’été.</p></li></ol><p>%</p></body></html>"
    )
    for stray, few in ((b"f\xfcr", False), (b"caf\xe9", True)):
        data = (
            text.encode()
            if not few
            else text.replace("ë", "e").encode("ascii", "xmlcharrefreplace")
        )
        [post], reading = read(data.replace(b"%", stray))
        assert post.comments[0].plain == "Ça va à l’été."
        assert "not UTF-8; read as Windows-1252" in reading.repairs[0].reason
        assert reading.is_whole


def test_an_hour_beside_a_day_is_part_of_the_time():
    found = one(
        '<cite>A</cite><span class="comment-meta">am <time datetime="2015-03-11">11. '
        "März 2015</time> um 02:57</span><p>x</p>",
        head='<html lang="de">',
    )
    assert str(found.when.utc) in {"2015-03-11 02:57:00", "2015-03-11 00:00:00"}
    assert found.when.utc.hour == 2


def test_a_button_whose_class_is_that_of_comments_is_none():
    page = """<!DOCTYPE html><html lang="de"><body><a id="comment-31"></a>
      <div class="comment comment-published first odd clearfix"><div class="submitted">von
      <a href="http://ada.example" class="username">Ada Reed</a> am 3. Mai 2012 - 17:14.
      </div><div class="content"><p>Grey reeds.</p></div></div>
      <ul class="links"><li class="comment"><a href="#form">Antworten</a></li></ul>
      </body></html>"""
    [post], reading = read(page.encode())
    [comment] = post.comments
    assert (comment.source_id, comment.name) == ("31", "Ada Reed")
    assert (str(comment.when.utc), comment.plain) == (
        *("2012-05-03 17:14:00", "Grey reeds."),
    )
    assert reading.how == ["by the rules of Drupal, by the roles of its parts"]
