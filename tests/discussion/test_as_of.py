"""A thread as the public saw it on each day: an invented one whose truth is known."""

import html
import re
from datetime import date, timedelta

import pytest

from commentarchive.actions.blogs import save_blog
from commentarchive.discussion.as_of import thread_as_of, today_at
from commentarchive.discussion.stored_pages import drop_segments
from commentarchive.discussion.windows import thread_window
from commentarchive.intake.session import import_files
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Comment, CommenterName, Post, RevisionText
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action, Decision
from tests.private_words import private_words
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
    assert early["6"].startswith("A comment stood here; it was gone from its blog")
    assert "Leaving" not in early["6"]
