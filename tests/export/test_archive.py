"""The copy of the whole archive: complete, nothing hidden in it, and put right."""

import json
import re
from html import unescape
from io import StringIO
from pathlib import Path
from posixpath import dirname, join, normpath
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from commentarchive.actions.blogs import save_blog
from commentarchive.export import places
from commentarchive.export.folder import CopyFolder
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Blog, Comment, Post
from moderation.actions.decisions import Judgement, decide
from moderation.actions.policies import publish_policy, start_draft
from moderation.models import Action, Clause
from tests.few_reports import only_few_copied
from tests.private_words import find_in, private_words
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _few_reports():
    with only_few_copied():
        yield


@pytest.fixture
def target(tmp_path_factory):
    return tmp_path_factory.mktemp("carried") / "copy"


@pytest.fixture
def small(tmp_path):
    """Import three remarks, one of them in the trash, and sign the record."""
    start_draft()
    publish_policy()
    load(
        tmp_path,
        item(
            comment(1, "Otters live below the weir.", author="Wren"),
            comment(2, "Herons eat them.", parent=1),
            comment(3, "An abusive haddock.", approved="trash", author="Grebe"),
        ),
    )
    call_command("sign_checkpoint", stdout=StringIO())


def export(target, **options):
    out, said = StringIO(), StringIO()
    call_command("export_archive", str(target), stdout=out, stderr=said, **options)
    return out.getvalue() + said.getvalue()


def files_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def hide(source_id):
    judgement = Judgement(
        action=Action.REMOVE,
        clause=Clause.objects.get(number=2),
        facts="It breaks the rule.",
    )
    return decide(Comment.objects.get(source_id=source_id), judgement, by=SYSTEM)


def broken_links(folder):
    """List each relative link whose file or anchor is not in the copy."""
    texts = {
        name: data.decode(errors="replace") for name, data in files_of(folder).items()
    }
    found = []
    for name, text in texts.items():
        if not name.endswith(".html"):
            continue
        for link in map(unescape, re.findall(r'(?:href|src|action)="([^"]*)"', text)):
            if re.match(r"[a-z]+:", link):
                continue
            path, _hash, anchor = link.partition("#")
            # One that leads out of the copy is not in it either.
            there = normpath(join(dirname(name), path)) if path else name
            if there not in texts or (anchor and f'id="{anchor}"' not in texts[there]):
                found.append((name, link))
    return found


@pytest.mark.once
def test_the_demo_is_carried_away_whole_and_nothing_hidden_with_it(demo, demo_copy):
    folder, said, _answers = demo_copy
    files = files_of(folder)
    pages = {name for name in files if name.endswith(".html")}
    assert len(pages) > 500
    assert "not of this copy" not in said
    for post in Post.objects.public():
        assert f"posts/{post.ref}/index.html" in pages
    for remark in Comment.objects.shown():
        assert f"comments/{remark.ref}/index.html" in pages
        assert f"comments/{remark.ref}/proof.json" in files
    assert {"ledger/checkpoint", "ledger/vkey", "moderation/log.csv"} <= files.keys()
    assert broken_links(folder) == []
    hidden = {word for word in private_words() if len(word) > 3}
    assert len(hidden) > 100
    texts = {name: data.decode(errors="replace") for name, data in files.items()}
    assert find_in(texts, hidden) == []
    for name in pages:
        page = files[name].decode()
        assert "Notices after this date are not in this copy" in page, name
        assert 'ledger/index.html"' in page or "/ledger/" in name or "index" in page
        assert "<form" not in page.replace('<form class="search"', ""), name


@pytest.mark.once
def test_a_thread_of_several_windows_is_copied_page_by_page(
    target, tmp_path, monkeypatch
):
    remarks = [comment(n, f"Remark number {n}.") for n in range(1, 412)]
    load(tmp_path, item(*remarks))
    last = Comment.objects.get(source_id="411")
    is_asked = places.is_asked
    # One page of a comment stands for the other 410.
    monkeypatch.setattr(
        places,
        "is_asked",
        lambda own: (
            is_asked(own)
            and (own.startswith(last.get_absolute_url()) or "/comments/c" not in own)
        ),
    )
    export(target)
    post = Post.objects.get()
    folder = target / "posts" / post.ref
    names = {path.name for path in folder.iterdir()}
    assert names >= {"index.html", "page-2.html", "page-3.html"}
    assert broken_links(target) == []
    own = (target / "comments" / last.ref / "index.html").read_text()
    assert f'href="../../posts/{post.ref}/page-3.html#{last.ref}"' in own


@pytest.mark.once
def test_a_second_run_writes_nothing(small, target):
    export(target)
    before = {path: path.stat().st_mtime_ns for path in target.rglob("*")}
    assert "0 files written, 0 removed" in export(target)
    assert {path: path.stat().st_mtime_ns for path in target.rglob("*")} == before


def test_proofs_are_those_that_the_site_hands_out(small, target):
    export(target)
    remark = Comment.objects.get(source_id="1")
    name = f"comments/{remark.ref}/proof.json"
    assert (target / name).read_bytes() == Client().get(f"/{name}").content
    assert len(list(target.glob("comments/*/proof.json"))) == 2


class Terminal(StringIO):
    def isatty(self):
        return True


@pytest.mark.once
def test_how_many_pages_are_made_is_told_at_a_terminal_alone(small, target):
    shown, piped = Terminal(), StringIO()
    for said in (shown, piped):
        call_command("export_archive", str(target), stdout=StringIO(), stderr=said)
    assert re.search(r"\d+/\d+ \[.*pages", shown.getvalue())
    assert piped.getvalue() == ""


def test_a_notice_takes_the_place_of_the_text_everywhere(small, target):
    packed = target.with_suffix(".zip")
    export(target, zip=packed)
    was = Comment.objects.get(source_id="1")
    assert any(b"Otters live" in data for data in files_of(target).values())
    assert any(b'"otters":[' in data for data in files_of(target).values())
    hide("1")
    said = export(target, zip=packed)
    assert "0 removed" not in said
    kept = dict(files_of(target))
    with ZipFile(packed) as found:
        kept |= {name: found.read(name) for name in found.namelist()}
    for name, data in kept.items():
        for word in (b"Otters live", b"otters", b"Wren", b"wren"):
            assert word not in data, name
    page = (target / "comments" / was.ref / "index.html").read_text()
    assert "taken down" in page
    assert not (target / "comments" / was.ref / "proof.json").exists()
    assert broken_links(target) == []


@pytest.mark.once
def test_what_is_no_longer_public_goes_before_anything_is_put_in(
    small, target, monkeypatch
):
    export(target)
    hide("1")

    failing = _failing_at(target / "comments", Path.mkdir)
    monkeypatch.setattr("pathlib.Path.mkdir", failing)
    with pytest.raises(CommandError):
        export(target)
    monkeypatch.undo()
    assert not any(b"Otters live" in data for data in files_of(target).values())
    assert "unfinished" in (target / "index.html").read_text()
    assert json.loads((target / "copy.json").read_bytes())["state"] == "unfinished"
    export(target)
    assert json.loads((target / "copy.json").read_bytes())["state"] == "complete"
    assert "unfinished" not in (target / "index.html").read_text()
    assert broken_links(target) == []


def _failing_at(folder, mkdir):
    def made(path, *args, **kwargs):
        if folder in path.parents and ".being-made" not in path.parts:
            message = "the disk is full"
            raise OSError(message)
        return mkdir(path, *args, **kwargs)

    return made


@pytest.mark.once
def test_while_pages_are_being_made_nothing_in_the_folder_changes(
    small, target, monkeypatch
):
    export(target)
    before = files_of(target)
    hide("1")
    monkeypatch.setattr(
        "commentarchive.views.site.render",
        lambda *_args: (_ for _ in ()).throw(ValueError("broken")),
    )
    with pytest.raises(CommandError, match="nothing was changed"):
        export(target)
    assert files_of(target) == before


@pytest.mark.once
def test_a_blog_for_staff_only_is_in_no_copy_and_leaves_it_again(small, target):
    export(target)
    blog = Blog.objects.get()
    blog.visibility = "staff"
    save_blog(blog, by=SYSTEM)
    export(target)
    for name, data in files_of(target).items():
        assert b"Otters" not in data, name
        assert blog.slug not in name
        assert Post.objects.get().ref not in name


@pytest.mark.once
def test_a_folder_that_is_not_its_own_is_refused(small, target):
    target.mkdir()
    (target / "letter.txt").write_text("Mine.")
    with pytest.raises(CommandError, match="is no copy"):
        export(target)
    assert files_of(target) == {"letter.txt": b"Mine."}
    (target / "letter.txt").unlink()
    export(target)
    listed = json.loads((target / "copy.json").read_bytes())
    (target / "copy.json").write_text(json.dumps({**listed, "archive": "0" * 64}))
    with pytest.raises(CommandError, match="another archive"):
        export(target)
    (target / "copy.json").write_text("{")
    with pytest.raises(CommandError, match="not the list of a copy"):
        export(target)
    with pytest.raises(CommandError, match="no folder"):
        export(target / "copy.json")


@pytest.mark.once
def test_two_at_once_do_not_mix(small, target):
    export(target)
    archive = json.loads((target / "copy.json").read_bytes())["archive"]
    with (
        CopyFolder(target, archive).drafts(),
        pytest.raises(CommandError, match="somebody else"),
    ):
        export(target)


@pytest.mark.once
def test_what_was_damaged_or_deleted_is_put_right_and_strangers_are_named(
    small, target
):
    export(target)
    before = files_of(target)
    (target / "about" / "index.html").write_text("Damaged.")
    next(target.glob("comments/*/proof.json")).unlink()
    (target / "note.txt").write_text("Mine.")
    assert "note.txt is not of this copy" in export(target)
    after = files_of(target)
    assert after.keys() == {*before, "note.txt"}
    assert b"Damaged" not in after["about/index.html"]
    assert broken_links(target) == []


@pytest.mark.once
def test_a_list_cannot_reach_out_of_its_folder(small, target):
    export(target)
    outside = target.parent / "outside.txt"
    outside.write_text("Not yours.")
    listed = json.loads((target / "copy.json").read_bytes())
    listed["files"]["../outside.txt"] = ["0" * 64, "0" * 64]
    (target / "copy.json").write_text(json.dumps(listed))
    hide("1")
    export(target)
    assert outside.read_text() == "Not yours."


@pytest.mark.once
def test_another_file_is_not_overwritten_by_the_packed_copy(small, target):
    other = target.with_suffix(".zip")
    other.write_bytes(b"PK not really")
    with pytest.raises(CommandError, match="is no copy"):
        export(target, zip=other)
    assert not target.exists()
    with pytest.raises(CommandError, match="in the copy itself"):
        export(target, zip=target / "copy.zip")


@pytest.mark.once
def test_the_same_copy_makes_the_same_packed_bytes(small, target):
    packed = target.with_suffix(".zip")
    export(target, zip=packed)
    first = packed.read_bytes()
    export(target, zip=packed)
    assert packed.read_bytes() == first


def test_an_archive_without_a_record_is_copied_too(target):
    assert "an empty record" in export(target)
    assert (target / "index.html").is_file()
    assert broken_links(target) == []
