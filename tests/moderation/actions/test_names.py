"""Decisions on shown names and their links: neither is in any face."""

import pytest
from django.test import Client

from commentarchive.discussion.stored_pages import store_missing
from commentarchive.erasure.erase import erase
from commentarchive.intake.corrections import put_right
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import (
    Aspect,
    Comment,
    Commenter,
    Part,
    PartNotice,
    Post,
    PrivateAddress,
)
from moderation.actions.checks import HiddenTexts
from moderation.actions.decisions import (
    Judgement,
    LeaksHiddenWords,
    Refused,
    decide,
    decide_on_part,
    undo,
)
from moderation.actions.parts import name_target
from moderation.models import Action, Clause
from tests.hidden_faces import faces
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
NAME, LINK = "Zebedee Quillfeather", "https://quillfeather.example/zebedee"
OTHER = "Hortensia Plumb"
WORDS = ("Zebedee", "zebedee", "Quillfeather")
OF_LINK = ("quillfeather.example",)
FACTS = "It is the full name of somebody who never wrote here."
LEGAL, ABUSE = 4, 2


def thread(*more, number=1, **facts):
    return item(
        comment(
            number * 100 + 1,
            "The first.",
            author=NAME,
            email="z@mail.example",
            url=LINK,
        ),
        comment(
            number * 100 + 2,
            "<blockquote>The first.</blockquote> An answer.",
            parent=number * 100 + 1,
            author=OTHER,
            email="h@mail.example",
        ),
        *more,
        number=number,
        **facts,
    )


@pytest.fixture
def name(by, tmp_path):
    load(tmp_path, thread(), blog_slug="test")
    return Commenter.objects.get(name__name=NAME)


def act(name, part, action, by, rule=None, facts=FACTS):
    clause = Clause.objects.get(number=rule) if rule else None
    judgement = Judgement(action=action, clause=clause, facts=facts)
    return decide_on_part(name_target(name, part), judgement, by=by)


def leaks(found, words):
    return sorted(
        (face, word) for word in words for face in found if word in found[face]
    )


@pytest.mark.once
def test_the_crawl_sees_what_is_shown(name, tmp_path):
    found = faces(tmp_path, words=(NAME,))
    assert len(leaks(found, ("Zebedee",))) > 20
    assert len(leaks(found, OF_LINK)) > 2


def test_a_hidden_name_is_in_no_face(name, by, tmp_path):
    store_missing(name.blog)
    made = act(name, Part.NAME, Action.REMOVE, by, ABUSE)
    found = faces(tmp_path, words=("Zebedee",))
    assert leaks(found, (*WORDS, *OF_LINK)) == []
    post = Post.objects.get()
    html = found[post.get_absolute_url()]
    assert html.count("Name taken down") >= 2
    page = found[name.get_absolute_url()]
    assert made.get_absolute_url() in page
    assert "rule 2" in page
    assert "The first." in html
    answer = Client().get(f"/api/v1/posts/{post.ref}/thread/").json()["items"][0]
    assert (answer["name"]["name"], answer["name"]["hidden"]) == ("", "removed")
    assert OTHER in html


def test_pages_that_are_stored_anew_do_not_have_it_and_it_comes_back(
    name, by, tmp_path
):
    store_missing(name.blog)
    held = act(name, Part.NAME, Action.HOLD, by)
    store_missing(name.blog)
    post = Post.objects.get()
    assert post.stored_places is None
    name.blog.refresh_from_db()
    store_missing(name.blog, is_renewal=True)
    post.refresh_from_db()
    assert post.stored_places is not None
    assert "Zebedee" not in Client().get(post.get_absolute_url()).text
    undo(held, by=by)
    assert "Zebedee" in Client().get(post.get_absolute_url()).text
    assert not PartNotice.objects.filter(is_open=True).exists()


@pytest.mark.once
def test_an_import_does_not_bring_it_back_on_a_new_article(name, by, tmp_path):
    act(name, Part.NAME, Action.WITHHOLD, by, LEGAL)
    load(tmp_path, thread(), thread(number=2), name="later.xml", blog_slug="test")
    assert Comment.objects.filter(commenter=name).count() == 2
    found = faces(tmp_path, words=("Zebedee",))
    assert leaks(found, (*WORDS, *OF_LINK)) == []
    later = Post.objects.get(source_id="2")
    assert "Name withheld on legal grounds" in found[later.get_absolute_url()]


def test_the_same_words_with_another_address_are_hidden_with_them(name, by, tmp_path):
    made = act(name, Part.NAME, Action.REMOVE, by, ABUSE)
    later = comment(103, "Again.", author=NAME.upper(), email="other@mail.example")
    load(tmp_path, thread(later), name="later.xml", blog_slug="test")
    other = Comment.objects.get(source_id="103").commenter
    assert other != name
    found = faces(tmp_path, words=("Zebedee",))
    assert leaks(found, (*WORDS, "ZEBEDEE")) == []
    assert made.get_absolute_url() in found[other.get_absolute_url()]
    assert name_target(other, Part.NAME).commenter == name
    undo(made, by=by)
    assert "ZEBEDEE" in Client().get(other.get_absolute_url()).text
    act(other, Part.NAME, Action.HOLD, by)
    assert "Zebedee" not in Client().get(name.get_absolute_url()).text


def test_what_is_hidden_with_a_name_that_is_erased_stays_hidden(name, by, tmp_path):
    later = comment(103, "Again.", author=NAME, email="other@mail.example")
    load(tmp_path, thread(later), name="later.xml", blog_slug="test")
    other = Comment.objects.get(source_id="103").commenter
    act(name, Part.NAME, Action.REMOVE, by, ABUSE)
    erase(name, basis="subject_request", note="She asked.")
    assert "Zebedee" not in Client().get(other.get_absolute_url()).text
    assert [str(each) for each in reconcile()] == []
    act(other, Part.NAME, Action.RESTORE, by)
    assert "Zebedee" in Client().get(other.get_absolute_url()).text


@pytest.mark.once
def test_a_link_alone_can_be_hidden(name, by, tmp_path):
    act(name, Part.LINK, Action.REMOVE, by, ABUSE, facts="It sells something.")
    found = faces(tmp_path)
    assert leaks(found, OF_LINK) == []
    assert "Zebedee" in found[Post.objects.get().get_absolute_url()]
    assert "Link of the name taken down" in found[name.get_absolute_url()]


@pytest.mark.once
def test_a_correction_does_not_tell_a_hidden_name(name, by, tmp_path):
    answer = Comment.objects.get(source_id="102")
    put_right(answer, Aspect.NAME, NAME, reason=f"She is {NAME}.", by=by)
    put_right(answer, Aspect.NAME, "Somebody", reason="No, she is not.", by=by)
    for each in Commenter.objects.filter(name__name=NAME):
        if each.comments.exists():
            act(each, Part.NAME, Action.REMOVE, by, ABUSE)
    assert leaks(faces(tmp_path, words=("Zebedee",)), WORDS) == []


def test_facts_do_not_repeat_the_name(name, by):
    for facts in ("Zebedee Quillfeather was never here.", f"See {LINK}, it sells."):
        with pytest.raises(LeaksHiddenWords):
            act(name, Part.NAME, Action.REMOVE, by, ABUSE, facts=facts)
    act(name, Part.NAME, Action.REMOVE, by, ABUSE)
    judgement = Judgement(
        action=Action.REMOVE,
        clause=Clause.objects.get(number=ABUSE),
        facts="An attack on Zebedee Quillfeather.",
    )
    with pytest.raises(LeaksHiddenWords):
        decide(Comment.objects.get(source_id="102"), judgement, by=by)


def test_a_bar_is_noted_and_says_that_it_has_no_effect_here(name, by):
    made = act(name, Part.BAN, Action.BAN, by, ABUSE, facts="He posts adverts.")
    page = Client().get(name.get_absolute_url()).text
    assert "Name barred" in page
    assert (
        "It has to be done on the blog itself" in page
        or "done on the blog itself" in page
    )
    assert made.sentence.startswith("Name barred under")
    with pytest.raises(Refused):
        act(name, Part.BAN, Action.BAN, by, ABUSE, facts="He posts adverts.")
    act(name, Part.NAME, Action.HOLD, by)
    undone = undo(made, by=by)
    assert undone.action == Action.UNBAN
    assert "Name barred" not in Client().get(name.get_absolute_url()).text
    assert "Name waiting" in Client().get(name.get_absolute_url()).text


@pytest.mark.once
@pytest.mark.unreconciled
def test_words_about_a_name_repeat_no_private_address(name, by):
    PrivateAddress.objects.filter(comment__commenter=name).delete()
    PrivateAddress.objects.create(
        comment=name.comments.first(), email="hester@quay.example", ip="198.51.100.77"
    )
    for private in ("hester@quay.example", "198.51.100.77"):
        facts = f"Who wrote from {private} has another name."
        with pytest.raises(LeaksHiddenWords):
            act(name, Part.NAME, Action.REMOVE, by, ABUSE, facts)
        with pytest.raises(LeaksHiddenWords):
            HiddenTexts().check_names([name], facts)
