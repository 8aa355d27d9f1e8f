"""Template filters and tags of the desk."""

from django import template
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from commentarchive.models import Comment
from moderation.actions.refusals import LeaksHiddenWords
from moderation.models import Complaint
from moderation.models.complaint import ComplaintQuerySet

register = template.Library()


@register.simple_tag
def complaints_due() -> int:
    """Return how many open complaints are overdue."""
    return Complaint.objects.due(timezone.now()).count()


@register.simple_tag
def complaints_about(comment: Comment) -> ComplaintQuerySet:
    """Return the open complaints about a comment."""
    of_it = Complaint.objects.is_open().by_due_time()
    return of_it.filter(places__comment=comment, places__taken_out_in=None)


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
