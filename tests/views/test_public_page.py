"""Public pages: their tags, 304, and gzip."""

import gzip

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client

from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Comment, Post
from commentarchive.views.kept_pages import KeptPages
from commentarchive.views.public_page import accepts_gzip
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action, Decision
from tests.addresses import every_address

pytestmark = pytest.mark.django_db
GZIP = {"Accept-Encoding": "br;q=1, gzip;q=0.8"}
# Forms: each is made for one reader.
WITHOUT = ("login", "claims", "claim-new")


def get(address, **headers):
    return Client().get(address, headers=headers)


def public_addresses():
    for name, address in every_address().items():
        is_staff = "/desk/" in address or "/admin/" in address
        if not is_staff and "/ledger/" not in address and name not in WITHOUT:
            yield name, address


@pytest.mark.once
def test_every_public_page_has_a_tag_and_says_the_same_in_gzip(demo):
    seen = 0
    for name, address in public_addresses():
        plain = get(address)
        is_page = plain.get("Content-Type", "").startswith("text/html")
        is_page = is_page and "no-store" not in plain.get("Cache-Control", "")
        if plain.status_code != 200 or not is_page:
            continue
        seen += 1
        packed = get(address, **GZIP)
        assert packed["Content-Encoding"] == "gzip", name
        assert gzip.decompress(packed.content) == plain.content, name
        assert plain["ETag"] != packed["ETag"], name
        assert {"Accept-Encoding", "Cookie"} <= set(plain["Vary"].split(", ")), name
        for answer, headers in ((plain, {}), (packed, GZIP)):
            again = get(address, **headers, **{"If-None-Match": answer["ETag"]})
            assert again.status_code == 304, name
            assert again.content == b"", name
            assert again["ETag"] == answer["ETag"], name
            assert "Content-Security-Policy" in again, name
    assert seen >= 14


@pytest.mark.django_db(transaction=True)
def test_a_decision_makes_every_tag_old(demo, django_assert_num_queries):
    comment = Comment.objects.shown().first()
    address = comment.post.get_absolute_url()
    tag = get(address)["ETag"]
    with django_assert_num_queries(1):
        assert get(address, **{"If-None-Match": tag}).status_code == 304
    decide(comment, Judgement(action=Action.HOLD), by=SYSTEM)
    answer = get(address, **{"If-None-Match": tag})
    assert answer.status_code == 200
    assert comment.current_revision.text.plain not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_finished_page_is_kept_until_somebody_writes(
    demo, settings, django_assert_num_queries
):
    settings.PAGE_CACHE_BYTES = 1 << 20
    comment = Comment.objects.shown().first()
    address = comment.post.get_absolute_url()
    made = get(address, **GZIP)
    with django_assert_num_queries(1):
        kept = get(address, **GZIP)
    assert (kept.content, kept.headers) == (made.content, made.headers)
    assert get(address).content == gzip.decompress(made.content)
    decide(comment, Judgement(action=Action.HOLD), by=SYSTEM)
    words = comment.current_revision.text.plain
    assert words in gzip.decompress(made.content).decode()
    assert words not in get(address).content.decode()
    assert get(address + "?page=9").status_code == 404


def test_kept_pages_make_room_and_end_with_their_state(settings):
    settings.PAGE_CACHE_BYTES = 4000
    pages = KeptPages()

    def keep(state, tag, size=1000):
        answer = HttpResponse(b"x" * size, headers={"ETag": tag})
        pages.keep(state, tag, answer)

    assert pages.get("one", "a") is None
    for tag in "abcde":
        keep("one", tag)
    keep("one", "long", size=1001)
    keep("other", "f")
    found = {tag: pages.get("one", tag) for tag in ("a", "b", "e", "long", "f")}
    assert [tag for tag, page in found.items() if page] == ["b", "e"]
    assert pages.get("other", "b") is None
    assert pages.get("one", "b") is None


@pytest.mark.django_db(transaction=True)
def test_a_statement_says_at_once_that_it_was_signed(demo, settings, tmp_path):
    settings.LEDGER_KEY_FILE = tmp_path / "ledger"
    address = Decision.objects.first().get_absolute_url()
    tag = get(address)["ETag"]
    decide(Comment.objects.shown().first(), Judgement(action=Action.HOLD), by=SYSTEM)
    tag = get(address)["ETag"]
    call_command("sign_checkpoint", verbosity=0)
    assert get(address, **{"If-None-Match": tag}).status_code == 200


def test_whoever_is_logged_in_gets_no_tag(demo, alice):
    client = Client()
    client.force_login(alice)
    answer = client.get(Post.objects.public().first().get_absolute_url())
    assert not answer.has_header("ETag")


@pytest.mark.pure
@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("gzip", True),
        ("deflate, GZIP;q=0.5", True),
        ("br, gzip; q=1.0", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("x-gzip-like", False),
        ("", False),
        ("*", False),
    ],
)
def test_gzip_is_sent_to_whoever_takes_it(rf, header, accepted):
    assert accepts_gzip(rf.get("/", headers={"Accept-Encoding": header})) == accepted
