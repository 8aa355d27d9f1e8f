"""Template filters of the desk."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from moderation.actions.refusals import LeaksHiddenWords

register = template.Library()


@register.filter
def marked(error: LeaksHiddenWords) -> SafeString:
    """Mark in somebody's words what they may not repeat."""
    made, place = [], 0
    for leak in error.leaks:
        if leak.start < place:
            continue
        made += [
            escape(error.facts[place : leak.start]),
            f"<mark>{escape(error.facts[leak.start : leak.end])}</mark>",
        ]
        place = leak.end
    made.append(escape(error.facts[place:]))
    return mark_safe("".join(made))  # noqa: S308  # every part is escaped above
