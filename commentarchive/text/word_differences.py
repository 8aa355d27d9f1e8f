"""Where the words of two texts differ, side by side."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from rapidfuzz.distance import Indel

from commentarchive.text.compared_words import placed_words

# Longer texts are compared as far as that.
MOST_WORDS = 20_000
# Unchanged words that are shown around a difference.
AROUND = 12
# Fewer words that are the same between two differences belong to these.
UNCHANGED = 4


class Piece(NamedTuple):
    """A stretch of both texts: the same, or what only one or the other has."""

    is_same: bool
    one: str
    other: str
    # How many unchanged words are left out in its middle.
    left_out: int = 0
    # Both ends of a stretch in whose middle words are left out.
    end: str = ""


def differences(one: str, other: str) -> list[Piece]:
    """Return two texts as stretches side by side; long unchanged ones are cut."""
    return list(_pieces(_tokens(one), _tokens(other)))


class _Token(NamedTuple):
    """A word as it is compared, and all that is written from it to the next one."""

    key: str
    written: str


def _tokens(plain: str) -> list[_Token]:
    found = list(islice(placed_words(plain), MOST_WORDS))
    starts = [0, *(start for _key, start in found[1:]), len(plain)]
    return [
        _Token(key, plain[start:end])
        for (key, _at), start, end in zip(found, starts, starts[1:], strict=False)
    ]


def _pieces(one: list[_Token], other: list[_Token]) -> Iterator[Piece]:
    keys = [each.key for each in one], [each.key for each in other]
    mine_only = theirs_only = ""
    for step in Indel.opcodes(*keys):
        mine = one[step.src_start : step.src_end]
        theirs = other[step.dest_start : step.dest_end]
        is_between = bool(mine_only or theirs_only) and step.src_end < len(one)
        if step.tag != "equal" or (is_between and len(mine) < UNCHANGED):
            # All that was done in one place is one change.
            mine_only += _written(mine)
            theirs_only += _written(theirs)
            continue
        if mine_only or theirs_only:
            yield Piece(False, mine_only, theirs_only)
            mine_only = theirs_only = ""
        yield _unchanged(mine)
    if mine_only or theirs_only:
        yield Piece(False, mine_only, theirs_only)


def _unchanged(tokens: list[_Token]) -> Piece:
    if len(tokens) <= 3 * AROUND:
        text = _written(tokens)
        return Piece(True, text, text)
    start, end = _written(tokens[:AROUND]), _written(tokens[-AROUND:])
    return Piece(True, start, start, len(tokens) - 2 * AROUND, end)


def _written(tokens: list[_Token]) -> str:
    return "".join(each.written for each in tokens)
