"""How templates print times on a blog's clock."""

from datetime import datetime

from django import template

from commentarchive.threads.days import Day, in_words
from commentarchive.threads.notice_words import day

register = template.Library()


@register.filter
def as_told(when: datetime | None) -> str:
    """Return a time as pages print it, to the minute, or the day alone; "" for none."""
    return in_words(when) if when else ""


@register.filter
def to_the_second(when: datetime | None) -> str:
    """Return a time with its seconds and its offset, or the day and that it is one."""
    if isinstance(when, Day):
        return f"{day(when)}, without an hour"
    return f"{day(when)}, {when:%H:%M:%S %z}" if when else ""
