"""Make the stored pages of blogs anew whose settings changed: asked for, then done.

Whoever changes a setting drops the pages in the same transaction, so that readers see
threads from their rows until a worker has stored them again.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.utils import timezone

from commentarchive.discussion.stored_pages import drop_segments, store_missing
from commentarchive.ledger.models import Actor
from commentarchive.ledger.outages import outage
from commentarchive.models import (
    Blog,
    Comment,
    Commenter,
    PageRenewal,
    Post,
    RenewalState,
)

# A blog with which the worker ended so often is not begun again.
MOST_ATTEMPTS = 3
STAYS = (
    "Readers see every page all the same, only more slowly. Save the settings again to "
    "try again."
)
ENDED_MIDWAY = f"This program ended {MOST_ATTEMPTS} times while it made them. {STAYS}"
FAULT = f"A fault of this program stopped it; its log says more. {STAYS}"
_log = logging.getLogger("commentarchive.pages")


@dataclass(frozen=True, slots=True)
class Progress:
    """How many public articles of a blog have their pages, of how many."""

    made: int
    total: int


def progress_of(blog: Blog) -> Progress:
    """Count the articles of a blog whose pages are stored."""
    counted = Post.objects.public().filter(blog=blog).order_by()
    numbers = counted.aggregate(
        made=Count("pk", filter=Q(stored_places__isnull=False)), total=Count("pk")
    )
    return Progress(numbers["made"], numbers["total"])


def ask_for_pages(blog: Blog, actor: Actor | None) -> None:
    """Ask for a blog's missing pages, in the transaction that changes the blog.

    Nothing is asked where none is missing. What is being made is gone through again.
    """
    if not Post.objects.public().filter(blog=blog, stored_places=None).exists():
        return
    PageRenewal.objects.update_or_create(
        blog=blog,
        defaults={
            "asked_by": actor,
            "asked_at": timezone.now(),
            "ended_at": None,
            "state": RenewalState.WAITING,
            "attempts": 0,
            "remark": "",
        },
    )


def drop_names(names: Sequence[Commenter], entry_index: int) -> None:
    """Drop the pages in which names of a blog stand, and ask for new ones of it.

    In the transaction that changes how they are shown; what an import is making
    meanwhile counts as made before it.
    """
    blog = names[0].blog
    blog.names_entry = entry_index
    blog.save(update_fields=["names_entry"])
    below = Comment.objects.filter(commenter__in=names).order_by()
    drop_segments(below.values_list("post", flat=True).distinct())
    ask_for_pages(blog, None)


def renew_next() -> bool:
    """Make the pages of the next blog; return whether there was any.

    False also where it has to wait for the machine.
    """
    renewal = PageRenewal.objects.at_work().select_related("blog").first()
    if renewal is None:
        return False
    if renewal.attempts >= MOST_ATTEMPTS:
        _end(renewal, RenewalState.FAILED, ENDED_MIDWAY)
        return True
    begun = PageRenewal.objects.filter(pk=renewal.pk)
    begun.update(state=RenewalState.AT_WORK, attempts=F("attempts") + 1)
    try:
        store_missing(renewal.blog, is_renewal=True)
        # What was dropped meanwhile by somebody who left it to this worker.
        store_missing(renewal.blog, is_renewal=True)
    except Exception as error:  # noqa: BLE001  # one bad blog must not stop the queue
        if found := outage(error):
            remark = f"{found[:1].upper()}{found[1:]}; it goes on when that has passed."
            begun.update(attempts=renewal.attempts, remark=remark)
            return False
        _log.error("Pages of the blog %s failed.", renewal.blog.slug, exc_info=error)
        _end(renewal, RenewalState.FAILED, FAULT)
        return True
    _end(renewal, RenewalState.DONE, "")
    return True


def _end(renewal: PageRenewal, state: RenewalState, remark: str) -> None:
    """End a renewal, unless it was asked for again meanwhile."""
    same = PageRenewal.objects.filter(pk=renewal.pk, asked_at=renewal.asked_at)
    same.update(state=state, remark=remark, ended_at=timezone.now())
