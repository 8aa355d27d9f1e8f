"""What is to be done at the blog itself about decisions, and what is known of it.

Read from the decisions, the last state of each comment at its blog, and the notes on
record (`SourceNote`). A hiding is done there once a copy no longer shows the comment,
an approval once one shows it.
"""

import re
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from django.db.models import Exists, OuterRef, Q

from commentarchive.models import Capture, Comment, Grade
from moderation.models import HIDING, Action, Decision, GoneThere, SourceAct, SourceNote
from moderation.models.decision import DecisionQuerySet

SHOWING = (Action.APPROVE, Action.RESTORE)
_SHOWN_THERE = "live"
# What staff of the blog can still let through there.
_KEPT_THERE = ("pending", "spam", "trashed")
# Hosts at which no WordPress runs, wherever the numbers are from.
_OTHER_HOSTS = re.compile(r"\.(?:blogspot\.[a-z.]+|blogger\.com|disqus\.com)\Z")
_host = re.compile(r"[a-z0-9.-]+\Z|\[[0-9a-f:]+\]\Z")
_path = re.compile(r"[A-Za-z0-9._~/%-]*\Z")
DISQUS = "https://disqus.com/admin/moderate/"


class AtSource(NamedTuple):
    """How a decision stands at its blog, with the note or the copy that tells it."""

    state: str
    at: datetime | None = None
    note: SourceNote | None = None
    copy: Capture | None = None


TO_DO, DONE, STILL_PUBLIC, AGREES = "to do", "done", "still public", "agrees"


def about_living_blogs() -> DecisionQuerySet:
    """Select the decisions that stand and ask for something of a blog’s own staff."""
    later = Decision.objects.filter(
        comment=OuterRef("comment"),
        entry_index__gt=OuterRef("entry_index"),
        grade=Grade.DECIDED,
    )
    standing = ~Exists(later.exclude(action=Action.NO_ACTION))
    asked = Decision.objects.filter(
        grade=Grade.DECIDED, comment__isnull=False, action__in=(*HIDING, *SHOWING)
    )
    return asked.exclude(post__blog__address="").filter(standing)


def open_there() -> DecisionQuerySet:
    """Select those of which the last copy does not show that they were done there."""
    is_shown = Q(comment__source_state=_SHOWN_THERE, comment__gone_there=None)
    hides = is_shown & Q(action__in=HIDING)
    shows = Q(action__in=SHOWING, comment__source_state__in=_KEPT_THERE)
    return about_living_blogs().filter(hides | shows)


def at_source(decision: Decision) -> AtSource | None:
    """Return how a decision stands at its blog; None where nothing was to be done."""
    if not about_living_blogs().filter(pk=decision.pk).exists():
        return None
    notes = list(decision.source_notes.select_related("capture"))
    if not open_there().filter(pk=decision.pk).exists():
        gone = GoneThere.objects.filter(comment=decision.comment_id)
        missed = gone.select_related("capture").first()
        if missed is not None and decision.action in HIDING:
            return AtSource(AGREES, missed.capture.moment, None, missed.capture)
        changed = decision.comment is not None and (
            decision.comment.source_state != decision.source_state
        )
        return AtSource(AGREES) if notes or changed else None
    return standing_of(notes)


def standing_of(notes: list[SourceNote]) -> AtSource:
    """Return what the notes on a decision come to, in the order of time.

    A copy from before somebody did it there says nothing against that.
    """
    done = [each for each in notes if each.act == SourceAct.DONE]
    seen = [
        (each.capture.written_at or each.capture.taken_at, each)
        for each in notes
        if each.capture is not None
    ]
    last_done = max((each.noted_at for each in done), default=None)
    last_seen = max(seen, key=lambda pair: pair[0], default=None)
    if last_seen and (last_done is None or last_seen[0] > last_done):
        return AtSource(STILL_PUBLIC, *last_seen)
    if last_done is not None:
        note = next(each for each in done if each.noted_at == last_done)
        return AtSource(DONE, last_done, note)
    return AtSource(TO_DO)


def admin_link(comment: Comment) -> str:
    """Return the address that opens a comment in its blog's own admin; "" if unsure.

    Made of the blog's address and the comment's number alone, never of a link that a
    source gave.
    """
    number = comment.source_id
    is_number = number.isascii() and number.isdigit() and not comment.twin
    if comment.scheme == "disqus":
        return DISQUS if is_number else ""
    base = _base(comment.post.blog.address)
    if comment.scheme != "wordpress" or not is_number or not base:
        return ""
    return f"{base}/wp-admin/comment.php?action=editcomment&c={number}"


def _base(address: str) -> str:
    """Return a blog's address without its last slash; "" for one that is not plain."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    named = f"[{host}]" if ":" in host else host
    is_plain = (
        parts.scheme in {"http", "https"}
        and "@" not in parts.netloc
        and _host.match(named)
        and _path.match(parts.path)
        and ".." not in parts.path
        and not parts.query
        and not parts.fragment
    )
    if not is_plain or _OTHER_HOSTS.search(host):
        return ""
    place = f"{named}:{port}" if port else named
    return f"{parts.scheme}://{place}{parts.path.rstrip('/')}"
