"""Exhibits: a thread as the public saw it, today and at the end of days."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from commentarchive.discussion.as_of import rows_then, today_at
from commentarchive.discussion.gaps import Gaps, gaps_in_thread
from commentarchive.discussion.windows import (
    ThreadPage,
    changed_window,
    pages_in,
    places_of,
)
from commentarchive.export.links import with_links
from commentarchive.models import Comment, Post
from commentarchive.text.plain import plain_text
from commentarchive.threads.days import in_words
from commentarchive.threads.notice_words import day as day_words
from commentarchive.threads.notice_words import notice_facts, notice_title
from commentarchive.threads.render import WINDOW_SIZE, render_gaps
from commentarchive.threads.thread_rows import ThreadRow
from moderation.evidence.blocks import Exhibit, Place, Thread, Words
from moderation.evidence.cases import Case
from moderation.evidence.look import Look, on_clock
from moderation.models import Decision

# So many comments in question are named above a thread.
MOST_NAMED = 10
# Days that are shown when nobody names any: before and after so many decisions.
MOST_DAYS = 2
# And that somebody may name.
MOST_NAMED = 20

# Links of notices and gaps, whose addresses are printed.
_link = re.compile(r'<a href="([^"]*)">(.*?)</a>')

type Change = Callable[[list[ThreadRow]], list[ThreadRow]]


class BadDay(ValueError):
    """A thread cannot be shown as of that day; the message says why."""


def read_days(words: str) -> list[date]:
    """Read days that are written as 2012-05-01, with commas between. Raise BadDay."""
    found: list[date] = []
    for word in words.replace(",", " ").split():
        try:
            found.append(datetime.strptime(word, "%Y-%m-%d").date())  # noqa: DTZ007  # a day
        except ValueError as error:
            message = f"{word} is no day: write it as 2012-05-01."
            raise BadDay(message) from error
    return found


def shown_posts(case: Case) -> QuerySet[Post]:
    """Return the threads of a case that readers see."""
    return Post.objects.public().titled().filter(pk__in=case.posts).order_by("pk")


def check_days(case: Case, days: Sequence[date]) -> None:
    """Raise BadDay for days that are not over, or too many of them."""
    if len(days) > MOST_NAMED:
        message = f"Name at most {MOST_NAMED} days."
        raise BadDay(message)
    for post in shown_posts(case):
        late = [day for day in days if day >= today_at(post)]
        if late:
            message = f"{day_words(late[0])} is not over yet."
            raise BadDay(message)


def days_of_case(case: Case, look: Look) -> list[date]:
    """Return the days before and after the first decisions, as far as they are over.

    By the signed state's own time, so that another day makes no other bundle.
    """
    made = Decision.objects.filter(case.decisions, look.on_record())
    found: set[date] = set()
    for decision in made.select_related("post__blog").order_by("entry_index"):
        clock = ZoneInfo(decision.post.blog.time_zone)
        if decision.decided_at is None:
            continue
        after = decision.decided_at.astimezone(clock).date()
        before = date.fromordinal(after.toordinal() - 1)
        found |= {
            day for day in (before, after) if day < look.moment.astimezone(clock).date()
        }
        if len(found) >= MOST_DAYS:
            break
    return sorted(found)


def thread_exhibits(case: Case, look: Look, days: Sequence[date]) -> list[Exhibit]:
    """Return each thread as it was at the end of days, and as it stands."""
    found = [
        _exhibit(case, post, day, look)
        for post in shown_posts(case)
        for day in (*sorted({*days, *_day_of_state(post, look)}), *_now(post, look))
    ]
    if found:
        return found
    nothing = Words("Readers do not see this discussion, and see nothing of it here.")
    return [
        Exhibit(
            title="The discussion as the public sees it",
            how=_HOW_NOW,
            about="thread",
            blocks=[nothing],
        )
    ]


def _day_of_state(post: Post, look: Look) -> list[date]:
    """Return the day of a state after which more was entered, once it is over."""
    day = look.moment.astimezone(ZoneInfo(post.blog.time_zone)).date()
    return [] if look.is_of_now or day >= today_at(post) else [day]


def _now(post: Post, look: Look) -> list[None]:
    """Return no day for the thread as it stands, which no earlier state has."""
    return [] if _day_of_state(post, look) else [None]


_HOW_NOW = (
    "Made from the archive’s rows by the same program that shows the public page, as "
    "somebody sees it who is not logged in."
)
_HOW_THEN = (
    "Made from the same rows as the public page, with what is known of each comment: "
    "its versions, its notices and the copies that held it. Where a change lies "
    "between two copies the place says that it is uncertain. What is hidden today is "
    "not shown here either; names and the title are those of today."
)


def _exhibit(case: Case, post: Post, day: date | None, look: Look) -> Exhibit:
    gaps = gaps_in_thread(post)
    rows: list[ThreadRow] = []
    pages: list[str] = []
    for number in range(1, pages_in(places_of(post)) + 1):
        own: list[ThreadRow] = []
        change = rows_then(post, day, number) if day else list
        page = changed_window(post, number, _noting(own, change))
        rows += [row for row in own if row.position // WINDOW_SIZE == number - 1]
        pages.append(_html(page))
    if day is None:
        moment = on_clock(look.last_moment, post.blog.time_zone)
        after = f"after record no. {look.last}, {moment}"
        title = f"“{post.title}” as the public sees it {after}"
    else:
        title = f"“{post.title}” as the public saw it at the end of {day_words(day)}"
    asked = _refs_asked(case)
    places = [each._replace(is_asked=each.ref in asked) for each in _places(rows, gaps)]
    return Exhibit(
        title=title,
        how=" ".join([_HOW_THEN if day else _HOW_NOW, *_said_asked(places)]),
        about=f"thread-{post.ref}-{day or 'now'}",
        blocks=[Thread(places) if places else Words("No comment was there.")],
        page=with_links("".join(pages), _outside),
    )


def _refs_asked(case: Case) -> set[str]:
    """Return the comments in question, where these are not all of them."""
    if case.is_whole:
        return set()
    return set(
        Comment.objects.filter(pk__in=case.comments).values_list("ref", flat=True)
    )


def _said_asked(places: Sequence[Place]) -> list[str]:
    """Name the places that the case is about: a page of the site has no mark of it."""
    refs = [each.ref for each in places if each.is_asked]
    if not 0 < len(refs) <= MOST_NAMED:
        return []
    return [f"In question: {', '.join(refs)}."]


def _noting(into: list[ThreadRow], change: Change) -> Change:
    """Return a change of rows that also keeps what comes out of it."""

    def changed(rows: list[ThreadRow]) -> list[ThreadRow]:
        made = change(rows)
        into.extend(made)
        return made

    return changed


def _html(page: ThreadPage | None) -> str:
    return f"<section>{page.html.decode()}</section>" if page else ""


def _outside(_element: str, link: str) -> tuple[str, bool]:
    """Return where a link of the site leads from outside of it."""
    return (settings.BASE_URL + link if link.startswith("/") else link), False


def _places(rows: Sequence[ThreadRow], gaps: Gaps) -> list[Place]:
    found = [*_gaps(gaps, -1, 0)]
    for row in rows:
        found.append(place_of(row))
        found += _gaps(gaps, row.position, row.depth)
    return found


def _gaps(gaps: Gaps, position: int, depth: int) -> list[Place]:
    return [
        Place(depth, each.ref, "", "", _plain(render_gaps([each])))
        for each in gaps.get(position, ())
    ]


def place_of(row: ThreadRow) -> Place:
    """Return one place of a thread in plain words, as its page has it."""
    known: list[str] = []
    if row.then:
        known += [row.then.what, _plain(row.then.how)]
    elif row.notice:
        known += [notice_title(row.notice), _plain(notice_facts(row.notice))]
    elif not row.is_shown:
        known += [
            "A comment that was never seen here",
            "It is known only from the replies to it.",
        ]
    text = plain_text(row.html) if row.is_shown else ""
    return Place(row.depth, row.ref, _above(row), text, ". ".join(filter(None, known)))


def _plain(words: str) -> str:
    """Return what a notice says, with the addresses of its links."""
    return plain_text(_link.sub(rf"\2 ({settings.BASE_URL}\1)", words))


def _above(row: ThreadRow) -> str:
    """Return who wrote it and when, as far as readers see it."""
    if not row.is_shown:
        return row.name
    when = in_words(row.when) if isinstance(row.when, datetime) else row.printed
    words = [row.name or "name not known", when or "date not known"]
    if row.parent_name:
        words.append(f"answering {row.parent_name}")
    return ", ".join([*words, *(["edited"] if row.is_edited else [])])
