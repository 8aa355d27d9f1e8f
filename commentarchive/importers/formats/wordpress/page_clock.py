"""The clock that a page of WordPress means by the times it states for machines.

Until release 5.3, `get_comment_time("c")` printed the blog's own clock as if it were
UTC: 2018-12-07T13:22:45+00:00 was 13:22 in Berlin.
"""

import re
from datetime import datetime

from commentarchive.importers.page_moments import Moment
from commentarchive.importers.page_source import Page, words_of
from commentarchive.importers.page_times import printed

_GENERATOR = 'meta[name="generator"][content^="WordPress "]'
_release = re.compile(r"WordPress (\d{1,3})\.(\d{1,3})")
# The first release whose times tell their real offset.
_TELLS_OFFSETS = (5, 3)
_zero = re.compile(r"\d{4}-\d\d-\d\d[T ].*(?:Z|[+-]00:?00)\Z")


def tells_offsets(page: Page) -> bool:
    """Return whether a page names a release that states real offsets."""
    generator = page.tree.css_first(_GENERATOR)
    content = generator.attributes.get("content") if generator is not None else ""
    found = _release.match(content or "")
    return found is not None and (int(found[1]), int(found[2])) >= _TELLS_OFFSETS


def on_own_clock(moment: Moment, language: str) -> Moment:
    """Return a time of a page that does not tell offsets: zero is then no offset.

    Where the page prints another hour than it states, the stated one is UTC. The page
    must not have been changed yet.
    """
    when = moment.when
    if moment.part is None or when.utc is None or not _zero.match(when.printed):
        return moment
    shown = printed(words_of(moment.part.node), language)
    has_hour = shown.utc is not None and not shown.day_only
    if shown.utc and has_hour and _clock(shown.utc) != _clock(when.utc):
        return moment
    return moment._replace(when=when._replace(utc=when.utc.replace(tzinfo=None)))


def _clock(moment: datetime) -> tuple[int, int]:
    return moment.hour, moment.minute
