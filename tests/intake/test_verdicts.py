"""Whether an article is one that is here, by all that can be known of both."""

from types import SimpleNamespace

import pytest

from commentarchive.importers.parsed import Remark
from commentarchive.intake import moved
from commentarchive.intake.likeness import FEWEST_WORDS, Likeness
from commentarchive.intake.moved import Moves
from tests.intake.made import article

pytestmark = pytest.mark.pure
LONG = " ".join(["word"] * FEWEST_WORDS)


class Known(Moves):
    """Moves that know what they are told here, and ask no table."""

    def __init__(self, **answers):
        self.blog = SimpleNamespace(time_zone="Europe/London")
        self.capture = None
        self.taken, self._found_anew, self._moved = set(), set(), []
        self._likely = []
        self._to_remember = {}
        self.answers, self.numbers = answers, []

    def _is_remembered(self, _post, _parsed, number):
        return self.answers.get("remembered") == number

    def _is_numbering_known(self):
        return self.answers.get("numbering", False)

    def _find(self, _parsed, number):
        assert number == self.answers.get("number", "501")
        return self.answers.get("found", (None, "maybe"))

    def _free(self, _scheme, number):
        return f"{number}@2"

    def _remember(self, post, scheme, numbers):
        self.numbers.append((post.pk, scheme, numbers))


@pytest.fixture
def alike(monkeypatch):
    """Let two articles be as alike as a test says."""

    def let(title=None, time=None, text=None, *, place=False):
        likeness = Likeness(title, time, text)
        monkeypatch.setattr(moved, "likeness_of", lambda *_all: likeness)
        monkeypatch.setattr(moved, "is_of_one_time", lambda *_all: time)
        monkeypatch.setattr(moved, "is_at_the_same_place", lambda *_all: place)

    return let


@pytest.mark.parametrize(
    ("likeness", "expected"),
    [
        # At one place, one thing that is alike is enough, or nothing that is known.
        ((True, False, False), "same"),
        ((False, True, None), "same"),
        ((None, None, True), "same"),
        ((None, None, None), "same"),
        ((False, None, None), "maybe"),
        ((None, None, False), "maybe"),
        ((False, False, None), "other"),
        ((False, False, False), "other"),
    ],
)
def test_articles_at_one_place(alike, likeness, expected):
    alike(*likeness, place=True)
    assert Known()._verdict(None, article(plain="Short."), "501") == expected


@pytest.mark.parametrize(
    ("likeness", "plain", "expected"),
    [
        ((True, True, True), LONG, "same"),
        ((True, None, True), LONG, "maybe"),
        ((True, False, True), LONG, "maybe"),
        ((None, True, True), LONG, "maybe"),
        ((False, True, True), LONG, "maybe"),
        ((False, False, True), LONG, "other"),
        ((None, None, True), LONG, "other"),
        # Without the text nothing tells, nor does a short one.
        ((True, True, False), LONG, "other"),
        ((True, True, None), LONG, "other"),
        ((True, True, True), LONG.removeprefix("word "), "other"),
    ],
)
def test_articles_at_two_places(alike, likeness, plain, expected):
    alike(*likeness)
    assert Known()._verdict(None, article(plain=plain), "501") == expected
    # In a file that has the numbers of here, two numbers are two articles.
    parsed = article(plain=plain)
    assert Known(numbering=True)._verdict(None, parsed, "501") == "other"


@pytest.mark.parametrize(
    ("likeness", "place", "is_another"),
    [
        ((False, False, False), False, True),
        ((False, False, None), False, True),
        ((False, False, False), True, False),
        ((False, None, False), False, False),
        ((False, True, False), False, False),
        ((None, False, False), False, False),
        ((True, False, False), False, False),
        ((False, False, True), False, False),
    ],
)
def test_an_article_that_has_the_number_of_another_one(
    alike, likeness, place, is_another
):
    alike(*likeness, place=place)
    assert Known()._is_another(None, article()) is is_another
    verdict = Known(remembered="501")._verdict(None, article(), "501")
    assert verdict == ("other" if is_another else "same")


def post(number="1", *, scheme="wordpress", pk=3):
    return SimpleNamespace(pk=pk, scheme=scheme, source_id=number, is_held_back=False)


def test_an_article_under_its_number_or_its_address(alike):
    alike(None, None, None)
    moves = Known()
    read = article(source_id="1")
    assert moves.article(read, post(), []) == (read, post())
    assert (moves.taken, moves._found_anew, moves.numbers) == ({3}, set(), [])
    # Another system knows it by its address alone, or it has no number here.
    for here in (post(scheme="disqus", pk=4), post(scheme="z", pk=5), post("", pk=6)):
        assert moves.article(read, here, []) == (read, here)
    assert (moves._found_anew, moves.numbers) == ({4, 5, 6}, [])
    assert moves.remarks == []
    # An article without a number is what its address leads to.
    nameless = article(source_id="")
    assert moves.article(nameless, None, []) == (nameless, None)


def test_an_article_under_another_number(alike):
    alike(None, None, None)
    for answers, leads_to in (({}, post()), ({"found": (post(), "same")}, None)):
        moves = Known(**answers)
        found, here = moves.article(article(source_id="501"), leads_to, [])
        assert (found.source_id, here.pk) == ("1", 3)
        assert (moves.taken, moves._found_anew) == ({3}, {3})
        assert moves.numbers == [(3, "wordpress", {"501": None})]
        assert "(501 is 1 here)" in moves.remarks[0].reason


def test_an_article_that_is_only_likely_is_kept_apart(alike):
    moves, remarks = Known(found=(post(), "maybe")), []
    found, here = moves.article(article(source_id="501", byte=4), None, remarks)
    assert (found.source_id, found.is_live, here) == ("501", False, None)
    assert moves._to_remember == {("wordpress", "501"): ("501", 3, True)}
    [remark] = remarks
    assert remark.place == "byte 4"
    assert "article 501 may be the one known here as 1" in remark.reason
    assert moves.taken == set()


@pytest.mark.parametrize("other", [None, post("7", pk=7)])
def test_an_article_with_the_number_of_another_one_gets_a_free_one(alike, other):
    alike(False, False, False)
    moves, remarks = Known(found=(other, "maybe")), []
    read = article(source_id="501", is_live=True)
    found, here = moves.article(read, post("501"), remarks)
    assert (found.source_id, here, found.is_live) == ("501@2", None, other is None)
    expected = ("501", other and 7, True)
    assert moves._to_remember == {("wordpress", "501@2"): expected}
    assert len(remarks) == 1
    assert ("may be" in remarks[0].reason) == (other is not None)


def test_a_new_article_keeps_its_number(alike):
    moves = Known(number="5" * 200)
    found, here = moves.article(article(source_id="5" * 201), None, [])
    assert (found.source_id, here, moves._to_remember) == ("5" * 200, None, {})


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "1 article has another number in this file than here (1 is a1 here)"),
        (2, "2 articles have another number in this file than here (1 is a1 here, 2 is a2 here)"),
        (5, "5 is a5 here)"),
        (6, "5 is a5 here, …)"),
    ],
)  # fmt: skip
def test_new_numbers_are_reported_in_one_sentence(number, said):
    moves = Known()
    moves._moved = [(str(each), f"a{each}") for each in range(1, number + 1)]
    [remark] = moves.remarks
    assert isinstance(remark, Remark)
    assert said in remark.reason
    assert (remark.place, remark.reason.endswith("address or words")) == (
        "byte 0",
        True,
    )
