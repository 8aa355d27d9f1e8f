"""Texts that were read, matched to the versions that are stored."""

import pytest

from commentarchive.intake import stored as module
from commentarchive.intake.stored import (
    Match,
    StoredVersion,
    lacks_text,
    match_versions,
)
from tests.intake.made import comment, key, stored

pytestmark = pytest.mark.pure


def row(*versions, **changes):
    """Return a stored comment with (digest, version) pairs."""
    made = stored(**changes)
    for digest, version in versions:
        made.add_version(digest, version)
    return made


def version(pk, form="html", *, same_as=0):
    return StoredVersion(pk, pk, "", same_as, form)


@pytest.fixture
def plains(monkeypatch):
    """Return the plain texts of versions, in place of the table of them."""
    texts = {}
    asked = []

    def plain(pks):
        asked.append(sorted(pks))
        return {pk: texts[pk] for pk in asked[-1] if pk in texts}

    monkeypatch.setattr(module, "_plain", plain)
    texts["asked"] = asked
    return texts


def matched(known, text="Words.", digest=b"x", **changes):
    read = {
        # Whatever comes before it is nothing to it.
        key("8"): (comment("8"), b"x"),
        key("9"): (comment("9"), b"x"),
        key(): (comment(text=text, **changes), digest),
    }
    placeholder = row((b"x", version(9)), pk=9, is_placeholder=True)
    rows = {key(): known, key("9"): placeholder}
    found = match_versions(read, rows)
    assert found.keys() <= {key()}
    return found.get(key())


def test_the_newest_version_of_a_wording_is_its_best():
    one, two, other = version(1, "page"), version(2, same_as=1), version(3)
    known = row((b"a", one), (b"b", two), (b"c", other), shown_pk=2)
    assert (known.last, known.best) == (other, {1: two, 3: other})
    assert (one.words, two.words) == (1, 1)
    assert known.shown == two
    assert row((b"a", one), (b"b", two), shown_pk=1).shown == one
    # After a decision the newest one stands for it.
    assert row((b"a", one), (b"c", other)).shown == other
    assert row(shown_pk=4).shown == module.NO_VERSION


@pytest.mark.parametrize("form", ["html", "wp-autop", "page"])
def test_the_very_text(plains, form):
    first, better = version(1, form), version(2, form, same_as=1)
    known = row((b"x", first), (b"y", better), shown_pk=1)
    assert matched(known, form=form) == Match(first, better, is_exact=True)
    assert matched(known, form=form, digest=b"y") == Match(
        better, better, is_exact=True
    )
    assert plains["asked"] == [[], []]


def test_what_a_page_showed_is_not_what_a_blog_stores(plains):
    plains[1] = "Words."
    shown = version(1, "page")
    assert matched(row((b"x", shown))) == Match(shown, shown)
    # The other way round, the page's is the same text.
    told = version(1, "html")
    assert matched(row((b"x", told)), form="page") == Match(told, told, is_exact=True)


def test_a_page_without_a_text_shows_what_is_shown(plains):
    one, two = version(1), version(2)
    known = row((b"a", one), (b"b", two), shown_pk=1)
    assert matched(known, "", form="page") == Match(one, one, is_exact=True)
    assert matched(known, "", form="html") is None
    assert lacks_text(comment(text="", form="page"))
    assert not lacks_text(comment(text="", form="html"))
    assert not lacks_text(comment(text="x", form="page"))


def test_the_same_words_in_another_form(plains):
    plains |= {1: "Words.", 2: "Other.", 3: "Words."}
    one, two = version(1, "page"), version(2, "page")
    known = row((b"a", one), (b"b", two))
    assert matched(known) == Match(one, one)
    assert plains["asked"] == [[1, 2]]
    assert matched(known, "Other.") == Match(two, two)
    assert matched(known, "Third.") is None
    # Of two wordings that are the same words, the later one.
    three = version(3, "page")
    known.add_version(b"c", three)
    assert matched(known) == Match(three, three)


@pytest.mark.parametrize(
    ("stored_form", "form", "is_found"),
    [
        ("html", "html", False),
        ("wp-autop", "wp-autop", False),
        ("html", "wp-autop", True),
        ("wp-autop", "html", True),
        ("wp-autop", "page", True),
        ("html", "page", True),
        ("page", "page", True),
    ],
)
def test_in_one_form_another_text_is_another(plains, stored_form, form, is_found):
    plains[1] = "Words."
    only = version(1, stored_form)
    found = matched(row((b"a", only)), form=form)
    assert found == (Match(only, only) if is_found else None)


def test_where_one_wording_does_not_compare_the_next_one_is_looked_at(plains):
    plains[1] = "Words."
    # The later one is in the form of what is read; of the last the text is erased.
    one, two, three = version(1, "page"), version(2, "html"), version(3, "")
    known = row((b"a", one), (b"b", two), (b"c", three))
    plains[2] = "Words."
    assert matched(known) == Match(one, one)


def test_what_was_never_read_has_no_versions_to_look_up(plains):
    assert matched(row()) is None
    assert plains["asked"] == [[]]
