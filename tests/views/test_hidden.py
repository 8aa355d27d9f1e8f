import pytest
from django.test import Client

from commentarchive.models import Comment
from commentarchive.search.index import catch_up
from moderation.models import SearchNote
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
PAGE, FIND = "/moderation/desk/hidden/", "/moderation/desk/hidden/find/"


@pytest.fixture
def thread(tmp_path):
    load(
        tmp_path,
        item(
            comment(1, "A zeppelin over the wall."),
            comment(2, "That <b>zeppelin</b> of his.", approved="trash"),
        ),
    )
    catch_up()


@pytest.fixture
def desk(alice):
    client = Client()
    client.force_login(alice)
    return client


def test_a_moderator_finds_hidden_texts_and_that_is_noted(desk, thread, olive):
    assert not SearchNote.objects.exists()
    page = desk.post(FIND, {"q": "zeppelin"})
    assert "1 text, newest first" in page.text
    assert "<mark>zeppelin</mark> of his" in page.text
    assert Comment.objects.get(source_id="2").ref in page.text
    assert "no-store" in page["Cache-Control"]
    note = SearchNote.objects.get()
    assert (note.words, note.role, note.actor.handle) == (
        *("zeppelin", "moderator"),
        "alice",
    )
    # Moderators do not read the journal; the owner does.
    assert "<h2>Who looked" not in page.text
    client = Client()
    client.force_login(olive)
    assert "alice (moderator) looked for <bdi>zeppelin</bdi>" in client.get(PAGE).text


def test_a_search_that_cannot_be_read_keeps_what_was_typed(desk, thread):
    for typed in ('"zeppelin', "-zeppelin", "x" * 201):
        answer = desk.post(FIND, {"q": typed})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
        assert typed.replace('"', "&quot;") in answer.text
    assert not SearchNote.objects.exists()


def test_nobody_else_searches_hidden_texts(thread, charlie):
    client = Client()
    assert client.get(PAGE).status_code == 302
    assert "<mark>" not in client.post(FIND, {"q": "zeppelin"}).text
    client.force_login(charlie)
    assert client.get(PAGE).status_code == 403
    assert client.post(FIND, {"q": "zeppelin"}).status_code == 403
    assert not SearchNote.objects.exists()


def test_an_erasure_takes_its_words_out_of_the_journal(desk, thread):
    from commentarchive.erasure.erase import erase

    for typed in ("zeppelin his", "zeppelin moored"):
        desk.post(FIND, {"q": typed})
    erase(Comment.objects.get(source_id="2"), basis="legal")
    assert set(SearchNote.objects.values_list("words", flat=True)) == {
        *("", "zeppelin moored")
    }
    assert "0 texts" in desk.post(FIND, {"q": "zeppelin"}).text
