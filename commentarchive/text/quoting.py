"""Which of some texts quote which others, among themselves."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from commentarchive.text.plain import plain_text
from commentarchive.text.references import quoted_passages
from commentarchive.text.similar import bare_words

# A word that no folding changes.
_plain_word = re.compile(r"[A-Za-z]+")


class Quoting(NamedTuple):
    """Which earlier texts one quotes, nearest first, and whether more than these."""

    numbers: Sequence[int]
    has_more: bool


def quoting(htmls: Sequence[str]) -> dict[int, Quoting]:
    """Return what each text quotes that quotes anything, by its number.

    From their cleaned HTML. Of several who say the same words the nearest is meant; who
    only quotes them is not.
    """
    passages = list(map(quoted_passages, htmls))
    if not any(passages):
        return {}
    found: dict[int, Quoting] = {}
    texts: list[_Text] = []
    for number, (html, own) in enumerate(zip(htmls, passages, strict=True)):
        if own:
            found[number] = _quoted_in(own, reversed(texts))
        texts.append(_Text(number, html, own))
    return found


class _Text:
    """What one says, and which passages of it are others' words."""

    def __init__(self, number: int, html: str, passages: Sequence[str]) -> None:
        self.number = number
        self.html = html
        self.passages = passages

    @cached_property
    def _folded(self) -> str:
        return self.html.casefold()

    @cached_property
    def _words(self) -> str:
        return bare_words(plain_text(self.html))

    @cached_property
    def _others_words(self) -> list[str]:
        return [bare_words(each) for each in self.passages]

    def says(self, run: str, cue: str) -> bool:
        """Return whether it says a run of bare words itself, of which `cue` is one."""
        if cue not in self._folded or run not in self._words:
            return False
        return not any(run in each for each in self._others_words)


def _quoted_in(passages: Iterable[str], texts: Iterable[_Text]) -> Quoting:
    still = {bare_words(each): _cue(each) for each in passages}
    numbers = []
    for text in texts:
        said = [run for run, cue in still.items() if text.says(run, cue)]
        if said:
            numbers.append(text.number)
            for run in said:
                del still[run]
        if not still:
            break
    return Quoting(numbers, bool(still))


def _cue(passage: str) -> str:
    """Return the longest plain word of a passage: most texts lack it."""
    return max(_plain_word.findall(passage), key=len, default="").casefold()
