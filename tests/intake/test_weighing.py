"""What a copy tells of a comment, weighed against what the others told."""

from datetime import UTC, datetime

import pytest

from commentarchive.importers.parsed import When
from commentarchive.importers.registry import facts_of
from commentarchive.intake import weighing
from commentarchive.intake.other_copies import OtherCopies, _Held
from commentarchive.intake.stored import Match, StoredVersion
from commentarchive.intake.weighing import (
    PRINTED,
    FileRead,
    Weighed,
    is_better,
    parent_id,
    tells_parents,
    told_of_article,
    told_of_comment,
    weigh,
    weigh_comments,
)
from commentarchive.threads.evidence import Facts, Rank, Told, copy_of
from tests.intake.made import AT, article, comment, key, stored

pytestmark = pytest.mark.pure
DAYS = [datetime(2012, 5, day, tzinfo=UTC) for day in range(1, 4)]


def copy(importer="wordpress", day=0, *, capture=1, tells=True):
    reader = facts_of(importer)
    return copy_of(
        *(reader.rank, "digest", (capture, 0), DAYS[day]),
        tells_kinds=reader.tells_kinds,
        tells_parents=tells,
    )


EXPORT, LATER, PAGE = copy(), copy(day=1, capture=2), copy("web_page", 2, capture=3)


def test_a_file_is_as_old_as_it_says_and_else_as_its_newest_comment():
    file = FileRead("wordpress", "digest", DAYS[1], 4)
    made = file.copy(article(seen_at=DAYS[0]), DAYS[2], 6)
    assert made.source == (Rank.EXPORT, DAYS[0], "digest", 6)
    assert (made.capture, made.ordinal, made.source.rank) == (4, 6, Rank.EXPORT)
    assert file.copy(article(), DAYS[2], 0).source.made_at == DAYS[1]
    assert FileRead().copy(article(), DAYS[2], 0).source.made_at == DAYS[2]


@pytest.mark.parametrize(
    ("parents", "parent", "is_told"),
    [("told", "1", True), ("told", "", False), ("shown", "1", False)],
)
def test_no_parent_is_told_where_any_parent_is(parents, parent, is_told):
    some = [comment("1"), comment("2", parent_id=parent)]
    assert tells_parents(article(comments=some, parents=parents)) is is_told


def test_what_is_told_of_a_comment():
    when = When("x" * 99, AT, 60)
    read = comment(
        "1",
        name="Ann",
        link="https://a.example",
        person="p1",
        parent_id="7",
        kind="ping",
    )
    expected = Facts(
        *("ping", "Ann", "https://a.example", "p1", AT, "x" * PRINTED, 60, "7")
    )
    assert told_of_comment(read, when, EXPORT) == expected
    # With an e-mail address nobody needs another mark.
    known = told_of_comment(read._replace(email="a@mail.example"), when, EXPORT)
    assert known == expected._replace(person="")


@pytest.mark.parametrize(("status", "kind"), [("publish", "page"), ("unknown", "")])
def test_what_is_told_of_an_article(status, kind):
    read = article(status=status, kind="page", title="Ferry")
    told = told_of_article(read, When("x" * 99, AT, 60))
    assert told == Facts(
        kind=kind, moment=AT, printed="x" * PRINTED, offset=60, title="Ferry"
    )


STANDS = Facts("comment", "Ann", "https://a.example", "p1", AT, "then", 60, "7")
OTHER = Facts("ping", "Ben", "", "p2", DAYS[0], "2012-05-01 02:00", 120, "")


def test_better_evidence_takes_the_place_of_every_fact():
    told = Told(LATER, OTHER)
    found = weigh(STANDS, [told, Told(EXPORT, STANDS, is_stored=True)], {})
    assert found == Weighed(OTHER, ())
    # A title stands as the version that has it.
    found = weigh(
        STANDS, [Told(LATER, OTHER._replace(title="Boat"))], {}, title="Ferry"
    )
    assert found.facts == OTHER._replace(title="Ferry")
    # Worse evidence is kept as what it told.
    told = Told(EXPORT, OTHER)
    found = weigh(STANDS, [told, Told(LATER, STANDS)], {})
    assert found == Weighed(STANDS, (told,))


def test_a_correction_stands_above_all_copies():
    found = weigh(STANDS, [Told(EXPORT, OTHER)], {"name": "Ada Quill"})
    assert found.facts == OTHER._replace(name="Ada Quill", link="", person="")
    assert found.otherwise == (Told(EXPORT, OTHER),)


def test_what_no_copy_tells_stays_as_it_stands():
    silent = Told(LATER, Facts())
    assert weigh(STANDS, [silent], {}).facts == STANDS


def test_what_is_stored_already_is_not_stored_again():
    before = Told(EXPORT, STANDS, is_stored=True)
    assert weigh(STANDS, [Told(LATER, OTHER), before], {}).otherwise == ()
    before = Told(EXPORT, STANDS)
    assert weigh(STANDS, [Told(LATER, OTHER), before], {}).otherwise == (before,)


def test_a_testimony_s_row():
    row = weighing.testimony_row(
        Told(LATER, OTHER._replace(title="T")), comment=5, post=None
    )
    assert row[:6] == (5, None, 2, 0, "ping", "Ben")
    assert (row[6:8], row[9:]) == (
        ("", "p2"),
        ("2012-05-01 02:00", 120, False, "", "T"),
    )


def held(*, testimonies=None, **values):
    """Return other copies that held what is given."""
    others = OtherCopies(1, (9, 0))
    copies = {(each.capture, each.ordinal): each for each in (EXPORT, LATER, PAGE)}
    vars(others)["_held"] = _Held(copies=copies, **values)
    vars(others)["_testimonies"] = testimonies or {}
    vars(others)["_corrections"] = {}
    return others


@pytest.mark.parametrize(
    ("row", "is_weighed"),
    [
        (stored(5, facts=STANDS), True),
        (None, False),
        (stored(5, facts=STANDS, is_placeholder=True), False),
        (stored(5, facts=STANDS, visibility="erased"), False),
        (stored(5, facts=STANDS, visibility="held"), True),
        (stored(5, facts=STANDS, visibility="deleted_by_author"), True),
        (stored(5, facts=STANDS._replace(name="Ben")), True),
        # What tells just what stands is not weighed.
        (stored(5, facts=Facts("comment", "Ann", "", "", AT, "", None, "")), False),
    ],
)
def test_what_is_weighed(row, is_weighed):
    read = {key("9"): (comment("9"), b"y"), key(): (comment(), b"x")}
    rows = {key(): row} if row else {}
    when = When("", AT)
    times = {key(): when, key("9"): when}
    others = held(comments={5: [(2, 0)]}, keeping={(2, 0)}, public={(5, (2, 0))})
    found = weigh_comments(read, rows, times, EXPORT, others)
    assert list(found) == ([key()] if is_weighed else [])
    if is_weighed:
        # The later copy told what stands.
        assert found[key()].facts == row.facts
        assert len(found[key()].otherwise) == 1


def test_the_parent_by_the_best_evidence():
    read, row = comment(parent_id="7"), stored(source_parent="8")
    weighed = Weighed(Facts(parent="9"), ())
    assert parent_id(read, None, None) == "7"
    assert parent_id(read, stored(is_placeholder=True), weighed) == "7"
    assert parent_id(read, row, None) == "8"
    assert parent_id(read, row, weighed) == "9"
    assert parent_id(read, row, Weighed(Facts(), ())) == ""


WORSE, BETTER = StoredVersion(1, 1, "", form="page"), StoredVersion(2, 2, "", 1, "html")


@pytest.mark.parametrize(
    ("read", "match", "by", "expected"),
    [
        (comment(), Match(WORSE, WORSE), EXPORT, True),
        (comment(form="page"), Match(WORSE, WORSE), copy("warc"), False),
        (comment(form="page"), Match(WORSE, WORSE), copy("feed"), True),
        # What stands is this very text.
        (comment(), Match(BETTER, BETTER, is_exact=True), LATER, False),
        # The same words, and better; or this text is here, though not as the best.
        (comment(), Match(BETTER, BETTER), copy(day=2), True),
        (comment(), Match(BETTER, BETTER), EXPORT, False),
        (comment(), Match(WORSE, BETTER, is_exact=True), copy(day=2), True),
        # Without a text there is nothing to be better.
        (comment(text="", form="page"), Match(WORSE, WORSE), copy("feed"), False),
        (comment(), Match(WORSE, WORSE._replace(form="")), EXPORT, False),
        # No copy is known to hold it.
        (comment(form="page"), Match(WORSE._replace(pk=8), WORSE._replace(pk=8)), copy("warc"), True),
    ],
)  # fmt: skip
def test_a_better_text_of_the_same_words(read, match, by, expected):
    others = held(versions={1: [(3, 0)], 2: [(1, 0), (2, 0)]})
    assert is_better(read, match, by, others) is expected


def test_the_best_of_the_copies_that_held_a_text():
    others = held(
        versions={2: [(1, 0), (2, 0), (3, 0)]}, articles={4: [(3, 0), (1, 0)]}
    )
    assert others.best_with_version(2) == LATER.source
    assert others.best_with_version(3) is None
    assert others.best_with_article(4) == EXPORT.source
    assert others.best_with_article(0) is None


def told_by(others, *, first=0):
    return [(each.copy.capture, each.facts, each.is_stored)
            for each in others.of_comment(5, STANDS, first)]  # fmt: skip


def test_what_copies_told_of_a_comment():
    comments = {5: [(1, 0), (2, 0), (3, 0)]}
    others = held(comments=comments, keeping={(1, 0)}, testimonies={5: {(2, 0): OTHER}})
    assert told_by(others) == [(1, STANDS, False), (2, OTHER, True)]
    # Of those that are older than testimonies, the first told what stands.
    assert told_by(others, first=3) == [
        *((1, STANDS, False), (2, OTHER, True), (3, STANDS, False)),
    ]
    assert list(others.of_comment(6, STANDS, 1)) == []


def test_the_kind_of_an_article_is_told_by_what_holds_its_record():
    others = held(
        keeping={(1, 0), (2, 0), (3, 0)},
        recording={(1, 0)},
        testimonies={0: {(3, 0): OTHER}},
    )
    told = {each.copy.capture: each.facts.kind for each in others.of_article(STANDS, 0)}
    assert told == {1: "comment", 2: "", 3: "ping"}
