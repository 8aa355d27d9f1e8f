"""A page that survives as plain text, on its way into the archive."""

import pytest

from commentarchive.intake.dry_run import dry_run
from commentarchive.intake.session import import_files
from commentarchive.ledger.verification import verify
from commentarchive.models import Capture, Comment, Commenter, Gap, Post
from commentarchive.transcripts.marks import CommentFacts, Time, with_facts
from commentarchive.transcripts.marks_json import as_json
from commentarchive.transcripts.paragraphs import Place
from tests.transcripts.texts import decided
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db

TEXT = "The fence is up.\nI like it.\nSo do I.\nI like it.\nAnd green.\nWho asked?\n"


def brought_in(tmp_path, *, text=TEXT, roles="asssqs", read=import_files, **article):
    lines, marks = decided(text, roles, **article)
    facts = {
        3: CommentFacts(
            name="Ann", answers=Place(2), time=Time("day", "", "2012-05-03")
        ),
        4: CommentFacts(time=Time("about", "some time in May", "2012-05-01")),
    }
    for line, each in facts.items():
        if each and len(lines) > 5:
            marks = with_facts(marks, Place(line), each)
    path, decisions = tmp_path / "page.txt", tmp_path / "marks.json"
    path.write_text(text)
    decisions.write_text(as_json(marks))
    (report,) = read([path], source="transcript", marks=decisions, blog_slug="quay")
    return report


def test_it_is_one_import_in_which_nothing_is_made_up(tmp_path):
    report = brought_in(tmp_path, address="http://quay.example/fence")
    assert report.is_complete
    assert (report.counts.posts.new, report.counts.comments.new) == (1, 4)
    told = Comment.objects.order_by("position").values_list(
        "source_id", "commenter__name__name", "posted_at__date", "depth", "visibility"
    )
    places = [each[0].partition(":")[2] for each in told]
    assert sorted(places) == ["L2-2", "L3-3", "L4-5", "L6-6"]
    by_place = {each[0].partition(":")[2]: each[1:] for each in told}
    assert by_place["L2-2"] == (None, None, 0, "published")
    assert by_place["L3-3"][:1] == ("Ann",)
    assert str(by_place["L3-3"][1]) in {"2012-05-02", "2012-05-03"}
    assert by_place["L3-3"][2] == 1
    assert by_place["L4-5"][:2] == (None, None)
    assert Commenter.objects.count() == 1
    assert not Gap.objects.exists()
    verify()


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path):
    report = brought_in(tmp_path, read=dry_run, address="http://quay.example/fence")
    assert report.counts.comments.new == 4
    assert not Post.objects.exists()


def test_the_same_text_again_is_nothing_new(tmp_path):
    brought_in(tmp_path)
    brought_in(tmp_path)
    assert Capture.objects.count() == 1
    assert Comment.objects.count() == 4


def test_nameless_comments_of_two_copies_are_never_one(tmp_path):
    address = "https://test.example/1/"
    load(tmp_path, item(comment(1, "I like it.", author="", email="")))
    blog = Post.objects.get().blog
    for text in (TEXT, TEXT + "\n"):
        _lines, marks = decided(text, "asssqs", address=address)
        path, decisions = tmp_path / "page.txt", tmp_path / "marks.json"
        path.write_text(text)
        decisions.write_text(as_json(marks))
        (report,) = import_files(
            [path], source="transcript", marks=decisions, blog_slug=blog.slug
        )
        assert (report.counts.posts.new, report.counts.comments.new) == (0, 4)
    assert Post.objects.count() == 1
    assert Comment.objects.count() == 9
    # None of the copies accuses another.
    assert set(Comment.objects.values_list("visibility", flat=True)) == {"published"}
