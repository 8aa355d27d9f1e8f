"""The desk's page on which sentences of a comment are blacked out, without script."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from commentarchive.models import Comment, Redaction
from moderation.models import Clause, Decision
from tests.views.test_desk_forms import fields_of
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
TEXT = "The pier is fine. Crooked Jorvik stole zebrafunds there. So long, all."


@pytest.fixture
def remark(by, tmp_path):
    load(tmp_path, item(comment(1, TEXT)))
    return Comment.objects.get()


def fields(desk, remark):
    """Return the hidden fields of the page's form."""
    answer = desk.get(f"/moderation/desk/comments/{remark.ref}/black-out/")
    form = answer.context["form"]
    return {
        name: form.initial[name]
        for name in ("seen_revision", "seen_decision", "seen_state", "places_of")
    }


def send(desk, remark, values, **more):
    address = f"/moderation/desk/comments/{remark.ref}/black-out/enter/"
    return desk.post(address, {"facts": "It accuses a person.", **values, **more})


def test_sentence_is_looked_at_and_then_blacked_out(desk, remark):
    seen = fields(desk, remark)
    chosen = {"place": "18-57", "rule-18-57": "2"}
    looked = send(desk, remark, seen, look="1", **chosen)
    assert looked.status_code == 200
    assert b"[blacked out under rule 2: a few words]" in looked.content
    assert not Decision.objects.exists()
    done = send(desk, remark, seen, **chosen)
    assert done.status_code == 302
    public = Client().get(remark.post.get_absolute_url()).content.decode()
    assert "zebrafunds" not in public
    assert "So long, all." in public
    # Staff still have the words, and find what is blacked out chosen.
    page = desk.get(f"/moderation/desk/comments/{remark.ref}/black-out/")
    assert "zebrafunds" in page.content.decode()
    assert [c.is_chosen for c in page.context["choices"]] == [False, True, False]
    card = desk.get(f"/moderation/desk/comments/{remark.ref}/")
    assert card.status_code == 200
    log = Client().get("/moderation/log/?action=redact").content.decode()
    assert "Blacked out in part</a>" in log


def chosen_on(page):
    """Return the places that a page shows as chosen, with their rules."""
    both = [*page.context["choices"], *page.context["parts"]]
    return {
        each.place: (each.rule, each.sentence.words) for each in both if each.is_chosen
    }


def test_what_stands_is_chosen_as_it_was_with_its_rule(desk, remark):
    legal = Clause.objects.filter(is_legal=True).first().number
    chosen = {
        "place": ["4-8", "18-57", "60-64"],
        "rule-4-8": "2",
        "rule-18-57": str(legal),
        "rule-60-64": str(legal),
    }
    assert send(desk, remark, fields(desk, remark), **chosen).status_code == 302
    address = f"/moderation/desk/comments/{remark.ref}/black-out/"
    page = desk.get(address)
    assert chosen_on(page) == {
        "4-8": (2, "pier"),
        "18-57": (legal, "Crooked Jorvik stole zebrafunds there. "),
        "60-64": (legal, "long"),
    }
    # The first ones were kept without rules: those that marks name are known.
    remark.refresh_from_db()
    row = Redaction.objects.get(revision=remark.current_revision)
    Redaction.objects.filter(pk=row.pk).delete()
    row.spans = [each[:3] for each in row.spans]
    row.save(force_insert=True)
    assert [rule for rule, _ in chosen_on(desk.get(address)).values()] == [0, 2, 0]


def test_places_that_are_refused_are_still_shown_as_they_were_sent(desk, remark):
    chosen = {"place": ["4-8", "60-64", "68-99"], "rule-4-8": "2", "rule-60-64": ""}
    answer = send(desk, remark, fields(desk, remark), **chosen)
    assert answer.status_code == 400
    assert chosen_on(answer) == {"4-8": (2, "pier"), "60-64": (0, "long")}


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"place": "18-57"},
        {"place": "18-57", "rule-18-57": "99"},
        {"place": "18-9999", "rule-18-9999": "2"},
        {"place": "x", "rule-x": "2"},
        {"place": "5-5", "rule-5-5": "2"},
        {"place": "0-70", "rule-0-70": "2"},
    ],
)
def test_bad_places_are_one_sentence_and_change_nothing(desk, remark, chosen):
    answer = send(desk, remark, fields(desk, remark), **chosen)
    assert answer.status_code == 400
    assert not Decision.objects.exists()


def test_what_changed_meanwhile_is_no_place_to_black_out(desk, remark, tmp_path):
    seen = fields(desk, remark)
    load(tmp_path, item(comment(1, f"Well. {TEXT}")))
    chosen = {"place": "18-57", "rule-18-57": "2"}
    assert send(desk, remark, seen, **chosen).status_code == 409
    assert not Decision.objects.exists()


def test_facts_are_needed_and_must_not_repeat_the_words(desk, remark):
    chosen = {"place": "18-57", "rule-18-57": "2"}
    seen = fields(desk, remark)
    assert send(desk, remark, seen | {"facts": ""}, **chosen).status_code == 422
    repeated = {"facts": "He wrote: Crooked Jorvik stole zebrafunds there."}
    assert send(desk, remark, seen | repeated, **chosen).status_code == 422
    assert not Decision.objects.exists()


CHOSEN = {
    "place": ["4-8", "18-57"],
    "rule-4-8": "2",
    "rule-18-57": "3",
    "note": "Ask Olive.",
}
FOUND = {"4-8": (2, "pier"), "18-57": (3, "Crooked Jorvik stole zebrafunds there. ")}


def log_in_with(answer):
    """Log in on the page that answers a form of somebody who is logged out."""
    visitor = answer.client
    sent = {**fields_of(answer.text), "username": "alice", "password": "password"}
    return visitor.post("/login/", sent, follow=True)


@pytest.mark.parametrize("leads_to", ["enter", "elsewhere"])
def test_after_a_late_login_the_places_are_chosen(desk, remark, alice, leads_to):
    values = {**fields(desk, remark), **CHOSEN, "comment": remark.ref}
    form = f"/moderation/desk/comments/{remark.ref}/black-out/enter/"
    address = form if leads_to == "enter" else "/moderation/desk/elsewhere/find/"
    answer = Client().post(address, values)
    page = log_in_with(answer)
    assert page.redirect_chain[-1][0] == form.removesuffix("enter/")
    assert "here is what you had written" in page.text
    assert chosen_on(page) == FOUND
    assert fields_of(page.text)["note"] == "Ask Olive."
    assert not Decision.objects.exists()


def test_places_of_a_text_that_changed_meanwhile_are_not_chosen_in_another(
    desk, remark, alice, tmp_path
):
    values = {**fields(desk, remark), **CHOSEN, "facts": "It accuses a person."}
    form = f"/moderation/desk/comments/{remark.ref}/black-out/enter/"
    answer = Client().post(form, values)
    load(tmp_path, item(comment(1, f"Well. {TEXT}")))
    page = log_in_with(answer)
    assert "choose the words again" in page.text
    assert chosen_on(page) == {}
    assert fields_of(page.text)["facts"] == "It accuses a person."


def test_what_waits_is_published_from_its_card(desk, by, tmp_path):
    load(tmp_path, item(comment(1, TEXT, approved="0")))
    remark = Comment.objects.get()
    card = desk.get(f"/moderation/desk/comments/{remark.ref}/")
    assert "Publish it with words blacked out" in card.text
    page = desk.get(f"/moderation/desk/comments/{remark.ref}/black-out/")
    assert "Publish it, blacked out" in page.text
    assert 'name="until"' not in page.text
    chosen = {"place": "18-57", "rule-18-57": "2"}
    assert send(desk, remark, fields(desk, remark), **chosen).status_code == 302
    public = Client().get(remark.post.get_absolute_url()).text
    assert ("zebrafunds" in public, "So long, all." in public) == (False, True)


def test_an_end_is_read_by_the_clock_of_the_blog(desk, remark):
    chosen = {"place": "18-57", "rule-18-57": "2"}
    for wrong in ("soon", "2012-01-01T10:00"):
        answer = send(desk, remark, fields(desk, remark), until=wrong, **chosen)
        assert answer.status_code == 422
    local = f"{timezone.now() + timedelta(days=2):%Y-%m-%d}T12:30"
    answer = send(desk, remark, fields(desk, remark), until=local, **chosen)
    assert answer.status_code == 302
    made = Decision.objects.get()
    zone = timezone.zoneinfo.ZoneInfo(made.post.blog.time_zone)
    assert f"{made.until.astimezone(zone):%Y-%m-%dT%H:%M}" == local
