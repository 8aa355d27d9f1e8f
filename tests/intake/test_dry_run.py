"""A dry run reports what an import would, and writes nothing."""

import json
import random
import zipfile
from itertools import islice

import pytest
from django.core.management import call_command

from commentarchive.importers.isolated_source import IsolatedSource
from commentarchive.importers.parsed import Unreadable
from commentarchive.intake import dry_run as module
from commentarchive.intake.dry_run import dry_run
from commentarchive.intake.session import import_files
from commentarchive.models import Blog
from tests.wxr import comment, export, item, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def damaged(tmp_path):
    """A ZIP whose export can be read for most of its length."""
    chance = random.Random(1)
    items = [
        item(comment(n, f"{chance.randbytes(20_000).hex()}"), number=n)
        for n in range(1, 31)
    ]
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export.xml", export(*items))
    data = bytearray(path.read_bytes())
    place = len(data) * 9 // 10
    data[place : place + 200] = bytes(200)
    path.write_bytes(data)
    return path


def test_what_stops_midway_is_reported_as_an_import_reports_it(damaged):
    [foreseen] = dry_run([damaged])
    assert not Blog.objects.exists()
    [done] = import_files([damaged])
    assert (foreseen.is_complete, done.is_complete) == (False, False)
    assert foreseen.counts.comments == done.counts.comments
    assert 0 < done.counts.comments.new < 30
    assert foreseen.problems == done.problems
    assert any("damaged" in problem.reason for problem in done.problems)


def test_a_reader_that_dies_midway_leaves_what_came_before(tmp_path, monkeypatch):
    path = write(tmp_path, export(*[item(comment(n), number=n) for n in range(1, 6)]))
    real = IsolatedSource.posts

    def dies(source, notes):
        yield from islice(real(source, notes), 2)
        raise Unreadable("its reader ended")

    monkeypatch.setattr(IsolatedSource, "posts", dies)
    [foreseen] = dry_run([path])
    [done] = import_files([path])
    for report in (foreseen, done):
        assert (report.is_complete, report.counts.comments.new) == (False, 2)
        [problem] = report.problems
        assert problem.reason == "its reader ended"
        assert problem.place.endswith(f", byte {path.stat().st_size}")


def test_bytes_that_are_known_are_foreseen_as_known(tmp_path):
    path = write(tmp_path, export(item(comment(1))))
    [first] = dry_run([path])
    assert not first.was_known
    [done] = import_files([path])
    [again] = dry_run([path])
    assert again.was_known
    assert done.capture is not None
    assert again.capture is None
    assert again.counts.comments.seen == 1


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path, capsys):
    path = write(
        tmp_path,
        export(item(comment(1), comment(2, parent=9)), item(comment(2), number=2)),
    )
    call_command("import_comments", path, "--dry-run", "--json")
    said = capsys.readouterr()
    assert said.err.endswith("Dry run: nothing was written.\n")
    dry = json.loads(said.out)
    assert not Blog.objects.exists()
    assert not (tmp_path / "captures").exists()
    call_command("import_comments", path, "--json")
    wet = json.loads(capsys.readouterr().out)
    assert wet.pop("capture") is not None
    assert dry.pop("capture") is None
    assert dry == wet
    assert list(wet) == [
        *("source", "sha256", "posts", "comments", "status", "max_depth"),
        *("repairs", "complete", "problems", "cannot_tell", "changes", "how"),
    ]
    assert wet["comments"]["orphans"] == 1


def test_articles_that_stand_once_do_not_wait_in_memory(tmp_path, monkeypatch):
    one, other, third = (item(comment(n), number=n) for n in (1, 2, 3))
    first = write(tmp_path, export(one, other), "first.xml")
    second = write(tmp_path, export(other, third), "second.xml")
    waiting = []
    monkeypatch.setattr(module, "rehearse_all", waiting.extend)
    dry_run([first, second])
    assert [(each.file.number, each.ordinal) for each in waiting] == [(0, 1), (1, 0)]


@pytest.mark.parametrize(
    "name",
    [
        "wxr/WordPress__wordpress-importer__a11y-unit-test-data.xml",
        "wxr/getpelican__pelican__wordpressexport.xml",
        "wordpress-6.1.9/export.xml",
    ],
)
def test_a_dry_run_of_a_real_export_says_the_same(samples, capsys, name):
    def said(*options):
        call_command("import_comments", samples / name, "--json", *options)
        return json.loads(capsys.readouterr().out) | {"capture": ""}

    assert said("--dry-run") == said()
    assert said("--dry-run") == said()
