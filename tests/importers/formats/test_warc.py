import pytest

from commentarchive.importers.parsed import Unreadable
from tests.importers.reading import fixture, read

pytestmark = pytest.mark.pure


def test_each_record_is_a_copy_with_its_date():
    posts, reading = read("warc/pages.warc")
    assert [(str(post.seen_at)[:10], len(post.comments)) for post in posts] == [
        ("2016-01-01", 3),
        # Found unchanged a month later.
        ("2016-02-01", 3),
        ("2016-03-01", 2),
    ]
    assert {post.addresses for post in posts} == {("http://salt.example/2015/pan/",)}
    assert reading.is_whole


def test_a_page_that_is_not_what_its_digest_says_is_not_verified():
    posts, reading = read(fixture("warc/pages.warc").replace(b"White.", b"Black.", 1))
    assert posts[0].comments[0].plain == "Black."
    assert [each.reason for each in reading.problems] == [
        "a page is not what its digest says: not verified"
    ]
    assert reading.problems[0].place.startswith("byte ")


def test_what_is_broken_is_named_and_what_came_before_is_read():
    data = fixture("warc/pages.warc")
    second = data.index(b"WARC/1.0", 100)
    posts, reading = read(data[:second] + b"nonsense\r\n\r\n" + data[second:])
    assert len(posts) == 1
    assert not reading.is_whole
    assert "cannot be read on from here" in reading.problems[0].reason


def test_a_revisit_without_its_page_is_said():
    data = fixture("warc/pages.warc")
    start = data.rindex(b"WARC/1.0", 0, data.index(b"WARC-Type: revisit"))
    posts, reading = read(data[start:])
    assert len(posts) == 1
    assert (
        reading.problems[0].reason
        == "a page is as one before, which is not in the file"
    )


def test_an_archive_without_comments_is_refused():
    data = fixture("warc/pages.warc")
    start = data.rindex(b"WARC/1.0")
    with pytest.raises(Unreadable, match="none of its 1 pages has comments"):
        read(data[start:])


def test_a_page_that_cannot_be_read_does_not_end_the_others():
    data = fixture("warc/pages.warc")
    broken = data.replace(
        b"Content-Type: text/html; charset=utf-8\r\n",
        b"Content-Type: text/html; charset=utf-8\r\nContent-Encoding: br\r\n",
        1,
    )
    posts, reading = read(broken)
    assert len(posts) >= 1
    assert any("left out" in each.reason for each in reading.problems)


def test_the_charset_of_the_answer_is_heeded():
    import io

    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    page = (
        '<html><head><meta name="generator" content="WordPress 4"></head><body>'
        '<li id="comment-1" class="comment depth-1"><cite>Łukasz</cite><p>Żółć</p></li>'
        "</body></html>"
    )
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False)
    headers = StatusAndHeaders(
        "200 OK",
        [("Content-Type", "text/html; charset=ISO-8859-2")],
        protocol="HTTP/1.1",
    )
    writer.write_record(
        writer.create_warc_record(
            "http://a.example/",
            "response",
            payload=io.BytesIO(page.encode("iso-8859-2")),
            http_headers=headers,
        )
    )
    [post], _reading = read(out.getvalue())
    assert (post.comments[0].name, post.comments[0].plain) == ("Łukasz", "Żółć")


def test_a_digest_that_is_none_is_named():
    data = fixture("warc/pages.warc")
    broken = data.replace(b"Payload-Digest: sha1:", b"Payload-Digest: s\0a1:")
    with pytest.raises(Unreadable, match="cannot be read on from here"):
        read(broken)
