"""Feeds of one thread from two sources: one entry a comment, hidden by either."""

import pytest
from django.test import Client

from commentarchive.feeds.atom import feed_id
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Comment, Commenter
from moderation.actions.decisions import Judgement, decide, undo
from moderation.models import Action
from tests.feeds.atom import A, read
from tests.same_threads import exported, pasted, tie

pytestmark = pytest.mark.django_db
WORDS = "the ducks"


@pytest.fixture
def tied(tmp_path):
    old, new = pasted(tmp_path), exported(tmp_path)
    tie(old, new)
    return old, new


def feed(post):
    return Client().get(f"/feeds/posts/{post.ref}.atom", follow=True)


def test_one_entry_of_each_comment_and_what_one_source_alone_holds(tied):
    old, new = tied
    entries = read(feed(new).content)
    # Five that the export holds, one that the text alone does, and the article.
    assert len(entries) == 7
    assert read(feed(old).content).keys() == entries.keys()
    shown = Comment.objects.shown()
    assert {feed_id(each.ref) for each in shown} < set(entries)
    assert set(read(Client().get("/feeds/all.atom").content)) < set(entries)


def test_a_decision_on_either_hides_the_entry_and_its_undoing_brings_it_back(tied):
    old, new = tied
    led = Comment.objects.get(post=old, source_id__contains=":L3-")
    leads = Comment.objects.get(post=new, source_id="12")
    ben = Commenter.objects.get(comments=leads)
    before = read(feed(new).content)[feed_id(leads.ref)]
    assert WORDS in before.findtext(A + "content")
    for one in (led, leads):
        made = decide(one, Judgement(action=Action.HOLD), by=SYSTEM)
        for address in ("/feeds/all.atom", f"/feeds/posts/{new.ref}.atom"):
            body = Client().get(address).content
            assert WORDS not in body.decode()
            assert "Ben" not in body.decode()
            # Nor does a link say whose it is.
            assert ben.ref not in body.decode()
            mine = read(body)[feed_id(leads.ref)]
            assert "waiting to be looked at" in mine.findtext(A + "title")
            assert mine.findtext(A + "updated") > before.findtext(A + "updated")
        assert Client().get(f"/feeds/commenters/{ben.ref}.atom").status_code == 404
        page = Client().get(new.get_absolute_url()).content.decode()
        assert WORDS not in page
        undo(made, by=SYSTEM)
        again = read(feed(new).content)[feed_id(leads.ref)]
        assert WORDS in again.findtext(A + "content")


def test_old_numbers_lead_to_the_one_thread(tied):
    _old, new = tied
    address = new.addresses.first().address
    answer = Client().get(f"/at/{address}%23comment-12")
    leads = Comment.objects.get(post=new, source_id="12")
    assert answer["Location"] == leads.in_thread_url
    assert Client().get(f"/at/{address}")["Location"] == new.get_absolute_url()
