import pytest

from commentarchive.importers.parsed import Unreadable
from tests.importers.reading import read

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
