import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connection

from commentarchive.captures import files as capture_files
from commentarchive.captures.tree import recompute_root
from commentarchive.intake.session import import_files
from commentarchive.ledger.models import Entry
from commentarchive.ledger.verification import verify
from commentarchive.models import (
    Blog,
    Capture,
    Comment,
    Commenter,
    CrossPost,
    Post,
    PrivateAddress,
    Revision,
    Tombstone,
)
from tests import databases
from tests.dump import dump
from tests.importers.reading import FIXTURES
from tests.wxr import comment, export, item, load, write

pytestmark = pytest.mark.django_db


def shown():
    return {c.source_id: c.visibility for c in Comment.objects.order_by("pk")}


def test_the_same_file_again_is_nothing_new(tmp_path):
    first = load(tmp_path, item(comment(1), comment(2, parent=1)))
    before, entries = dump(), Entry.objects.count()
    again = load(tmp_path, item(comment(1), comment(2, parent=1)))
    assert (first.counts.comments.new, again.counts.comments.new) == (2, 0)
    assert again.counts.comments.unchanged == 2
    assert again.capture == first.capture
    assert (dump(), Entry.objects.count()) == (before, entries)


def test_one_entry_an_import_and_its_root_can_be_worked_out_anew(tmp_path):
    load(tmp_path, item(comment(1), comment(2, parent=1)), item(number=2))
    load(tmp_path, item(comment(1, "Edited"), comment(2, parent=1)))
    assert Entry.objects.filter(event="archive.import").count() == 2
    for capture in Capture.objects.all():
        assert recompute_root(capture) == capture.root
        assert Entry.objects.get(pk=capture.entry_index).subject == capture.ref
    assert not verify().faults


def test_an_edited_comment_gets_a_second_version(tmp_path):
    load(tmp_path, item(comment(1, "Before")))
    report = load(tmp_path, item(comment(1, "After")))
    one = Comment.objects.get()
    assert report.counts.comments.changed == 1
    assert [r.text.raw for r in one.revisions.order_by("number")] == ["Before", "After"]
    assert one.current_revision.text.raw == "After"
    assert one.revisions.get(number=2).origin == "edited"


def test_nothing_but_live_is_public(tmp_path):
    load(
        tmp_path,
        item(
            comment(1),
            comment(2, approved="0"),
            comment(3, approved="spam"),
            comment(4, approved="trash"),
            comment(5, kind="note"),
            comment(6, approved="?"),
        ),
        item(comment(7), number=2, status="draft"),
        item(comment(8), number=3, password="x"),
    )
    assert shown() == {
        "1": "published",
        "2": "held",
        "3": "spam",
        "4": "trashed",
        "5": "internal",
        "6": "held",
        "7": "published",
        "8": "published",
    }
    assert [c.source_id for c in Comment.objects.shown()] == ["1"]
    assert Tombstone.objects.filter(is_open=True).count() == 4
    assert Post.objects.public().count() == 1


def test_a_later_copy_opens_and_closes_notices_of_imports(tmp_path):
    load(tmp_path, item(comment(1), comment(2, approved="0")))
    load(tmp_path, item(comment(1, approved="trash"), comment(2)))
    assert shown() == {"1": "trashed", "2": "published"}
    closed = Tombstone.objects.get(comment__source_id="2")
    assert not closed.is_open
    assert closed.closed_capture is not None


def test_missing_parents_rings_and_repeated_ids(tmp_path):
    report = load(
        tmp_path,
        item(
            comment(3, parent=99),
            comment(5, parent=4),
            comment(4, parent=5),
            comment(6, "one"),
            comment(6, "another"),
            comment(6, "one"),
            comment(7, parent=7),
        ),
    )
    assert report.orphans == 1
    assert report.counts.comments.seen == 7
    assert report.counts.comments.unchanged == 1
    placeholder = Comment.objects.get(source_id="99")
    assert placeholder.visibility == "unknown"
    assert Comment.objects.get(source_id="3").parent == placeholder
    assert Comment.objects.filter(source_id="6").count() == 2
    reasons = " ".join(each.reason for each in report.problems)
    for word in ("ring", "two texts", "stands twice"):
        assert word in reasons


def test_files_given_together_are_one_reading(tmp_path):
    one = write(tmp_path, export(item(comment(2, parent=1))), "1.xml")
    two = write(tmp_path, export(item(comment(1))), "2.xml")
    first, second = import_files([one, two])
    assert (first.orphans, second.orphans) == (0, 0)
    child = Comment.objects.get(source_id="2")
    assert child.parent.source_id == "1"
    assert child.parent.visibility == "published"
    assert (child.parent.position, child.position) == (0, 1)
    captures = Capture.objects.order_by("pk")
    assert [c.reading for c in captures] == [captures[0].ref] * 2


def test_ids_repeat_across_articles(tmp_path):
    load(tmp_path, item(comment(1, "a")), item(comment(1, "b"), number=2))
    assert Comment.objects.count() == 2


def test_names_are_joined_by_name_link_and_e_mail_only(tmp_path):
    load(
        tmp_path,
        item(
            comment(1),
            comment(2),
            comment(3, email="other@mail.example"),
            comment(4, author=""),
            comment(5, author=""),
        ),
    )
    assert Commenter.objects.count() == 2
    assert Comment.objects.filter(commenter=None).count() == 2
    assert PrivateAddress.objects.get(comment__source_id="3").email.startswith("other")


def test_the_bytes_are_kept_as_received(tmp_path):
    path = write(tmp_path, export(item(comment(1))))
    report = import_files([path])[0]
    with capture_files.opened(report.sha256) as kept:
        assert kept.read() == path.read_bytes()


def test_a_cross_post_is_tied_when_its_other_end_arrives(tmp_path):
    body = 'This is a cross-post from <a href="https://b.example/x/">B</a>.'
    load(tmp_path, item(body=body), name="a.xml")
    tie = CrossPost.objects.get()
    assert tie.other_post is None
    path = write(
        tmp_path,
        export(item(link="https://www.b.example/x"), address="https://b.example"),
        "b.xml",
    )
    import_files([path])
    tie.refresh_from_db()
    assert tie.other_post.blog.slug == "b-example"


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path, capsys):
    path = write(
        tmp_path,
        export(item(comment(1), comment(2, parent=9)), item(comment(2), number=2)),
    )
    call_command("import_comments", path, "--dry-run", "--json")
    dry = json.loads(capsys.readouterr().out)
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


def test_a_truncated_file_is_partial_and_exits_with_3(tmp_path, capsys):
    data = export(item(comment(1), comment(2)))
    path = write(tmp_path, data[: data.index(b"<wp:comment_id>2")])
    with pytest.raises(SystemExit) as ended:
        call_command("import_comments", path, "--json")
    assert ended.value.code == 3
    said = json.loads(capsys.readouterr().out)
    assert said["complete"] is False
    assert said["comments"]["seen"] == 1
    assert Capture.objects.get().state == "partial"


@pytest.mark.parametrize(
    "data", [b"", b"<html><body>", b"<!DOCTYPE x><rss>", b"PK\x03\x04"]
)
def test_a_refused_file_changes_nothing(tmp_path, data):
    from django.core.management import CommandError

    path = write(tmp_path, data)
    with pytest.raises(CommandError, match=r"export\.xml"):
        call_command("import_comments", path)
    assert not Blog.objects.exists()
    assert not (tmp_path / "captures").exists()


def test_missing_numbers_are_an_upper_bound(tmp_path):
    report = load(tmp_path, item(comment(1), comment(5), comment(6), comment(9)))
    sentence = report.cannot_tell[-1]
    assert sentence.startswith("5 comment numbers")
    assert "2 to 4, 7 to 8" in sentence


def test_an_id_that_comes_again_makes_no_hole(tmp_path):
    report = load(
        tmp_path,
        item(*(comment(n) for n in range(1, 11))),
        item(comment(5, "again"), comment(20), number=2),
    )
    sentence = report.cannot_tell[-1]
    assert sentence.startswith("9 comment numbers")
    assert "(11 to 19)" in sentence


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_goes_on_where_it_stopped(tmp_path):
    items = [
        item(
            *(
                comment(
                    1000 * n + c, f"text {c}", parent=1000 * n + c // 2 if c > 1 else 0
                )
                for c in range(1, 60)
            ),
            number=n,
        )
        for n in range(1, 100)
    ]
    path = write(tmp_path, export(*items))
    undisturbed = _run(tmp_path / "a", path, kills=0)
    disturbed = _run(tmp_path / "b", path, kills=6)
    assert disturbed == undisturbed
    assert undisturbed["comments"] == 59 * 99


def _own_database(name):
    """Copy the database of this test, which is empty; return the copy's address."""
    usual = str(connection.settings_dict["NAME"])
    copy = databases.copy(usual, f"{Path(usual).stem}_killed_{name}")
    if connection.vendor == "sqlite":
        return f"sqlite:///{copy}"
    parts = urlsplit(os.environ["DATABASE_URL"])
    # urlunsplit would drop the empty host of a socket's address.
    return f"{parts.scheme}://{parts.netloc}/{copy}?{parts.query}"


def _run(var, path, *, kills):
    """Import in a process of its own, killed now and then; count what is there."""
    root = Path(__file__).resolve().parent.parent.parent
    database = _own_database(var.name)
    environment = {**os.environ, "VAR_DIR": str(var), "DATABASE_URL": database}
    manage = [sys.executable, str(root / "manage.py")]
    for kill in range(kills):
        process = subprocess.Popen(
            [*manage, "import_comments", str(path)],
            env=environment,
            cwd=root,
            stdout=subprocess.DEVNULL,
        )
        time.sleep(0.9 + 0.17 * kill)
        process.send_signal(signal.SIGKILL)
        process.wait()
    done = subprocess.run(
        [*manage, "import_comments", str(path)],
        env=environment,
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "99 seen" in done.stdout
    script = (
        "import hashlib, json\n"
        "from tests.dump import dump\n"
        "from commentarchive.models import Capture, Comment\n"
        "from commentarchive.captures.tree import recompute_root\n"
        "c = Capture.objects.get()\n"
        "assert recompute_root(c) == c.root\n"
        "d = hashlib.sha256(repr(dump()).encode()).hexdigest()\n"
        "print(json.dumps({'dump': d, 'comments': Comment.objects.count()}))\n"
    )
    told = subprocess.run(
        [*manage, "shell", "-v0", "-c", script],
        env=environment,
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(told.stdout.splitlines()[-1])


def test_every_sample_gives_the_counts_beside_it(samples, tmp_path):
    counts = {
        "WPTT__theme-test-data__themeunittestdata.wordpress.xml": (33, 10),
        "WordPress__wordpress-importer__a11y-unit-test-data.xml": (29, 10),
        "WordPress__wordpress-importer__slashes.xml": (1, 1),
        "WordPress__wordpress-importer__test-serialized-comment-meta.xml": (1, 1),
        "WordPress__wordpress-importer__valid-wxr-1.0.xml": (1, 1),
        "WordPress__wordpress-importer__valid-wxr-1.1.xml": (1, 1),
        "WordPress__wordpress-importer__wxr-comprehensive.xml": (1, 1),
        "getpelican__pelican__wordpressexport.xml": (4, 2),
        "posativ__isso__wordpress.xml": (8, 3),
        "poststatus__wptest__wptest.xml": (30, 10),
        "prayagverma__google-blog-converters-appengine__wordpress-sample2.wxr": (3, 1),
    }
    for name, (comments, depth) in counts.items():
        report = import_files([samples / "wxr" / name], blog_slug=name[:20].lower())[0]
        assert (report.counts.comments.seen, report.counts.max_depth) == (
            comments,
            depth,
        )
        assert report.is_complete, name


def test_a_real_export_agrees_with_the_database_that_wrote_it(samples):
    folder = samples / "wordpress-6.1.9"
    truth = json.loads((folder / "truth.json").read_text())
    report = import_files([folder / "export.xml"])[0]
    assert report.is_complete
    states = {
        "1": "live",
        "0": "pending",
        "trash": "trashed",
        "post-trashed": "trashed",
    }
    stored = {
        c.source_id: c
        for c in Comment.objects.exclude(capture=None).select_related("post", "parent")
    }
    expected = [each for each in truth["comments"] if each["status"] != "spam"]
    assert len(stored) == len(expected)
    for each in expected:
        c = stored[each["id"]]
        assert (
            c.post.source_id,
            c.parent.source_id if c.parent else "0",
            c.source_state,
            c.kind,
            c.posted_at.strftime("%Y-%m-%d %H:%M:%S"),
            c.printed_at,
            c.commenter.name.name,
        ) == (
            *(each["post"], each["parent"], states[each["status"]], each["type"]),
            *(each["gmt"], each["local"], each["author"]),
        )
    later = import_files([folder / "export-later.xml"])[0]
    assert (later.counts.comments.new, later.counts.comments.changed) == (1, 2)


@pytest.mark.unreconciled
def test_facts_and_texts_cannot_be_changed(tmp_path):
    from django.db import Error, transaction

    load(tmp_path, item(comment(1)))
    for statement in (
        "UPDATE commentarchive_comment SET printed_at = 'x'",
        "DELETE FROM commentarchive_comment",
        "UPDATE commentarchive_revision SET number = 9",
        "UPDATE commentarchive_revisiontext SET raw = 'x'",
        "UPDATE commentarchive_capture SET state = 'reading'",
        "UPDATE commentarchive_post SET printed_at = 'x'",
        "UPDATE commentarchive_privateaddress SET ip = 'x'",
    ):
        with (
            pytest.raises(Error),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    Comment.objects.update(position=7, visibility="held")
    assert Revision.objects.filter(number=1).exists()


def test_what_was_decided_on_does_not_come_back_under_another_article(tmp_path):
    from commentarchive.ledger.append import SYSTEM
    from moderation.actions.decisions import Judgement, decide
    from moderation.models import Action

    load(tmp_path, item(comment(1, "A libel")))
    decide(Comment.objects.get(), Judgement(action=Action.HOLD), by=SYSTEM)
    load(tmp_path, item(), item(comment(1, "A libel"), number=2), name="2.xml")
    load(tmp_path, item(comment(1, "Other"), comment(1, "A libel")), name="3.xml")
    assert {c.visibility for c in Comment.objects.all()} == {"held"}
    assert Comment.objects.count() == 3


def test_twins_are_known_again_by_their_text(tmp_path):
    load(tmp_path, item(comment(1, "A"), comment(1, "B", approved="trash")))
    report = load(
        tmp_path, item(comment(1, "B", approved="trash"), comment(1, "A"), comment(2))
    )
    assert report.counts.comments.changed == 0
    load(tmp_path, item(comment(1, "B", approved="trash"), comment(2), comment(3)))
    assert [
        c.visibility for c in Comment.objects.filter(source_id="1").order_by("twin")
    ] == [
        "gone_at_source",
        "trashed",
    ]


def test_an_attached_page_is_shown_with_its_article(tmp_path):
    def attached(status):
        page = item(comment(5), number=2, kind="attachment", status="inherit")
        page = page.replace(
            "<wp:status>", "<wp:post_parent>1</wp:post_parent><wp:status>"
        )
        load(tmp_path, page, item(number=1, status=status), name=f"{status}.xml")
        return Post.objects.get(source_id="2").is_public

    assert [attached("publish"), attached("private")] == [True, False]


def test_an_open_mark_in_a_comment_swallows_nothing(tmp_path):
    first = item(comment(1, "I love <!-- this and <![CDATA[ that"))
    report = load(tmp_path, first, item(comment(2), number=2), item(number=3))
    assert report.counts.posts.seen == 3
    assert report.counts.comments.seen == 2
    assert report.is_complete


def test_impossible_dates_are_kept_as_printed(tmp_path):
    from django.test import Client

    for n, (local, gmt) in enumerate(
        [
            ("0000-00-00 00:00:00", "0001-01-01 00:00:00"),
            ("9999-12-31 23:59:59", "9999-12-31 23:59:59"),
            ("2012-13-45 00:00:00", "soon"),
        ]
    ):
        load(
            tmp_path, item(comment(1, local=local, gmt=gmt), number=n), name=f"{n}.xml"
        )
    for one in Comment.objects.all():
        assert one.posted_at is None
        for address in ("/", one.get_absolute_url(), one.post.get_absolute_url()):
            assert Client().get(address).status_code == 200


def test_a_blog_is_named_by_what_an_address_can_hold(tmp_path):
    from commentarchive.importers.parsed import Unreadable

    path = write(tmp_path, export(item(comment(1))))
    with pytest.raises(Unreadable, match="names no blog"):
        import_files([path], blog_slug="My Blog")
    assert not Blog.objects.exists()
    nameless = item(comment(1), link="").encode()
    head = export().replace(b"https://test.example", b"")
    path = write(
        tmp_path, head.replace(b"</channel>", nameless + b"</channel>"), "ünï cöde.xml"
    )
    report = import_files([path])[0]
    assert report.blog.slug == "uni-code"


def test_bad_bytes_in_an_article_cost_nothing_but_themselves(tmp_path):
    data = export(
        item(comment(1), comment(2), body="Bad \xff here", title="Kept"),
        item(comment(3), number=2, title="Bad \xff too", body="Kept"),
    ).replace("\xff".encode(), b"\xff")
    report = import_files([write(tmp_path, data)])[0]
    assert not report.is_complete
    assert report.counts.comments.seen == 3
    posts = {post.source_id: post for post in Post.objects.titled()}
    assert posts["1"].title == "Kept"
    assert posts["2"].current_revision.text.raw == "Kept"
    assert posts["2"].title == "Bad \ufffd too"
    assert posts["1"].current_revision.text.raw == "Bad \ufffd here"
    places = [data.index(0xFF), data.rindex(0xFF)]
    for place, problem in zip(places, report.problems, strict=True):
        line = data.count(b"\n", 0, place) + 1
        assert problem.place == f"line {line}, byte {place}"


def test_a_text_about_exports_costs_no_completeness(tmp_path):
    report = load(
        tmp_path, item(comment(1, "I saw <wp:comment_id>5</wp:comment_id>"), comment(2))
    )
    assert report.is_complete
    assert report.counts.comments.seen == 2


def test_an_article_under_an_id_that_came_before_is_remarked(tmp_path, capsys):
    path = write(tmp_path, export(item(comment(1)), item(title="Another")))
    call_command("import_comments", path, "--dry-run", "--json")
    dry = json.loads(capsys.readouterr().out)
    call_command("import_comments", path, "--json")
    wet = json.loads(capsys.readouterr().out)
    assert "stands in this file again" in wet["problems"][0]["reason"]
    assert {**dry, "capture": ""} == {**wet, "capture": ""}


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


def test_a_doctype_in_any_part_refuses_the_whole_zip(tmp_path):
    import zipfile

    from commentarchive.importers.parsed import Unreadable

    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.1.xml", export(item(comment(1))))
        second = export(item(comment(2))).replace(b"<rss", b"<!DOCTYPE x>\n<rss")
        archive.writestr("a.2.xml", second)
    with pytest.raises(Unreadable, match="file 2 of the ZIP"):
        import_files([path])
    assert not Blog.objects.exists()


def test_a_notice_begins_after_the_last_copy_that_showed_the_comment(tmp_path):
    def copy(day, approved, name):
        dated = f"<pubDate>{day} 2012 00:00:00 +0000</pubDate><wp:base"
        data = export(item(comment(1, approved=approved)))
        path = write(tmp_path, data.replace(b"<wp:base", dated.encode(), 1), name)
        return import_files([path])

    copy("Tue, 01 May", "1", "1.xml")
    copy("Fri, 01 Jun", "trash", "2.xml")
    opened = Tombstone.objects.get()
    assert opened.since_not_before.isoformat()[:10] == "2012-05-01"
    assert opened.since_not_after.isoformat()[:10] == "2012-06-01"
    copy("Sun, 01 Jul", "1", "3.xml")
    opened.refresh_from_db()
    assert opened.until_not_before.isoformat()[:10] == "2012-06-01"
    assert opened.until_not_after.isoformat()[:10] == "2012-07-01"


def test_the_rules_of_a_page_are_no_repair(tmp_path, capsys, client):
    page = (FIXTURES / "web_page/html5.html").read_bytes()
    path = write(tmp_path, page, "page.html")
    for was_known in (False, True):
        call_command("import_comments", path, "--json")
        told = json.loads(capsys.readouterr().out)
        assert told["how"] == ["by the rules of WordPress, the html5 list"], was_known
        assert not any("rules" in each["reason"] for each in told["repairs"])
    shown = client.get(f"/captures/{told['capture']}/").content.decode()
    assert "<h2>How it was read</h2>" in shown
    assert "by the rules of WordPress" in shown
    assert "<h2>Repairs</h2>" not in shown
