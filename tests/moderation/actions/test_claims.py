"""Claims held against the record, and reached by erasures."""

import io

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from commentarchive.erasure.erase import erase
from commentarchive.ledger import triggers
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Comment, Commenter, CommenterName, Post
from moderation.actions.claims import (
    Told,
    accept_claim,
    record_said,
    reply_to_claim,
    send_claim,
)
from moderation.models import Claim, ClaimReply, ClaimWords
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
WORDS = "He promised us a tram, and then a zeppelin."


@pytest.fixture
def post(tmp_path):
    load(tmp_path, item(comment(1, f"<p>{WORDS}</p>"), comment(2), comment(3)))
    return Post.objects.get()


def sent(post, key="one", **more):
    return send_claim(Told(blog=post.blog, post=post, number=2, **more), key)[0]


@pytest.mark.every_case
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE moderation_claim SET number = 7",
        "UPDATE moderation_claim SET ref = 'eaaaaaaaaaaaaaaaaaaaaaaaaaa'",
        "UPDATE moderation_claim SET gap_id = NULL",
        "UPDATE moderation_claim SET post_id = NULL, blog_id = 999",
    ],
)
def test_a_changed_claim_is_named(post, by, change):
    gap = accept_claim(sent(post), by=by)
    triggers.remove()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED") if (
                connection.vendor == "postgresql"
            ) else cursor.execute("PRAGMA defer_foreign_keys = ON")
            cursor.execute(change)
        found = [str(each) for each in reconcile()]
        assert any(each.startswith(f"entry {gap.entry_index}:") for each in found)
        transaction.set_rollback(True)
    triggers.install()


def test_an_erased_comment_takes_claims_of_its_words_with_it(post, by):
    one = Comment.objects.get(source_id="1")
    repeats = sent(post, text=f"“{WORDS}”", email="b@mail.example")
    accept_claim(repeats, reply="We know that one.", by=by)
    other = sent(post, "two", text="Something else.")
    erase(one, basis="subject_request")
    assert list(ClaimWords.objects.all()) == [other.words]
    assert not ClaimReply.objects.exists()
    assert Claim.objects.count() == 2
    assert "erased" in set(repeats.journal.values_list("act", flat=True))


def test_an_erased_comment_takes_the_name_that_it_gave_with_it(post, by):
    one = Comment.objects.get(source_id="2")
    record_said(one, post, number=2, claimant="Barnaby", by=by)
    erase(one, basis="legal")
    assert not ClaimWords.objects.exists()


def test_an_erased_name_is_no_claimants_name_any_more(post, by):
    name = CommenterName.objects.first()
    one = Comment.objects.exclude(commenter=name.commenter).first()
    one = one or Comment.objects.first()
    record_said(one, post, number=2, claimant=name.name, by=by)
    erase(Commenter.objects.get(pk=name.commenter_id), basis="subject_request")
    assert not ClaimWords.objects.exists()


def test_what_was_sent_with_a_claim_is_erased_by_itself(post, by):
    claim = sent(post, text="Something else.", email="b@mail.example")
    reply_to_claim(claim, "We wrote back.", by=by)
    said = io.StringIO()
    call_command("erase", claim=claim.ref, basis="subject_request", stdout=said)
    assert "Erased what was sent with it." in said.getvalue()
    assert not ClaimWords.objects.exists()
    assert not ClaimReply.objects.exists()
    note = claim.journal.last()
    assert (note.act, note.actor) == ("erased", None)
