"""A libel is blacked out with all its quotations in one step, texts of articles too."""

import pytest
from django.core.management import call_command
from django.test import Client

from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Comment, Post
from commentarchive.search.index import catch_up
from commentarchive.text.blacking_out import seen_text
from moderation.actions import second_person
from moderation.actions.judgements import Blackened
from moderation.actions.places import text_to_black_out
from moderation.actions.redactions import redact, redaction
from moderation.actions.subjects import read_subjects
from moderation.models import Clause, Decision, PendingBatch, PendingCase
from tests.hidden_faces import faces
from tests.moderation.test_batch_pages import bruno, client_of
from tests.wxr import comment, item, load

__all__ = ["bruno"]
pytestmark = pytest.mark.django_db
FIND, REVIEW = "/moderation/desk/elsewhere/find/", "/moderation/desk/batches/review/"
SAID = "The treasurer of the rowing club kept the raffle barn for himself."
NEARLY = "The treasurer of the rowing club kept the raffle barn, I heard, all of it."
FACTS = "It accuses somebody of a crime."
MARK = "[blacked out under rule 2: "
RULE = 2


@pytest.fixture
def thread(by, tmp_path):
    tell(tmp_path, f"<blockquote>{SAID}</blockquote>Surely not?")
    catch_up()


def tell(tmp_path, second, **more):
    load(
        tmp_path,
        item(
            comment(1, f"I saw it all. {SAID} Ask anybody.", author="Ann"),
            comment(2, second, author="Bob"),
            comment(3, f"Ann says “{SAID[:-1].upper()}”!", author="Cyd"),
            comment(4, f"Old Crabbe is a crab. {SAID} So there.", author="Dee"),
            comment(5, NEARLY, author="Eve"),
            title="Regatta",
            body=f"They say: {SAID} Nothing is proved.",
        ),
        **more,
    )


def the(source_id):
    return Comment.objects.get(source_id=source_id)


def judged(subject, words, number=RULE):
    source = text_to_black_out(subject)
    start = seen_text(source.text.html).index(words)
    clause = Clause.objects.get(number=number)
    place = Blackened(start=start, end=start + len(words), clause=clause)
    return redaction([place], of=source.commitment, facts=FACTS)


def rules_in(text):
    """Return the rules of the places that a page's comments and articles go with."""
    places = [place for token in ticked(text) for place in token.split("|")[4:5]]
    return {place.partition(":")[2] for each in places for place in each.split(",")}


def ticked(text):
    parts = text.split('name="seen" value="')[1:]
    return [part.partition('"')[0] for part in parts]


def chosen_in(remark):
    """Return the form that blacks out, with the libel chosen, as its page sends it."""
    source = text_to_black_out(read_subjects([remark])[0])
    start = seen_text(source.text.html).index(SAID)
    place = f"{start}-{start + len(SAID)}"
    return {
        "comment": remark.ref,
        "places_of": source.commitment,
        "place": place,
        f"rule-{place}": str(RULE),
        "facts": FACTS,
    }


def looked_at(client, page):
    """Look what would become of all, as the page has it; return that and the form."""
    sent = {
        "seen": ticked(page.text),
        "action": page.context["batch"].initial["action"],
        "clause": page.context["batch"].initial["clause"].pk,
        "facts": page.context["batch"].initial["facts"],
    }
    looked = client.post(REVIEW, {**sent, "look": "1"})
    assert looked.status_code == 200
    return looked, {
        **sent,
        "seen": ticked(looked.text),
        "looked_at": looked.context["digest"],
        "record": "1",
    }


def test_a_libel_goes_with_all_its_quotations(thread, desk, by, tmp_path):
    [other] = read_subjects([the("4")])
    redact([(the("4"), judged(other, "crab", number=3), None)], by=by)
    post = Post.objects.get()
    before = Client().get(post.get_absolute_url()).text.count(SAID[:-1])
    page = desk.post(FIND, chosen_in(the("1")))
    assert "not in exactly these words: black it out by itself" in page.text
    # One rule for all is chosen once, in the form.
    assert rules_in(page.text) == {"0", "3"}
    looked, form = looked_at(desk, page)
    assert "1 of them cannot be decided on like this" in looked.text
    assert "I saw it all. [blacked out under rule 2: a sentence] Ask" in looked.text
    assert desk.post(REVIEW, form)["Location"].startswith("/moderation/batches/")
    made = Decision.objects.filter(action="redact").exclude(batch="")
    assert {each.comment and each.comment.source_id for each in made} == {
        *("1", "2", "3", "4", None)
    }
    assert len(set(made.values_list("batch", flat=True))) == 1
    libel = SAID[:-1].casefold()
    found = faces(tmp_path, words=["raffle"])
    shown = {name: told.casefold() for name, told in found.items()}
    assert [name for name, told in shown.items() if libel in told] == []
    assert f"Ann says “{MARK}" in found[post.get_absolute_url()]
    # What was blacked out by another decision stays so, under its own rule.
    card = found[the("4").get_absolute_url()]
    assert "[blacked out under rule 3: a few words]" in card
    assert "Old Crabbe is a " in card
    # What says it nearly is left to be judged by itself.
    assert "barn, I heard" in found[post.get_absolute_url()]
    assert "a sentence]</a>. Nothing is proved." in found[post.get_absolute_url()]
    assert list(reconcile()) == []
    call_command("verify_ledger")
    # Readers see the article, and its words no more.
    later = desk.post(FIND, {"comment": the("1").ref}).text
    told = later.partition("Texts of articles")[2].partition("</li>")[0]
    assert "In an earlier version, which readers do not see" in told
    _undone(desk, made[0].batch)
    again = Client().get(post.get_absolute_url()).text
    assert again.count(SAID[:-1]) == before
    assert "blacked out under rule 3" in again
    assert list(reconcile()) == []


def test_each_of_two_rules_goes_along_with_its_own_words(thread, desk):
    form = chosen_in(the("1"))
    form = {**form, "place": [form["place"], "0-12"], "rule-0-12": "3"}
    page = desk.post(FIND, form)
    assert rules_in(page.text) == {"2", "3"}
    # The words of the whole comment are under neither.
    assert desk.post(FIND, {**form, "sentence": "whole"}).status_code == 200


def _undone(desk, batch):
    address = f"/moderation/desk/batches/{batch}/undo/"
    page = desk.get(address)
    refs = [decision.ref for decision in page.context["decisions"]]
    assert "The text" in page.text
    assert len(refs) == 5
    assert desk.post(f"{address}enter/", {"decision": refs}).status_code == 302


def test_many_wait_for_somebody_else_with_their_places(
    thread, desk, alice, bruno, monkeypatch, by
):
    monkeypatch.setattr(second_person, "BY_ONE", 2)
    page = desk.post(FIND, chosen_in(the("1")))
    _looked, form = looked_at(desk, page)
    address = desk.post(REVIEW, form)["Location"]
    assert not Decision.objects.exists()
    shown = client_of(bruno).get(address)
    assert "Readers will see:" in shown.text
    done = client_of(bruno).post(f"{address}confirm/")
    assert done["Location"].startswith("/moderation/batches/")
    assert Decision.objects.filter(action="redact", second="moderator").count() == 5
    assert not PendingBatch.objects.exists()
    assert list(reconcile()) == []


def test_what_waits_goes_with_an_article_that_is_erased(
    thread, desk, bruno, monkeypatch
):
    monkeypatch.setattr(second_person, "BY_ONE", 2)
    page = desk.post(FIND, chosen_in(the("1")))
    desk.post(REVIEW, looked_at(desk, page)[1])
    assert PendingCase.objects.filter(post__isnull=False).exists()
    second_person.forget_with(Post.objects.get().ref)
    assert not PendingBatch.objects.exists()
    assert not PendingCase.objects.exists()


def test_text_that_changed_meanwhile_is_named_and_nothing_is_recorded(
    thread, desk, tmp_path
):
    page = desk.post(FIND, chosen_in(the("1")))
    _looked, form = looked_at(desk, page)
    tell(tmp_path, "I never said so.", name="later.xml")
    answer = desk.post(REVIEW, form)
    assert answer.status_code == 409
    assert not Decision.objects.exists()
