"""The hosts of a file's articles: a comment service may serve several blogs at once."""

from collections import Counter
from collections.abc import Iterable

from commentarchive.importers.parsed import ParsedPost, Reading
from commentarchive.text.addresses import host_of

# How many are named.
_MOST = 5


def host_among(post: ParsedPost) -> str:
    """Return the host of an article's first address; "" where none is told."""
    return next(iter(filter(None, map(host_of, post.addresses))), "")


class Hosts:
    """How much stands at each host, those that readers do not see apart."""

    def __init__(self) -> None:
        self._articles: Counter[str] = Counter()
        self._comments: Counter[str] = Counter()
        self._shown: set[str] = set()

    def count(self, post: ParsedPost) -> None:
        """Count an article and its comments at its first address."""
        host = host_among(post)
        self._articles[host] += 1
        self._comments[host] += len(post.comments)
        if post.is_live and (
            not post.comments
            or any(each.source_state == "live" for each in post.comments)
        ):
            self._shown.add(host)

    def counted(self) -> str:
        """Return how much there is at how many blogs, in words; "" where nothing is.

        None is named: some may be for staff alone, here or one day.
        """
        if not self._articles:
            return ""
        blogs = len(self._articles.keys() - {""}) + ("" in self._articles)
        return (
            f"{blogs} other {'blog' if blogs == 1 else 'blogs'} "
            f"({_number(self._articles, [*self._articles], 'article')}, "
            f"{_number(self._comments, [*self._comments], 'comment')})"
        )

    def report(self, reading: Reading) -> None:
        """Report that comments are at several; those that no reader saw by number."""
        commented = Counter(
            {host: number for host, number in self._comments.items() if host and number}
        )
        if len(commented) <= 1:
            return
        named = [
            f"{place} ({_number(commented, hosts, 'comment')})"
            for place, hosts in self._places(commented)
        ]
        reason = (
            f"its articles are at several hosts: {in_words(named)}; all are read as of "
            "one blog: export each by itself if they are several"
        )
        reading.problem(0, reason, loss=False)

    def _places(self, counted: Counter[str]) -> list[tuple[str, list[str]]]:
        """Return hosts by their names, the fullest first, the unseen ones together."""
        hosts = [host for host, _number in counted.most_common()]
        places = [
            (host or "no host told", [host])
            for host in hosts
            if host in self._shown or not host
        ]
        unseen = [host for host in hosts if host and host not in self._shown]
        if unseen:
            places.append((f"{len(unseen)} that readers did not see", unseen))
        return places


def _number(counted: Counter[str], hosts: list[str], what: str) -> str:
    number = sum(counted[host] for host in hosts)
    return f"{number} {what}" + ("" if number == 1 else "s")


def in_words(names: Iterable[str]) -> str:
    """Return the first few names, and how many more there are."""
    found = list(names)
    more = len(found) - _MOST
    return ", ".join(found[:_MOST]) + (f" and {more} more" if more > 0 else "")
