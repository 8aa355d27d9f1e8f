"""The hosts of a file's articles: a comment service may serve several blogs at once."""

from collections import Counter
from collections.abc import Iterable

from commentarchive.importers.parsed import ParsedPost, Reading
from commentarchive.text.addresses import host_of

# How many are named.
_MOST = 5


class Hosts:
    """How many comments stand at each host, those that readers do not see apart."""

    def __init__(self) -> None:
        self._shown: Counter[str] = Counter()
        self._others: Counter[str] = Counter()

    def count(self, post: ParsedPost) -> None:
        """Count the comments of an article at its first address."""
        host = next(iter(filter(None, map(host_of, post.addresses))), "")
        if host and post.comments:
            is_shown = post.is_live and any(
                each.source_state == "live" for each in post.comments
            )
            found = self._shown if is_shown else self._others
            found[host] += len(post.comments)

    def report(self, reading: Reading) -> None:
        """Report that there are several; hosts that no reader has seen by number."""
        unseen = self._others.keys() - self._shown.keys()
        if len(self._shown) + len(unseen) <= 1:
            return
        every = self._shown + Counter(
            {host: self._others[host] for host in self._shown if self._others[host]}
        )
        named = [f"{host} ({number} comments)" for host, number in every.most_common()]
        if unseen:
            number = sum(self._others[host] for host in unseen)
            named.append(f"{len(unseen)} that readers did not see ({number} comments)")
        reason = (
            f"its articles are at several hosts: {in_words(named)}; all are read as of "
            "one blog: export each by itself if they are several"
        )
        reading.problem(0, reason, loss=False)


def in_words(names: Iterable[str]) -> str:
    """Return the first few names, and how many more there are."""
    found = list(names)
    more = len(found) - _MOST
    return ", ".join(found[:_MOST]) + (f" and {more} more" if more > 0 else "")
