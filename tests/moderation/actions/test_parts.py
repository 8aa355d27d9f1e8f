"""Decisions on an article's text and on its title: nothing of them in any face."""

import pytest
from django.test import Client

from commentarchive.actions.crossposts import confirm_cross_post
from commentarchive.intake.article_corrections import correct_article
from commentarchive.models import Aspect, Comment, Part, PartNotice, Post
from moderation.actions.decisions import (
    AlreadyDecided,
    Judgement,
    LeaksHiddenWords,
    Refused,
    Seen,
    StateChanged,
    decide,
    decide_on_part,
    undo,
)
from moderation.actions.parts import Target, read_part
from moderation.actions.wordings import reword
from moderation.models import Action, Clause
from tests.hidden_faces import faces
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
TITLE, LATER_TITLE = "Quokka ledgers of Zanzibar", "Wombat ledgers of Zanzibar"
BODY = "Vellichor marmalade was poured over the treasurer by the mayor."
LATER = "Petrichor marmalade was poured over the treasurer by nobody."
SLUG = "https://test.example/{number}/quokka-ledgers/"
OF_TITLE = ("Quokka", "quokka", "Wombat")
OF_TEXT = ("Vellichor", "Petrichor")
FACTS = "It accuses somebody of a crime without any proof."
LEGAL, ABUSE, SPAM = 4, 2, 1


def article(title=TITLE, body=BODY, **facts):
    return item(
        comment(1, "A calm remark."), title=title, body=body, link=SLUG, **facts
    )


def written(by, tmp_path):
    """Write an article, and another one that it is said to stand at as well."""
    load(tmp_path, article(), blog_slug="test")
    other = item(
        comment(7, "Elsewhere."),
        number=9,
        title="Elsewhere",
        body="A copy of something.",
        link="https://other.example/{number}/",
    )
    load(tmp_path, other, name="other.xml", blog_slug="other")
    confirm_cross_post(
        Post.objects.get(source_id="9"),
        SLUG.format(number=1),
        attribution="Also at the Quokka, says Vellichor",
        by=by,
    )
    return Post.objects.get(source_id="1")


@pytest.fixture
def post(by, tmp_path):
    return written(by, tmp_path)


def act(part, action, by, rule=None, *, facts=FACTS, seen=None, **more):
    post = Post.objects.get(source_id="1")
    clause = Clause.objects.get(number=rule) if rule else None
    judgement = Judgement(action=action, clause=clause, facts=facts, **more)
    target = Target(post=post, part=part)
    return decide_on_part(target, judgement, by=by, seen=seen)


def state():
    post = Post.objects.get(source_id="1")
    return post.hidden_title, post.hidden_text


def page(post):
    return Client().get(post.get_absolute_url()).content.decode()


def leaks(found, words):
    return sorted(
        (name, word) for word in words for name in found if word in found[name]
    )


@pytest.mark.once
def test_the_crawl_sees_what_is_shown(post, tmp_path):
    found = faces(tmp_path, words=("Quokka",))
    assert len(leaks(found, ("Quokka",))) > 15
    assert len(leaks(found, ("Vellichor",))) > 8


def test_a_hidden_title_is_in_no_face_nor_is_its_address(post, by, tmp_path):
    correct_article(
        post, Aspect.TITLE, "Wombat ledgers", reason="A Wombat it was.", by=by
    )
    made = act(Part.TITLE, Action.REMOVE, by, ABUSE)
    found = faces(tmp_path, words=("Quokka", "Wombat"))
    assert leaks(found, OF_TITLE) == []
    html = found[post.get_absolute_url()]
    assert "Title taken down" in html
    assert "rule 2" in html
    assert made.get_absolute_url() in html
    assert "Vellichor" in html
    assert "Title taken down" in found["/"]


@pytest.mark.once
def test_a_hidden_text_is_in_no_face(post, by, tmp_path):
    made = act(Part.TEXT, Action.WITHHOLD, by, LEGAL)
    found = faces(tmp_path, words=("Vellichor",))
    assert leaks(found, OF_TEXT) == []
    html = found[post.get_absolute_url()]
    words = "Article withheld on legal grounds; no view is taken on the complaint"
    assert words in html
    assert words in found[f"/feeds/posts/{post.ref}.atom"]
    assert words in found[f"/api/v1/posts/{post.ref}/"]
    assert made.get_absolute_url() in html
    assert TITLE in html


def test_each_part_is_decided_on_by_itself(post, by):
    act(Part.TEXT, Action.HOLD, by)
    act(Part.TITLE, Action.REMOVE, by, SPAM)
    assert state() == ("spam", "held")
    act(Part.TEXT, Action.RESTORE, by)
    assert state() == ("spam", "")
    assert "Title taken down: spam" in page(post)
    act(Part.TITLE, Action.NO_ACTION, by)
    assert state() == ("spam", "")
    with pytest.raises(Refused, match="cannot be taken"):
        act(Part.TEXT, Action.RESTORE, by)
    with pytest.raises(Refused, match="cannot be taken"):
        act(Part.TEXT, Action.APPROVE, by)
    assert PartNotice.objects.filter(is_open=True).count() == 1


def test_a_legal_rule_withholds_whichever_verb_was_chosen(post, by):
    made = act(Part.TITLE, Action.REMOVE, by, LEGAL)
    assert (made.action, made.to_visibility) == ("withhold", "withheld")
    assert made.sentence.startswith("Title of an article withheld on legal grounds")


def test_a_rule_and_facts_are_needed_and_repeat_nothing(post, by):
    with pytest.raises(Refused, match="which rule"):
        act(Part.TEXT, Action.REMOVE, by)
    with pytest.raises(Refused, match="facts"):
        act(Part.TEXT, Action.REMOVE, by, ABUSE, facts=" ")
    with pytest.raises(LeaksHiddenWords):
        act(Part.TEXT, Action.REMOVE, by, ABUSE, facts=f"It says: {BODY}")
    with pytest.raises(LeaksHiddenWords):
        act(Part.TITLE, Action.REMOVE, by, ABUSE, facts=f"It was called {TITLE}.")
    act(Part.TEXT, Action.REMOVE, by, ABUSE, facts=f"In “{TITLE}” it accuses people.")
    assert state() == ("", "removed")


def test_other_decisions_do_not_repeat_what_is_hidden_of_an_article(post, by, tmp_path):
    made = act(Part.TEXT, Action.REMOVE, by, ABUSE)
    act(Part.TITLE, Action.REMOVE, by, ABUSE)
    elsewhere = Comment.objects.get(source_id="7")
    beside = Comment.objects.get(source_id="1")
    for one, words in ((beside, TITLE), (elsewhere, BODY), (beside, BODY)):
        judgement = Judgement(
            action=Action.REMOVE,
            clause=Clause.objects.get(number=ABUSE),
            facts=f"It repeats: {words}",
        )
        with pytest.raises(LeaksHiddenWords):
            decide(one, judgement, by=by)
    with pytest.raises(LeaksHiddenWords):
        reword(made, f"It says: {BODY}", by=by)
    reword(made, "It says things about people without proof.", by=by)


def test_what_is_shown_of_a_half_hidden_article_can_be_repeated(post, by):
    act(Part.TITLE, Action.REMOVE, by, ABUSE)
    judgement = Judgement(
        action=Action.REMOVE,
        clause=Clause.objects.get(number=ABUSE),
        facts=f"It mocks this: {BODY}",
    )
    made = decide(Comment.objects.get(source_id="7"), judgement, by=by)
    assert BODY in made.facts


@pytest.mark.parametrize("part", [Part.TEXT, Part.TITLE])
def test_no_import_brings_it_back_and_a_new_text_is_news(post, by, tmp_path, part):
    act(part, Action.REMOVE, by, ABUSE)
    load(tmp_path, article(LATER_TITLE, LATER), name="later.xml", blog_slug="test")
    post.refresh_from_db()
    assert "removed" in state()
    assert post.news_revision.text.plain == LATER
    found = faces(tmp_path, words=("Petrichor", "Wombat"))
    assert leaks(found, ("Petrichor", "Wombat")) == []
    # The same copy again, and the first one again, change nothing.
    load(tmp_path, article(LATER_TITLE, LATER), name="again.xml", blog_slug="test")
    post.refresh_from_db()
    assert post.news_revision.text.plain == LATER
    act(part, Action.RESTORE, by)
    post.refresh_from_db()
    assert post.news_revision is None
    assert "Petrichor" in page(post)
    assert LATER_TITLE in page(post)


def test_what_changes_at_the_source_after_a_restoring_waits_too(post, by, tmp_path):
    act(Part.TEXT, Action.REMOVE, by, ABUSE)
    act(Part.TEXT, Action.RESTORE, by)
    load(tmp_path, article(LATER_TITLE, LATER), name="later.xml", blog_slug="test")
    assert "Vellichor" in page(post)
    assert "Petrichor" not in page(post)
    shown = act(Part.TEXT, Action.RESTORE, by)
    assert "Petrichor" in page(post)
    undo(shown, by=by)
    assert "Vellichor" in page(post)
    post.refresh_from_db()
    assert post.news_revision.text.plain == LATER


def test_an_undoing_brings_back_the_state_before(post, by):
    act(Part.TITLE, Action.WITHHOLD, by, LEGAL)
    restored = act(Part.TITLE, Action.RESTORE, by)
    back = undo(restored, by=by)
    assert state() == ("withheld", "")
    assert (back.action, back.clause.number) == ("withhold", LEGAL)
    assert PartNotice.objects.get(is_open=True).clause_label == "rule 4, Legal risk"
    with pytest.raises(AlreadyDecided):
        undo(restored, by=by)
    held = act(Part.TEXT, Action.HOLD, by)
    again = undo(held, by=by)
    assert (again.action, state()) == ("restore", ("withheld", ""))
    assert "Vellichor" in page(post)


def test_who_looked_at_something_else_is_told(post, by, tmp_path):
    seen = Seen(
        revision=1,
        decision="",
        state=read_part(Target(post=post, part=Part.TEXT)).state,
    )
    act(Part.TEXT, Action.HOLD, by, seen=seen)
    with pytest.raises(AlreadyDecided):
        act(Part.TEXT, Action.REMOVE, by, ABUSE, seen=seen)
    other = Seen(revision=1, decision="", state="published 9 None")
    with pytest.raises(StateChanged):
        act(Part.TITLE, Action.HOLD, by, seen=other)


@pytest.mark.once
def test_a_decision_on_a_title_survives_a_correction_of_it(post, by, tmp_path):
    act(Part.TITLE, Action.REMOVE, by, ABUSE)
    correct_article(post, Aspect.TITLE, "Wombat", reason="So it was.", by=by)
    assert state() == ("removed", "")
    assert leaks(faces(tmp_path, words=("Wombat",)), OF_TITLE) == []
