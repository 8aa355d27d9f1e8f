"""A thread as the public saw it on each day: an invented one whose truth is known."""

import html
import re
from datetime import date, datetime, timedelta

import pytest

from commentarchive.discussion.as_of import end_of, thread_as_of, today_at
from commentarchive.discussion.changes import days_of
from commentarchive.discussion.stored_pages import drop_segments
from commentarchive.discussion.windows import thread_window
from commentarchive.intake.session import import_files
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Comment, Post, RevisionText
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action
from tests.private_words import find_in, private_words
from tests.wxr import comment, export, item, write

pytestmark = pytest.mark.django_db
TIME = "2012-{} 10:00:00"


def at(day):
    """Return the arguments by which a comment was made at ten on a day."""
    return {"local": TIME.format(day), "gmt": TIME.format(day)}


def read(folder, written, *comments):
    """Import an export that was written on a day of 2012."""
    head = f"</title><pubDate>{written} 2012 12:00:00 +0000</pubDate>".encode()
    data = export(item(*comments)).replace(b"</title>", head, 1)
    return import_files([write(folder, data, f"{written[:6].strip(', ')}.xml")])[0]


STAYS = comment(1, "Staying words.", author="Ann", **at("04-02"))


@pytest.fixture
def thread(tmp_path):
    """Four copies: an edit, a removal that is undone, a late approval, late arrivals."""
    read(
        tmp_path,
        "Tue, 10 Apr",
        STAYS,
        comment(2, "First words of it.", author="Ben", **at("04-03")),
        comment(3, "Vanishing words.", author="Cat", **at("04-04")),
        comment(4, "Waiting words.", approved="0", author="Dan", **at("04-05")),
        comment(6, "Leaving words.", author="Fay", parent=1, **at("04-06")),
    )
    read(
        tmp_path,
        "Fri, 20 Apr",
        STAYS,
        comment(2, "Second words of it.", author="Ben", **at("04-03")),
        comment(4, "Waiting words.", author="Dan", **at("04-05")),
        comment(5, "Later words.", author="Eve", parent=1, **at("04-15")),
        comment(6, "Leaving words.", author="Fay", parent=1, **at("04-06")),
    )
    read(
        tmp_path,
        "Mon, 30 Apr",
        STAYS,
        comment(2, "Second words of it.", author="Ben", **at("04-03")),
        comment(3, "Vanishing words.", author="Cat", **at("04-04")),
        comment(4, "Waiting words.", author="Dan", **at("04-05")),
        comment(5, "Later words.", author="Eve", parent=1, **at("04-15")),
    )
    return Post.objects.get()


def seen(post, day, number=1):
    """Return what a page of a day shows: a word for each place, by its source's id."""
    window = thread_as_of(post, date.fromisoformat(f"2012-{day}"), number)
    page = window.html.decode()
    ids = dict(Comment.objects.values_list("ref", "source_id"))
    places = re.split(r'<li id="(c[a-z2-7]{26})">', page)[1:]
    found = {}
    for ref, part in zip(places[::2], places[1::2], strict=True):
        own = html.unescape(re.sub(r"<[^>]+>", " ", part.partition("</article>")[0]))
        found[ids[ref]] = " ".join(own.split())
    return found


def test_each_day_has_its_right_answer(thread):
    assert seen(thread, "04-01") == {}
    early = seen(thread, "04-09")
    assert set(early) == {"1", "2", "3", "4", "6"}
    assert "Staying words." in early["1"]
    assert "An earlier version stood here; it is not shown" in early["2"]
    assert "Vanishing words." in early["3"]
    assert "Uncertain" not in early["3"]
    assert "Waiting words." in early["4"]
    assert "Uncertain" in early["4"]
    assert early["6"].startswith("A comment stood here; it was seen to be gone")
    assert "Leaving" not in early["6"]

    # Within the intervals between the copies of 10 and 20 April.
    within = seen(thread, "04-12")
    assert "Its text was changed between 10 April 2012 and 20 April" in within["2"]
    assert "Uncertain" in within["3"]
    assert "Comment gone at its blog" in within["3"]
    assert "It ended between 20 April 2012 and 30 April 2012" in within["3"]
    assert "It ended between 10 April 2012 and 20 April 2012" in within["4"]
    assert "5" not in within
    assert "5" in seen(thread, "04-15")

    after = seen(thread, "04-20")
    assert "Second words of it." in after["2"]
    assert "Waiting words." in after["4"]
    assert "Uncertain" not in after["2"] + after["4"]
    assert after["6"].startswith("Uncertain: a comment or a notice stood here")
    assert "Uncertain" in after["3"]

    late = seen(thread, "04-30")
    assert late["3"].endswith("Vanishing words.")
    assert late["6"].startswith("Comment gone at its blog")
    assert "Uncertain" not in " ".join(late.values())


def test_todays_thread_is_the_plain_one(thread):
    drop_segments([thread.pk])
    thread.refresh_from_db()
    plain = thread_window(thread, 1)
    assert thread_as_of(thread, today_at(thread), 1).html == plain.html
    # And yesterday's, where everything is known.
    day = today_at(thread) - timedelta(days=1)
    assert thread_as_of(thread, day, 1).html == plain.html


def test_a_decision_of_today_undoes_nothing_that_is_hidden(thread, client):
    hidden = Comment.objects.get(source_id="1")
    decide(hidden, Judgement(action=Action.HOLD), by=SYSTEM)
    for day in ("04-09", "04-12", "04-30"):
        found = seen(thread, day)
        assert found["1"].startswith("A comment stood here; it was taken back")
        page = client.get(f"{thread.get_absolute_url()}?at=2012-{day}").content.decode()
        assert "Staying" not in page
        assert "Ann" not in page
    listed = client.get(f"{thread.get_absolute_url()}?from=2012-04-01&at=2012-05-01")
    assert "Staying" not in listed.content.decode()
    assert "Ann" not in listed.content.decode()


def test_an_undone_decision_leaves_its_notice_in_the_past(thread):
    hidden = Comment.objects.get(source_id="6")
    judgement = Judgement(action=Action.RESTORE, facts="It breaks no rule.")
    first = decide(hidden, judgement, by=SYSTEM)
    day = today_at(thread) - timedelta(days=1)
    found = thread_as_of(thread, day, 1).html.decode()
    assert first is not None
    # It stood until the decision of today.
    assert "Comment gone at its blog" in found
    # Nor its author's name, which is shown again today.
    assert not any(word in found for word in ("Leaving words.", "Fay"))
    assert "Leaving words." in thread_as_of(thread, today_at(thread), 1).html.decode()


@pytest.mark.once
def test_no_hidden_word_on_any_day_of_any_thread(demo, client):
    """Nor right after a decision."""
    shown = Comment.objects.shown().filter(post__source_id="11").first()
    text = shown.current_revision.text.plain
    decide(shown, Judgement(action=Action.HOLD), by=SYSTEM)
    words = {word for word in private_words() if len(word) > 3}
    assert text in words
    seen_days = 0
    pages = {}
    for post in Post.objects.public():
        address = post.get_absolute_url()
        days = days_of(post)
        for day in sorted({*days, *(each - timedelta(days=1) for each in days)}):
            if day > today_at(post):
                continue
            seen_days += 1
            for query in (f"?at={day}", f"?from=2000-01-01&at={day}"):
                pages[address + query] = page_at(client, address + query)
        for query in ("?order=time", "?order=newest", "?view=moderated"):
            pages[address + query] = page_at(client, address + query)
    assert seen_days > 10
    assert find_in(pages, words) == []


def page_at(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return html.unescape(answer.content.decode())


def test_an_earlier_text_is_in_no_byte_unless_its_edit_was_trivial(
    tmp_path, thread, client
):
    earlier = RevisionText.objects.get(plain__startswith="First words").plain
    addresses = [
        Comment.objects.get(source_id="2").get_absolute_url(),
        *(f"{thread.get_absolute_url()}?at={day}" for day in days_of(thread)),
        f"{thread.get_absolute_url()}?from=2012-04-01&at=2012-05-01",
    ]
    for address in addresses:
        assert earlier not in page_at(client, address), address
    assert (
        "Version 1 is kept and not shown" in client.get(addresses[0]).content.decode()
    )


def test_copies_that_lack_an_older_comment_make_it_uncertain(tmp_path):
    """It may have been approved late, where a copy holds no waiting ones."""
    older = comment(2, "Late words.", **at("04-03"))
    read(tmp_path, "Tue, 10 Apr", STAYS)
    read(tmp_path, "Fri, 20 Apr", STAYS, older)
    post = Post.objects.get()
    for day in ("04-05", "04-10", "04-15", "04-19"):
        found = seen(post, day)
        assert "made on 10 April 2012 does not hold it" in found["2"], day
        assert "Uncertain" not in found["1"]
    assert "Uncertain" not in seen(post, "04-20")["2"]


def test_what_has_no_date_is_there_once_a_copy_held_it(tmp_path):
    undated = {"local": "0000-00-00 00:00:00", "gmt": "0000-00-00 00:00:00"}
    read(tmp_path, "Tue, 10 Apr", STAYS)
    read(tmp_path, "Fri, 20 Apr", STAYS, comment(2, "Timeless words.", **undated))
    post = Post.objects.get()
    assert Comment.objects.get(source_id="2").posted_at is None
    for day in ("04-05", "04-10", "04-19"):
        found = seen(post, day)["2"]
        assert found.startswith("Not known whether a comment stood here yet")
        assert "Timeless" not in found
    assert "Timeless words." in seen(post, "04-20")["2"]


@pytest.mark.django_db(False)
@pytest.mark.parametrize(
    ("day", "zone", "end"),
    [
        # 23 and 25 hours long.
        ("2012-03-25", "Europe/London", "2012-03-25T23:00"),
        ("2012-10-28", "Europe/London", "2012-10-29T00:00"),
        # Its midnight is left out.
        ("2012-10-20", "America/Sao_Paulo", "2012-10-21T03:00"),
        ("2012-04-30", "Pacific/Auckland", "2012-04-30T12:00"),
        # What begins on a day that was left out ends with the one before.
        ("2011-12-29", "Pacific/Apia", "2011-12-30T10:00"),
    ],
)
def test_a_day_ends_when_the_blogs_clock_says_so(day, zone, end):
    moment = datetime.fromisoformat(f"{end}Z")
    assert end_of(date.fromisoformat(day), zone) == moment


def test_pages_hold_the_same_places_and_cost_the_same_queries(
    tmp_path, django_assert_num_queries
):
    many = [comment(number, f"No. {number}", **at("04-02")) for number in range(1, 403)]
    read(tmp_path, "Tue, 10 Apr", *many)
    post = Post.objects.select_related("blog").get()
    for number in (1, 2, 3):
        with django_assert_num_queries(4):
            window = thread_as_of(post, date(2012, 4, 5), number)
        plain = thread_window(post, number)
        assert window.html == plain.html
        assert window.count == 3
        assert window.counts.shown == (200, 200, 2)[number - 1]
    assert thread_as_of(post, date(2012, 4, 5), 4) is None
    assert thread_as_of(post, date(2012, 4, 1), 2).counts.shown == 0
