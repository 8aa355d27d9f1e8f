"""Copies that contradict one another lead to one state in whatever order they come."""

import itertools
import json
from datetime import UTC, datetime

import pytest

from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Comment, Gap, Post
from tests.dump import standing
from tests.intake.test_reading_orders import answers, dated, page, shown
from tests.reading_orders import ReadFile, read_again, undone
from tests.wxr import comment, export, item

pytestmark = pytest.mark.django_db
BEN = shown(2, "Ben", "2 April 2012 at 10:00 am", "Two.")
CY = shown(3, "Cy", "3 April 2012 at 10:00 am", "Three.")


def remark(number, *, name="Ben", state="1", parent=0, text="Two."):
    return comment(
        *(number, text),
        author=name,
        parent=parent,
        approved=state,
        local=f"2012-04-0{number} 10:00:17",
        gmt=f"2012-04-0{number} 09:00:17",
    )


CYS = remark(3, name="Cy", text="Three.")


def answer(**changed):
    return json.dumps([{**answers()[1], "parent": 0, **changed}])


@pytest.fixture
def reads(tmp_path):
    """Read files, each with the day of February on which it was saved, or None."""

    def made(**sources):
        files = {}
        for name, (day, data) in sources.items():
            path = tmp_path / name.replace("_", ".")
            path.write_bytes(data if isinstance(data, bytes) else data.encode())
            saved = day and datetime(2013, 2, day, tzinfo=UTC)
            files[path.name] = ReadFile(path, saved)
        return files

    return made


def in_every_order(files, look):
    """Return what is found after each order of reading; it must be one thing."""
    found = {}
    for names in itertools.permutations(files):
        with undone():
            read_again(files, [[name] for name in names], blog="test")
            assert [str(each) for each in reconcile()] == [], names
            found[names] = (standing(), look())
    first = next(iter(found.values()))
    for names, other in found.items():
        lines = set(first[0].splitlines()) ^ set(other[0].splitlines())
        assert (other, lines) == (first, set()), names
    return first[1]


def second():
    one = Comment.objects.get(source_id="2")
    return one.visibility, one.source_state


def test_an_older_export_holds_an_article_twice_that_a_page_showed(reads):
    twice = export(item(CYS, title="Other"), item(CYS, title="An article"))
    files = reads(a_xml=(None, dated("02", twice)), b_html=(3, page(CY)))

    def title():
        text = Post.objects.get().current_revision.text
        return text.title, text.form

    assert in_every_order(files, title) == ("An article", "wp-autop")


def test_an_older_export_holds_what_is_gone_in_two_states(reads):
    twice = export(item(remark(2, state="trash"), CYS), item(remark(2), title="Other"))
    files = reads(
        a_xml=(None, dated("02", export(item(remark(2), CYS)))),
        b_xml=(None, dated("04", twice)),
        c_html=(3, page(CY)),
    )
    assert in_every_order(files, second) == ("gone_at_source", "gone")


def test_what_is_gone_stands_with_the_text_that_was_seen_last(reads):
    edited = shown(2, "Ben", "2 April 2012 at 10:00 am", "Two, as edited later.")
    files = reads(
        a_xml=(None, dated("02", export(item(remark(2), CYS)))),
        b_html=(1, page(edited, CY)),
        c_html=(3, page(CY)),
    )

    def text():
        return Comment.objects.get(source_id="2").current_revision.text.plain

    assert in_every_order(files, text) == "Two, as edited later."


@pytest.mark.parametrize(("word", "state"), [("odd", "unknown"), ("hold", "pending")])
def test_the_sources_own_word_for_a_state_stands_in_any_order(reads, word, state):
    files = reads(
        a_xml=(None, dated("02", export(item(remark(2), CYS)))),
        b_json=(5, answer(status=word)),
        c_html=(3, page(CY)),
    )

    def words():
        notices = Comment.objects.get(source_id="2").tombstones
        return *second(), notices.get(is_open=True).actor_label

    who = "the blog" if word == "hold" else ""
    assert in_every_order(files, words) == ("held", state, who)


def test_what_a_page_hides_is_judged_by_the_best_parents(reads):
    """Its parent waits at the blog: a page that hides that one may hide both."""
    held = remark(1, name="Ann", state="0", text="One.")
    files = reads(
        a_xml=(None, dated("02", export(item(held, remark(2, parent=1), CYS)))),
        b_html=(1, page(BEN, CY)),
        c_html=(3, page(CY)),
    )
    assert in_every_order(files, second) == ("published", "live")


def test_a_page_of_a_stored_text_is_no_export_of_it(reads):
    """A later page that shows the older title does not outweigh a later export."""
    files = reads(
        a_xml=(None, dated("02", export(item(CYS, title="An article")))),
        b_xml=(None, dated("03", export(item(CYS, title="Other")))),
        c_html=(3, page(CY)),
    )
    assert (
        in_every_order(files, lambda: Post.objects.get().current_revision.text.title)
        == "Other"
    )


def test_a_parent_that_only_worse_evidence_names_is_missing_nowhere(reads, client):
    files = reads(
        a_xml=(None, dated("02", export(item(remark(2, parent=3), CYS)))),
        b_json=(5, answer(parent=9)),
    )

    def seen():
        shown = client.get(Post.objects.get().get_absolute_url()).content.decode()
        assert "Three." in shown
        return Gap.objects.filter(withdrawn_entry=None).count(), "never seen" in shown

    assert in_every_order(files, seen) == (0, False)


def test_such_a_parent_comes_back_into_sight_with_a_copy_or_an_answer(reads):
    files = reads(
        a_json=(5, answer(parent=9)),
        b_xml=(None, dated("02", export(item(remark(2, parent=3), CYS)))),
        c_xml=(None, dated("04", export(item(CYS, remark(4, parent=9))))),
    )
    read_again(files, [["a.json"], ["b.xml"]], blog="test")
    nine = Comment.objects.get(source_id="9")
    assert (nine.visibility, nine.position) == ("internal", 2)
    assert not Comment.objects.left_for_staff().exists()
    read_again(files, [["c.xml"]], blog="test")
    nine.refresh_from_db()
    assert nine.visibility == "unknown"
    assert not list(reconcile())


def test_reconcile_finds_a_missing_parent_that_was_put_out_of_sight(reads):
    files = reads(a_json=(5, answer(parent=9)))
    read_again(files, [["a.json"]], blog="test")
    with undone():
        Comment.objects.filter(source_id="9").update(visibility="internal")
        assert any("no copy held comment" in str(each) for each in reconcile())


def test_a_name_that_no_reader_saw_gives_way_to_one_that_readers_did(reads):
    files = reads(
        a_xml=(None, dated("02", export(item(remark(2, name="Ben"), CYS)))),
        b_xml=(None, dated("04", export(item(remark(2, name="Benedict", state="0"))))),
        c_html=(3, page(BEN, CY)),
    )

    def name():
        return Comment.objects.get(source_id="2").commenter.name.name, second()[0]

    assert in_every_order(files, name) == ("Ben", "published")
