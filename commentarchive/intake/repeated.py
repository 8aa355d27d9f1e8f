"""Articles that one file holds more than once: what their second occurrence says.

By the file alone, so that a dry run and the import say the same.
"""

from typing import Literal

from commentarchive.importers.parsed import UNKNOWN_STATUS, ParsedPost, Remark
from commentarchive.intake.plan import ArticlePlan
from commentarchive.matching import article_key
from commentarchive.text.addresses import normalise

type Again = Literal["changed", "unchanged"]


class Said:
    """What a file has said of each article so far: its status, title and text."""

    def __init__(self) -> None:
        # A number in place of the words: most articles stand once.
        self._said: dict[str, tuple[str, int]] = {}
        # Where the articles without a number are.
        self._nameless: set[str] = set()

    def again(self, parsed: ParsedPost) -> Again | None:
        """Take in an article; return whether it reads otherwise than before.

        None where it stands for the first time. What is not told says nothing else.
        """
        if not parsed.source_id:
            self._nameless.update(map(normalise, parsed.addresses))
        key = article_key(parsed)
        words = hash((parsed.title, parsed.raw))
        before = self._said.get(key)
        if before is None:
            self._said[key] = parsed.status, words
            return None
        status = before[0] if parsed.status == UNKNOWN_STATUS else parsed.status
        now = status, words if parsed.has_text else before[1]
        self._said[key] = now
        return "unchanged" if now == before else "changed"

    def may_be_known(self, parsed: ParsedPost) -> bool:
        """Return whether an article may be one that stood before without its number.

        One that has none may be any.
        """
        if not parsed.source_id:
            return True
        if not self._nameless:
            return False
        return not self._nameless.isdisjoint(map(normalise, parsed.addresses))


def note_again(plan: ArticlePlan, again: Again | None) -> None:
    """Note in a plan what its article said before in the same file, if anything."""
    if again is None:
        return
    plan.change = again
    if again == "changed" and plan.parsed.source_id:
        plan.remarks.append(repeated_article(plan.parsed))


def repeated_article(parsed: ParsedPost) -> Remark:
    """Return a remark on an article whose id stood in the file before."""
    reason = (
        f"article {parsed.source_id} stands in this file again and reads otherwise; "
        "taken as a later version of the same one"
    )
    return Remark(f"byte {parsed.byte}", reason)
