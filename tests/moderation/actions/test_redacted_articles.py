"""Blacking out words of an article's text: in no face, through all that comes after."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from commentarchive.intake.article_corrections import correct_article
from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import (
    Aspect,
    Capture,
    CrossPost,
    Part,
    Post,
    Redaction,
    RevisionOrigin,
)
from commentarchive.text.blacking_out import seen_text
from moderation.actions.decisions import (
    LeaksHiddenWords,
    Refused,
    TextChanged,
    undo,
)
from moderation.actions.judgements import Blackened
from moderation.actions.measures import SHOWN_AGAIN, end_due
from moderation.actions.parts import Target, read_part
from moderation.actions.places import text_to_black_out
from moderation.actions.redactions import redact_article, redaction
from moderation.models import Action, Clause, Decision
from tests.hidden_faces import faces
from tests.moderation.actions.test_parts import (
    ABUSE,
    BODY,
    FACTS,
    TITLE,
    act,
    article,
    leaks,
    page,
    state,
    written,
)
from tests.views.test_desk_forms import fields_of
from tests.wxr import load

pytestmark = pytest.mark.django_db
WORDS = "Vellichor marmalade"
MARK = "[blacked out under rule 2: a few words]"
ADDED = f"{BODY} Petrichor followed."


@pytest.fixture
def post(by, tmp_path):
    return written(by, tmp_path)


def the():
    return Post.objects.get(source_id="1")


def judged(*words, number=ABUSE, facts=FACTS, until=None):
    source = text_to_black_out(read_part(Target(post=the(), part=Part.TEXT)))
    text, clause = seen_text(source.text.html), Clause.objects.get(number=number)
    places = [
        Blackened(start=text.index(w), end=text.index(w) + len(w), clause=clause)
        for w in words
    ]
    return redaction(places, of=source.commitment, facts=facts, until=until)


def black_out(*words, by, **values):
    return redact_article(the(), judged(*words, **values), by=by)


def read_faces(post):
    """Return those faces of an article that tell of its versions and copies."""
    copies = Capture.objects.values_list("ref", flat=True)
    page = post.get_absolute_url()
    addresses = [
        *(page, f"{page}copies/", f"{page}changes/", f"{page}?at=2030-01-01"),
        *(f"/feeds/posts/{post.ref}.atom", f"/api/v1/posts/{post.ref}/", "/"),
        *("/moderation/log/", *(f"/captures/{ref}/" for ref in copies)),
    ]
    return {address: Client().get(address).text for address in addresses}


def again(tmp_path, body, name):
    load(tmp_path, article(body=body), name=name, blog_slug="test")


def target():
    return read_part(Target(post=the(), part=Part.TEXT)).target


@pytest.mark.once
def test_hidden_words_are_in_no_face_and_a_mark_leads_to_the_reasons(
    post, by, tmp_path
):
    before = post.current_revision
    made = black_out(WORDS, by=by)
    found = faces(tmp_path, words=("Vellichor",))
    assert leaks(found, ("Vellichor", "Vellichor marmalade")) == []
    html = found[post.get_absolute_url()]
    assert MARK in html
    assert made.get_absolute_url() in html
    assert "was poured over the treasurer" in html
    assert TITLE in html
    for face in (f"/feeds/posts/{post.ref}.atom", f"/api/v1/posts/{post.ref}/"):
        assert MARK in found[face]
    assert MARK in found[f"command wxr {post.ref}"]
    statement = found[made.get_absolute_url()]
    assert "Article blacked out in part under rule 2" in statement
    assert Entry.objects.get(pk=made.entry_index).event == "post.redact"
    assert (made.judged, made.shown) == (before, the().current_revision)
    assert made.shown.origin == RevisionOrigin.REDACTED
    assert not target().has_new_text


def test_undoing_restores_exactly_and_a_second_one_replaces_the_first(post, by):
    before = post.current_revision
    first = black_out(WORDS, by=by)
    second = black_out("the mayor", by=by)
    assert ("Vellichor" in page(post), "the mayor." in page(post)) == (True, False)
    undo(second, by=by)
    assert the().current_revision == first.shown
    with pytest.raises(Refused, match="Nothing would be left"):
        black_out(BODY, by=by)
    third = black_out("the mayor", by=by)
    undo(undo(third, by=by), by=by)
    assert the().current_revision == third.shown
    undo(Decision.objects.latest("entry_index"), by=by)
    assert the().current_revision == first.shown
    assert the().news_revision == before


def test_one_that_is_undone_leaves_nothing_behind(post, by):
    before = post.current_revision
    undone = undo(black_out(WORDS, by=by), by=by)
    assert (undone.action, the().current_revision) == ("restore", before)
    assert the().news_revision is None
    assert BODY in page(post)


def test_hidden_and_put_back_it_is_still_blacked_out(post, by):
    hidden = act(Part.TITLE, Action.REMOVE, by, ABUSE)
    black_out(WORDS, by=by)
    undo(hidden, by=by)
    assert "Vellichor" not in page(post)
    act(Part.TITLE, Action.REMOVE, by, ABUSE)
    act(Part.TITLE, Action.RESTORE, by)
    removed = act(Part.TEXT, Action.REMOVE, by, ABUSE)
    undo(removed, by=by)
    assert MARK in page(post)
    act(Part.TEXT, Action.REMOVE, by, ABUSE)
    act(Part.TEXT, Action.RESTORE, by)
    assert MARK in page(post)
    assert "Vellichor" not in page(post)
    assert state() == ("", "")


def test_the_same_text_again_is_no_news(post, by, tmp_path):
    black_out(WORDS, by=by)
    again(tmp_path, BODY, "again.xml")
    assert not target().has_new_text
    assert the().revisions.count() == 2
    assert "Vellichor" not in page(post)


def test_a_changed_text_stays_sealed_and_is_shown_without_the_words_only(
    post,
    by,
    tmp_path,
):
    black_out(WORDS, by=by)
    again(tmp_path, ADDED, "later.xml")
    assert target().has_new_text
    assert leaks(read_faces(post), ("Vellichor", "Petrichor")) == []
    for part in (Part.TEXT, Part.TITLE):
        if part is Part.TITLE:
            act(part, Action.HOLD, by)
        with pytest.raises(Refused, match="black them out"):
            act(part, Action.RESTORE, by)
    undo(Decision.objects.latest("entry_index"), by=by)
    black_out(WORDS, by=by)
    assert "Petrichor" in page(post)
    assert "Vellichor" not in page(post)
    assert not target().has_new_text


def test_a_text_that_its_blog_has_put_right_can_be_shown(post, by, tmp_path):
    black_out(WORDS, by=by)
    again(tmp_path, "Nothing was poured over anybody.", "later.xml")
    act(Part.TEXT, Action.RESTORE, by)
    assert "Nothing was poured" in page(post)
    assert leaks(read_faces(post), (WORDS,)) == []
    # And no decision on the title brings the words back.
    undo(act(Part.TITLE, Action.HOLD, by), by=by)
    assert WORDS not in page(post)


def test_a_correction_of_its_title_leaves_the_marks(post, by):
    black_out(WORDS, by=by)
    correct_article(post, Aspect.TITLE, "Wombat ledgers", reason="So it was.", by=by)
    assert "Wombat ledgers" in page(post)
    assert "Vellichor" not in page(post)


def test_what_is_wrong_with_it_is_refused(post, by, tmp_path):
    chosen = judged(WORDS)
    with pytest.raises(LeaksHiddenWords):
        black_out(WORDS, by=by, facts=f"It says: {BODY}")
    with pytest.raises(Refused, match="facts"):
        black_out(WORDS, by=by, facts="")
    again(tmp_path, ADDED, "later.xml")
    with pytest.raises(TextChanged):
        redact_article(the(), chosen, by=by)
    act(Part.TEXT, Action.HOLD, by)
    with pytest.raises(Refused, match="cannot be taken"):
        black_out(WORDS, by=by)
    with pytest.raises(Refused, match="cannot be taken"):
        act(Part.TITLE, Action.REDACT, by, ABUSE)
    assert not Redaction.objects.exists()


def test_tampered_text_and_places_are_found(post, by):
    black_out(WORDS, by=by)
    row = Redaction.objects.get()
    start, end, label, rule = row.spans[0]
    Redaction.objects.filter(pk=row.pk).delete()
    Redaction.objects.create(
        revision=row.revision,
        source=row.source,
        spans=[[start, end - 9, label, rule]],
        statement_path=row.statement_path,
    )
    assert any("another text" in str(d) for d in reconcile())
    Redaction.objects.filter(pk=row.pk).delete()
    row.save(force_insert=True)
    shown = row.revision_id
    Post.objects.filter(pk=post.pk).update(current_revision=row.source)
    assert any("another version" in str(d) for d in reconcile())
    Post.objects.filter(pk=post.pk).update(current_revision=shown)


def test_from_the_desk(post, desk, alice):
    address = f"/moderation/desk/posts/{post.ref}/black-out/"
    assert address in desk.get(f"/moderation/desk/posts/{post.ref}/decide/").text
    opened = desk.get(address)
    initial = opened.context["form"].initial
    sent = {
        **{name: initial[name] for name in initial if name != "part"},
        "place": "0-19",
        "rule-0-19": "2",
        "facts": FACTS,
    }
    # Sent after the login ended, it is there again with its places.
    late = Client().post(f"{address}enter/", sent)
    login = {**fields_of(late.text), "username": "alice", "password": "password"}
    filled = late.client.post("/login/", login, follow=True)
    assert filled.redirect_chain[-1][0] == address
    chosen = [c for c in filled.context["parts"] if c.is_chosen]
    assert [c.sentence.words for c in chosen] == [WORDS]
    looked = desk.post(f"{address}enter/", {**sent, "look": "1"})
    assert MARK in looked.text
    elsewhere = desk.post(
        "/moderation/desk/elsewhere/find/", {**sent, "post": post.ref, "part": "text"}
    )
    assert elsewhere.status_code == 200
    assert not Decision.objects.filter(action=Action.REDACT).exists()
    assert desk.post(f"{address}enter/", {**sent, "place": "x"}).status_code == 400
    assert desk.post(f"{address}enter/", {**sent, "facts": ""}).status_code == 422
    assert desk.post(f"{address}enter/", sent).status_code == 302
    assert "Vellichor" not in page(post)
    assert desk.post(f"{address}enter/", sent).status_code == 409
    card = desk.get(f"/moderation/desk/posts/{post.ref}/decide/")
    assert "The text without marks" in card.text
    assert "Readers see it but for some words." in card.text
    standing = desk.get(address).context["parts"]
    assert [(c.place, c.rule) for c in standing if c.is_chosen] == [("0-19", 2)]
    assert the().title not in desk.get("/moderation/desk/parts/").text


def days(number):
    return timezone.now() + timedelta(days=number)


def test_words_come_back_when_their_time_has_come(post, by):
    before = post.current_revision
    black_out(WORDS, by=by, until=days(1))
    renewed = black_out(WORDS, "the mayor", by=by, until=days(3))
    assert end_due(days(2)) == []
    act(Part.TEXT, Action.HOLD, by)
    assert end_due(days(4)) == []
    undo(Decision.objects.latest("entry_index"), by=by)
    assert MARK in page(post)
    [ended] = end_due(days(4))
    assert (ended.undoes, ended.action, ended.facts) == (
        renewed,
        "restore",
        SHOWN_AGAIN,
    )
    assert the().current_revision == before
    assert "Vellichor" in page(post)
    assert "its time was over" in Client().get(renewed.get_absolute_url()).text
    # Whoever undoes the end blacks it out for good.
    undo(ended, by=by)
    assert "Vellichor" not in page(post)
    assert end_due(days(9)) == []
    assert list(reconcile()) == []


def test_words_that_its_blog_has_changed_by_then_are_left_to_people(post, by, tmp_path):
    black_out(WORDS, by=by, until=days(1))
    again(tmp_path, ADDED, "later.xml")
    assert end_due(days(2)) == []
    assert MARK in page(post)


def test_a_line_beside_it_does_not_repeat_what_a_corrected_text_has_lost(
    post, by, tmp_path
):
    tie = CrossPost.objects.get()
    places = (f"/cross-posts/{tie.ref}/", f"/api/v1/cross-posts/{tie.ref}/")
    says = "Also at the Quokka, says Vellichor"

    def told():
        return [says in Client().get(place).text for place in places]

    # Words that readers see again are no secret.
    undo(black_out(WORDS, by=by), by=by)
    assert told() == [True, True]
    black_out(WORDS, by=by)
    assert told() == [False, False]
    again(tmp_path, "A calm text, put right.", "later.xml")
    act(Part.TEXT, Action.RESTORE, by, facts="Its blog has put it right.")
    assert "put right" in page(post)
    assert told() == [False, False]
