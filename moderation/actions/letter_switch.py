"""Whether letters about a blog go out at all, since when, and who said so."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from commentarchive.ledger.append import By
from commentarchive.models import Blog, BlogVisibility
from commentarchive.storage.write_locks import short_write
from moderation.models import LetterSwitch


def mail_is_set_up() -> bool:
    """Return whether there is a mail server (`EMAIL_URL`)."""
    return bool(settings.HAS_MAIL)


def letters_since(blogs: Collection[int]) -> dict[int, datetime]:
    """Return since when letters go out, of those blogs for which they do.

    None do without a mail server, or about a blog that only staff see: a letter would
    lead to pages that nobody can open.
    """
    if not mail_is_set_up():
        return {}
    switches = LetterSwitch.objects.filter(blog__in=blogs)
    seen = switches.exclude(blog__visibility=BlogVisibility.STAFF)
    last = {each.blog_id: each for each in seen.order_by("pk")}
    return {pk: switch.at for pk, switch in last.items() if switch.is_on}


def switch_of(blog: Blog) -> LetterSwitch | None:
    """Return how letters about a blog were switched last; None where they never were.

    What goes out is another question (`letters_since`).
    """
    switches = LetterSwitch.objects.filter(blog=blog).select_related("actor")
    return switches.order_by("-pk").first()


def switch_letters(blog: Blog, *, is_on: bool, by: By) -> None:
    """Switch letters about a blog on or off; what was decided before has none."""
    with short_write():
        Blog.objects.select_for_update(no_key=True).get(pk=blog.pk)
        now = switch_of(blog)
        if (now is not None and now.is_on) == is_on:
            return
        LetterSwitch.objects.create(
            blog=blog, is_on=is_on, at=timezone.now(), actor=by.actor
        )
