import io
import re
from collections import defaultdict
from types import MappingProxyType

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from commentarchive.models import Blog, Capture, Comment, Commenter, Post
from commentarchive.search.index import catch_up
from moderation.models import Decision
from tests.few_reports import is_one_of_many
from tests.private_words import find_in, private_words
from tests.readable import readable
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
MOST_ALIKE = 5
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)


def crawl(client, *starts, at_most=100_000, known=MappingProxyType({})):
    """Follow every link of the site from these pages; return each answer's text.

    `known` are bodies, and where they lead, that the site has answered already. Of
    hundreds of addresses that are answered alike, a few are followed.
    """
    seen, waiting = {}, list(reversed(starts))
    alike = defaultdict(set)
    while waiting and len(seen) < at_most:
        address = waiting.pop()
        if address in seen or address.startswith(("/static/", "/admin/")):
            continue
        if is_one_of_many(address):
            continue
        data, location = known.get(address) or answered(client, address)
        body = seen[address] = readable(data)
        if location:
            waiting.append(location.partition("#")[0])
        for found in re.findall(r'href="([^"]+)"', body):
            link = found.replace("&amp;", "&").partition("#")[0]
            if link.startswith("?"):
                link = address.partition("?")[0] + link
            if link.startswith("/"):
                several = alike[of_many(link) or link]
                if len(several) < MOST_ALIKE:
                    several.add(link)
                    waiting.append(link)
    return seen


def of_many(link):
    """Return what a link has in common with many others; "" for most links.

    The desk sends strangers to its log-in from everywhere, an article has a page of
    what came since each of its comments, and each comment has a form to report it.
    """
    if link.endswith("/flag/"):
        return "/flag/"
    if link.startswith("/moderation/desk/"):
        return re.sub(r"\b[a-z][a-z2-7]{26}\b", "", link)
    article, question, _ref = link.partition("?since=")
    return article + question if question else ""


def answered(client, address):
    """Return what a page holds, and where it leads where it is none."""
    answer = client.get(address)
    assert answer.status_code in {200, 301, 302}, address
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body, answer.get("Location", "")


@pytest.mark.once
def test_no_hidden_word_is_in_any_public_byte(demo, demo_copy, settings, tmp_path):
    # Signed as the archive is that gave the other answers.
    settings.LEDGER_KEY_FILE = tmp_path / "ledger"
    call_command("sign_checkpoint", stdout=io.StringIO())
    searches = ("/search/?q=account", "/search/?q=toad")
    starts = ("/", *searches, "/moderation/log.csv")
    answers = crawl(Client(), *starts, known=demo_copy.answers)
    assert len(answers) > 900
    assert_nothing_hidden_is_in(answers)


def test_no_hidden_word_is_in_the_first_public_bytes(demo):
    answers = crawl(Client(), "/search/?q=account", "/", at_most=60)
    assert len(answers) == 60
    assert_nothing_hidden_is_in(answers)


def assert_nothing_hidden_is_in(answers):
    hidden = {word for word in private_words() if len(word) > 3}
    assert len(hidden) > 100
    assert find_in(answers, hidden) == []


def test_every_answer_carries_the_policy(demo):
    post = Post.objects.public().first()
    for address in ("/", post.get_absolute_url(), "/nothing/", "/login/", "/healthz"):
        answer = Client().get(address)
        has_script = address == post.get_absolute_url()
        policy = f"{CSP}; script-src 'self'" if has_script else CSP
        scripts = 2 * has_script
        if address == "/login/":
            # A passkey is asked for by a script, which fetches what it has to sign.
            policy, scripts = f"{CSP}; script-src 'self'; connect-src 'self'", 5
        assert answer["Content-Security-Policy"] == policy
        assert answer["X-Content-Type-Options"] == "nosniff"
        data = answer.content.count(b'<script type="application/ld+json">')
        assert data == has_script
        assert answer.content.count(b"<script") - data == scripts
        assert b" style=" not in answer.content


def test_what_is_not_public_is_not_found(tmp_path):
    load(tmp_path, item(comment(1)), item(comment(2, kind="note"), number=2))
    note = Comment.objects.get(source_id="2")
    assert Client().get(note.get_absolute_url()).status_code == 404
    Blog.objects.update(visibility="staff")
    for row in (
        *(Blog.objects.get(), Post.objects.first(), Comment.objects.first()),
        *(Capture.objects.get(), Commenter.objects.first()),
    ):
        assert Client().get(row.get_absolute_url()).status_code == 404, row


def test_a_name_of_which_nothing_is_shown_has_no_page(tmp_path):
    load(tmp_path, item(comment(1, approved="trash")))
    assert Client().get(Commenter.objects.get().get_absolute_url()).status_code == 404


@pytest.fixture
def long_thread(tmp_path):
    load(
        tmp_path,
        item(*(comment(n, parent=n - 1 if n % 3 else 0) for n in range(1, 452))),
    )
    return Post.objects.get()


def test_windows_and_places(long_thread):
    client, address = Client(), long_thread.get_absolute_url()
    for page, number in (("", 200), ("?page=3", 51), ("?all=1", 451)):
        body = client.get(address + page).content.decode()
        assert len(re.findall(r'<li id="c', body)) == number
    assert client.get(address + "?page=4").status_code == 404
    assert client.get(address + "?page=x").status_code == 404
    last = Comment.objects.get(position=450)
    answer = client.get(f"/comments/{last.ref}/in-thread/")
    assert answer["Location"] == f"{address}?page=3#{last.ref}"
    answer = client.get(f"{address}?source={last.source_id}")
    assert answer["Location"] == last.in_thread_url


@pytest.mark.parametrize(("page", "queries"), [("", 9), ("?page=2", 5), ("?all=1", 8)])
def test_an_articles_page_costs_a_constant_number_of_queries(
    long_thread, page, queries, django_assert_num_queries
):
    with django_assert_num_queries(queries):
        Client().get(long_thread.get_absolute_url() + page)


def test_other_pages_cost_a_constant_number_of_queries(demo, django_assert_num_queries):
    one = Comment.objects.shown().exclude(parent=None).first()
    for address, queries in (
        ("/", 10),
        (Blog.objects.first().get_absolute_url(), 12),
        (one.get_absolute_url(), 10),
        ("/ledger/", 2),
        ("/ledger/entries/1/", 2),
        (one.commenter.get_absolute_url(), 7),
        # PostgreSQL is asked twice how far the newest rows reach.
        ("/search/?q=the", 6 if connection.vendor == "sqlite" else 8),
        ("/moderation/log/", 8),
        (Decision.objects.first().get_absolute_url(), 10),
    ):
        with django_assert_num_queries(queries):
            assert Client().get(address).status_code == 200


def test_a_notice_says_all_that_it_should(demo):
    comment = Comment.objects.get(source_id="1081")
    body = Client().get(comment.post.get_absolute_url()).content.decode()
    notice = body[body.index(f'id="{comment.ref}"') :][:900]
    decision = comment.decisions.get()
    for words in (
        *("withheld on legal grounds; no view is taken", " April 2012"),
        "the owner of the blog",
        *("rule 4, Legal risk", "from the blog’s own records"),
        decision.get_absolute_url(),
    ):
        assert words in notice
    assert "Ratepayer1" not in notice
    statement = Client().get(decision.get_absolute_url()).content.decode()
    assert "It accuses a named person of a crime and gives no evidence." in statement


def test_search_finds_what_is_shown_only(demo):
    body = Client().get("/search/?q=drainpipe").content.decode()
    assert body.count("<mark>drainpipe</mark>") == 2
    for word in ("toad", "shredded"):
        assert "0 comments" in Client().get(f"/search/?q={word}").content.decode()


def test_search_folds_case_in_other_scripts(tmp_path):
    load(tmp_path, item(comment(1, "Где Ключи от стены")))
    catch_up()
    assert "1 comment<" in Client().get("/search/?q=ключи").content.decode()


def test_the_claim_stands_in_the_margin(demo):
    post = Post.objects.get(source_id="94")
    body = Client().get(post.get_absolute_url()).content.decode()
    assert "Something may be missing here: 2 comments; someone says so." in body


def test_both_ends_of_a_cross_post_name_one_another(demo):
    for source_id, other in (("51", "The Tarnwick Lantern"), ("12", "Quayside Notes")):
        post = Post.objects.get(source_id=source_id)
        body = Client().get(post.get_absolute_url()).content.decode()
        assert other in body[body.index("at more than one place") :]


def test_hostile_addresses_get_a_plain_answer(db):
    for address in (
        "/search/?q=%00%ff",
        "/posts/x/",
        "/?page=9",
        "/moderation/reports/2012-13/",
    ):
        assert Client().get(address).status_code in {200, 400, 404}
    assert Client(SERVER_NAME="evil.example").get("/").status_code == 400


def test_every_page_prints_the_time_of_the_blog(tmp_path):
    times = {"local": "2012-05-04 01:30:00", "gmt": "2012-05-03 11:30:00"}
    load(tmp_path, item(comment(1, **times)))
    one = Comment.objects.get()
    for address in (one.get_absolute_url(), one.post.get_absolute_url()):
        body = Client().get(address).content.decode()
        assert "4 May 2012, 01:30" in body
        assert "3 May 2012" not in body.replace("made after 3 May 2012", "")


def test_a_gap_before_every_comment_is_shown(tmp_path, alice):
    from commentarchive.actions.claimed_gaps import claim_gap
    from commentarchive.actions.staff import acting

    load(tmp_path, item(comment(1)), item(number=2))
    empty = Post.objects.get(source_id="2")
    claim_gap(empty, number=2, said_in=Comment.objects.get(), by=acting(alice))
    body = Client().get(empty.get_absolute_url()).content.decode()
    assert "Something may be missing here: 2 comments" in body


def test_odd_questions_get_plain_answers(demo, desk):
    one = Comment.objects.first()
    for address, code in (
        ("/moderation/log/?until=9999-12-31", 400),
        ("/moderation/log.csv?until=9999-12-31&since=0001-01-01", 400),
        ("/moderation/log/?since=yesterday", 400),
        ("/moderation/log/?rule=two", 400),
        ("/moderation/log.csv?action=shout", 400),
        ("/moderation/log/?before=１２", 404),
        ("/moderation/log/?before=5&after=2", 404),
        (f"{one.post.get_absolute_url()}?source=%00", 400),
        ("/moderation/reports/2012-04/?blog=%00", 400),
    ):
        assert Client().get(address).status_code == code, address
    card = f"/moderation/desk/comments/{one.ref}/"
    told = {"facts": "It was rude.", "known_from": "a notebook"}
    for form, data in (
        ("decide/", {"action": "hold", "clause": "9" * 30}),
        ("decide/", {"action": "ban"}),
        ("record/enter/", {"action": "remove"}),
        ("record/enter/", {"action": "remove", "decided_by_role": "xyz"}),
        ("record/enter/", told | {"decided_at": "0001-01-01T00:00"}),
        ("record/enter/", told | {"decided_at": "9999-12-31T23:59"}),
        ("record/enter/", told | {"decided_at": "2013-01-01T00:00", "action": "ban"}),
    ):
        data |= {"seen_revision": "1", "seen_decision": ""}
        assert desk.post(card + form, data).status_code == 422, data


def test_notices_print_the_clock_of_the_blog(tmp_path):
    from datetime import UTC, datetime

    from commentarchive.ledger.append import SYSTEM
    from commentarchive.ledger.models import Role
    from moderation.actions.decisions import Judgement, Record, decide
    from moderation.models import Action

    load(tmp_path, item(comment(1)))
    one = Comment.objects.get()
    moment = datetime(2012, 6, 30, 23, 30, tzinfo=UTC)
    record = Record(decided_at=moment, role=Role.OWNER, known_from="a notebook")
    judgement = Judgement(action=Action.REMOVE, facts="It was rude.", record=record)
    decide(one, judgement, by=SYSTEM)
    for address in (one.post.get_absolute_url(), one.get_absolute_url()):
        body = Client().get(address).content.decode()
        assert "On 1 July 2012" in body
        assert "30 June 2012" not in body


def test_no_page_points_at_what_is_not_for_readers(tmp_path):
    load(tmp_path, item(comment(1, kind="note"), comment(2, parent=1)))
    note, reply = Comment.objects.order_by("source_id")
    for address in (reply.post.get_absolute_url(), reply.get_absolute_url()):
        assert note.ref not in Client().get(address).content.decode()


def test_unlisted_blogs_are_kept_from_search_engines_everywhere(demo):
    month = "/moderation/reports/2012-04/"
    for address in ("/", month):
        assert b'content="noindex"' in Client().get(address).content
    Blog.objects.update(visibility="public")
    for address in ("/", month):
        assert b'content="noindex"' not in Client().get(address).content
