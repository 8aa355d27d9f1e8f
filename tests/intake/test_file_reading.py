"""A file as it is read: its parts, its lines, and what it is a part of."""

import zipfile
from types import SimpleNamespace

import pytest

from commentarchive.importers.parsed import ParsedBlog, Remark, Unreadable
from commentarchive.importers.registry import named
from commentarchive.intake.file_reading import FileReading
from tests.intake.made import article, comment

pytestmark = pytest.mark.pure
ODD = Remark("byte 5", "odd")


def reading(path, *posts, error=None, **values):
    def read(_notes):
        yield from posts
        if error:
            raise error

    source = SimpleNamespace(
        path=path, posts=read, importer=named("wordpress"), blog=ParsedBlog()
    )
    source.saved_at, source.is_dated_by_hand = None, False
    return FileReading(source=source, size=70, **{"blog": None} | values)


def named_lines(made):
    made.notes.problems, made.counts.remarks = [ODD], [ODD]
    made.name_lines()
    assert made.notes.problems == made.counts.remarks
    return made.notes.problems[0].place


def test_places_get_their_lines_where_a_file_is_there_and_plain(tmp_path):
    path = tmp_path / "a.xml"
    assert named_lines(reading(path)) == "byte 5"
    path.write_bytes(b"\nab\ncd\n")
    assert named_lines(reading(path)) == "line 3, byte 5"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", "\n" * 9)
    assert named_lines(reading(path)) == "byte 5"


def test_articles_are_numbered_and_their_comments_counted(tmp_path):
    some = [comment("1"), comment("4")], [], [comment("2")]
    posts = [article(comments=each, byte=9 * n) for n, each in enumerate(some)]
    told = []
    made = reading(tmp_path, *posts)
    found = list(made.articles(lambda byte, number: told.append((byte, number))))
    assert found == list(enumerate(posts))
    assert told == [(0, 2), (9, 2), (18, 3)]
    assert made.notes.is_whole
    assert "(3)" in made.id_gaps.sentence()
    assert made.scope.kinds == {"post"}


@pytest.mark.parametrize("is_part", [True, False])
def test_a_part_of_a_reading_is_not_whole(tmp_path, is_part):
    made = reading(tmp_path, article(), is_part=is_part)
    [(_ordinal, found)] = made.articles(None)
    assert found.is_whole is not is_part


@pytest.mark.parametrize(("place", "named"), [("", "byte 70"), ("byte 3", "byte 3")])
def test_what_stops_midway_is_noted_where_it_stopped(tmp_path, place, named):
    error = Unreadable("it broke", place=place)
    made = reading(tmp_path, article(kind="contact"), error=error)
    assert len(list(made.articles(None))) == 1
    assert made.notes.problems[0] == Remark(named, "it broke")
    assert not made.notes.is_whole
    assert not made.notes.has_all_records
    assert "“contact”" in made.notes.problems[1].reason


def test_addresses_are_completed_by_the_blog_s(tmp_path):
    blog = SimpleNamespace(
        address="https://a.example/", shown_article_types=(), shown_comment_types=()
    )
    made = reading(tmp_path, article(addresses=("/1",)), blog=blog)
    [(_ordinal, found)] = made.articles(None)
    assert found.addresses == ("https://a.example/1",)


def test_a_report_tells_problems_of_the_file_and_of_its_articles(tmp_path):
    made = reading(tmp_path / "gone.xml")
    made.notes.problems, made.notes.repairs = [ODD], [Remark("1", "mended")]
    made.counts.remarks = [Remark("byte 6", "of an article")]
    report = made.report(sha256="digest", capture="k1")
    assert report.problems == [ODD, Remark("byte 6", "of an article")]
    assert (report.repairs, report.is_complete) == ([Remark("1", "mended")], True)
    assert (report.source, report.sha256, report.capture) == (
        "wordpress",
        "digest",
        "k1",
    )
    assert (report.was_known, report.blog) == (False, None)


def test_names_that_hold_an_address_are_counted_in_one_sentence(tmp_path):
    names = ("Ann", "ann@mail.example", "bob (at) mail.example", "Call 07700 900123")
    comments = [
        comment(str(number), name=name, byte=number)
        for number, name in enumerate(names, 1)
    ]
    made = reading(tmp_path / "a.xml", article(comments=comments))
    list(made.articles(None))
    [remark] = made.notes.problems
    assert remark.place == "byte 2"
    assert remark.reason.startswith("the name of 3 comments holds an e-mail address")
    assert "ann" not in remark.reason
    plain = reading(tmp_path / "a.xml", article(comments=[comment("1", name="Ann")]))
    list(plain.articles(None))
    assert plain.notes.problems == []
