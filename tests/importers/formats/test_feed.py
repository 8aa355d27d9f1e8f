import pytest

from commentarchive.importers.parsed import Unreadable
from tests.importers.reading import fixture, read

pytestmark = pytest.mark.pure


def test_the_feed_of_wordpress():
    [post], reading = read("feed/comments.rss")
    assert (post.scheme, post.title) == ("wordpress", "Gas & light")
    assert post.addresses == ("https://gaslight.example/gas/",)
    answer, first = post.comments
    assert (answer.source_id, answer.parent_id, answer.name) == (
        "31",
        "30",
        "Una <Low>",
    )
    # The line that WordPress puts before an answer is none of the writer's words.
    assert answer.plain == "It flickers."
    assert first.parent_id == ""
    assert post.is_whole is False
    assert reading.repairs[0].reason == "a < in a title or a name; escaped"


def test_atom_with_threads():
    [post], _reading = read("feed/comments.atom")
    assert (post.scheme, post.printed_count, post.is_whole) == ("feed", 2, True)
    assert [each.parent_id for each in post.comments] == ["", "urn:marsh:c1"]
    assert post.comments[0].when.offset == 60


def test_a_feed_of_articles_holds_no_comments():
    data = b"<rss version='2.0'><channel><item><title>x</title></item></channel></rss>"
    with pytest.raises(Unreadable, match="a feed of articles holds none"):
        read(data)


def test_blogger_and_pages_and_locked_articles():
    entry = (
        "<entry><id>tag:blogger.com,1999:blog-1.post-30{}</id><published>2010-01-02T"
        "09:00:00Z</published><author><name>Anonymous</name></author>"
        "<content type='html'>Gone by its author.</content><link rel='related' "
        "href='http://x/feeds/1/2/comments/default/301'/>"
        "<thr:in-reply-to ref='tag:blogger.com,1999:blog-1.post-2'/>{}</entry>"
    )
    removed = "<gd:extendedProperty name='blogger.contentRemoved' value='true'/>"
    data = (
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:gd='http://schemas.google.com/"
        "g/2005' xmlns:thr='http://purl.org/syndication/thread/1.0'>"
        f"{entry.format(2, '')}{entry.format(3, removed)}</feed>"
    )
    [post], _reading = read(data.encode())
    assert [(each.state, each.name) for each in post.comments] == [
        ("live", ""),
        ("deleted", ""),
    ]
    assert {each.parent_id for each in post.comments} == {"301"}
    item = (
        "<item><link>https://b.example/p/comment-page-{}/#comment-{}</link>"
        "<description>{}</description></item>"
    )
    form = '<![CDATA[<form><input name="post_password"></form>]]>'
    rss = f"<rss><channel>{item.format(1, 1, 'x')}{item.format(2, 2, form)}</channel></rss>"
    [post], _reading = read(rss.encode())
    assert [each.raw for each in post.comments] == ["x", ""]


@pytest.mark.parametrize(("total", "is_whole"), [(1, True), (2, True), (3, False)])
def test_a_feed_is_whole_only_if_it_holds_as_many_as_it_counts(total, is_whole):
    """Else a comment that it leaves out would be taken for deleted."""
    data = fixture("feed/comments.atom").replace(
        b"totalResults>2</", f"totalResults>{total}</".encode()
    )
    [post] = read(data)[0]
    assert (post.printed_count, post.is_whole) == (total, is_whole)
