import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from commentarchive.importers.formats.transcript import IMPORTER, when_of
from commentarchive.importers.isolated_source import IsolatedSource
from commentarchive.importers.parsed import Reading, Unreadable, When
from commentarchive.importers.registry import detect
from commentarchive.transcripts.marks import (
    THE_ARTICLE,
    CommentFacts,
    CrossPost,
    Time,
    with_facts,
    with_lost_quotation,
)
from commentarchive.transcripts.marks_json import as_json
from commentarchive.transcripts.paragraphs import Place
from tests.transcripts.texts import decided

pytestmark = pytest.mark.pure

TEXT = "The fence is up.\nIt is <green>, as Bo wrote:\nNobody knows why.\n“It is green.”\nIs it?\n"


def _decided(**article):
    _lines, marks = decided(TEXT, "asmqs", **article)
    marks = with_facts(marks, Place(2), CommentFacts(name="Ann", answers=THE_ARTICLE))
    return with_lost_quotation(marks, Place(2), is_lost=True)


def _read(marks, text=TEXT):
    reading = Reading(marks=as_json(marks))
    export = IMPORTER.open(io.BytesIO(text.encode()), reading)
    return export.blog, *export.posts(), reading


def test_a_text_becomes_an_article_with_its_comments():
    origin = CrossPost(blog="Quay", address="http://q.example/1")
    marks = _decided(
        blog="The Post", address="http://p.example/1", author="Rowan", cross_post=origin
    )
    blog, post, reading = _read(marks)
    assert blog.title == "The Post"
    assert (post.title, post.byline, post.plain, post.source_id) == (
        "The fence",
        "Rowan",
        "",
        "",
    )
    assert post.raw == "<p>The fence is up.</p>"
    assert post.addresses == ("http://p.example/1",)
    assert post.cross_posts == ("http://q.example/1",)
    assert not post.is_whole
    first, second = post.comments
    assert first.source_id.endswith(":L2-4")
    assert first.html == (
        "<p>It is &lt;green&gt;, as Bo wrote:</p>\n<p>Nobody knows why.</p>\n"
        "<blockquote>\n<p>“It is green.”</p>\n</blockquote>"
    )
    assert TEXT.encode()[second.byte :].startswith(b"Is it?")
    assert post.lost_quotations == ((first.source_id, 2),)
    assert reading.raw_comments == reading.parsed_comments == 2
    assert reading.is_whole


def test_nothing_is_known_that_was_not_decided():
    _blog, post, _reading = _read(_decided())
    _first, second = post.comments
    assert (second.name, second.when, second.parent_id) == ("", When(), "")
    # That a comment answers none is not told where that was not decided.
    assert post.parents == "untold"
    assert not post.addresses
    assert post.source_id


def test_answers_are_told_once_all_are_decided():
    marks = with_facts(_decided(), Place(5), CommentFacts(answers=Place(2)))
    _blog, post, _reading = _read(marks)
    assert post.parents == "told"
    assert post.comments[1].parent_id == post.comments[0].source_id


def test_comments_of_two_texts_are_never_one():
    one = _read(_decided())[1]
    other = TEXT + "\n"
    _lines, marks = decided(other, "asmqs")
    ids = {each.source_id for each in _read(marks, other)[1].comments}
    assert not ids & {each.source_id for each in one.comments}
    assert one.source_id != _read(marks, other)[1].source_id


@pytest.mark.parametrize(
    ("time", "when"),
    [
        (Time(), When()),
        (Time("unknown", "last Tuesday"), When("last Tuesday")),
        (
            Time("day", "3rd May", "2012-05-03"),
            When("3rd May", datetime(2012, 5, 3), day_only=True),  # noqa: DTZ001
        ),
        (
            Time("exact", "", "2012-05-03 10:15"),
            When("", datetime(2012, 5, 3, 10, 15)),  # noqa: DTZ001
        ),
        (
            Time("exact", "", "2012-05-03T10:15+02:00"),
            When("", datetime(2012, 5, 3, 8, 15, tzinfo=UTC), 120),
        ),
        (Time("about", "Easter", "2012-04-08"), When("Easter")),
        (Time("about", "", "2012-04-08"), When("about 2012-04-08")),
        (
            Time("between", "", "2012-04-08", "2012-05-01"),
            When("between 2012-04-08 and 2012-05-01"),
        ),
    ],
)
def test_no_time_is_made_up(time, when):
    assert when_of(time) == when


def test_a_text_without_marks_is_never_recognised_and_refused_with_what_to_do(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text(TEXT)
    with pytest.raises(Unreadable, match="it is not a source that can be read here"):
        detect(path)
    with pytest.raises(
        Unreadable, match="decide its paragraphs first: import_comments FILE --draft"
    ):
        detect(path, source="transcript")
    path.write_bytes(b"\x89PNG\0\0")
    with pytest.raises(Unreadable, match="no plain text"):
        detect(path, source="transcript")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda marks: replace(marks, sha256="0" * 64), "about another text"),
        (lambda marks: replace(marks, paragraphs=marks.paragraphs[1:]), "does not fit"),
        (
            lambda marks: with_facts(marks, Place(5), CommentFacts(answers=Place(5))),
            "line 5: it answers",
        ),
        (
            lambda marks: with_facts(
                marks, Place(5), CommentFacts(time=Time("day", "", "2012-02-30"))
            ),
            "line 5: 2012-02-30 is no day",
        ),
    ],
)
def test_marks_that_do_not_fit_are_refused(spoil, reason):
    with pytest.raises(Unreadable, match=reason):
        _read(spoil(_decided()))
    with pytest.raises(Unreadable, match="the marks are no JSON"):
        IMPORTER.open(io.BytesIO(TEXT.encode()), Reading(marks="x"))


def test_it_is_read_in_a_process_of_its_own(tmp_path):
    path, marks = tmp_path / "page.txt", tmp_path / "marks.json"
    path.write_text(TEXT)
    marks.write_text(as_json(_decided(address="http://p.example/1")))
    source = IsolatedSource(path, source="transcript", marks=marks)
    assert source.first_address == "http://p.example/1"
    for _again in range(2):
        reading = Reading()
        (post,) = source.posts(reading)
        assert [each.name for each in post.comments] == ["Ann", ""]
        assert post.lost_quotations == ((post.comments[0].source_id, 2),)
        assert reading.parsed_comments == 2
    with pytest.raises(Unreadable, match="decide its paragraphs first"):
        IsolatedSource(path, source="transcript")
