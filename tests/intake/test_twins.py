"""Which of several texts of one id is which."""

import pytest

from commentarchive.intake.stored import StoredVersion
from commentarchive.intake.twins import keyed
from commentarchive.matching import fingerprint
from tests.intake.made import article, comment, key, stored

pytestmark = pytest.mark.pure


def row(*texts, **changes):
    made = stored(**changes)
    for number, text in enumerate(texts, 1):
        made.add_version(fingerprint(text), StoredVersion(number, number, ""))
    return made


def twins(*texts, known=(), erased=()):
    """Return the number of each text of one id."""
    rows = {key(twin=twin): each for twin, each in enumerate(known)}
    gone = {"1": frozenset(map(fingerprint, erased))}
    read = article(comments=[comment(text=text) for text in texts])
    found = keyed(read, rows, gone).read
    for name, (each, digest) in found.items():
        assert (name.scheme, name.source_id) == ("wordpress", "1")
        assert digest == fingerprint(each.raw)
    return {each.raw: name.twin for name, (each, _digest) in found.items()}


def test_one_id_with_several_texts():
    read = article(
        comments=[
            *(comment("1", "A"), comment("2", "A"), comment("1", "B", byte=4)),
            *(comment("1", "A", byte=5), comment("1", "B", byte=6)),
        ]
    )
    found = keyed(read, {}, {})
    assert list(found.read) == [key("1"), key("1", 1), key("2")]
    assert found.duplicates == 2
    two, twice = "has two texts under one id", "stands twice with one text"
    assert [(each.place, two in each.reason, twice in each.reason)
            for each in found.remarks] == [
        ("byte 4", True, False), ("byte 5", False, True), ("byte 6", False, True),
    ]  # fmt: skip
    assert all("comment 1 " in each.reason for each in found.remarks)


@pytest.mark.parametrize(
    ("texts", "known", "expected"),
    [
        # Nothing is stored, or one text: another is an edit of it.
        (["A"], [], {"A": 0}),
        (["B"], [row("A")], {"B": 0}),
        (["A", "B"], [], {"A": 0, "B": 1}),
        # Stored texts keep their numbers, others get the lowest that is free.
        (["B"], [row("A"), row("B")], {"B": 1}),
        (["B", "A"], [row("A"), row("B")], {"B": 1, "A": 0}),
        (["C", "B", "A"], [row("A"), row("B")], {"C": 2, "B": 1, "A": 0}),
        (["C", "B"], [row("A"), row("B")], {"C": 0, "B": 1}),
        (["C", "A"], [row("A"), row("B")], {"C": 1, "A": 0}),
        (["A", "C"], [row("A")], {"A": 0, "C": 1}),
        (["C", "D"], [row("A"), row("B")], {"C": 0, "D": 1}),
        # An older version is a text of its comment, too.
        (["A", "C"], [row("B"), row("A", "D")], {"A": 1, "C": 0}),
        # Two versions of one comment cannot both be it.
        (["A", "B"], [row("A", "B")], {"A": 0, "B": 1}),
    ],
)
def test_stored_texts_keep_their_numbers(texts, known, expected):
    assert twins(*texts, known=known) == expected


@pytest.mark.parametrize(
    ("texts", "known", "expected"),
    [
        (["X"], [row("A"), row(visibility="erased")], {"X": 1}),
        (["X"], [row(visibility="erased"), row("A")], {"X": 0}),
        (["B", "X"], [row("A"), row(visibility="erased")], {"B": 0, "X": 1}),
        (["B", "X"], [row(visibility="erased"), row("A")], {"B": 1, "X": 0}),
        # Two erased texts, one place: the other gets what is free.
        (["X", "Y"], [row("A"), row(visibility="erased")], {"X": 1, "Y": 0}),
        # Without a place that was erased, an erased text is like any other.
        (["B", "X"], [row("A"), row("B")], {"B": 1, "X": 0}),
        # A text that was not erased gets no erased place while there is another.
        (["C"], [row("A"), row(visibility="hidden")], {"C": 0}),
    ],
)
def test_an_erased_text_gets_the_number_of_what_was_erased(texts, known, expected):
    assert twins(*texts, known=known, erased=["X", "Y"]) == expected
