"""A file of which nothing can be read is refused, and leaves nothing behind."""

import json
from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from commentarchive.importers.parsed import Unreadable
from commentarchive.importers.registry import IMPORTERS
from commentarchive.intake.dry_run import dry_run
from commentarchive.intake.session import import_files
from commentarchive.ledger.models import Entry
from commentarchive.models import Blog, Capture, CaptureFile
from tests.importers.reading import all_fixtures, fixture
from tests.reading_orders import undone
from tests.wxr import comment, export, item, write

pytestmark = pytest.mark.django_db
# A transcript is read by what people decided about it.
NAMES = sorted({each.name for each in IMPORTERS} - {"transcript"})
# What is taken back is the same rows for each of them: one does for PostgreSQL.
IN_BOTH = "wordpress"
CUTS = 5


def whole_files(importer):
    """Return the fixtures of an importer."""
    if importer == "wordpress":
        return [export(item(comment(1), comment(2)), item(comment(3), number=2))]
    names = [each for each in all_fixtures() if each.startswith(f"{importer}/")]
    return [fixture(each) for each in names[:2]]


def broken_files(data):
    """Yield a file with every record of it broken, and cut in several places."""
    yield data.replace(b'":', b'"=')
    yield data.replace(b"</", b"<")
    yield b"\0" * 40
    for number in range(CUTS):
        yield data[: len(data) * number // CUTS]


def there_is(folder):
    """Return the numbers of all that an import may leave behind."""
    tables = Blog, Capture, CaptureFile, Entry
    kept = folder / "captures"
    return Counter(each.__name__ for each in tables for _row in each.objects.all()), (
        sorted(each for each in kept.rglob("*") if each.is_file())
    )


def refusal_of(read, path, importer):
    """Return why a file is refused; None where it is read."""
    try:
        [report] = read([path], source=importer)
    except Unreadable as error:
        return str(error)
    # It has something, or nothing was refused of it.
    assert report.counts.posts.seen or report.is_complete
    return None


@pytest.mark.every_case
@pytest.mark.parametrize(
    "importer",
    [
        pytest.param(name, marks=() if name == IN_BOTH else pytest.mark.once)
        for name in NAMES
    ],
)
def test_what_is_refused_whole_leaves_nothing(importer, tmp_path):
    before, refusals = there_is(tmp_path), []
    for number, whole in enumerate(whole_files(importer)):
        for turn, data in enumerate(broken_files(whole)):
            path = write(tmp_path, data, f"{number}-{turn}")
            with undone():
                foreseen = refusal_of(dry_run, path, importer)
                assert refusal_of(import_files, path, importer) == foreseen
                if foreseen:
                    assert there_is(tmp_path) == before, foreseen
            refusals.append(foreseen)
            for kept in (tmp_path / "captures").rglob("*"):
                if kept.is_file():
                    kept.unlink()
    assert any(refusals)


def test_articles_without_words_do_not_make_up_for_comments_that_were_refused(
    tmp_path,
):
    records = [{"id": 1, "uri": "/a/", "comments": [{"id": "x", "text": 7}]}]
    data = json.dumps(records).replace('"text"', '"text').encode()
    path = write(tmp_path, data, "isso.json")
    for read in (dry_run, import_files):
        with pytest.raises(Unreadable, match="nothing can be taken from it"):
            read([path], source="isso")
    assert not Blog.objects.exists()


def test_one_refused_file_keeps_the_others_out(tmp_path):
    good = write(tmp_path, export(item(comment(1))), "good.xml")
    bad = write(tmp_path, export(item(comment(2)))[:700], "bad.xml")
    before = there_is(tmp_path)
    with pytest.raises(Unreadable) as refusal:
        import_files([good, bad])
    assert refusal.value.path == bad
    assert there_is(tmp_path) == before


def test_an_archive_that_has_the_blog_is_left_as_it_is(tmp_path):
    import_files([write(tmp_path, export(item(comment(1))))])
    before = there_is(tmp_path)
    cut = export(item(comment(1)), item(comment(2), number=2))[:700]
    with pytest.raises(Unreadable):
        import_files([write(tmp_path, cut, "later.xml")])
    assert there_is(tmp_path) == before


def test_an_export_without_articles_is_a_copy_all_the_same(tmp_path):
    """It refuses nothing: that a blog has no articles is something to know."""
    [report] = import_files([write(tmp_path, export())])
    assert report.is_complete
    assert Capture.objects.count() == 1


def test_the_command_says_why_in_one_sentence(tmp_path, capsys):
    path = write(tmp_path, b'[{"id": 1, "post": 1, "content": {"rendered": ]', "a.json")
    for options in ([], ["--dry-run"]):
        with pytest.raises(CommandError) as error:
            call_command(
                "import_comments", path, "--source", "wordpress_rest", *options
            )
        assert str(error.value).startswith(f"{path}: line 1, byte ")
        assert "nothing can be taken from it" in str(error.value)
    assert capsys.readouterr().out == ""
