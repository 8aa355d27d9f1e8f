"""Which version of an article a copy holds: a table of what stands and what is read."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from unittest.mock import patch

import pytest

from commentarchive.importers.registry import facts_of
from commentarchive.intake import article_versions
from commentarchive.intake.article_versions import (
    ArticleMatch,
    article_fingerprint,
    is_same_article,
    match_article,
)
from commentarchive.models import Post, Revision, RevisionOrigin
from commentarchive.threads.evidence import copy_of
from tests.databases import past_the_triggers
from tests.intake import made
from tests.wxr import comment, item, load

TEXT = "The ferry went at nine."
FORMS = ("html", "wp-autop")


def copy(importer, day=1):
    reader = facts_of(importer)
    return copy_of(
        *(reader.rank, f"digest {day}", (day, 0), datetime(2012, 5, day, tzinfo=UTC)),
        tells_kinds=reader.tells_kinds,
        tells_parents=True,
    )


EXPORT, PAGE, LATER_PAGE = copy("wordpress"), copy("web_page"), copy("web_page", 2)
EARLIER_PAGE = copy("web_page").source._replace(
    made_at=datetime(2012, 4, 1, tzinfo=UTC)
)


def article(title="Ferry", raw=TEXT, **values):
    return made.article(title=title, raw=raw, **{"plain": raw} | values)


def version(pk, parsed, *, same_as=None, is_erased=False):
    text = SimpleNamespace(
        title=parsed.title, raw=parsed.raw, plain=parsed.plain, form=parsed.form
    )
    row = SimpleNamespace(
        pk=pk, number=pk, fingerprint=article_fingerprint(parsed), same_as_id=same_as
    )
    if not is_erased:
        row.text = text
    return row


def matched(parsed, copy, *versions, current=None, best=None):
    """Match an article; `best` are the copies that hold each version."""
    post = SimpleNamespace(pk=1, told_revision_id=current)
    others = SimpleNamespace(best_with_article=(best or {}).get)
    stored = {1: sorted(versions, key=lambda each: -each.number)}
    with patch.object(article_versions, "_told_of", stored.get):
        return match_article(post, parsed, copy, others)


@pytest.mark.django_db
@pytest.mark.once
@pytest.mark.unreconciled
def test_versions_are_read_with_the_newest_first_and_without_what_was_redacted(
    tmp_path,
):
    for number, words in enumerate(("One.", "Two, and more.", "Three of them.")):
        load(tmp_path, item(comment(1), body=words), name=f"{number}.xml")
    post = Post.objects.get()
    with past_the_triggers():
        second = Revision.objects.filter(post=post, number=2)
        second.update(origin=RevisionOrigin.REDACTED)
    stored = article_versions._told_of(post.pk)
    assert [(each.number, each.text.plain) for each in stored] == [
        (3, "Three of them."),
        (1, "One."),
    ]


def test_of_an_article_without_a_text_the_first_one_stands():
    assert matched(article(), PAGE) == ArticleMatch(None, is_new=True, stands=True)


def test_a_copy_without_title_and_text_changes_nothing():
    known = version(1, article())
    parsed = article("", "", has_text=False)
    found = matched(parsed, EXPORT, known, current=1, best={1: PAGE.source})
    assert found == ArticleMatch(None)
    title = version(1, article("Boat", "", form="page"))
    found = matched(parsed, EXPORT, title, current=1, best={1: PAGE.source})
    assert found == ArticleMatch(None)
    empty = article("", "")
    found = matched(empty, EXPORT, known, current=1, best={1: EXPORT.source})
    assert found == ArticleMatch(None, is_new=True, stands=None)


@pytest.mark.parametrize(
    ("known", "told", "expected"),
    [
        # A text takes the place of a title alone, and that of nothing at all.
        (article(raw="", form="page"), article(form="page"), "stands"),
        (article("", "", form="page"), article(form="page"), "stands"),
        (article("", "", form="page"), "Ferry", "stands"),
        # A title is worth no more than another, and less than a text.
        (article("Boat", "", form="page"), "Ferry", "is new"),
        (article("Boat", form="page"), "Ferry", "is worse"),
    ],
)
def test_a_text_is_more_than_a_title_and_that_more_than_nothing(known, told, expected):
    if told == "Ferry":
        told = article(told, "", form="page", has_text=False)
    row = version(1, known)
    found = matched(told, PAGE, row, current=1, best={1: LATER_PAGE.source})
    assert (
        found
        == {
            "stands": ArticleMatch(None, is_new=True, same_as=1, stands=True),
            "is new": ArticleMatch(None, is_new=True),
            "is worse": ArticleMatch(None),
        }[expected]
    )


@pytest.mark.parametrize("form", FORMS)
def test_a_text_that_its_blog_stores_empty_is_a_text(form):
    row = version(1, article(raw="", form=form))
    page = article("Boat", form="page")
    found = matched(page, LATER_PAGE, row, current=1, best={1: EXPORT.source})
    assert found == ArticleMatch(None)


@pytest.mark.parametrize(("raw", "stands"), [("", True), ("Words.", False)])
def test_a_page_without_a_text_held_the_title_only(raw, stands):
    row = version(1, article("Ferry", raw, form="page"))
    later = article("Boat", "", form="page", has_text=False)
    found = matched(later, LATER_PAGE, row, current=1, best={1: PAGE.source})
    assert found == ArticleMatch(None, is_new=stands, stands=stands)


def test_a_version_that_no_copy_holds_any_more_gives_way_to_any():
    row = version(1, article(form="html"))
    title = article("Ferry", "", form="page", has_text=False)
    found = matched(title, PAGE, row, current=1)
    assert found == ArticleMatch(None, is_new=True, same_as=1, stands=True)
    erased = version(1, article(), is_erased=True)
    found = matched(title, PAGE, erased, current=1, best={1: EXPORT.source})
    assert found == ArticleMatch(None, is_new=True, same_as=1, stands=True)


def test_where_none_is_shown_the_newest_version_is_what_stands():
    rows = version(1, article()), version(2, article("Boat", form="page"))
    best = {1: EXPORT.source, 2: PAGE.source}
    parsed = article("Pier", "Wood.", form="page")
    found = matched(parsed, LATER_PAGE, *rows, best=best)
    assert found == ArticleMatch(None, is_new=True, stands=True)
    found = matched(parsed, LATER_PAGE, *rows, current=1, best=best)
    assert found == ArticleMatch(None)


def test_a_page_undoes_nothing_that_an_export_told():
    row = version(1, article())
    found = matched(article("Pier", "Wood.", form="page"), PAGE, row, current=1,
                    best={1: EXPORT.source})  # fmt: skip
    assert found == ArticleMatch(None)
    same = article("Ferry", f"<p>{TEXT}</p>", form="page", plain=TEXT)
    found = matched(same, LATER_PAGE, row, current=1, best={1: EXPORT.source})
    assert found == ArticleMatch(row)


@pytest.mark.parametrize("same_as", [None, 7])
def test_an_export_takes_the_place_of_what_a_page_told(same_as):
    shown = version(8, article("Ferry | Blog", form="page"), same_as=same_as)
    found = matched(article(), EXPORT, shown, current=8, best={8: LATER_PAGE.source})
    first = same_as or 8
    assert found == ArticleMatch(None, is_new=True, same_as=first, stands=True)
    # Unless it is stored already.
    stored = version(3, article())
    best = {8: LATER_PAGE.source, 3: EXPORT.source}
    found = matched(article(), EXPORT, stored, shown, current=8, best=best)
    assert found == ArticleMatch(stored, stands=True)


@pytest.mark.parametrize("form", FORMS)
def test_of_exports_the_later_one_is_followed(form):
    ferry, boat = article(form=form), article("Boat", form=form)
    rows = version(1, ferry), version(2, boat)
    best = {1: EXPORT.source, 2: EXPORT.source}
    for parsed, row in ((ferry, rows[0]), (boat, rows[1])):
        found = matched(parsed, EXPORT, *rows, current=2, best=best)
        assert found == ArticleMatch(row, stands=None)
    found = matched(article("Pier"), EXPORT, *rows, current=2, best=best)
    assert found == ArticleMatch(None, is_new=True, stands=None)
    # So it is where this copy alone holds what is shown.
    assert matched(boat, EXPORT, *rows, current=2) == ArticleMatch(rows[1], stands=None)


@pytest.mark.parametrize(("form", "another"), [FORMS, FORMS[::-1]])
def test_the_same_words_in_another_form_are_no_new_version(form, another):
    row = version(1, article(form=form))
    best = {1: EXPORT.source}
    other = article(raw=f"<b>{TEXT}</b>", form=another, plain=TEXT)
    assert matched(other, EXPORT, row, current=1, best=best) == ArticleMatch(
        row, stands=None
    )
    # In one form, another text is another text.
    other = article(raw=f"<b>{TEXT}</b>", form=form, plain=TEXT)
    assert matched(other, EXPORT, row, current=1, best=best).is_new
    # Title and text both have to be the same.
    for title, raw in (("Boat", TEXT), ("Ferry", "Wood.")):
        other = article(title, raw, form=another)
        assert matched(other, EXPORT, row, current=1, best=best).is_new


@pytest.mark.parametrize("form", FORMS)
def test_the_digest_of_a_rendered_text_is_not_that_of_a_stored_one(form):
    rendered = version(1, article(form="page"))
    found = matched(
        article(form=form), EXPORT, rendered, current=1, best={1: PAGE.source}
    )
    assert found == ArticleMatch(None, is_new=True, same_as=1, stands=True)
    found = matched(
        article(form="page"), LATER_PAGE, rendered, current=1, best={1: PAGE.source}
    )
    assert found == ArticleMatch(rendered, stands=True)
    # Of an erased text it is not known how it was written.
    rows = version(1, article(), is_erased=True), version(2, article("Boat"))
    found = matched(article(), EXPORT, *rows, current=2, best={2: EXPORT.source})
    assert found == ArticleMatch(None, is_new=True, stands=None)


@pytest.mark.parametrize(
    ("best", "is_better"),
    [(EARLIER_PAGE, True), (PAGE.source, False), (LATER_PAGE.source, False)],
)
def test_of_pages_the_better_copy_stands(best, is_better):
    row = version(5, article(form="page"))
    same = article(raw=f"<i>{TEXT}</i>", form="page", plain=TEXT)
    expected = ArticleMatch(row)
    if is_better:
        expected = ArticleMatch(None, is_new=True, same_as=5, stands=True)
    assert matched(same, PAGE, row, current=5, best={5: best}) == expected
    found = matched(article(form="page"), PAGE, row, current=5, best={5: best})
    assert found == ArticleMatch(row, stands=is_better)
    found = matched(article("Pier", form="page"), PAGE, row, current=5, best={5: best})
    assert found == ArticleMatch(None, is_new=True, stands=is_better)
    retold = version(5, article(form="page"), same_as=2)
    found = matched(same, PAGE, retold, current=5, best={5: best})
    assert found.same_as == (2 if is_better else None)


def test_the_words_of_an_older_version_are_found_behind_another_and_an_erased_one():
    first = version(1, article(form="page"))
    erased = version(2, article("Gone", form="page"), is_erased=True)
    shown = version(3, article("Boat", form="page"))
    same = article(raw=f"<i>{TEXT}</i>", form="page", plain=TEXT)
    best = {1: PAGE.source, 3: LATER_PAGE.source}
    found = matched(same, PAGE, first, erased, shown, current=3, best=best)
    assert found == ArticleMatch(first)


OLD, NOW, OTHER = (SimpleNamespace(pk=pk) for pk in (1, 2, 3))


@pytest.mark.parametrize(
    ("status", "match", "is_same"),
    [
        ("publish", ArticleMatch(NOW, stands=None), True),
        ("unknown", ArticleMatch(NOW, stands=None), True),
        ("draft", ArticleMatch(NOW, stands=None), False),
        ("publish", ArticleMatch(OLD, stands=None), False),
        ("publish", ArticleMatch(OLD, stands=True), False),
        ("publish", ArticleMatch(OTHER, stands=None), False),
        ("publish", ArticleMatch(OLD, stands=False), True),
        ("publish", ArticleMatch(None), True),
        ("publish", ArticleMatch(None, is_new=True), False),
        ("publish", ArticleMatch(None, is_new=True, same_as=1), True),
    ],
)
def test_what_changes_an_article(status, match, is_same):
    post = SimpleNamespace(status="publish", told_revision_id=2)
    parsed = replace(article(), status=status)
    assert is_same_article(post, parsed, match) is is_same
