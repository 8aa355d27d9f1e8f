"""The page on which archivists say that two articles are one thread."""

import html
import re

import pytest
from django.test import Client

from commentarchive.models import Comment, SamePair, SameThread
from moderation.views import same_thread
from tests.cast import member
from tests.same_threads import exported, pasted, tie

pytestmark = pytest.mark.django_db


@pytest.fixture
def ivy(db):
    client = Client()
    client.force_login(member("ivy", "archivist"))
    return client


@pytest.fixture
def threads(tmp_path):
    old = pasted(tmp_path)
    return old, exported(tmp_path, c15="trash")


def at(post, rest=""):
    return f"/moderation/desk/posts/{post.ref}/same/{rest}"


def fields(body):
    """Return the fields of the form of pairs as a browser would send them."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", body.partition('class="same-thread"')[2]):
        names = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if names.get("type") == "checkbox" and " checked" not in tag:
            continue
        found[names["name"]] = names.get("value", "on")
    return found


def send(client, threads, form):
    old, new = threads
    return client.post(at(old, f"{new.ref}/tie/"), form)


def test_two_articles_are_tied_and_untied_by_forms(ivy, threads):
    old, new = threads
    assert at(old) in Client().get(old.get_absolute_url()).text
    body = ivy.get(at(old)).text
    assert at(old, f"{new.ref}/") in body
    assert "the same blog" in body
    body = ivy.get(at(old, f"{new.ref}/")).text
    assert "Pairs (4)" in body
    assert "Only on the left (1)" in body
    assert "Only on the right (1)" in body
    # What readers do not see is not repeated here.
    assert "Readers do not see its text: in the trash." in body
    form = fields(body)
    answer = send(ivy, threads, form)
    assert (answer.status_code, answer["Location"]) == (302, at(old))
    made = SameThread.objects.get()
    assert max(made.pairs.values_list("score", flat=True)) == 100
    body = ivy.get(at(old)).text
    assert "4 pairs" in body
    assert at(old) in ivy.get(at(new)).text
    # The same form again is one sentence.
    again = send(ivy, threads, form)
    assert again.status_code == 422
    assert "These two are tied already." in again.text
    sent = {"tie": made.ref, "evidence": "They are two."}
    assert ivy.post(at(old, "untie/"), sent).status_code == 302
    assert "Ended on" in ivy.get(at(old)).text
    again = ivy.post(at(old, "untie/"), sent)
    assert again.status_code == 422
    assert "ended meanwhile" in again.text


def test_a_pair_is_unticked_or_chosen_otherwise(ivy, threads):
    old, new = threads
    form = fields(ivy.get(at(old, f"{new.ref}/")).text)
    ticks = [name for name in form if name.startswith("same-")]
    lines = {
        each.source_id.rpartition(":L")[2]: each.ref
        for each in Comment.objects.filter(post=old)
    }
    del form[f"same-{lines['2-2']}"]
    form[f"with-{lines['4-4']}"] = "1"
    assert len(ticks) == 4
    assert send(ivy, threads, form).status_code == 302
    pairs = dict(SamePair.objects.values_list("comment__ref", "other__source_id"))
    assert lines["2-2"] not in pairs
    assert pairs[lines["4-4"]] == "11"
    assert SamePair.objects.get(comment__ref=lines["4-4"]).score is None


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"evidence": ""}, "Say by what evidence they are one thread."),
        ({"evidence": "Ben told me."}, "without names"),
        (
            {"evidence": "He writes: Nobody asked the anglers, who have fished."},
            "without words of a comment",
        ),
        ({"with": "77"}, "No comment on the right has the number “77”."),
        ({"with": "one"}, "No comment on the right has the number “one”."),
        ({"with": "2"}, "is in two pairs"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_the_form_stays(ivy, threads, changed, words):
    old, new = threads
    form = fields(ivy.get(at(old, f"{new.ref}/")).text)
    first = next(name for name in form if name.startswith("with-"))
    number = changed.pop("with", None)
    form |= changed
    if number:
        form[first] = number
    answer = send(ivy, threads, form)
    assert answer.status_code == 422
    assert answer.text.count(words) == 1
    assert f'name="{first}" value="{form[first]}"' in answer.text
    assert not SameThread.objects.exists()


def test_a_moderator_is_told_of_the_other_source(threads, alice):
    old, new = threads
    tie(old, new)
    moderator = Client()
    moderator.force_login(alice)
    led = Comment.objects.get(post=old, source_id__contains=":L7-")
    card = " ".join(moderator.get(f"/moderation/desk/comments/{led.ref}/").text.split())
    assert "another source</a>, where it is: <strong>in the trash</strong>" in card


def test_what_has_changed_since_is_named(ivy, threads, tmp_path):
    old, new = threads
    form = fields(ivy.get(at(old, f"{new.ref}/")).text)
    exported(tmp_path, name="later.xml")
    answer = send(ivy, threads, form)
    assert answer.status_code == 409
    assert "no. 5 of the other has changed" in answer.text
    assert not SameThread.objects.exists()
    assert send(ivy, threads, fields(answer.text)).status_code == 302


def test_articles_are_found_by_title_and_by_address(ivy, threads, tmp_path):
    old, new = threads
    for words in ("weir fence", "https://test.example/1/", "test.example/1"):
        body = ivy.get(at(old), {"q": words}).text
        assert at(old, f"{new.ref}/") in body, words
    assert "No other article was found." in ivy.get(at(old), {"q": "harbour"}).text


def test_the_same_article_is_refused(ivy, threads):
    old, _new = threads
    answer = ivy.get(at(old, f"{old.ref}/"))
    assert answer.status_code == 422
    assert "That is the same article" in answer.text


def test_only_archivists_and_the_owner_may(threads, alice):
    old, new = threads
    moderator = Client()
    moderator.force_login(alice)
    for client, status in ((Client(), 302), (moderator, 403)):
        assert client.get(at(old)).status_code == status
        assert client.get(at(old, f"{new.ref}/")).status_code == status
    assert moderator.post(at(old, f"{new.ref}/tie/")).status_code == 403
    made = tie(old, new)
    sent = {"tie": made.ref, "evidence": "No."}
    assert moderator.post(at(old, "untie/"), sent).status_code == 403


def test_a_form_that_was_sent_too_late_is_kept(threads):
    old, new = threads
    client = Client()
    form = {"evidence": "The same words.", "seen": ""}
    answer = client.post(at(old, f"{new.ref}/tie/"), form)
    kept = re.search(r'name="kept" value="([^"]*)"', answer.text)
    assert kept
    member("ivy", "archivist")
    sent = {
        "username": "ivy",
        "password": "password",
        "kept": html.unescape(kept[1]),
        "kept_for": at(old, f"{new.ref}/tie/"),
        "next": at(old, f"{new.ref}/"),
    }
    body = client.post("/login/", sent, follow=True).text
    assert 'value="The same words."' in body


def test_a_thread_of_many_comments_is_refused(ivy, threads, monkeypatch):
    old, new = threads
    monkeypatch.setattr(same_thread, "MOST_FIELDS", 8)
    answer = ivy.get(at(old, f"{new.ref}/"))
    assert answer.status_code == 422
    assert "too many to tie here" in answer.text
