import gzip
import zlib

import brotli
import pytest
from backports import zstd

from commentarchive.importers.formats import warc
from commentarchive.importers.page_source import read_page
from commentarchive.importers.parsed import Unreadable
from tests.importers.reading import fixture, read
from tests.importers.warc_files import Archive, page_of

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
    archive = Archive().add(b"\xff\x00 no page" * 20, Content_Encoding="br")
    archive.add(page_of(2, (1, "Ola", "Black.")), address="http://reed.example/2/")
    posts, reading = read(archive.bytes())
    assert [post.source_id for post in posts] == ["2"]
    [problem] = reading.problems
    assert "left out" in problem.reason
    assert not reading.is_whole
    assert "Error" not in problem.reason


PAGE = page_of(1, (1, "Ola", "Black."), (2, "Pia", "Grey."))


def test_a_fault_of_ours_leaves_out_one_page_and_says_so(monkeypatch):
    def fails_once(*args, **more):
        monkeypatch.setattr(warc, "read_page", read_page)
        raise LookupError

    monkeypatch.setattr(warc, "read_page", fails_once)
    posts, reading = read("warc/pages.warc")
    assert posts
    assert reading.problems[0].reason == "a page cannot be read (LookupError); left out"
    assert not reading.is_whole


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("br", brotli.compress),
        ("zstd", zstd.compress),
        ("deflate", zlib.compress),
        ("x-gzip", gzip.compress),
        ("gzip, br", lambda data: brotli.compress(gzip.compress(data))),
    ],
)
def test_pages_are_read_as_browsers_ask_for_them(encoding, pack):
    archive = Archive().add(pack(PAGE), Content_Encoding=encoding)
    [post], reading = read(archive.bytes())
    assert [each.name for each in post.comments] == ["Ola", "Pia"]
    assert reading.is_whole
    assert not reading.problems


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Encoding": "gzip", "content_encoding": "br"},
        {"Content_Encoding": "gzip", "Transfer_Encoding": "br, Chunked"},
        {"Content_Encoding": "identity, GZIP ", "transfer_encoding": "br"},
    ],
)
def test_encodings_in_several_headers(headers):
    packed = brotli.compress(gzip.compress(PAGE))
    if "Chunked" in str(headers):
        packed = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    [post], reading = read(Archive().add(packed, **headers).bytes())
    assert [each.name for each in post.comments] == ["Ola", "Pia"]
    assert not reading.problems


def test_an_encoding_that_is_not_known_is_named():
    archive = Archive().add(PAGE, Content_Encoding="compress")
    archive.add(PAGE)
    posts, reading = read(archive.bytes())
    assert len(posts) == 1
    assert "Content-Encoding 'compress' is not known here" in reading.problems[0].reason


def test_resources_are_read_and_other_records_are_named():
    archive = Archive().add(PAGE)
    archive.add(
        page_of(2, (1, "Rui", "White.")),
        address="http://reed.example/2/",
        kind="resource",
    )
    archive.add(b"fetched in 3 s", kind="metadata", content_type="text/plain")
    archive.add(PAGE, kind="conversion")
    archive.add(b"GET / HTTP/1.0", kind="request", content_type="application/http")
    archive.add(b"{}", content_type="application/json")
    archive.add(PAGE, status="404 Not Found", address="http://reed.example/3/")
    archive.add(b"<html><body>Hello</body></html>", address="http://reed.example/4/")
    posts, reading = read(archive.bytes())
    assert [post.source_id for post in posts] == ["1", "2"]
    assert reading.is_whole
    assert (
        reading.how[0]
        == "pages by these rules: 2 by those of WordPress, the html5 list"
    )
    assert not reading.repairs
    [passed_over] = [each for each in reading.how if "passed over" in each]
    for words in (
        *("1 metadata", "1 conversion", "1 request", "1 response of another kind"),
        *("1 response with the status 404", "1 pages without comments"),
    ):
        assert words in passed_over


def test_a_record_of_an_unknown_type_makes_the_file_partial():
    data = Archive().add(PAGE).add(PAGE, kind="resource").bytes()
    posts, reading = read(data.replace(b"WARC-Type: resource", b"WARC-Type: novelty"))
    assert len(posts) == 1
    assert not reading.is_whole
    assert "'novelty' is not known here" in reading.problems[0].reason


def test_a_record_without_a_type_makes_the_file_partial():
    data = Archive().add(PAGE).add(PAGE, kind="resource").bytes()
    posts, reading = read(data.replace(b"WARC-Type: resource", b"WARC-Tape: resource"))
    assert len(posts) == 1
    assert not reading.is_whole
    assert "'none' is not known here" in reading.problems[0].reason


def test_records_are_counted_a_second_way():
    """What a wrong length hides is missed by that count and makes a difference."""
    first = Archive().add(b"x" * 500, kind="metadata").bytes()
    second = Archive().add(PAGE).bytes()
    data = first + second
    assert read(data)[1].is_whole
    hidden = Archive().add(first, kind="metadata").bytes() + second
    posts, reading = read(hidden)
    assert len(posts) == 1
    assert not reading.is_whole
    assert "the file holds 2 metadata, 1 response" in reading.problems[0].reason


def test_a_page_found_unmodified_is_found_by_its_address():
    archive = Archive().add(PAGE)
    archive.add(b"", kind="revisit")
    data = archive.bytes().replace(
        b"WARC-Type: revisit\r\n",
        b"WARC-Type: revisit\r\nWARC-Profile: http://netpreserve.org/warc/1.1/revisit/"
        b"server-not-modified\r\n",
    )
    posts, reading = read(data)
    assert [len(post.comments) for post in posts] == [2, 2]
    assert reading.is_whole


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
    try:
        _posts, reading = read(broken)
    except Unreadable as error:
        # What older Pythons (3.13.0) raise for such a name ends the reading of warcio.
        assert "cannot be read on from here" in error.reason  # noqa: PT017  # see above
    else:
        assert {each.reason for each in reading.problems} == {
            "a page is not what its digest says: not verified"
        }


def test_a_record_that_is_longer_than_it_says_is_named_and_printed_nowhere(capfd):
    """Its rest may be words that nobody is to see, also in the server's output."""
    page = page_of(1, (1, "Ann", "First."), (2, "Ben", "Second."))
    archive = Archive().add(page).add(page_of(2, (1, "Cy", "Third.")))
    raw = archive.bytes()
    longer = raw.replace(b"</ol>", b"</ol>" + b"<!-- words for nobody -->" * 4, 1)
    posts, reading = read(longer)
    assert [each.plain for each in posts[-1].comments] == ["Third."]
    assert not reading.has_all_records
    assert any("is longer than it says" in each.reason for each in reading.problems)
    assert capfd.readouterr() == ("", "")


def test_spaces_in_an_address_are_printed_nowhere(capfd):
    made = Archive().add(
        page_of(1, (1, "Ann", "First.")), address="http://reed.example/a b"
    )
    [post], _reading = read(made.bytes())
    assert [each.plain for each in post.comments] == ["First."]
    assert capfd.readouterr() == ("", "")
