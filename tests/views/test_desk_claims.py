"""Claims at the desk: decided on, proven, answered, ended; and who may do so."""

import pytest
from django.test import Client

from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Blog, Comment, Gap, Post
from moderation.actions.claims import Told, read_claim, send_claim
from moderation.models import Claim, JournalNote
from tests.cast import member
from tests.private_words import find_in
from tests.views.test_claims import MAIL, SEALED
from tests.views.test_pages import crawl
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
LIST = "/moderation/desk/claims/"


@pytest.fixture
def post(tmp_path):
    load(tmp_path, item(*(comment(n) for n in (1, 2, 3))))
    return Post.objects.get()


@pytest.fixture
def claim(post):
    told = Told(blog=post.blog, post=post, number=2, text=SEALED, email=MAIL)
    return send_claim(told, "one")[0]


def card(claim):
    return f"{LIST}{claim.ref}/"


def record(gap):
    return f"{LIST}on-record/{gap.ref}/"


def decide(desk, claim, what, **more):
    return desk.post(f"{card(claim)}decide/", {"what": what, **more})


def said(event):
    return Entry.objects.filter(event=event).count()


def sound():
    return [str(each) for each in reconcile()] == []


def test_a_claim_waits_at_the_desk_and_nowhere_else(desk, claim, post, client):
    assert "Claims: 1" in desk.get("/moderation/desk/").text
    page = desk.get(LIST).text
    assert "Waiting: 1" in page
    assert card(claim) in page
    for address in (
        *("/", post.get_absolute_url(), post.blog.get_absolute_url()),
        *("/moderation/log/otherwise/?known=claimed", "/moderation/reports/2012/"),
    ):
        page = client.get(address).text
        for word in (SEALED, MAIL, claim.ref, "someone says so (1)", "are said to"):
            assert word not in page


def test_its_words_are_read_once_that_is_noted(desk, claim, alice):
    page = desk.get(card(claim)).text
    assert SEALED not in page
    assert MAIL not in page
    assert not JournalNote.objects.exists()
    page = desk.post(f"{card(claim)}read/").text
    assert SEALED in page
    assert MAIL in page
    note = JournalNote.objects.get()
    assert (note.act, note.actor.handle, note.claim) == ("read", "alice", claim)
    assert "alice (moderator) read what was sent" in desk.get(card(claim)).text
    assert not Entry.objects.filter(subject=claim.ref).exists()


def test_accepts_a_claim(desk, claim, post, client):
    before = Entry.objects.count()
    assert decide(desk, claim, "accept", reply="Thank you.").status_code == 302
    assert Entry.objects.count() == before + 1
    gap = Gap.objects.get()
    assert (gap.grade, gap.kind, gap.at_least, gap.post) == ("claimed", "said", 2, post)
    assert "2 comments; someone says so." in client.get(post.get_absolute_url()).text
    page = client.get(post.blog.get_absolute_url()).text
    assert "2 comments are said to have been blocked at" in page
    assert "Claims: 0" in desk.get("/moderation/desk/").text
    # A second tap is told so, and changes nothing.
    answer = decide(desk, claim, "accept")
    assert answer.status_code == 409
    assert "It is on record already." in answer.text
    assert decide(desk, claim, "refuse", reply="No.").status_code == 409
    assert Entry.objects.count() == before + 1
    assert decide(desk, claim, "reply", reply="One more word.").status_code == 302
    assert sound()


@pytest.fixture
def elsewhere(post):
    """A claim against a blog that is not here."""
    told = Told(
        blog=None,
        post=None,
        number=3,
        about="2012",
        named_blog="zeppelin.example/news",
        named_article="Aloft",
    )
    return send_claim(told, "two")[0]


def test_a_blog_that_is_not_here_is_added_as_the_claim_is_accepted(
    desk, elsewhere, client
):
    page = desk.get(card(elsewhere)).text
    assert "zeppelin" not in page + desk.get(LIST).text + client.get("/").text
    assert "3 comments at a blog that is not here" in desk.get(LIST).text
    page = desk.post(f"{card(elsewhere)}read/").text
    assert 'value="https://zeppelin.example/news"' in page
    assert "Aloft" in page
    blogs, entries = Blog.objects.count(), Entry.objects.count()
    for form, words in (
        ({}, "No blog here has that address or title."),
        ({"blog": "https://zeppelin.example/"}, "No blog here has that address"),
        ({"blog": "zeppelin", "add_blog": "on"}, "begins with http:// or https://"),
        ({"article": "Aloft"}, "No article here has that address or title."),
    ):
        answer = decide(desk, elsewhere, "accept", **form)
        assert answer.status_code == 422
        assert words in answer.text
    assert (Blog.objects.count(), Entry.objects.count()) == (blogs, entries)
    form = {"blog": "https://zeppelin.example/", "add_blog": "on"}
    assert decide(desk, elsewhere, "accept", **form).status_code == 302
    elsewhere.refresh_from_db()
    assert elsewhere.blog.address == "https://zeppelin.example/"
    page = client.get(elsewhere.blog.get_absolute_url()).text
    assert "3 comments are said to have been blocked at" in page
    assert "has not been asked" in page
    assert "Aloft" not in page
    assert (said("blog.new"), said("gap.claimed")) == (1, 1)
    assert decide(desk, elsewhere, "accept", **form).status_code == 409
    assert Blog.objects.count() == blogs + 1
    assert sound()


def test_a_blog_that_was_named_otherwise_is_chosen_with_its_article(
    desk, elsewhere, post
):
    title = {"blog": post.blog.title, "article": post.title}
    form = title | {"proof": post.capture.ref}
    assert decide(desk, elsewhere, "prove", **form).status_code == 302
    elsewhere.refresh_from_db()
    assert (elsewhere.blog, elsewhere.post) == (post.blog, post)
    assert elsewhere.gap.grade == "observed"
    assert said("blog.new") == 0
    assert sound()


def test_a_claim_against_a_blog_that_is_not_here_is_refused_and_adds_nothing(
    desk, elsewhere
):
    entries, blogs = Entry.objects.count(), Blog.objects.count()
    assert decide(desk, elsewhere, "refuse", reply="No.").status_code == 302
    assert (Blog.objects.count(), Entry.objects.count()) == (blogs, entries)


def test_refuses_a_claim_without_a_public_word(desk, claim, post):
    before = Entry.objects.count()
    answer = decide(desk, claim, "refuse")
    assert answer.status_code == 422
    assert "Write an answer" in answer.text
    assert decide(desk, claim, "refuse", reply="Never there.").status_code == 302
    assert decide(desk, claim, "refuse", reply="Again.").status_code == 409
    assert Entry.objects.count() == before
    assert not Gap.objects.exists()
    assert "Claims: 0" in desk.get("/moderation/desk/").text
    assert "refused the claim" in desk.get(card(claim)).text
    # It was a mistake: it can still be accepted.
    assert decide(desk, claim, "accept").status_code == 302
    assert sound()


def test_ties_a_claim_to_the_copy_that_proves_it(desk, claim, post, client):
    answer = decide(desk, claim, "prove", reply="Kept.")
    assert answer.status_code == 422
    assert "No copy here has that address." in answer.text
    assert "Kept." in answer.text
    copy = post.capture
    proof = {"proof": copy.get_absolute_url(), "evidence": "It is in its trash."}
    answer = decide(desk, claim, "accept", **proof)
    assert answer.status_code == 422
    assert "You named a copy" in answer.text
    assert decide(desk, claim, "prove", **proof).status_code == 302
    gap = Gap.objects.get()
    claim.refresh_from_db()
    assert (gap.grade, gap.proof, claim.gap) == ("observed", copy, gap)
    assert (said("gap.claimed"), said("gap.proven")) == (1, 1)
    page = client.get(post.get_absolute_url()).text
    assert "Known: seen to vanish." in page
    assert sound()


def test_what_is_on_record_is_proven_answered_and_ended(desk, claim, post, client):
    decide(desk, claim, "accept")
    gap = Gap.objects.get()
    page = desk.get(record(gap)).text
    assert card(claim) in page
    assert "The blog has not been asked." in page
    for form, told in (
        ({"answer": "denied", "answered_on": "2012-02-30"}, "That is no day."),
        ({"answer": "denied", "answered_on": "9999-01-01"}, "That is in the future."),
        ({"answer": "denied", "answered_on": "1812-01-01"}, "as old as that"),
        ({"answer": ""}, "Choose what the blog says."),
        ({"answer": "odd"}, "not one of the available choices"),
    ):
        answer = desk.post(f"{record(gap)}answer/", form)
        assert answer.status_code == 422
        assert told in answer.text
    form = {"answer": "denied", "answered_on": "2012-05-03", "text": "Not a syllable."}
    assert desk.post(f"{record(gap)}answer/", form).status_code == 302
    assert (
        "The blog denied it (3 May 2012)." in client.get(post.get_absolute_url()).text
    )
    answer = desk.post(f"{record(gap)}prove/", {"proof": "nonsense"})
    assert answer.status_code == 422
    proof = {"proof": post.capture.ref}
    assert desk.post(f"{record(gap)}prove/", proof).status_code == 302
    assert desk.post(f"{record(gap)}prove/", proof).status_code == 409
    answer = desk.post(f"{record(gap)}end/", {"what": "withdraw"})
    assert answer.status_code == 422
    assert "Say why, in some words." in answer.text
    end = {"what": "withdraw", "reason": "Taken back."}
    assert desk.post(f"{record(gap)}end/", end).status_code == 302
    for form in ("end/", "answer/"):
        sent = {**end, "answer": "none"}
        assert desk.post(record(gap) + form, sent).status_code == 409
    assert 'class="gap"' not in client.get(post.get_absolute_url()).text
    assert [said(f"gap.{e}") for e in ("answered", "proven", "withdrawn")] == [1, 1, 1]
    for page in ("/ledger/entries/" + str(gap.entry_index) + "/",):
        assert "Not a syllable" not in client.get(page).text
    assert sound()


def test_what_nobody_knows_is_404(desk, claim, post):
    decide(desk, claim, "accept")
    load_gap = Gap.objects.get()
    assert desk.get(f"{LIST}{load_gap.ref}/").status_code == 404
    assert desk.get(f"{LIST}on-record/{claim.ref}/").status_code == 404


def test_roles(claim, post, olive):
    for role, may_look, may_act in (
        ("owner", True, True),
        ("auditor", True, False),
        ("archivist", False, False),
    ):
        user = olive if role == "owner" else member(role, role)
        client = Client()
        client.force_login(user)
        assert client.get(LIST).status_code == (200 if may_look else 403)
        page = client.get(card(claim))
        assert page.status_code == (200 if may_look else 403)
        assert ("Read what was sent" in page.text) == may_act
        answer = client.post(f"{card(claim)}read/")
        assert answer.status_code == (200 if may_act else 403)
        assert (SEALED in answer.text) == may_act
    assert JournalNote.objects.count() == 1
    login = Client().get(LIST)
    assert login.status_code == 302


def test_the_back_office_shows_them_and_no_sealed_word(claim, olive, by):
    client = Client()
    client.force_login(olive)
    read_claim(claim, by=by)
    for address in (
        *("/admin/moderation/claim/", f"/admin/moderation/claim/{claim.pk}/change/"),
        "/admin/moderation/journalnote/",
        f"/admin/moderation/journalnote/{JournalNote.objects.get().pk}/change/",
    ):
        page = client.get(address)
        assert page.status_code == 200
        assert SEALED not in page.text
        assert MAIL not in page.text
        assert 'name="_save"' not in page.text


def test_a_comments_card_records_what_it_says(desk, post, client):
    one = Comment.objects.get(source_id="3")
    address = f"/moderation/desk/comments/{one.ref}/gap/"
    form = {"number": 2, "claimant": "Barnaby Zeppelin"}
    for wrong, told in (
        ({}, "Name the blog or the article."),
        ({"blog": "https://watch.example/"}, "No blog here has that address"),
        ({"blog": "The Watch", "add_blog": "on"}, "begins with http"),
        ({"article": "https://nowhere.example/1"}, "No article here has that"),
        ({"article": post.ref, "number": "0"}, "Give a number from 1 to 1000."),
    ):
        answer = desk.post(address, {**form, **wrong})
        assert answer.status_code == 422
        assert told in answer.text
        assert "Barnaby Zeppelin" in answer.text
    assert not Gap.objects.exists()
    watch = {**form, "blog": "https://watch.example/", "add_blog": "on"}
    for _again in range(2):
        answer = desk.post(address, watch)
        assert answer.status_code == 302
    blog = Blog.objects.get(normal_address="watch.example")
    assert answer["Location"] == blog.get_absolute_url()
    assert Gap.objects.get().blog == blog
    assert Claim.objects.get().words.claimant == "Barnaby Zeppelin"
    assert (said("blog.new"), said("gap.claimed")) == (1, 1)
    for page in (blog.get_absolute_url(), one.get_absolute_url(), "/"):
        assert "Barnaby Zeppelin" not in client.get(page).text
    assert desk.post(address, {**watch, "number": 5}).status_code == 422
    # Below an article of it, it is another claim.
    assert desk.post(address, {**form, "article": post.title}).status_code == 302
    assert Gap.objects.count() == 2
    assert sound()


@pytest.mark.once
def test_a_crawl_finds_no_sealed_word_in_any_state(desk, claim, post, client):
    """Claims that wait, are refused, accepted, answered, proven and withdrawn."""
    words = {SEALED, MAIL, claim.ref, "Barnaby Zeppelin"}

    def one_more(number, *steps):
        sealed = f"{SEALED} Number {number}."
        told = Told(blog=post.blog, post=post, number=number, text=sealed)
        more = send_claim(told, f"key {number}")[0]
        words.update({sealed, more.ref})
        for what, form in steps:
            reply = f"Between us, {number}."
            words.add(reply)
            assert decide(desk, more, what, reply=reply, **form).status_code == 302
        more.refresh_from_db()
        return more.gap

    proof = {"proof": post.capture.ref, "evidence": "Sealed evidence."}
    one_more(3, ("refuse", {}))
    one_more(4, ("accept", {}))
    one_more(5, ("prove", proof))
    answered, ended = one_more(6, ("accept", {})), one_more(7, ("accept", {}))
    form = {"answer": "explained", "text": "Sealed answer of the blog."}
    desk.post(f"{record(answered)}answer/", form)
    form = {"what": "refuse", "reason": "Sealed reason."}
    desk.post(f"{record(ended)}end/", form)
    one = Comment.objects.get(source_id="3")
    form = {"number": 2, "claimant": "Barnaby Zeppelin", "article": post.ref}
    desk.post(f"/moderation/desk/comments/{one.ref}/gap/", form)
    words |= {"Sealed answer", "Sealed evidence", "Sealed reason", "Between us"}
    answers = crawl(client, "/", post.get_absolute_url(), "/moderation/log/otherwise/")
    for index in range(Entry.objects.count()):
        address = f"/ledger/entries/{index}/"
        answers[address] = client.get(address).text
    assert len(answers) > 30
    assert find_in(answers, words) == []
    # 4 and 6 and 2 are claimed, 5 is proven; 7 is over, 3 and the first were never on.
    page = client.get(post.blog.get_absolute_url()).text
    assert "17 comments are said to have been blocked" in page
    assert "A copy proves it of 5." in page
    assert sound()


def test_costs_of_the_desk_are_constant(desk, claim, post, django_assert_num_queries):
    decide(desk, claim, "accept")
    gap = Gap.objects.get()

    def costs():
        with django_assert_num_queries(11):
            desk.get(LIST)
        # Each with a look into the private journal, where these looks are noted.
        with django_assert_num_queries(11):
            desk.get(card(claim))
        with django_assert_num_queries(10):
            desk.get(record(gap))

    desk.get(card(claim))
    desk.get(record(gap))
    costs()
    for number in range(3):
        told = Told(blog=post.blog, post=None, number=1)
        more, _secret = send_claim(told, f"more {number}")
        if number:
            decide(desk, more, "accept")
            last = Gap.objects.last()
            desk.post(f"{record(last)}answer/", {"answer": "none"})
    costs()
