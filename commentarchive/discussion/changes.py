"""What happened to a thread and when: what came, went, was put back or edited."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from typing import Literal, NamedTuple

from commentarchive.discussion.as_of import end_of, past_notices
from commentarchive.discussion.versions import public_versions
from commentarchive.models import Comment, Post
from commentarchive.models.comment import CommentQuerySet
from commentarchive.models.times import on_source_clock
from commentarchive.storage.remembered import while_record_stands
from commentarchive.threads.as_of import PastNotice, has_happened
from commentarchive.threads.days import surely_before
from commentarchive.threads.notice_words import interval, notice_title

type Kind = Literal["added", "came", "removed", "notice", "back", "edited"]

WORDS: dict[Kind, str] = {
    "added": "Added",
    "came": "Sent in, perhaps not shown",
    "removed": "Removed",
    "notice": "Not shown from the beginning",
    "back": "Put back",
    "edited": "Edited",
}


class Change(NamedTuple):
    """Something that happened to a comment, between two times on its blog's clock."""

    kind: Kind
    early: datetime | None
    late: datetime | None
    ref: str
    # Of what became a notice, what that says.
    what: str = ""

    @property
    def when(self) -> str:
        """Return when it happened, in words no more exact than is known."""
        words = interval(self.early, self.late)
        return words[:1].upper() + words[1:]

    @property
    def words(self) -> str:
        """Return what happened, in words for readers."""
        return WORDS[self.kind]

    @property
    def moment(self) -> datetime | None:
        """Return the time by which it is put in order."""
        return self.late or self.early


class Between(NamedTuple):
    """A change between two days; `is_certain` where it surely fell between them."""

    change: Change
    is_certain: bool


def changes_between(post: Post, after: date, until: date) -> list[Between]:
    """List what happened after one day and until the end of another, oldest first.

    What may have happened then is listed, too. Three queries.
    """
    zone = post.blog.time_zone
    start, end = end_of(after, zone), end_of(until, zone)
    found = []
    for change in _changes(post):
        by_start = has_happened(change.early, change.late, start)
        by_end = has_happened(change.early, change.late, end)
        if by_start is not True and by_end is not False:
            is_certain = by_start is False and by_end is True
            found.append(Between(change, is_certain))
    return sorted(found, key=lambda each: _turn(each.change))


def _turn(change: Change) -> tuple[bool, float]:
    moment = change.moment
    return (moment is None, moment.timestamp() if moment else 0)


def days_of(post: Post) -> list[date]:
    """List the days on which a thread changed, as far as they are known.

    Of what happened between two days both are named. Kept until the record grows.
    """
    zone = post.blog.time_zone
    return while_record_stands(f"days of {post.ref} {zone}", lambda: _days(post))


def _days(post: Post) -> list[date]:
    days = {
        moment.date()
        for change in _changes(post)
        for moment in (change.early, change.late)
        if moment is not None
    }
    return sorted(days)


def day_before(days: list[date], day: date) -> date | None:
    """Return the last of some days before a day."""
    place = bisect_left(days, day)
    return days[place - 1] if place else None


def day_after(days: list[date], day: date) -> date | None:
    """Return the first of some days after a day."""
    place = bisect_right(days, day)
    return days[place] if place < len(days) else None


def _changes(post: Post) -> Iterator[Change]:
    public = Comment.objects.public().filter(post=post)
    notices = past_notices(public, post.blog.time_zone)
    posted = _posted(post, public)
    for ref, moment in posted.items():
        is_sure = all(_came_later(each, moment) for each in notices.get(ref, ()))
        yield Change("added" if is_sure else "came", moment, moment, ref)
    for ref, several in notices.items():
        found = _of_notices(ref, several, posted.get(ref))
        yield from (each for each in found if each.kind != "notice")
    for ref, versions in public_versions(public).items():
        for before, after in pairwise(versions):
            yield Change("edited", before.early, after.late, ref)


def moderation_of(post: Post) -> Iterator[Change]:
    """Yield what was removed and put back, and what came under a notice unseen.

    Two queries.
    """
    public = Comment.objects.public().filter(post=post)
    posted = _posted(post, public)
    for ref, several in past_notices(public, post.blog.time_zone).items():
        yield from _of_notices(ref, several, posted.get(ref))


def _posted(post: Post, public: CommentQuerySet) -> dict[str, datetime | None]:
    dated = public.exclude(posted_at=None)
    return {
        ref: on_source_clock(moment, None, post.blog.time_zone, day_only=day_only)
        for ref, moment, day_only in dated.values_list("ref", "posted_at", "day_only")
    }


def _came_later(past: PastNotice, posted: datetime | None) -> bool:
    """Return whether a comment was surely seen before it came under a notice."""
    early = past.since[0]
    if past.notice.was_public or posted is None or early is None:
        return past.notice.was_public
    return surely_before(posted, early)


def _of_notices(
    ref: str, notices: list[PastNotice], posted: datetime | None
) -> Iterator[Change]:
    for place, past in enumerate(notices):
        what = notice_title(past.notice)
        was_seen = _came_later(past, posted)
        yield Change("removed" if was_seen else "notice", *past.since, ref, what)
        following = notices[place + 1 :]
        # Where another notice took its place at once, nothing was put back.
        if not past.is_open and all(each.since != past.until for each in following):
            yield Change("back", *past.until, ref, what)
