"""Articles that stand in one file again: the dry run and the import say the same."""

import os
from random import Random

import pytest

from commentarchive.importers.parsed import Unreadable
from commentarchive.intake.dry_run import dry_run
from commentarchive.intake.repeated import Said, repeated_article
from commentarchive.intake.report import pack_report
from commentarchive.intake.session import import_files
from commentarchive.models import Post
from tests.intake.made import article
from tests.reading_orders import undone
from tests.wxr import comment, export, item, load, write

# A few in the suite; more with FUZZ.
SEEDS = int(os.environ.get("FUZZ", "5"))
FIRST = {"title": "Ferry", "raw": "Words."}


@pytest.mark.pure
@pytest.mark.parametrize(
    ("now", "again"),
    [
        ({}, "unchanged"),
        ({"status": "unknown"}, "unchanged"),
        ({"status": "draft"}, "changed"),
        ({"title": "Boat"}, "changed"),
        ({"raw": "Other."}, "changed"),
        ({"title": "Boat", "has_text": False}, "unchanged"),
    ],
)
def test_what_an_article_says_again(now, again):
    said = Said()
    assert said.again(article(source_id="7", **FIRST)) is None
    assert said.again(article(source_id="8", **FIRST)) is None
    assert said.again(article(source_id="7", **{**FIRST, **now})) == again


@pytest.mark.pure
def test_what_was_not_told_says_nothing_else_later():
    said = Said()
    said.again(article(source_id="7", **FIRST))
    said.again(article(source_id="7", status="unknown", has_text=False))
    assert said.again(article(source_id="7", **FIRST)) == "unchanged"


@pytest.mark.pure
def test_an_article_that_stands_twice_is_remarked_on_at_its_place():
    remark = repeated_article(article(source_id="7", byte=12))
    assert remark.place == "byte 12"
    assert remark.reason.startswith("article 7 stands in this file again")


def told(reports):
    """Return all that reports say but for what only an import can say."""
    found = [pack_report(each) for each in reports]
    for each in found:
        for name in ("capture", "blog", "was_known"):
            each.pop(name)
        for name in ("problems", "repairs"):
            each[name].sort()
    return found


def any_comments(chance):
    """Make comments with few numbers: repeated, edited, broken, with parents or not."""
    for _comment in range(chance.randrange(5)):
        number = chance.randrange(1, 7)
        made = comment(
            number,
            # No comment has the words of one with another number, as a moved one has.
            f"No. {number} {chance.randrange(3)}.",
            parent=chance.choice((0, 0, 1, 2, 3, 9)),
            author=chance.choice(("Ann", "Ben")),
            approved=chance.choice(("1", "1", "1", "0", "spam", "trash")),
        )
        if chance.random() < 0.06:
            made = made.replace("</wp:comment>", "")
        if chance.random() < 0.06:
            made = made.replace("comment_id>", "comment_idd>")
        yield made
        if chance.random() < 0.15:
            yield made


def any_export(chance):
    """Make an export in which few numbers stand for several articles."""
    items = []
    for _article in range(chance.randrange(1, 6)):
        number = chance.choice((7, 7, 8, 9))
        made = item(
            *any_comments(chance),
            number=number,
            # No article has the words of one with another number, as a moved one has.
            title=f"Title {number} {chance.randrange(2)}",
            body=f"Words {number} {chance.randrange(3)}.",
            status=chance.choice(("publish", "publish", "draft")),
        )
        if chance.random() < 0.06:
            made = made.replace("</item>", "</itm>")
        if chance.random() < 0.06:
            made = made.replace("wp:post_id>", "wp:post_idx>")
        items.append(made)
    return export(*items)


def outcome(read, path):
    try:
        return told(read([path]))
    except Unreadable as error:
        return str(error)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_dry_run_says_what_its_import_says(tmp_path, seed):
    """Every count of two reports, whatever stands twice, is missing or is broken."""
    chance = Random(seed)
    for number in range(2):
        path = write(tmp_path, any_export(chance), f"{number}.xml")
        assert outcome(dry_run, path) == outcome(import_files, path)


@pytest.mark.django_db
def test_an_article_without_its_number_is_the_one_that_follows_with_it(tmp_path):
    """Whichever of the two comes first."""
    numbered = item(comment(1), number=7)
    nameless = item(comment(2), number=7).replace("wp:post_id>", "wp:post_idx>")
    for items in ((numbered, nameless), (nameless, numbered)):
        path = write(tmp_path, export(*items), "one.xml")
        with undone():
            assert told(dry_run([path])) == told(import_files([path]))
            assert Post.objects.count() == 1


@pytest.mark.django_db
def test_an_older_file_that_says_what_stands_says_it_again(tmp_path):
    newer = comment(9, "Newer.", gmt="2012-05-01 09:00:00")
    load(tmp_path, item(newer, number=7, title="One", body="What stands."))
    path = write(
        tmp_path,
        export(
            item(comment(1), number=7, title="Two", body="Other."),
            item(comment(2, "B."), number=7, title="One", body="What stands."),
        ),
        "older.xml",
    )
    foreseen, done = told(dry_run([path])), told(import_files([path]))
    assert foreseen == done
    remarks = [reason for _place, reason in done[0]["problems"]]
    assert [each.startswith("article 7 stands in this file again") for each in remarks]
    assert len(remarks) == 1
