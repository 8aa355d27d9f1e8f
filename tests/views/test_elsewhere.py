"""Where else words are said: the desk's list, and one decision on all of them."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from commentarchive.models import Comment, Post
from commentarchive.search.index import catch_up, note_everything
from commentarchive.text.blacking_out import seen_text
from moderation.actions.decisions import decide, decide_all, undo
from moderation.actions.judgements import Blackened, Case, Judgement
from moderation.actions.places import text_to_black_out
from moderation.actions.redactions import redact, redaction
from moderation.actions.searches import forget_searches
from moderation.actions.subjects import read_subjects
from moderation.left_public import left_by_comment
from moderation.models import Action, Clause, Decision, SearchNote
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
PAGE, FIND = "/moderation/desk/elsewhere/", "/moderation/desk/elsewhere/find/"
REVIEW = "/moderation/desk/batches/review/"
SAID = "The treasurer of the rowing club kept the raffle money for himself."
ABUSE = 2


@pytest.fixture
def thread(by, tmp_path):
    load(
        tmp_path,
        item(
            comment(1, f"I saw it all. {SAID}", author="Ann"),
            comment(2, f"<blockquote>{SAID}</blockquote>Surely not?", author="Bob"),
            comment(3, f"{SAID} Truly.", approved="trash", author="Cyd"),
            comment(4, "Of tides."),
            title="Regatta",
            body=f"They say: {SAID}",
        ),
    )
    load(
        tmp_path,
        item(comment(21, SAID.upper(), author="Dee"), link="https://other.example/1/"),
        name="other.xml",
        blog_slug="other",
    )
    catch_up()


def the(source_id):
    return Comment.objects.get(source_id=source_id)


def ticked(page):
    parts = page.text.split('name="seen" value="')[1:]
    return [part.partition('"')[0] for part in parts]


def test_places_are_listed_by_kind_with_the_words_marked(desk, thread):
    page = desk.post(FIND, {"comment": the("1").ref})
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert "4 places, 3 of them public" in page.text
    heads = [part.partition("<")[0].strip() for part in page.text.split("<h3>")[1:]]
    assert heads == [
        *("Comments", "Quotations in comments", "Texts of articles"),
        "At other blogs",
    ]
    assert f"<mark>{SAID[:-1]}</mark>. Truly" in page.text
    assert f"<mark>{SAID[:-1].upper()}</mark>" in page.text
    refs = [token.partition("|")[0] for token in ticked(page)]
    article = Post.objects.get(blog__slug="test-example")
    assert refs == [the("1").ref, the("2").ref, article.ref, the("21").ref]
    assert (
        f"/desk/posts/{Post.objects.get(blog__slug='test-example').ref}/decide/?part=text"
        in page.text
    )


def test_one_decision_on_all_of_them_in_one_step(desk, thread, by):
    page = desk.post(FIND, {"comment": the("1").ref})
    rule = Clause.objects.get(number=ABUSE)
    sent = {
        "seen": ticked(page),
        "action": "block",
        "clause": rule.pk,
        "facts": "It accuses somebody of a crime.",
        "look": "1",
    }
    looked = desk.post(REVIEW, sent)
    digest = looked.text.split('name="looked_at" value="')[1].partition('"')[0]
    assert "The text of an article is decided on by itself" in looked.text
    sent |= {"seen": ticked(looked), "looked_at": digest, "record": "1"}
    desk.post(REVIEW, sent)
    made = Decision.objects.filter(action=Action.REMOVE)
    assert made.count() == 3
    assert len(set(made.values_list("batch", flat=True)) - {""}) == 1
    assert the("2").visibility == the("21").visibility == "removed"
    # Its article still says it.
    card = desk.get(f"/moderation/desk/comments/{the('1').ref}/")
    assert "Left public: 1." in card.text
    statement = made.first().get_absolute_url()
    assert "Left public: 1." in desk.get(statement).text
    assert "Left public" not in Client().get(statement).text


def test_what_a_card_had_is_in_the_form_for_all(desk, thread):
    rule = Clause.objects.get(number=ABUSE)
    sent = {"action": "remove", "clause": rule.pk, "facts": "A crime.", "note": "Ask."}
    page = desk.post(FIND, sent | {"comment": the("1").ref})
    [chosen] = re.findall(r'<input[^>]*name="action"[^>]*checked', page.text)
    assert 'value="block"' in chosen
    assert f'<option value="{rule.pk}" selected>' in page.text
    assert "A crime.</textarea>" in page.text
    assert "Ask.</textarea>" in page.text


def test_a_sentence_or_other_words_can_be_chosen(desk, thread):
    ref = the("1").ref
    page = desk.post(FIND, {"comment": ref, "sentence": "0"})
    assert "Nowhere else" in page.text
    page = desk.post(FIND, {"comment": ref, "sentence": "1"})
    assert "4 places" in page.text
    page = desk.post(FIND, {"comment": ref, "sentence": "1", "words": "Of tides"})
    assert "1 place, 1 of them public" in page.text
    page = desk.post(FIND, {"words": "kept the raffle money"})
    assert "5 places, 4 of them public" in page.text
    assert "only as they are spelled here" in page.text


def test_an_article_is_asked_about_and_not_found_in_itself(desk, thread):
    post = Post.objects.get(blog__slug="test-example")
    page = desk.post(FIND, {"post": post.ref, "part": "text"})
    assert "4 places, 3 of them public" in page.text
    assert "Texts of articles" not in page.text
    page = desk.post(FIND, {"post": post.ref, "part": "title"})
    assert "Nowhere else" in page.text


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 422),
        ({"words": " "}, 422),
        ({"words": "x" * 2001}, 422),
        ({"sentence": "99"}, 422),
        ({"comment": "c" + "a" * 26}, 404),
        ({"post": "p" + "a" * 26, "part": "text"}, 404),
        ({"post": "p" + "a" * 26, "part": "thread"}, 400),
    ],
)
def test_what_cannot_be_looked_for_is_refused(desk, thread, sent, status):
    assert desk.post(FIND, sent).status_code == status
    assert not SearchNote.objects.exists()


def test_who_may_not_decide_sees_nothing(thread, charlie):
    from tests.cast import member

    for user in (charlie, member("audrey", "auditor"), member("arthur", "archivist")):
        client = Client()
        client.force_login(user)
        answer = client.post(FIND, {"comment": the("3").ref})
        assert answer.status_code == 403
        assert "raffle" not in answer.text
        assert client.get(PAGE).status_code == 403
    answer = Client().post(FIND, {"words": SAID})
    assert SAID not in answer.text
    assert not SearchNote.objects.exists()


def test_a_search_is_noted_and_forgotten_with_the_text(desk, thread):
    desk.post(FIND, {"comment": the("3").ref})
    desk.post(FIND, {"words": 'Of tides: -author:Ann "x'})
    assert [each.words for each in SearchNote.objects.order_by("pk")] == [
        '"the treasurer of the rowing club kept the raffle money for himself truly"',
        '"of tides author ann x"',
    ]
    forget_searches(the("3").ref)
    assert [each.words for each in SearchNote.objects.order_by("pk")] == [
        '"of tides author ann x"',
        "",
    ]


def test_what_is_not_looked_at_yet_is_said(desk, thread):
    note_everything()
    page = desk.post(FIND, {"comment": the("1").ref})
    assert "7 comments and articles are not looked at yet" in page.text


def test_a_page_shows_the_form_alone(desk, thread):
    page = desk.get(PAGE)
    assert page.status_code == 200
    assert "Look</button>" in page.text
    assert "raffle" not in page.text


def hide(comments, by):
    rule = Clause.objects.get(number=ABUSE)
    said = Judgement(action=Action.BLOCK, clause=rule, facts="A crime.")
    return decide_all([Case(comment=each, judgement=said) for each in comments], by=by)


def left_public(year):
    """Return how many places are left public, and whether there may be more."""
    told = Client().get(f"/moderation/reports/{year}.json").json()
    [figure] = [each for each in told["figures"] if each["key"] == "left-public"]
    [line] = figure["lines"]
    return line["now"], line["at_least"]


def test_the_report_counts_what_is_left_public_and_staff_see_where(desk, thread, by):
    year = timezone.now().year
    [made] = hide([the("1")], by)
    assert left_public(year) == (3, False)
    left = desk.get(f"{PAGE}left/")
    assert the("1").ref in left.text
    assert "<strong>3 places</strong>" in left.text
    hide([the("2"), the("21")], by)
    assert left_public(year) == (1, False)
    note_everything()
    number, is_at_least = left_public(year)
    assert number >= 1
    assert is_at_least
    catch_up()
    undo(made, by=by)
    # Now the one that is shown again repeats the two that are hidden.
    assert left_public(year) == (2, False)


def test_spam_and_what_strangers_say_by_chance_are_not_counted(desk, by, tmp_path):
    spam = "Cheap nets for everybody who rows, today and tomorrow only."
    load(
        tmp_path,
        item(
            *(comment(n, spam) for n in (1, 2)),
            *(comment(n, "I agree with you.") for n in (3, 4)),
        ),
    )
    catch_up()
    hide([the("3")], by)
    rule = Clause.objects.get(number=1)
    decide(the("1"), Judgement(action=Action.BLOCK, clause=rule, facts="Spam."), by=by)
    left = desk.get(f"{PAGE}left/")
    assert "no public place repeats what is hidden" in left.text


def cut(remark, words, by):
    """Black out words of a comment."""
    [subject] = read_subjects([remark])
    source = text_to_black_out(subject)
    start = seen_text(source.text.html).index(words)
    rule = Clause.objects.get(number=ABUSE)
    place = Blackened(start=start, end=start + len(words), clause=rule)
    judgement = redaction([place], of=source.commitment, facts="A crime.")
    return redact([(remark, judgement, None)], by=by)


def test_words_blacked_out_are_left_public_elsewhere_and_not_in_their_comment(
    desk, by, tmp_path
):
    rest = "Otherwise the regatta of this summer was as fine as ever."
    load(
        tmp_path,
        item(
            comment(1, f"{rest} {SAID}"),
            comment(2, f"So it is: {SAID}"),
            comment(3, rest),
            comment(4, f"All of the boats were late again today. {SAID} Indeed."),
        ),
    )
    catch_up()
    assert left_by_comment() == ([], True)
    # Briefly enough that the mark alone has as many words as a quotation.
    words = "The treasurer of the rowing club kept"
    cut(the("1"), words, by)
    catch_up()
    # What is not blacked out may be said by anybody.
    assert left_by_comment() == ([(the("1"), 2)], True)
    cut(the("4"), words, by)
    catch_up()
    # Nor do marks repeat one another, also where the whole is hidden after all.
    assert dict(left_by_comment()[0]).keys() <= {the("1"), the("4")}
    hide([the("2")], by)
    catch_up()
    assert left_by_comment() == ([], True)
    hide([the("4")], by)
    catch_up()
    assert left_by_comment() == ([], True)
    found = desk.post(FIND, {"comment": the("4").ref})
    assert "blacked out under" not in "".join(found.context["source"].text)
    assert SAID in found.context["source"].text


def test_what_is_chosen_to_be_blacked_out_is_looked_for(desk, thread):
    page = f"/moderation/desk/comments/{the('1').ref}/black-out/"
    of = desk.get(page).context["form"].initial["places_of"]
    sent = {"comment": the("1").ref, "places_of": of, "facts": "A crime."}
    place = f"14-{14 + len(SAID)}"
    found = desk.post(FIND, {**sent, "place": [place, "0-2"]})
    places = found.context["found"].found
    assert {each.kind for each in places} >= {"comment", "quotation", "article"}
    assert SAID.upper() in {each.text for each in places}
    assert "A crime." in found.text
    assert SearchNote.objects.count() == 2
    # Another look keeps them, and may be for the whole text.
    assert f'name="place" value="{place}"' in found.text
    again = desk.post(FIND, {**sent, "place": place, "sentence": "whole"})
    assert again.context["form"].words_to_find() == (f"I saw it all. {SAID}",)
    stale = desk.post(FIND, {**sent, "places_of": "x", "place": place})
    assert stale.status_code == 400


def test_of_a_comment_what_is_blacked_out_is_looked_for_first(desk, by, thread):
    cut(the("1"), SAID, by)
    catch_up()
    found = desk.post(FIND, {"comment": the("1").ref})
    assert found.context["form"].words_to_find() == (SAID,)
    assert SAID.upper() in {each.text for each in found.context["found"].found}
    assert 'value="blacked-out" id="sentence-blacked-out" checked' in found.text
    whole = desk.post(FIND, {"comment": the("1").ref, "sentence": "whole"})
    assert whole.context["form"].words_to_find() == (f"I saw it all. {SAID}",)
