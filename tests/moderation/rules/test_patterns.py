"""Patterns are RE2's, and a bad one is refused with its place."""

import pytest

from moderation.rules import patterns
from moderation.rules.patterns import BadPattern, Patterns, check


@pytest.mark.parametrize(
    ("pattern", "where", "why"),
    [
        ("cheap (watch", "at character 1", "not closed"),
        ("cheap)", "at character 1", "was not opened"),
        (r"ab\Qc", "at character 3", "not known"),
        ("a[bc", "at character 2", "does not end"),
        ("(?=soon)", "at character 1", "looking ahead"),
        (r"(a)\1", "at character 4", "what was found"),
        ("x{1001}", "at character 2", "a thousand"),
        ("ab**", "at character 3", "follow each other"),
        ("*a", "at character 1", "nothing stands before"),
        ("[z-a]", "at character 2", "no range"),
        ("\\", "", "ends with"),
        ("a*", "", "in every text"),
        ("x|", "", "in every text"),
        ("a" * 501, "", "longer than"),
        ("\ud800", "at character 1", "no character"),
    ],
)
def test_a_bad_pattern_is_refused_with_its_place(pattern, where, why):
    with pytest.raises(BadPattern) as refused:
        check(pattern)
    assert where in str(refused.value)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\bcheap\b", "cheap"),
        ("(?i)x", "x"),
        (r"\\Qa", r"\Qa"),
        ("é+", "éé"),
        ("[^a]b", "cb"),
    ],
)
def test_a_good_pattern_is_taken(pattern, text):
    check(pattern)
    assert list(Patterns({1: [pattern]}).found_in([text])) == [1]


def test_patterns_that_are_too_large_together_are_made_apart(monkeypatch):
    monkeypatch.setattr(patterns, "_MEMORY_TOGETHER", 8 << 10)
    many = {number: [f"word{number}[a-z]{{20}}"] for number in range(40)}
    found = Patterns(many)
    assert list(found.found_in(["word7" + "q" * 20])) == [7]
    assert list(found.found_in(["word7"])) == []
