"""House rules as readers see them, and their draft as an owner edits it."""

import html
import re

import pytest
from django.test import Client

from commentarchive.actions.blogs import save_blog
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Blog, Comment
from moderation.actions.policies import copy_to_draft, publish_policy
from moderation.models import ClauseDraft, Decision, PolicyEnd, PolicyVersion
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
DRAFT = "/moderation/desk/policy/"


@pytest.fixture
def owner(by, olive):
    client = Client()
    client.force_login(olive)
    return client


@pytest.fixture
def blog(tmp_path):
    load(tmp_path, item(comment(1, "The ferry is late")))
    return Blog.objects.get()


def body_of(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, address
    return html.unescape(answer.content.decode())


def rule_form(client, address, **values):
    """Return what a browser would send of the form of a rule."""
    body = client.get(address).content.decode()
    fields = dict(re.findall(r'<input [^>]*name="(\w+)"[^>]*?value="([^"]*)"', body))
    areas = re.findall(
        r'<textarea [^>]*name="(\w+)"[^>]*>\s*(.*?)</textarea>', body, re.DOTALL
    )
    marks = re.findall(r'<input type="checkbox" name="(\w+)"[^>]* checked', body)
    sent = {name: html.unescape(value) for name, value in [*fields.items(), *areas]}
    sent = {name: value for name, value in sent.items() if not name.startswith("is_")}
    return {**sent, **dict.fromkeys(marks, "on"), **values}


def test_a_rule_is_added_changed_and_published(owner):
    sent = rule_form(
        owner,
        f"{DRAFT}rules/new/",
        title="Hats",
        text="No hats.",
        against="A top hat.\r\n\r\n A bowler. ",
        ready_sentences="It wears a hat.",
    )
    assert sent["number"] == "9"
    answer = owner.post(f"{DRAFT}rules/add/", sent)
    assert answer["Location"] == f"{DRAFT}#rule-9"
    rule = ClauseDraft.objects.get(number=9)
    assert rule.examples_against == ["A top hat.", "A bowler."]
    sent = rule_form(owner, f"{DRAFT}rules/2/", text="Be kind to neighbours.")
    assert owner.post(f"{DRAFT}rules/2/save/", sent).status_code == 302
    body = body_of(owner, f"{DRAFT}preview/")
    assert "<del>" in body
    assert "Be kind to neighbours." in body
    assert "Rule 9, <bdi>Hats</bdi>: new" in body
    seen = re.findall(r'name="(seen\w*)" value="([^"]*)"', body)
    answer = owner.post(f"{DRAFT}publish/", dict(seen))
    assert answer["Location"] == "/moderation/policy/2/"
    body = body_of(Client(), "/moderation/policy/2/")
    assert "A bowler." in body
    assert "It wears a hat." in body
    body = body_of(Client(), "/moderation/policy/2/changes/")
    assert "Be kind to neighbours." in body
    assert "Rule 8" not in body
    assert body.count("published here") == 2


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"title": "Manners"}, "has always been “Abuse”"),
        ({"is_legal": "on"}, "other marks"),
        ({"number": "3"}, "has always been “Personal details”"),
        ({"number": "0"}, "greater than or equal to 1"),
        ({"title": " "}, "This field is required"),
        ({"title": "Ab\u202euse"}, "one line of letters"),
        ({"text": ""}, "This field is required"),
    ],
)
def test_what_cannot_be_kept_is_said_and_stays_typed(owner, values, reason):
    sent = rule_form(owner, f"{DRAFT}rules/2/", allowed="Typed with care.", **values)
    answer = owner.post(f"{DRAFT}rules/2/save/", sent)
    assert answer.status_code == 422
    body = html.unescape(answer.content.decode())
    assert reason in body
    assert "Typed with care." in body
    assert ClauseDraft.objects.get(number=2).title == "Abuse"


def test_another_title_under_another_number(owner):
    sent = rule_form(owner, f"{DRAFT}rules/2/", title="Manners", number="9")
    assert owner.post(f"{DRAFT}rules/2/save/", sent).status_code == 302
    body = body_of(owner, DRAFT)
    assert "Put back rule 2" in body
    owner.post(f"{DRAFT}rules/2/put-back/")
    assert ClauseDraft.objects.get(number=2).title == "Abuse"


def test_of_two_at_once_the_second_sees_what_changed(owner):
    first = rule_form(owner, f"{DRAFT}rules/2/", text="Be kind.")
    second = rule_form(owner, f"{DRAFT}rules/2/", text="Be brief.")
    assert owner.post(f"{DRAFT}rules/2/save/", first).status_code == 302
    answer = owner.post(f"{DRAFT}rules/2/save/", second)
    assert answer.status_code == 409
    body = answer.content.decode()
    assert "changed this rule since you looked: text" in body
    assert re.search(r"<del>.*kind", body)
    assert re.search(r"<ins>.*brief", body)
    assert ClauseDraft.objects.get(number=2).text == "Be kind."
    # Whoever saves again has seen what they overwrite.
    again = dict(re.findall(r'name="(seen)" value="([^"]*)"', body))
    answer = owner.post(f"{DRAFT}rules/2/save/", {**second, **again})
    assert answer.status_code == 302
    assert ClauseDraft.objects.get(number=2).text == "Be brief."


def test_a_draft_that_changed_is_not_published_or_moved(owner):
    body = body_of(owner, f"{DRAFT}preview/")
    sent = dict(re.findall(r'name="(seen\w*)" value="([^"]*)"', body))
    ClauseDraft.objects.filter(number=2).update(text="Be kind.")
    answer = owner.post(f"{DRAFT}publish/", sent)
    assert answer.status_code == 409
    assert "rule 2 reads otherwise" in answer.content.decode()
    for act in ("move", "take-out"):
        answer = owner.post(f"{DRAFT}rules/2/{act}/", {**sent, "to": "up"})
        assert answer.status_code == 409, act
    assert PolicyVersion.objects.count() == 1


def test_rules_are_moved_taken_out_and_put_back(owner):
    def press(address, place):
        body = owner.get(DRAFT).content.decode()
        form = body[body.index(f'action="{address}"') :]
        seen = re.search(r'name="seen" value="([^"]*)"', form)
        sent = {"to": place, **({"seen": seen[1]} if seen else {})}
        assert owner.post(address, sent).status_code == 302

    press(f"{DRAFT}rules/2/move/", "up")
    press(f"{DRAFT}rules/2/move/", "down")
    press(f"{DRAFT}rules/3/move/", "up")
    press(f"{DRAFT}rules/8/take-out/", "")
    order = ClauseDraft.objects.filter(is_out=False).values_list("number", flat=True)
    assert list(order) == [1, 3, 2, 4, 5, 6, 7]
    press(f"{DRAFT}rules/8/put-back/", "")
    assert list(order.all()) == [1, 3, 2, 4, 5, 6, 7, 8]


def test_a_blog_gets_rules_of_its_own(owner, blog):
    public = Client()
    rules = f"/moderation/policy/blogs/{blog.slug}/"
    assert rules in body_of(public, blog.get_absolute_url())
    assert "has no rules of its own" in body_of(public, rules)
    own = f"{DRAFT}blogs/{blog.ref}/"
    assert own in body_of(owner, f"/moderation/desk/blogs/{blog.ref}/")
    owner.post(f"{own}start/")
    assert ClauseDraft.objects.filter(blog=blog).count() == 8
    sent = rule_form(owner, f"{own}rules/new/", title="Hats", text="No hats.")
    assert owner.post(f"{own}rules/add/", sent).status_code == 302
    answer = owner.post(f"{own}publish/", {"seen_version": "0"})
    assert answer["Location"] == f"{rules}1/"
    assert "No hats." in body_of(public, rules)
    assert "No hats." in body_of(public, f"{rules}1/changes/")
    assert "No hats." not in body_of(public, "/moderation/policy/")
    assert rules in body_of(public, "/moderation/policy/")


def test_rules_of_a_blog_that_only_staff_see_are_not_public(owner, desk, blog):
    copy_to_draft(PolicyVersion.objects.get(), blog=blog)
    ClauseDraft.objects.create(
        blog=blog, number=9, title="Secret hats", text="No secret hats."
    )
    publish_policy(blog=blog)
    blog.visibility = "staff"
    save_blog(blog, by=SYSTEM, reason="Not yet.")
    rules = f"/moderation/policy/blogs/{blog.slug}/"
    for address in (rules, f"{rules}1/", f"{rules}1/changes/"):
        assert Client().get(address).status_code == 404
        answer = desk.get(address)
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
    for address in ("/moderation/policy/", "/moderation/log/"):
        assert "ecret hats" not in body_of(Client(), address)
        assert rules not in body_of(Client(), address)


def test_any_two_versions_are_compared_and_wrong_ones_are_not_there(owner):
    for text in ("Be kind.", "Be brief."):
        ClauseDraft.objects.filter(number=2).update(text=text)
        publish_policy()
    public = Client()
    body = body_of(public, "/moderation/policy/1/changes/?since=3")
    assert re.search(r"<del>.*brief", body)
    assert "first rules on record" in body_of(public, "/moderation/policy/1/changes/")
    for wrong in ("9", "x", "-1", "99999999999999", "²"):
        body_of(public, f"/moderation/policy/3/changes/?since={wrong}", 404)
    body_of(public, "/moderation/policy/9/changes/", 404)
    body_of(public, "/moderation/policy/blogs/nowhere/", 404)


def test_only_owners_come_to_the_draft(desk, by):
    for address in (DRAFT, f"{DRAFT}preview/", f"{DRAFT}rules/2/"):
        assert desk.get(address).status_code == 403
        assert Client().get(address).status_code == 302
    assert desk.post(f"{DRAFT}rules/2/take-out/").status_code == 403
    assert not ClauseDraft.objects.filter(is_out=True).exists()


def test_a_form_that_comes_after_the_login_ended_is_filled_again(owner, olive):
    sent = rule_form(owner, f"{DRAFT}rules/2/", text="Typed with care.")
    visitor = Client()
    answer = visitor.post(f"{DRAFT}rules/2/save/", sent)
    kept = re.search(r'name="kept" value="([^"]*)"', answer.content.decode())[1]
    visitor.post(
        f"/login/?next={DRAFT}rules/2/",
        {
            "username": "olive",
            "password": "password",
            "kept": html.unescape(kept),
            "kept_for": f"{DRAFT}rules/2/save/",
        },
    )
    assert "Typed with care." in body_of(visitor, f"{DRAFT}rules/2/")


def test_a_ready_sentence_belongs_to_its_rule(desk, by, blog):
    one = Comment.objects.get()
    card = f"/moderation/desk/comments/{one.ref}/"
    body = desk.get(card).content.decode()
    assert '<optgroup label="Rule 2: Abuse">' in body
    seen = dict(re.findall(r'name="(seen_\w+)"(?: value="([^"]*)")?', body))
    rules = PolicyVersion.objects.get().clauses
    sent = {
        **{name: html.unescape(value) for name, value in seen.items()},
        "action": "remove",
        "ready": "It contains a threat.",
    }
    answer = desk.post(f"{card}decide/", {**sent, "clause": rules.get(number=3).pk})
    assert answer.status_code == 422
    assert "does not belong to rule 3" in answer.content.decode()
    answer = desk.post(f"{card}decide/", {**sent, "clause": rules.get(number=2).pk})
    assert answer.status_code == 302
    assert Decision.objects.get().facts == "It contains a threat."


def test_readers_report_under_the_rules_of_the_comments_blog(by, blog):
    copy_to_draft(PolicyVersion.objects.get(), blog=blog)
    ClauseDraft.objects.create(blog=blog, number=9, title="Hats", text="No hats.")
    publish_policy(blog=blog)
    body = body_of(Client(), f"/comments/{Comment.objects.get().ref}/flag/")
    assert "Rule 9: Hats" in body
    assert f"/moderation/policy/blogs/{blog.slug}/" in body


def test_an_owner_ends_a_blogs_own_rules_and_readers_see_since_when(owner, blog):
    copy_to_draft(PolicyVersion.objects.get(), blog=blog)
    ClauseDraft.objects.create(blog=blog, number=9, title="Hats", text="No hats.")
    publish_policy(blog=blog)
    page = f"{DRAFT}blogs/{blog.ref}/end/"
    assert page in body_of(owner, f"{DRAFT}blogs/{blog.ref}/")
    body = body_of(owner, page)
    assert "Rule 9, <bdi>Hats</bdi>: no longer there" in body
    sent = dict(re.findall(r'name="(seen)" value="([^"]*)"', body))
    assert owner.post(f"{page}publish/", {"seen": "7"}).status_code == 409
    wrong = owner.post(f"{page}publish/", {**sent, "ends_at": "2012-01-01T10:00"})
    assert wrong.status_code == 422
    assert "That is over" in wrong.content.decode()
    rules = f"/moderation/policy/blogs/{blog.slug}/"
    assert "has no rules of its own" not in body_of(Client(), rules)
    answer = owner.post(f"{page}publish/", sent)
    assert answer["Location"] == rules
    # The same form again is the same end.
    assert owner.post(f"{page}publish/", sent).status_code == 302
    assert PolicyEnd.objects.count() == 1
    body = body_of(Client(), rules)
    assert "it goes by those of this archive, since" in body
    assert "because its own ended" in body
    assert "These rules ended on" in body_of(Client(), f"{rules}1/")
    listed = body_of(Client(), "/moderation/policy/")
    assert re.search(rf'{rules}".*?</a>: until ', listed)
    assert "is on record" in body_of(owner, page)
    assert "Publishing this draft begins them again" in body_of(
        owner, f"{DRAFT}blogs/{blog.ref}/"
    )
