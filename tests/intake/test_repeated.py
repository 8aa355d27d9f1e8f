"""Articles that stand in one file again: the dry run and the import say the same."""

from random import Random

import pytest

from commentarchive.intake.dry_run import dry_run
from commentarchive.intake.repeated import Said, repeated_article
from commentarchive.intake.session import import_files
from tests.intake.made import article
from tests.wxr import comment, export, item, load, write

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
    return [
        (
            each.counts.posts,
            each.counts.comments.seen,
            sorted(remark.reason for remark in each.counts.remarks),
            sorted(remark.reason for remark in each.problems),
        )
        for each in reports
    ]


def any_export(chance):
    """Make an export in which few numbers stand for several articles."""
    items = []
    for _article in range(chance.randrange(2, 6)):
        remarks = [
            comment(10 * len(items) + each, f"No. {chance.randrange(3)}.")
            for each in range(1, 1 + chance.randrange(3))
        ]
        items.append(
            item(
                *remarks,
                number=chance.choice((7, 7, 7, 8)),
                title=f"Title {chance.randrange(2)}",
                body=f"Words {chance.randrange(3)}.",
                status=chance.choice(("publish", "publish", "draft")),
            )
        )
    return export(*items)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(5))
def test_a_dry_run_says_what_its_import_says(tmp_path, seed):
    chance = Random(seed)
    for number in range(3):
        path = write(tmp_path, any_export(chance), f"{number}.xml")
        assert told(dry_run([path])) == told(import_files([path]))


@pytest.mark.django_db
def test_an_older_file_that_says_what_stands_says_it_again(tmp_path):
    newer = comment(9, "Newer.", gmt="2012-05-01 09:00:00")
    load(tmp_path, item(newer, number=7, title="One", body="What stands."))
    path = write(
        tmp_path,
        export(
            item(comment(1), number=7, title="Two", body="Other."),
            item(comment(2), number=7, title="One", body="What stands."),
        ),
        "older.xml",
    )
    foreseen, done = told(dry_run([path])), told(import_files([path]))
    assert foreseen == done
    [(_posts, _comments, remarks, _problems)] = done
    assert [each.startswith("article 7 stands in this file again") for each in remarks]
    assert len(remarks) == 1
