"""Links between an old address and a thread as it was on days of its copies (RFC 7089).

A thread at the end of a day (`?at=`) is a memento, dated by the last copy of that day,
and by the day's last second where it has none.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.http import http_date

from commentarchive.captures.mementos import Memento, mementos_of
from commentarchive.discussion.as_of import end_of, today_at
from commentarchive.feeds.atom import absolute
from commentarchive.models import Post, PostAddress
from commentarchive.storage.prepared import Prepared

LINK_FORMAT = "application/link-format"


def memento_address(post: Post, memento: Memento) -> str:
    """Return the thread as it was at the end of the day of a copy."""
    return f"{post.get_absolute_url()}?at={memento.day}"


def headers_of_day(post: Post, day: date) -> dict[str, str]:
    """Return what a thread on another day tells of itself; two queries.

    Nothing of an article whose address is not known, and nothing of today while no
    copy of today is here: that changes yet.
    """
    address = _addresses.first(post.pk)
    if not address:
        return {}
    mementos = mementos_of(post)
    own = next((each for each in mementos if each.day == day), None)
    if own is None and day >= today_at(post):
        return {}
    last_second = end_of(day, post.blog.time_zone) - timedelta(seconds=1)
    original = iri_to_uri(address.partition("#")[0])
    moment = own.at if own else last_second
    return {
        "Memento-Datetime": http_date(moment.timestamp()),
        "Link": ", ".join(links(original, post, mementos)),
    }


@Prepared
def _addresses(post_pk: int) -> QuerySet[PostAddress, str]:
    shown = PostAddress.objects.shown().filter(post=post_pk).order_by("pk")
    return shown.values_list("address", flat=True)[:1]


def links(original: str, post: Post, mementos: Sequence[Memento]) -> list[str]:
    """Return the links of an answer: gate, map, and the first and the last memento."""
    ends = [*mementos[:1], *mementos[1:][-1:]]
    return [
        _link(original, "original"),
        _link(_time_gate_of(original), "timegate"),
        _link(_time_map_of(original), "timemap", f'type="{LINK_FORMAT}"'),
        *_memento_links(post, ends),
    ]


def lines_of_map(original: str, post: Post, mementos: Sequence[Memento]) -> list[str]:
    """Return the lines of a TimeMap of at least one memento."""
    this = _link(_time_map_of(original), "self", f'type="{LINK_FORMAT}"')
    first, last = _date(mementos[0]), _date(mementos[-1])
    return [
        _link(original, "original"),
        f'{this}; from="{first}"; until="{last}"',
        _link(_time_gate_of(original), "timegate"),
        *_memento_links(post, mementos),
    ]


def _time_gate_of(original: str) -> str:
    return absolute(reverse("old-addresses")) + original


def _time_map_of(original: str) -> str:
    return absolute(reverse("old-addresses")) + "timemap/link/" + original


def _date(memento: Memento) -> str:
    return http_date(memento.at.timestamp())


def _link(address: str, rel: str, *more: str) -> str:
    target = address.translate({ord("<"): "%3C", ord(">"): "%3E", ord(" "): "%20"})
    return "; ".join((f"<{target}>", f'rel="{rel}"', *more))


def _memento_links(post: Post, mementos: Sequence[Memento]) -> Iterator[str]:
    last = len(mementos) - 1
    for number, each in enumerate(mementos):
        ends = ("first", number == 0), ("last", number == last)
        rel = " ".join([word for word, is_so in ends if is_so] + ["memento"])
        page = absolute(memento_address(post, each))
        yield _link(page, rel, f'datetime="{_date(each)}"')
