"""Template filters and tags of the desk, and its bar."""

from typing import Any

from django import template
from django.contrib.auth.models import User
from django.template import Context
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from commentarchive.actions.staff import roles_of
from commentarchive.models import Comment
from moderation.actions.refusals import LeaksHiddenWords
from moderation.desk_bar import ShownGroup, shown_groups
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


@register.simple_tag(takes_context=True)
def desk_groups(context: Context) -> list[ShownGroup]:
    """Return the groups of the desk's bar, as the reader of a page sees them."""
    request: Any = context["request"]
    roles = roles_of(request.user)
    # Whoever may do everything and has no role yet sees all there is.
    sees_all = isinstance(request.user, User) and request.user.is_superuser
    return list(shown_groups(roles if roles or not sees_all else None, request.path))


@register.simple_tag(takes_context=True)
def number_of(context: Context, name: str) -> Any:
    """Return the number of that name that a page knows."""
    return context.get(name)
