"""Comments of one article found again under other numbers: what tells, what does not."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from commentarchive.importers.parsed import When
from commentarchive.intake import moved_comments
from commentarchive.intake.moved_comments import CommentNumbers, has_a_number_of_here
from commentarchive.intake.stored import StoredVersion
from commentarchive.matching import fingerprint
from tests.intake.made import AT, article, comment, key, stored

pytestmark = pytest.mark.pure
NOON = AT + timedelta(hours=3)
INF = float("inf")


class Here:
    """The comments of an article that are stored, with names and texts."""

    def __init__(self):
        self.rows, self.names, self.plains, self.known = {}, {}, {}, {}

    def add(
        self,
        number,
        text,
        name="Ann",
        *,
        when=AT,
        twin=0,
        scheme="wordpress",
        **changes,
    ):
        pk = 100 + len(self.rows)
        rank = when.timestamp() if when else INF
        row = stored(pk, **{"when": rank} | changes)
        row.add_version(fingerprint(text), StoredVersion(pk, 1, ""))
        self.rows[key(number, twin, scheme)] = row
        self.names[pk], self.plains[pk] = name, [text]
        return pk


@pytest.fixture
def here(monkeypatch):
    made = Here()
    monkeypatch.setattr(
        moved_comments, "names_of", lambda pks: {pk: made.names[pk] for pk in pks}
    )
    monkeypatch.setattr(
        moved_comments,
        "plains_of",
        lambda pks: {pk: made.plains[pk] for pk in pks if pk in made.plains},
    )
    monkeypatch.setattr(CommentNumbers, "_remembered", lambda _self: made.known)
    return made


def at(source_id, text, moment=AT, **changes):
    return comment(source_id, text, when=When("", moment), **changes)


def numbers(here, *read):
    return CommentNumbers(article(comments=list(read)), SimpleNamespace(), here.rows)


def renamed(here, *read, by_words=True, alike=()):
    names = numbers(here, *read)
    found = names.find(by_words=by_words, numbered_alike=set(alike))
    return found, names.remembered


@pytest.mark.parametrize(
    ("read", "is_here"),
    [
        ([at("1", "x")], True),
        ([at("9", "x"), at("1", "x")], True),
        ([at("1", "One.", NOON)], False),
        # A time on the blog's clock is not sure.
        ([at("1", "One.", AT.replace(tzinfo=None))], False),
        ([at("1", "One.", None)], False),
        ([at("2", "x", None)], False),
        ([], False),
    ],
)
def test_a_number_that_is_surely_the_one_of_here(here, read, is_here):
    here.add("1", "One.")
    here.add("2", "Two.", when=None)
    assert has_a_number_of_here(article(comments=read), here.rows) is is_here
    other = article(comments=read, scheme="disqus")
    assert not has_a_number_of_here(other, here.rows)


@pytest.mark.parametrize(
    ("read", "is_renumbered"),
    [
        ([at("901", "One.")], True),
        ([at("901", "One."), at("1", "One.")], False),
        # Another time is another comment, unless the text is the same.
        ([at("1", "New.", NOON)], True),
        ([at("1", "One.", NOON)], False),
        # Where no time is told, the number is believed.
        ([at("1", "New.", None)], False),
        ([at("2", "New.", NOON)], False),
        # A comment without a number tells nothing.
        ([at("", "One.")], False),
        ([], False),
    ],
)
def test_a_thread_that_was_numbered_anew(here, read, is_renumbered):
    here.add("1", "One.")
    here.add("2", "Two.", when=None)
    here.add("901", "Of another system.", scheme="disqus")
    here.add("901", "A placeholder.", twin=1, is_placeholder=True)
    assert numbers(here, *read).is_renumbered is is_renumbered


def test_in_an_article_without_comments_nothing_was_numbered_anew(here):
    assert not numbers(here, at("901", "One.")).is_renumbered


def test_comments_are_found_by_name_time_and_text(here):
    one, two = here.add("1", "One."), here.add("2", "Two.", "Ben", when=NOON)
    read = at("901", "One."), at("902", "Two.", NOON, name="Ben")
    assert renamed(here, *read) == ({"901": "1", "902": "2"}, {"901": one, "902": two})
    assert renamed(here, *read, by_words=False) == ({}, {})
    found = renamed(here, *read, alike=[one])
    assert found == ({"902": "2"}, {"902": two})


@pytest.mark.parametrize(
    ("read", "is_found"),
    [
        (at("901", "One."), True),
        (at("901", "“One.”"), True),
        (at("901", "New."), False),
        (at("901", "One.", NOON), False),
        (at("901", "One.", None), False),
        (at("901", "One.", name="Ben"), False),
        (at("901", "One.", name=""), True),
        (at("", "One."), False),
    ],
)
def test_what_has_to_be_the_same(here, read, is_found):
    here.add("1", "One.")
    here.add("3", "Three.", when=None)
    assert bool(renamed(here, read)[0]) is is_found


def test_an_erased_comment_has_no_name_and_no_text_but_a_digest(here):
    pk = here.add("1", "One.", "")
    del here.plains[pk]
    assert renamed(here, at("901", "One.", name="Ben"))[0] == {"901": "1"}


def test_what_several_are_like_is_none_of_them(here):
    """Unless there are as many, and another one shows that the thread has moved."""
    one, two = here.add("1", "Yes."), here.add("2", "Yes.")
    here.add("3", "Three.", when=NOON)
    several = [at(number, "Yes.") for number in ("901", "902")]
    three, more = at("903", "Three.", NOON), at("904", "Yes.")
    assert renamed(here, *several) == ({}, {})
    assert renamed(here, several[0], three)[0] == {"903": "3"}
    assert renamed(here, *several, more, three)[0] == {"903": "3"}
    found, remembered = renamed(here, *several, three)
    assert found == {"901": "1", "902": "2", "903": "3"}
    assert (remembered["901"], remembered["902"]) == (one, two)
    # One that stands here under its own number is found already.
    read = at("1", "Yes."), at("901", "Yes."), at("902", "Yes.")
    assert renamed(here, *read)[0] == {}
    assert renamed(here, *read[:2])[0] == {"901": "2"}


def test_what_replies_here_name_is_no_other_comment(here):
    here.add("1", "Yes.")
    here.add("901", "", is_placeholder=True)
    assert renamed(here, at("901", "Yes.")) == ({}, {})


def test_what_is_remembered_goes_before_words(here):
    one, two = here.add("1", "One."), here.add("2", "Two.", when=NOON)
    here.known = {"901": two, "905": 77}
    read = at("901", "Edited."), at("902", "One."), at("905", "New.")
    assert renamed(here, *read, by_words=False) == (
        {"901": "2", "902": "1"},
        {"902": one},
    )
    assert renamed(here, *read, by_words=False, alike=[two])[0] == {"902": "1"}
    here.known = {"901": two, "903": two}
    read = at("901", "Edited."), at("903", "Another.")
    assert renamed(here, *read)[0] == {"901": "2"}


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("New.", "Ben", {"1": "1@2"}),
        # It may be the same comment, edited or read with words of a theme.
        ("New.", "Ann", {}),
        ("New.", "", {}),
        ("One. Reply", "Ben", {}),
        ("ne", "Ben", {}),
    ],
)
def test_a_number_that_is_another_comments_now(here, text, name, expected):
    here.add("1", "One.")
    here.add("2", "Two.", when=NOON)
    read = at("1", text, NOON, name=name), at("901", "Two.", NOON)
    assert renamed(here, *read)[0] == expected | {"901": "2"}
    assert renamed(here, *read, by_words=False)[0] == {}


def test_two_comments_that_changed_numbers(here):
    here.add("1", "One.")
    here.add("2", "Two.", when=NOON)
    read = at("2", "One."), at("1", "Two.", NOON)
    assert renamed(here, *read)[0] == {"2": "1", "1": "2"}


def test_the_next_free_number_is_given(here):
    here.add("1", "One.")
    here.add("1@2", "Old.", when=NOON)
    read = at("1", "New.", NOON, name="Ben")
    assert renamed(here, read)[0] == {"1": "1@3"}
    # Nobody is known to have written it: then it may be anybody.
    here.names[100] = ""
    assert renamed(here, read)[0] == {}
