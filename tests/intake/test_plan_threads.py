"""One thread as planned: parents, order, changes, and what decisions hold."""

from datetime import timedelta
from functools import partial

import pytest

from commentarchive.importers.parsed import When
from commentarchive.intake import stored as stored_texts
from commentarchive.intake.other_copies import OtherCopies, _Held
from commentarchive.intake.plan import (
    DecisionSnapshot,
    hold_decided,
    plan_article,
    visibility_of,
)
from commentarchive.intake.stored import StoredVersion
from commentarchive.intake.weighing import FileRead
from commentarchive.matching import fingerprint
from commentarchive.threads.evidence import Facts
from tests.intake.made import AT, article, comment, key, stored

pytestmark = pytest.mark.pure
LATER = AT + timedelta(hours=1)
EXPORT = FileRead("wordpress", "digest", AT, 9)


@pytest.fixture(autouse=True)
def _no_other_copies(monkeypatch):
    """Let no table be asked: there is no other copy, and no text beside a digest."""
    monkeypatch.setattr(OtherCopies, "_held", _Held())
    monkeypatch.setattr(OtherCopies, "_testimonies", {})
    monkeypatch.setattr(OtherCopies, "_corrections", {})
    monkeypatch.setattr(stored_texts, "_plain", lambda pks: dict.fromkeys(pks, "?"))


def row(pk=1, text="Text.", *, words=(), **changes):
    """Return a stored comment that agrees with `comment`, if nothing is changed."""
    facts = Facts("comment", "Ann", "", "", AT, "", None, "")
    made = stored(pk, **{"facts": facts} | changes)
    for number, each in enumerate((*words, text), 1):
        version = StoredVersion(pk * 10 + number, number, "", form="html")
        made.add_version(fingerprint(each), version)
    return made


def plan(*comments, known=None, decisions=None, **values):
    return plan_article(
        article(comments=list(comments), **values),
        post=None,
        stored=known or {},
        decisions=decisions or DecisionSnapshot(),
        zone="Europe/London",
        ordinal=0,
        file=EXPORT,
    )


def order(made):
    return [(each.key.source_id, each.depth) for each in made.comments]


@pytest.mark.parametrize(
    ("state", "by_author", "by_blog", "expected"),
    [
        *(("live", True, True, "published"), ("pending", False, False, "held")),
        *(("spam", False, True, "spam"), ("trashed", True, False, "trashed")),
        *(("internal", False, False, "internal"), ("unknown", True, True, "held")),
        ("deleted", False, False, "gone_at_source"),
        ("deleted", True, False, "deleted_by_author"),
        ("deleted", False, True, "removed"),
        ("deleted", True, True, "deleted_by_author"),
    ],
)
def test_what_the_public_sees_by_its_source(state, by_author, by_blog, expected):
    read = comment(state=state, is_by_author=by_author, is_by_blog=by_blog)
    assert visibility_of(read) == expected
    assert plan(read).comments[0].visibility == expected


def test_what_is_new_unchanged_and_absent():
    made = plan(comment("1"), comment("2"), known={key(): row(), key("3"): row(3)})
    changes = {each.key.source_id: each.change for each in made.comments}
    assert changes == {"1": "unchanged", "2": "new", "3": "absent"}
    absent = made.comments[-1]
    assert (absent.key, absent.when, absent.visibility) == (key("3"), When(), "unknown")
    assert (absent.parsed, absent.fingerprint, absent.source_parent) == (None, b"", "")
    assert not absent.has_new_text
    new = made.comments[1]
    assert (new.version, new.best, new.has_new_text) == (None, None, True)
    assert (made.change, made.duplicates, made.newest_at) == ("new", 0, AT)


@pytest.mark.parametrize(
    ("read", "known", "change"),
    [
        (comment(), partial(row), "unchanged"),
        (comment(), partial(row, is_placeholder=True), "new"),
        (comment(text="Other."), partial(row), "changed"),
        (comment(state="spam"), partial(row), "changed"),
        # An older version than the one that is shown, and the shown one again.
        (comment(), partial(row, words=["Text."], text="New.", shown_pk=12), "changed"),
        (comment(), partial(row, words=["Text."], text="New.", shown_pk=11), "unchanged"),
        # A type that was internal and is let through now, and the other way round.
        (comment(), partial(row, visibility="internal", shown_pk=11), "changed"),
        (comment(state="internal", told="live"), partial(row, shown_pk=11), "changed"),
        (comment(state="internal", told="live"), partial(row, visibility="internal", shown_pk=11), "unchanged"),
        # After a decision that is the desk's business.
        (comment(), partial(row, visibility="internal", shown_pk=0), "unchanged"),
    ],
)  # fmt: skip
def test_what_changes_a_comment(read, known, change):
    [made] = plan(read, known={key(): known()}).comments
    assert made.change == change


def test_another_parent_is_a_change():
    known = {key(): row(), key("9"): row(9)}
    [_parent, made] = plan(comment(parent_id="9"), known=known).comments
    assert (made.change, made.source_parent, made.depth) == ("changed", "9", 1)
    # What an export without parents says is none.
    known = {key(): row(source_parent="9"), key("9"): row(9)}
    [_parent, made] = plan(comment(), known=known).comments
    assert (made.change, made.source_parent, made.depth) == ("unchanged", "9", 1)


def test_a_better_text_of_the_same_words_is_new_and_no_change():
    known = stored(1, facts=row().facts)
    page = StoredVersion(11, 1, "", form="page")
    known.add_version(fingerprint("Text."), page)
    known.pk = 0
    [made] = plan(comment(), known={key(): known}).comments
    assert (made.version, made.is_better, made.change) == (None, False, "changed")
    best = StoredVersion(12, 2, "", same_as=11, form="html")
    known = row()
    known.versions = {fingerprint("Text."): page}
    known.best = {11: best}
    read = comment(form="page")
    [made] = plan(read, known={key(): known}).comments
    assert (made.version, made.best) == (page, best)


def test_facts_that_are_told_better():
    for name in ("Abe", "Ben"):
        later = row(facts=row().facts._replace(name=name))
        [made] = plan(comment(), known={key(): later}).comments
        assert made.weighed.facts.name == "Ann"
        assert (made.has_new_facts, made.change) == (True, "unchanged")
    [made] = plan(comment(), known={key(): row()}).comments
    assert (made.weighed, made.has_new_facts) == (None, False)
    [made] = plan(comment(name=""), known={key(): row()}).comments
    assert (made.weighed.facts, made.has_new_facts) == (row().facts, False)
    [made] = plan(comment()).comments
    assert not made.has_new_facts


@pytest.mark.parametrize(
    ("position", "depth", "is_repositioned"),
    [(0, 0, False), (1, 0, True), (0, 1, True)],
)
def test_a_place_that_has_to_be_rewritten(position, depth, is_repositioned):
    known = {key(): row(position=position, depth=depth)}
    [made] = plan(comment(), known=known).comments
    assert made.is_repositioned is is_repositioned
    [made] = plan(comment()).comments
    assert not made.is_repositioned


def test_a_parent_that_is_missing_gets_a_placeholder():
    made = plan(comment("2", parent_id="9"), comment("1"))
    assert order(made) == [("1", 0), ("9", 0), ("2", 1)]
    assert made.missing_parents == [key("9")]
    # Its depth in the file is that of a first comment.
    assert made.max_depth == 1
    known = {key("9"): row(9, is_placeholder=True)}
    assert plan(comment("2", parent_id="9"), known=known).missing_parents == [key("9")]
    made = plan(comment("2", parent_id="9"), known={key("9"): row(9)})
    assert (made.missing_parents, order(made)) == ([], [("9", 0), ("2", 1)])
    made = plan(comment("2", parent_id="9"), comment("3", parent_id="9"))
    assert made.missing_parents == [key("9")] * 2


def test_depth_is_counted_in_the_file():
    some = [comment("1"), comment("2", parent_id="1"), comment("3", parent_id="2")]
    assert plan(*some).max_depth == 3
    assert plan().max_depth == 0
    made = plan(some[2], some[1], known={key(): row()})
    assert (made.max_depth, order(made)) == (2, [("1", 0), ("2", 1), ("3", 2)])


def test_stored_comments_keep_their_parents():
    known = {
        key("1"): row(1),
        key("2"): row(2, parent_pk=1, source_parent="1"),
        key("3"): row(3, parent_pk=2, source_parent="2"),
    }
    assert order(plan(known=known)) == [("1", 0), ("2", 1), ("3", 2)]
    assert plan(known=known).comments[2].parent == key("2")


def test_a_ring_of_parents_is_cut_and_remarked_on():
    made = plan(
        comment("1", parent_id="2", byte=5), comment("2", parent_id="1", byte=6), byte=3
    )
    assert order(made) == [("1", 0), ("2", 1)]
    assert made.comments[0].parent is None
    [remark] = made.remarks
    assert remark.place == "byte 5"
    assert "comment 1: its parents form a ring" in remark.reason
    # The ring's first comment is not in this file.
    known = {key("1"): row(1, parent_pk=2), key("2"): row(2)}
    made = plan(comment("2", parent_id="1", when=When("", LATER)), known=known, byte=3)
    assert [each.place for each in made.remarks] in (["byte 3"], [])


def test_siblings_come_by_time_and_then_by_number():
    def at(source_id, minutes, **changes):
        moment = None if minutes is None else AT + timedelta(minutes=minutes)
        return comment(source_id, when=When("", moment), **changes)

    made = plan(at("1", 5), at("2", None), at("10", 3), at("9", 3))
    assert [name for name, _depth in order(made)] == ["9", "10", "1", "2"]
    # A comment without a time comes with its first reply.
    made = plan(at("1", 5), at("2", None), at("3", 4, parent_id="2"),
                at("4", 1, parent_id="2"))  # fmt: skip
    assert [name for name, _depth in order(made)] == ["2", "4", "3", "1"]
    # What is stored stands where it stood, unless better evidence tells another time.
    known = {key("1"): row(1, when=AT.timestamp())}
    made = plan(at("1", 5), at("2", 3), known=known)
    assert [name for name, _depth in order(made)] == ["2", "1"]
    known = {key("1"): row(1, when=float("inf"), facts=Facts())}
    made = plan(at("1", 1), at("2", 3), known=known)
    assert [name for name, _depth in order(made)] == ["1", "2"]


def test_the_newest_comment_of_a_copy():
    some = [comment("1", when=When("", LATER)), comment("2"), comment("3", when=When())]
    assert plan(*some).newest_at == LATER
    assert (
        plan(*some[1:], known={key("1"): row(1, when=LATER.timestamp())}).newest_at
        == AT
    )
    assert plan(some[2]).newest_at is None
    assert plan().newest_at is None


def held(read, known=None, *, decided=("1",), erased=()):
    """Plan one comment; return it with how many remarks were made."""
    decisions = DecisionSnapshot(
        frozenset(decided), {"1": frozenset(map(fingerprint, erased))}
    )
    made = plan(read, known={key(): known} if known else None, decisions=decisions)
    before = [(each.visibility, each.is_suppressed) for each in made.comments]
    remarks = list(made.remarks)
    # Once more, as when somebody decides meanwhile.
    hold_decided(made, decisions)
    [one] = made.comments
    assert [(one.visibility, one.is_suppressed)] == before
    assert [each.place for each in remarks] == ["byte 4"] * len(remarks)
    assert made.remarks == remarks
    return one.visibility, one.needs_review, one.is_suppressed, len(remarks)


# The rows are made within each test, where the key of their digests is known.
@pytest.mark.parametrize(
    ("known", "told", "expected"),
    [
        # Nobody decided on it.
        (partial(row), {"decided": ["2"]}, ("published", False, False, 0)),
        # It is stored: the desk looks at what is new of it.
        (partial(row), {}, ("published", True, False, 0)),
        # It is not, or only from its replies.
        (None, {}, ("held", False, False, 1)),
        (partial(row, is_placeholder=True), {}, ("held", False, False, 1)),
        # What was erased.
        (None, {"erased": ["Text."]}, ("erased", False, True, 0)),
        (
            partial(row, is_placeholder=True),
            {"erased": ["Text."]},
            ("erased", False, True, 0),
        ),
        (partial(row), {"erased": ["Text."]}, ("published", True, True, 0)),
        (
            partial(row, visibility="erased"),
            {"erased": ["Text."]},
            ("published", True, True, 0),
        ),
        (
            partial(row, visibility="erased"),
            {"erased": ["X"]},
            ("published", True, True, 1),
        ),
        (None, {"erased": ["X"]}, ("held", False, False, 1)),
    ],
)
def test_what_a_decision_stands_on(known, told, expected):
    assert held(comment(byte=4), known and known(), **told) == expected


def test_what_is_hidden_at_its_source_is_not_remarked_on():
    spam = comment(state="spam", byte=4)
    assert held(spam) == ("spam", False, False, 0)


def test_the_text_of_what_was_erased_is_no_new_text():
    decisions = DecisionSnapshot(
        frozenset("1"), {"1": frozenset([fingerprint("Text.")])}
    )
    [made] = plan(comment(), decisions=decisions).comments
    assert made.is_suppressed
    assert not made.has_new_text
    [made] = plan(comment(text="", form="page")).comments
    assert not made.has_new_text
    [made] = plan(comment(), known={key(): row()}).comments
    assert not made.has_new_text
    made.is_better = True
    assert made.has_new_text
