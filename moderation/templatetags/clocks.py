"""Template filters of times."""

from datetime import datetime

from django import template

from commentarchive.models import Blog
from commentarchive.models.times import PrintedTime, printed_time

register = template.Library()


@register.filter
def on_clock_of(moment: datetime | None, blog: Blog) -> PrintedTime | None:
    """Return a time on a blog's own clock, by which filters and reports count."""
    return printed_time(moment, None, blog.time_zone)
