"""Automatic rules at the desk, and what readers see of them."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Blog, BlogVisibility
from moderation.models import AutomaticDraft, AutomaticVersion
from tests.moderation.automatic import draft, publish, the_blog
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
DESK = "/moderation/desk/automatic"
RULE = {
    "title": "Goods",
    "kind": "words",
    "lines": "cheap watches",
    "places": ["in_text"],
    "action": "block",
    "house_rule": "1",
    "sentence": "It advertises something.",
}


@pytest.fixture
def blog(by, tmp_path):
    texts = ["Cheap watches!", *(f"Remark {number}." for number in range(9))]
    load(tmp_path, item(*(comment(n, text) for n, text in enumerate(texts, 1))))
    return the_blog()


@pytest.fixture
def owner(olive):
    client = Client()
    client.force_login(olive)
    return client


def body_of(answer):
    return answer.content.decode()


def try_out(client, scope, **asked):
    """Try the draft; return the form that publishes it."""
    body = body_of(client.get(f"{DESK}/{scope}/test/", asked))
    return {"tested": re.search(r'name="tested" value="([^"]+)"', body)[1]}, body


def test_a_moderator_proposes_and_an_owner_publishes(blog, desk, owner):
    answer = desk.post(f"{DESK}/{blog.ref}/rules/0/save/", RULE)
    assert answer["Location"] == f"{DESK}/{blog.ref}/"
    body = body_of(desk.get(f"{DESK}/{blog.ref}/"))
    assert "cheap watches" in body
    assert "An owner can publish it" in body_of(desk.get(f"{DESK}/{blog.ref}/test/"))
    assert desk.post(f"{DESK}/{blog.ref}/publish/", {}).status_code == 403
    form, body = try_out(owner, blog.ref)
    assert "stopped 1 of 10 comments (10.0 %)" in body
    answer = owner.post(f"{DESK}/{blog.ref}/publish/", form)
    assert answer.status_code == 422
    assert "would have stopped 1 of 10 comments" in body_of(answer)
    assert not AutomaticVersion.objects.exists()
    answer = owner.post(f"{DESK}/{blog.ref}/publish/", form | {"sure": "on"})
    assert answer.status_code == 302
    assert AutomaticVersion.objects.get().blog == blog


def test_few_matches_are_not_asked_about_again(blog, owner, tmp_path):
    load(
        tmp_path,
        item(*(comment(n, f"More {n}.") for n in range(20, 40)), number=2),
        name="more.xml",
    )
    draft(blog)
    form, body = try_out(owner, blog.ref)
    assert 'name="sure"' not in body
    assert owner.post(f"{DESK}/{blog.ref}/publish/", form).status_code == 302


def test_what_changed_since_the_test_is_not_published(blog, owner):
    draft(blog)
    form, _body = try_out(owner, blog.ref)
    draft(blog, "shoes")
    answer = owner.post(f"{DESK}/{blog.ref}/publish/", form | {"sure": "on"})
    assert answer.status_code == 409
    assert "Nothing was published" in body_of(answer)
    forged = {"tested": "made:up:here", "sure": "on"}
    assert owner.post(f"{DESK}/{blog.ref}/publish/", forged).status_code == 422
    assert not AutomaticVersion.objects.exists()


def test_the_common_rules_are_tried_and_taken_with_a_blogs_own(blog, owner, by):
    draft(None, "watches")
    publish(by)
    form, body = try_out(owner, blog.ref, common="1")
    assert "with the common rules" in body
    assert "stopped 1 of 10" in body
    answer = owner.post(f"{DESK}/{blog.ref}/publish/", form | {"sure": "on"})
    assert answer.status_code == 302
    assert AutomaticVersion.objects.in_force(blog).common_from is not None


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"lines": ""}, "Write at least one line"),
        ({"lines": "…"}, "there is no word"),
        ({"places": []}, "Choose at least one place"),
        ({"kind": "pattern", "lines": "ok\n(a"}, "Line 2: at character 1"),
        ({"kind": "parts", "lines": "ab"}, "too short"),
        ({"kind": "hosts", "lines": "no host"}, "is no host"),
        ({"kind": "links"}, "Between 1 and 100"),
        ({"kind": "repeated", "least": "1"}, "Between 2 and 100"),
        ({"kind": "first"}, "To be new is no fault"),
        ({"sentence": "It sells cheap w\u0430tches."}, "what the rule looks for"),
        ({"title": "CHEAP WATCHES"}, "what the rule looks for"),
        ({"title": "\u200b"}, "words that can be read"),
        ({"house_rule": "4"}, "Select a valid choice"),
        ({"kind": "other"}, "Select a valid choice"),
    ],
)
def test_says_what_cannot_be_kept(blog, desk, changed, told):
    answer = desk.post(f"{DESK}/{blog.ref}/rules/0/save/", RULE | changed)
    assert answer.status_code == 422
    assert told in body_of(answer)
    assert not AutomaticDraft.objects.exists()


def test_a_rule_is_changed_taken_out_and_not_overwritten(blog, desk):
    rule = draft(blog)
    page = f"{DESK}/{blog.ref}/rules/{rule.number}/"
    seen = re.search(r'name="seen" value="(\w+)"', body_of(desk.get(page)))[1]
    assert desk.post(f"{page}save/", RULE | {"seen": seen}).status_code == 302
    late = desk.post(f"{page}save/", RULE | {"seen": seen, "title": "Mine"})
    assert late.status_code == 409
    assert "Mine" in body_of(late)
    now = re.search(r'name="seen" value="(\w+)"', body_of(late))[1]
    desk.post(f"{page}save/", RULE | {"seen": now, "title": "Mine"})
    assert AutomaticDraft.objects.get().title == "Mine"
    assert desk.post(f"{page}delete/").status_code == 302
    assert desk.get(page).status_code == 404


def test_readers_see_what_rules_are_about_and_not_their_words(blog, by):
    draft(blog, "secretword", in_name=True)
    version = publish(by, blog)
    public = Client()
    listed = body_of(public.get("/moderation/automatic/"))
    body = body_of(public.get(version.get_absolute_url()))
    assert version.get_absolute_url() in listed
    assert "1 word or phrase in name and text" in body
    assert "secretword" not in listed + body
    led = public.get(f"/moderation/automatic/{version.ref}/")
    assert led["Location"] == version.get_absolute_url()
    assert public.get("/moderation/automatic/99/").status_code == 404
    Blog.objects.update(visibility=BlogVisibility.STAFF)
    assert public.get(version.get_absolute_url()).status_code == 404
    assert "Version 1" not in body_of(public.get("/moderation/automatic/"))


def test_a_list_of_wordpress_becomes_a_rule_to_look_over(blog, desk):
    answer = desk.post(
        f"{DESK}/{blog.ref}/keys/read/",
        {"which": "moderation_keys", "text": "viagra\r\nab\r\nCasino"},
    )
    body = body_of(answer)
    assert answer.status_code == 200
    assert "viagra\nCasino</textarea>" in body
    assert "“ab”" in body
    assert not AutomaticDraft.objects.exists()
    bad = desk.post(f"{DESK}/{blog.ref}/keys/read/", {"which": "moderation_keys"})
    assert bad.status_code == 422


def test_the_list_of_sets_costs_the_same_queries_for_any_number(demo, desk):
    blog = Blog.objects.order_by("pk").first()
    draft(blog)
    publish(SYSTEM, blog)
    with CaptureQueriesContext(connection) as queries:
        body = body_of(desk.get(f"{DESK}/"))
    assert "version 1, 1 rule;" in " ".join(body.split())
    assert Blog.objects.count() > 3
    assert len(queries) < 15


def test_only_staff_come_in(blog, charlie):
    client = Client()
    assert client.get(f"{DESK}/").status_code == 302
    client.force_login(charlie)
    for address in ("", f"{blog.ref}/", f"{blog.ref}/test/", "common/rules/0/"):
        assert client.get(f"{DESK}/{address}").status_code == 403
