import pytest
from django.test import Client

from commentarchive.actions.crossposts import (
    CannotTie,
    record_cross_posts,
    withdraw_cross_post,
)
from commentarchive.intake.cross_post_search import search_all
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import CrossPost, Post
from tests.cross_posts import LINE, WORDS, blog, confirm, lantern_and_quay, refuse

pytestmark = pytest.mark.django_db
HERE = "https://lantern.example/1/"


def events():
    found = Entry.objects.filter(event__startswith="crosspost").order_by("index")
    return list(found.values_list("event", "subject"))


def public_bytes(tie):
    client = Client()
    places = (
        *(tie.post.get_absolute_url(), tie.other_post.get_absolute_url()),
        *("/api/v1/cross-posts/", "/sitemap.xml", "/"),
    )
    return "".join(client.get(each).text for each in places)


def test_readers_see_nothing_of_a_proposal(tmp_path):
    tie = lantern_and_quay(tmp_path)
    assert (tie.is_proposal, tie.other_post.blog.slug) == (True, "lantern")
    assert "more than one place" not in public_bytes(tie)
    assert tie.ref not in public_bytes(tie)
    for address in (f"/cross-posts/{tie.ref}/", f"/api/v1/cross-posts/{tie.ref}/"):
        assert Client().get(address).status_code == 404
    assert Client().get("/at/https://lantern.example/1/").status_code == 302
    assert events() == []
    assert list(reconcile()) == []


def test_a_confirmed_one_is_public_and_on_record(tmp_path):
    tie = lantern_and_quay(tmp_path)
    confirm(tie)
    assert not tie.is_proposal
    assert tie.ref in public_bytes(tie)
    assert events() == [("crosspost.confirm", tie.ref)]
    assert list(reconcile()) == []
    with pytest.raises(CannotTie, match="on record already"):
        confirm(tie)


def test_a_refused_one_never_comes_back_and_is_never_public(tmp_path):
    tie = lantern_and_quay(tmp_path)
    refuse(tie)
    assert (tie.is_proposal, tie.is_withdrawn) == (True, True)
    assert tie.ref not in public_bytes(tie)
    blog(tmp_path, "quay", body=LINE + WORDS + " And a word more.", day="2012-04-02")
    search_all()
    record_cross_posts(tie.post_id, [HERE])
    assert not CrossPost.objects.proposed().exists()
    assert not CrossPost.objects.public().exists()
    assert events() == [("crosspost.refuse", tie.ref)]
    assert list(reconcile()) == []
    with pytest.raises(CannotTie, match="withdrawn before"):
        refuse(tie)


def test_an_answer_can_be_turned_round(tmp_path):
    tie = lantern_and_quay(tmp_path)
    refuse(tie)
    confirm(tie)
    assert (tie.is_proposal, tie.is_withdrawn) == (False, False)
    refuse(tie)
    # Readers saw it, so that they see what became of it.
    assert (tie.is_proposal, tie.is_withdrawn) == (False, True)
    assert "Not so" in public_bytes(tie)
    assert [event for event, _ref in events()] == [
        *("crosspost.refuse", "crosspost.confirm", "crosspost.refuse")
    ]
    assert list(reconcile()) == []


def test_what_people_record_is_no_proposal_any_more(tmp_path):
    tie = lantern_and_quay(tmp_path)
    record_cross_posts(tie.post_id, [HERE])
    tie.refresh_from_db()
    assert not tie.is_proposal
    withdraw_cross_post(tie, reason="No.", by=SYSTEM)
    record_cross_posts(tie.post_id, [HERE])
    assert CrossPost.objects.get().is_withdrawn


def test_own_addresses_and_own_faces_are_proposed_to_nobody(tmp_path):
    body = 'First posted at <a href="https://quay.example/1/">this blog</a>. ' + WORDS
    blog(tmp_path, "quay", body=body)
    search_all()
    assert not CrossPost.objects.exists()
    assert Post.objects.count() == 1


@pytest.mark.unreconciled
def test_reconcile_notices_a_confirmed_one_that_is_proposed_again(tmp_path):
    tie = lantern_and_quay(tmp_path)
    confirm(tie)
    CrossPost.objects.update(is_proposal=True)
    [found] = reconcile()
    assert "is proposed, and was confirmed" in found.reason
