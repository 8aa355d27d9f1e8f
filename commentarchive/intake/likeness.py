"""How far two articles are alike: their address, title, time and text."""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from commentarchive.importers.dates import is_exact, settle
from commentarchive.importers.parsed import ParsedPost
from commentarchive.models import Post
from commentarchive.text.addresses import normalise
from commentarchive.text.similar import same_words

# A shorter text may be that of two articles.
FEWEST_WORDS = 8
MINUTE = timedelta(minutes=1)
# Addresses that are a number in another form say no more than the number.
_NUMBERS = ("p=", "page_id=", "attachment_id=")


class Likeness(NamedTuple):
    """Whether title, time and text are alike; None where one is not known."""

    title: bool | None
    time: bool | None
    text: bool | None


def places(addresses: Iterable[str]) -> list[str]:
    """Return addresses in normal form, without those that are numbers."""
    normal = (normalise(each) for each in addresses)
    return [
        each
        for each in normal
        if each and not each.partition("?")[2].startswith(_NUMBERS)
    ]


def is_at_the_same_place(post: Post, parsed: ParsedPost) -> bool:
    """Return whether two articles share an address, or its path on another host."""
    known = [row.normal_address for row in post.addresses.all()]
    here = {each for each in known if not each.partition("?")[2].startswith(_NUMBERS)}
    there = set(places(parsed.addresses))
    if here & there:
        return True
    hosts = {each.partition("/")[0] for each in here}
    return any(
        path and host not in hosts and path in {each.partition("/")[2] for each in here}
        for host, _slash, path in (each.partition("/") for each in there)
    )


def likeness_of(post: Post, parsed: ParsedPost, zone: str) -> Likeness:
    """Compare title, time and text; what a theme may have changed is not known."""
    revision = post.current_revision
    text = getattr(revision, "text", None)
    title = same_text = None
    if text is not None and text.title and parsed.title:
        title = same_words(text.title, parsed.title)
    if text is not None and parsed.has_text and (text.raw or parsed.raw):
        same_text = text.raw == parsed.raw or same_words(text.plain, parsed.plain)
        if not same_text and "page" in {text.form, parsed.form}:
            same_text = None
    return Likeness(title, is_of_one_time(post, parsed, zone), same_text)


def is_of_one_time(post: Post, parsed: ParsedPost, zone: str) -> bool | None:
    """Return whether two articles are of one minute; None where that is not known."""
    moment = settle(parsed.when, zone).utc
    if moment is None or post.published_at is None:
        return None
    if parsed.when.day_only or post.day_only:
        return None
    if abs(moment - post.published_at) < MINUTE:
        return True
    return False if is_exact(parsed.when) else None
