"""What templates ask of words that somebody typed."""

from django import template

from commentarchive.text import unseen

register = template.Library()


@register.filter
def isolated(words: object) -> str:
    """Return words set apart for places without markup, such as a page's title."""
    return unseen.isolated(str(words))
