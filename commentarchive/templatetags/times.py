"""How templates print times on a blog's clock."""

from datetime import datetime

from django import template

from commentarchive.models import Blog, Capture
from commentarchive.models.times import PrintedTime
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


@register.filter
def made_on_clock_of(copy: Capture, blog: Blog) -> PrintedTime | None:
    """Return when a copy was made by a blog's clock: a time, or the day alone."""
    return copy.made_at(blog.time_zone)
