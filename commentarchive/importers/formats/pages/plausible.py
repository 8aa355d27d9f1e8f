"""What cannot be right in the comments of a page, whatever the rules found.

A theme that is not known puts words of its own where a name or a text is looked for.
They give themselves away: they are the same in most comments.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from commentarchive.importers.page_comments import PageComments
from commentarchive.importers.parsed import ParsedComment, Unreadable
from commentarchive.importers.zone_names import not_believed

# As few comments may well have a word in common.
_FEW = 3
_tag = re.compile(r"<[^>]*>")
# Words that fit a button.
_BUTTON = 4
_MOST, _NEARLY_ALL = 0.6, 0.9


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
    if found.left_out:
        found.is_whole = False
        reason = f"{found.left_out} of its comments are cut in the page, and left out"
        doubts.append(Doubt(reason))
    if found.unread > 0:
        reason = (
            f"the page holds {found.unread} more texts like those of its comments, "
            "which are in no comment that is known"
        )
        doubts.append(Doubt(reason))
    if empty:
        doubts.append(Doubt(f"{len(empty)} of its comments have no text that is sure"))
    doubts += _doubts_about_words(written, found.rules)
    zones = Counter(filter(None, (not_believed(each.when) for each in found.comments)))
    doubts += [
        Doubt(
            f"{number} of its times name the zone {name}, which is not sure: they are "
            "taken for times of the blog’s clock",
            is_loss=False,
        )
        for name, number in sorted(zones.items())
    ]
    if _have_words_in_common([each.name for each in written if each.name]):
        found.comments = [each._replace(name="") for each in found.comments]
        reason = "its names share a word, which may be the theme's: not taken"
        doubts.append(Doubt(reason))
    nameless = sum(not each.name and each.state != "deleted" for each in found.comments)
    if nameless:
        reason = f"no name is sure in {nameless} of its comments: not known"
        doubts.append(Doubt(reason, is_loss=False))
    return doubts


def _doubts_about_words(
    comments: Iterable[ParsedComment], rules: str
) -> Iterator[Doubt]:
    """Yield a doubt about words that most texts share; raise where nearly all do.

    Such words are a whole text, or stand in an element of their own before or behind
    others: what people write in the middle of a sentence is theirs.
    """
    pieces = [
        [" ".join(piece.split()) for piece in _tag.split(each.raw) if piece.strip()]
        for each in comments
    ]
    for where, words in (
        ("consist of", [_if_short(" ".join(each)) for each in pieces]),
        ("end with", [each[-1] if len(each) > 1 else "" for each in pieces]),
        ("begin with", [each[0] if len(each) > 1 else "" for each in pieces]),
    ):
        if not _is_common(words, _MOST):
            continue
        reason = (
            f"most of its comments {where} the same words, which may be the theme's: "
            f"the rules that fit it best are not sure ({rules})"
        )
        if where != "consist of" and _is_common(words, _NEARLY_ALL):
            raise Unreadable(reason)
        yield Doubt(reason)


def _if_short(words: str) -> str:
    """Return a text that may be a button's; "" for a longer one."""
    return words if words.count(" ") < _BUTTON else ""


def _have_words_in_common(names: Sequence[str]) -> bool:
    if len(set(names)) == 1:
        # One name for all is rather a word for a profile or a guest.
        return len(names) > _FEW
    several = [each.split() for each in set(names)]
    return any(
        _is_common([each[end] if len(each) > 1 else "" for each in several], _MOST)
        for end in (0, -1)
    )


def _is_common(ends: Sequence[str], share: float) -> bool:
    """Return whether more than a share of some texts is the same."""
    counted = Counter(filter(None, ends))
    most = max(counted.values(), default=0)
    return most > _FEW and most > share * len(ends)
