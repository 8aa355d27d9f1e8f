"""What cannot be right in the comments of a page, whatever the rules found.

A theme that is not known puts words of its own where a name or a text is looked for.
They give themselves away: they are the same in most comments.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from commentarchive.importers.page_comments import PageComments
from commentarchive.importers.parsed import ParsedComment, Unreadable

# As few comments may well have a word in common.
_FEW = 3
_MOST = 0.6


@dataclass(frozen=True, slots=True)
class Doubt:
    """A sentence on what is not sure, and whether something may be missing for it."""

    reason: str
    is_loss: bool = True


def check(found: PageComments) -> list[Doubt]:
    """Return what is doubtful in comments. Raise Unreadable if they cannot be right.

    Names that may be a theme's words are taken away.
    """
    written = [each for each in found.comments if each.kind == "comment"]
    empty = [each for each in written if not each.raw and each.state != "deleted"]
    if written and len(empty) > len(written) / 2:
        reason = (
            f"in {len(empty)} of its {len(written)} comments no text is found by the "
            f"rules that fit it best ({found.rules})"
        )
        raise Unreadable(reason)
    doubts = []
    if empty:
        doubts.append(Doubt(f"{len(empty)} of its comments have no text that is sure"))
    if shared := _shared_words(written):
        reason = (
            f"most of its comments {shared} with the same words, which may be the "
            f"theme's: the rules that fit it best are not sure ({found.rules})"
        )
        raise Unreadable(reason)
    if _have_words_in_common([each.name for each in written if each.name]):
        found.comments = [each._replace(name="") for each in found.comments]
        reason = "most of its names share a word, which may be the theme's: not taken"
        doubts.append(Doubt(reason))
    nameless = sum(not each.name and each.state != "deleted" for each in found.comments)
    if nameless:
        reason = f"no name is sure in {nameless} of its comments: not known"
        doubts.append(Doubt(reason, is_loss=False))
    return doubts


def _shared_words(comments: Iterable[ParsedComment]) -> str:
    """Return where most texts have the same words; "" for nowhere."""
    texts = {each.plain.strip() for each in comments if each.plain.strip()}
    if len(texts) <= _FEW:
        return ""
    ends = [each.split() for each in texts]
    if _is_common(" ".join(words[-2:]) for words in ends):
        return "end"
    return "begin" if _is_common(" ".join(words[:3]) for words in ends) else ""


def _have_words_in_common(names: list[str]) -> bool:
    several = [each.split() for each in set(names)]
    if len(several) <= 1:
        return False
    return _is_common_in(several, _first) or _is_common_in(several, _last)


def _first(words: list[str]) -> str:
    return words[0] if len(words) > 1 else ""


def _last(words: list[str]) -> str:
    return words[-1] if len(words) > 1 else ""


def _is_common_in(several: list[list[str]], end: Callable[[list[str]], str]) -> bool:
    return _is_common(end(words) for words in several)


def _is_common(ends: Iterable[str]) -> bool:
    counted = Counter(ends)
    total = counted.total()
    del counted[""]
    most = max(counted.values(), default=0)
    return most >= _FEW and most > _MOST * total
