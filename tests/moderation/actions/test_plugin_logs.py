"""A plugin's log becomes history: each line once, on its comment, or named."""

import json
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from commentarchive.models import Comment, Visibility
from moderation.models import Decision
from tests.moderation.plugin_logs.test_reader import (
    event,
    history,
    noted,
    row,
    stream_csv,
)
from tests.wxr import comment, export, item, load, write

pytestmark = pytest.mark.django_db
WORDS = "The harbour lamp is a disgrace"


def at(row_, moment):
    return row_.replace("2012/05/03 10:22:11 PM BST", moment)


@pytest.fixture
def seven(tmp_path):
    load(tmp_path, item(comment(7, WORDS), comment(8, "Quite so.", parent=7)))
    return Comment.objects.get(source_id="7")


def run(folder, data, *options, blog="test-example"):
    path = write(folder, data, "log")
    call_command("import_decisions", path, "--blog", blog, *options)


def ran(folder, data, capsys, *options):
    """Run with --json; return the exit code and what it prints."""
    code = 0
    try:
        run(folder, data, "--json", *options)
    except SystemExit as left:
        code = left.code
    return code, json.loads(capsys.readouterr().out.splitlines()[-1])


def test_each_line_is_on_record_once(tmp_path, seven, capsys):
    log = stream_csv(
        row("approved"),
        at(row("trashed"), "2012/06/01 09:00:00 AM BST"),
        at(row("untrashed"), "2012/06/02 09:00:00 AM BST"),
    )
    code, first = ran(tmp_path, log, capsys)
    assert (code, len(first["recorded"]), first["known"]) == (0, 3, 0)
    told = Decision.objects.order_by("entry_index")
    assert [each.action for each in told] == ["approve", "remove", "restore"]
    assert {each.grade for each in told} == {"imported"}
    assert {each.decided_by for each in told} == {"a moderator of the blog"}
    assert all(each.recorded_at > each.decided_at for each in told)
    assert "plugin Stream" in told[0].facts
    code, again = ran(tmp_path, log, capsys)
    assert (code, again["recorded"], again["known"]) == (0, [], 3)
    body = Client().get(f"/comments/{seven.ref}/").content.decode()
    assert WORDS in body
    assert "Moved to the trash." in Client().get(told[1].get_absolute_url()).text


def test_lines_in_any_order_tell_one_history(tmp_path, seven, capsys):
    lines = [
        row("approved"),
        at(row("spammed"), "2012/06/01 09:00:00 AM BST"),
        at(row("unspammed"), "2012/06/02 09:00:00 AM BST"),
        at(row("deleted"), "2012/06/03 09:00:00 AM BST"),
    ]
    ran(tmp_path, stream_csv(*reversed(lines)), capsys)
    told = Decision.objects.order_by("entry_index")
    assert [each.action for each in told] == ["approve", "remove", "restore", "remove"]


def test_what_was_never_public_was_not_taken_down(tmp_path, capsys):
    load(tmp_path, item(comment(7, WORDS, approved="0")))
    ran(
        tmp_path,
        stream_csv(row("spammed", summary="… by Akismet", user_id="0")),
        capsys,
    )
    told = Decision.objects.get()
    assert (told.action, told.decided_by) == ("block", "a system of the blog")
    assert WORDS not in Client().get(f"/comments/{told.comment.ref}/").text


def test_where_it_came_back_to_is_not_guessed(tmp_path, seven, capsys):
    code, said = ran(tmp_path, stream_csv(row("untrashed")), capsys)
    assert (code, said["recorded"]) == (3, [])
    [left] = said["left"]
    assert left["place"] == "line 2"
    assert "to which state it came back" in left["reason"]
    assert Comment.objects.get(pk=seven.pk).visibility == Visibility.PUBLISHED


def test_simple_history_knows_how_it_arrived(tmp_path, seven, capsys):
    log = [
        event("anon_comment_added", context={"comment_approved": "1"}),
        event("comment_status_trash", date="2012-06-01 08:00:00"),
        event("comment_untrashed", date="2012-06-02 08:00:00"),
    ]
    ran(tmp_path, json.dumps(log).encode(), capsys)
    told = Decision.objects.order_by("entry_index")
    assert [each.action for each in told] == ["remove", "restore"]


def test_lines_whose_comment_is_not_here_are_named(tmp_path, seven, capsys):
    elsewhere = event("comment_deleted", context={"comment_post_ID": "99"})
    early = event("comment_deleted", date="2011-01-01 08:00:00")
    log = [event("comment_deleted", "404"), elsewhere, early]
    code, said = ran(tmp_path, json.dumps(log).encode(), capsys)
    assert (code, said["recorded"]) == (3, [])
    reasons = {each["reason"] for each in said["left"]}
    assert reasons == {
        "comment 404, deleted: no comment with this number is archived here",
        "comment 7, deleted: no comment with this number is archived here",
        "comment 7, deleted: A decision cannot have been made before the comment was.",
    }


def test_two_comments_of_one_number_are_not_mixed_up(tmp_path, capsys):
    load(
        tmp_path,
        item(comment(7, WORDS), number=1),
        item(comment(7, "Another one."), number=2),
    )
    code, said = ran(tmp_path, stream_csv(row("trashed")), capsys)
    assert code == 3
    assert "more than one comment" in said["left"][0]["reason"]
    of_one = event("comment_status_trash", context={"comment_post_ID": "2"})
    ran(tmp_path, json.dumps([of_one]).encode(), capsys)
    assert Decision.objects.get().comment.post.source_id == "2"


def test_the_notes_of_the_export_itself(tmp_path, capsys):
    """The trash of an export hides already; its note says since when."""
    notes = noted(
        akismet_history__1=f"a:3:{{{history('status-approved', 'ed')}}}",
        _wp_trash_meta_status="1",
        _wp_trash_meta_time="1338537600",
    )
    one = comment(7, WORDS, approved="trash")
    data = export(item(one.replace("</wp:comment>", f"{notes}</wp:comment>")))
    load(tmp_path, item(one))
    code, said = ran(tmp_path, data, capsys)
    assert (code, len(said["recorded"])) == (0, 2)
    told = Decision.objects.order_by("entry_index")
    assert [each.action for each in told] == ["approve", "remove"]
    assert told[1].decided_at == datetime(2012, 6, 1, 8, tzinfo=UTC)
    assert told[1].decided_by == "somebody the record does not name"
    assert WORDS not in Client().get(f"/comments/{told[1].comment.ref}/").text


def test_more_lines_than_one_batch(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("moderation.actions.plugin_logs.BATCH", 3)
    load(tmp_path, item(*(comment(each, f"No. {each}") for each in range(1, 11))))
    log = [row("approved", each) for each in range(1, 11)]
    log += [at(row("trashed", each), "2012/06/01 09:00:00 AM BST") for each in (2, 9)]
    _code, said = ran(tmp_path, stream_csv(*log), capsys)
    assert len(said["recorded"]) == 12
    by_batch = Decision.objects.filter(action="approve").values_list("batch", flat=True)
    assert sorted(map(list(by_batch).count, set(by_batch))) == [1, 3, 3, 3]


def test_somebody_records_them_under_their_role(tmp_path, seven, alice, capsys):
    ran(tmp_path, stream_csv(row("trashed")), capsys, "--by", "alice")
    told = Decision.objects.get()
    assert (told.recorder.handle, told.recorder_role) == ("alice", "moderator")


@pytest.mark.parametrize(
    ("options", "blog", "data", "words"),
    [
        ((), "no-such", stream_csv(row("trashed")), "no blog called 'no-such'"),
        ((), "test-example", b"nothing", "no log that is known here"),
        (("--by", "nobody"), "test-example", b"", "Nobody who may decide"),
    ],
)
def test_bad_input_changes_nothing(tmp_path, seven, options, blog, data, words):
    with pytest.raises(CommandError, match=words):
        run(tmp_path, data, *options, blog=blog)
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_decisions", tmp_path / "missing", "--blog", "test-example")
    assert not Decision.objects.exists()


def test_it_is_printed_for_people(tmp_path, seven, capsys):
    with pytest.raises(SystemExit) as left:
        run(tmp_path, stream_csv(row("trashed"), row("trashed", "404"), row("created")))
    assert left.value.code == 3
    assert capsys.readouterr().out == (
        "log: the log of the WordPress plugin Stream\n"
        "  decisions: 1 recorded, 0 known before; lines about other things: 1\n"
        "  look at: line 3: comment 404, trashed: no comment with this number is "
        "archived here\n"
    )
