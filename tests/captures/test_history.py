"""The copies of one article: joined from files, compared in order, and counted."""

from datetime import UTC, datetime

import pytest

from commentarchive.captures.gaps import compare_left
from commentarchive.captures.history import (
    as_copies,
    compare_each_with_previous,
    summary,
)
from commentarchive.intake.session import import_files
from commentarchive.models import Capture, CaptureState, Manifest, Post
from commentarchive.models.capture import pack_manifest
from commentarchive.threads.capture_diff import CapturedComment
from tests.captures.test_vanished import read, shown
from tests.threads.test_capture_diff import copy
from tests.wxr import comment, export, item, load, write


def manifest(key, *comments, newest=1, seen=1, **facts):
    """Build a file's manifest of one article, unsaved; all are of one reading."""
    capture = Capture(
        pk=key,
        reading="k1",
        importer="wordpress",
        state=facts.pop("state", CaptureState.COMPLETE),
        progress={"comments": {"seen": seen}},
    )
    held = [CapturedComment(pk, pk, 0, "published") for pk in comments]
    return Manifest(
        capture=capture,
        ordinal=0,
        part=0,
        packed=pack_manifest(held),
        newest_at=datetime(2012, 4, newest, tzinfo=UTC),
        **facts,
    )


@pytest.mark.pure
def test_files_given_together_are_one_copy_placed_by_the_newest_comment_of_any():
    [found] = as_copies([manifest(1, 1, newest=9), manifest(2, 2, newest=3)])
    assert found.time.newest_at == datetime(2012, 4, 9, tzinfo=UTC)
    assert (found.key, found.held.keys(), found.is_whole) == (1, {1, 2}, True)


@pytest.mark.pure
@pytest.mark.parametrize(
    "part",
    [{"is_whole": False}, {"state": CaptureState.PARTIAL}, {"seen": 0}],
)
@pytest.mark.parametrize("place", [0, 1])
def test_one_file_that_cannot_tell_makes_the_whole_reading_one_that_cannot(part, place):
    facts = [{}, {}]
    facts[place] = part
    [found] = as_copies([manifest(1, 1, **facts[0]), manifest(2, 2, **facts[1])])
    assert not found.is_whole


@pytest.mark.django_db
def test_a_whole_file_does_not_make_up_for_a_cut_one_given_with_it(tmp_path):
    load(tmp_path, item(comment(1), comment(2)))
    cut = write(tmp_path, export(item(comment(1)))[:-20], "cut.xml")
    whole = write(tmp_path, export(item(comment(3))), "whole.xml")
    import_files([cut, whole])
    assert shown()["2"] == "published"


@pytest.mark.pure
def test_back_is_what_any_earlier_copy_held():
    copies = [copy(1, [1, 2]), copy(2, [1]), copy(3, [1]), copy(4, [1, 2, 3])]
    *_others, (earlier, later, changes) = compare_each_with_previous(copies)
    assert (earlier.key, later.key) == (3, 4)
    assert changes == {1: "unchanged", 2: "back", 3: "new"}


@pytest.mark.pure
@pytest.mark.parametrize(
    ("part", "last", "changes"),
    [
        # What a part leaves out stands as it was before.
        ([2], [1, 2], {}),
        ([], [1, 2], {}),
        ([2, 3], [1, 2, 3, 4], {4: "new"}),
        # Nor does a part hide that a comment is gone from one whole copy to the next.
        ([2], [2], {1: "gone"}),
    ],
)
def test_a_part_between_two_whole_copies_is_not_judged_as_one(part, last, changes):
    copies = [copy(1, [1, 2]), copy(2, part, is_whole=False), copy(3, last)]
    [_first, (_earlier, _later, in_part), (earlier, _last, found)] = list(
        compare_each_with_previous(copies)
    )
    assert set(in_part.values()) <= {"unchanged", "new"}
    assert earlier.key == 2
    assert {pk: each for pk, each in found.items() if each != "unchanged"} == changes


@pytest.mark.pure
def test_a_page_between_two_exports_has_moved_nothing():
    export_of = {1: 0, 2: 1}
    flat = copy(2, [1, 2], importer="web_page", tells_parents=False, is_whole=False)
    copies = [copy(1, export_of), flat, copy(3, [], is_whole=False), copy(4, export_of)]
    [*_others, (_earlier, _later, changes)] = compare_each_with_previous(copies)
    assert changes == {1: "unchanged", 2: "unchanged"}


@pytest.mark.django_db
def test_a_saved_answer_between_two_exports_brings_nothing_back(tmp_path, client):
    answer = (
        b'[{"id":2,"post":1,"parent":0,"author_name":"Nell","status":"approved",'
        b'"type":"comment","date":"2012-04-01T10:00:00","date_gmt":'
        b'"2012-04-01T09:00:00","content":{"rendered":"<p>A remark.</p>"},'
        b'"link":"https://test.example/1/#comment-2"}]'
    )
    read(tmp_path, "Jan", comment(1), comment(2))
    path = write(tmp_path, answer, "part.json")
    import_files([path], saved_at=datetime(2012, 1, 15, tzinfo=UTC))
    read(tmp_path, "Feb", comment(1), comment(2))
    post = Post.objects.get()
    assert [each["changes"] for each in post.copies] == [{}, {}, {}]
    page = client.get(f"{post.get_absolute_url()}copies/").text
    assert "back again" not in page


@pytest.mark.django_db
def test_what_older_rules_worked_out_is_worked_out_anew_after_a_migration(tmp_path):
    read(tmp_path, "Jan", comment(1), comment(2))
    read(tmp_path, "Feb", comment(1))
    right = Post.objects.get().copies
    Post.objects.update(copies=[])
    compare_left()
    assert Post.objects.get().copies == []
    Capture.objects.update(is_compared=False)
    compare_left()
    assert Post.objects.get().copies == right
    assert not Capture.objects.filter(is_compared=False).exists()


@pytest.mark.pure
def test_one_copy_has_no_history_and_the_first_of_several_no_changes():
    assert summary({"wordpress": [copy(1, [1])]}) == []
    first, second = summary({"wordpress": [copy(1, [1]), copy(2, [1, 2])]})
    assert (first["earlier"], first["changes"]) == (0, {})
    assert (second["earlier"], second["changes"]) == (1, {"new": 1})


@pytest.mark.django_db
def test_what_was_never_meant_for_readers_is_not_counted(tmp_path):
    read(tmp_path, "Jan", comment(1), comment(2, kind="note"))
    read(tmp_path, "Feb", comment(1), comment(3, kind="note"))
    first, second = Post.objects.get().copies
    assert (first["comments"], second["comments"], second["changes"]) == (1, 1, {})


@pytest.mark.pure
def test_what_a_part_left_out_is_neither_back_nor_unknown_afterwards():
    copies = [copy(1, [1, 2, 3]), copy(2, [2], is_whole=False), copy(3, [1, 2])]
    *_others, (earlier, _later, changes) = compare_each_with_previous(copies)
    assert earlier.key == 2
    assert changes == {1: "unchanged", 2: "unchanged", 3: "gone"}


@pytest.mark.pure
def test_an_edit_is_seen_across_a_part_that_left_the_comment_out():
    copies = [copy(1, [1, 2]), copy(2, [2], is_whole=False), copy(3, [1, 2])]
    copies[2].held[1] = copies[2].held[1]._replace(revision=9)
    *_others, (_earlier, _later, changes) = compare_each_with_previous(copies)
    assert changes == {1: "edited", 2: "unchanged"}


@pytest.mark.pure
def test_another_form_of_the_same_words_is_no_edit():
    one, other = manifest(1, 5), manifest(2, 5)
    other.capture.reading = "k2"
    other.packed = pack_manifest([CapturedComment(5, 9, 0, "published")])
    found = as_copies([one, other], {5: 9})
    assert [each.held[5].revision for each in found] == [9, 9]
