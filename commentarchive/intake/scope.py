"""What a file holds articles of: by it, an export of a part is told from a whole one.

WordPress exports all articles, or those of one type, author, category, state or span of
time, and does not write into the file which of these was chosen.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from commentarchive.importers.parsed import ParsedPost
from commentarchive.matching import fingerprint

# Menus, attachments and what plugins keep are left out of account.
_ARTICLES = frozenset({"post", "page"})


@dataclass(slots=True)
class Scope:
    """The types, authors and states of a file's articles, and what all have in common.

    Authors and topics are kept as keyed digests: a draft's are nobody's business.
    """

    kinds: set[str] = field(default_factory=set)
    authors: set[str] = field(default_factory=set)
    statuses: set[str] = field(default_factory=set)
    # The categories and tags that every article stands under; None before the first.
    topics: set[str] | None = None
    first: datetime | None = None
    last: datetime | None = None
    # The places in the file of articles whose printed count may be of other things.
    uncertain_counts: list[int] = field(default_factory=list)
    # Where a quotation is announced and missing: the article's place in the file, and
    # the id of the comment, "" for the article.
    announced: list[tuple[int, str]] = field(default_factory=list)

    def add(self, ordinal: int, parsed: ParsedPost) -> None:
        """Take one more article into account."""
        if not parsed.counts_comments:
            self.uncertain_counts.append(ordinal)
        self.announced += [(ordinal, said_in) for said_in, _ in parsed.lost_quotations]
        if parsed.kind not in _ARTICLES:
            return
        self.kinds.add(parsed.kind)
        self.authors.add(_digest(parsed.byline))
        self.statuses.add(parsed.status)
        if parsed.kind == "post":
            topics = {_digest(topic) for topic in parsed.topics}
            self.topics = topics if self.topics is None else self.topics & topics
        moment = parsed.when.utc
        if moment and moment.tzinfo:
            self.first = min(self.first or moment, moment)
            self.last = max(self.last or moment, moment)

    def pack(self) -> dict[str, Any]:
        """Return it as plain data, for the copy's row."""
        return {
            "kinds": sorted(self.kinds),
            "authors": sorted(self.authors),
            "statuses": sorted(self.statuses),
            "topics": sorted(self.topics or ()),
            "first": self.first and self.first.isoformat(),
            "last": self.last and self.last.isoformat(),
            "uncertain_counts": self.uncertain_counts,
            "announced": self.announced,
        }


# An import has few authors and topics, and each stands on many of its articles.
@lru_cache(maxsize=1024)
def _digest(word: str) -> str:
    return fingerprint("scope", word).hex()[:16]
