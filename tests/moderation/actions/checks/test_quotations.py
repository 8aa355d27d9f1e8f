"""What the public words of a decision may not repeat of hidden words anywhere."""

import pytest
from django.core.management import call_command

from commentarchive.erasure.erase import erase
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Blog, Comment, HiddenPhrase
from moderation.actions.decisions import Judgement, LeaksHiddenWords, decide
from moderation.models import Action, Clause
from tests.cross_posts import confirm, lantern_and_quay
from tests.wxr import comment, item, load

pytestmark = [pytest.mark.django_db, pytest.mark.unreconciled]
LIBEL = "The miller waters his flour on Thursdays when nobody is at the mill."
QUOTING = f"Bob wrote: {LIBEL} And I saw him sell a blind horse to the widow."
OF_THE_QUOTER = "Somebody saw him sell a blind horse."
COMMON = "It says that at the end of the day it is rude."


def hide(one, by, facts):
    clause = Clause.objects.get(number=2)
    return decide(
        one, Judgement(action=Action.BLOCK, clause=clause, facts=facts), by=by
    )


def the(source_id):
    return Comment.objects.get(source_id=source_id)


def load_both(tmp_path, elsewhere, *, here=LIBEL, approved="trash"):
    """Load two blogs, with a comment and with what is hidden under another name."""
    load(tmp_path, item(comment(1, here, author="Bob", email="b@one.example")))
    load(
        tmp_path,
        item(
            comment(
                2, elsewhere, author="Eve", email="e@two.example", approved=approved
            )
        ),
        name="2.xml",
        blog_slug="another",
    )
    assert Blog.objects.count() == 2


@pytest.mark.parametrize("approved", ["trash", "0"])
def test_words_of_a_hidden_quotation_under_another_blog_are_not_repeated(
    by, tmp_path, approved
):
    load_both(tmp_path, QUOTING, approved=approved)
    with pytest.raises(LeaksHiddenWords) as refused:
        hide(the("1"), by, OF_THE_QUOTER)
    [leak] = refused.value.leaks
    assert OF_THE_QUOTER[leak.start : leak.end] == "saw him sell a blind horse"


def test_what_a_hidden_comment_was_taken_from_is_not_repeated_either(by, tmp_path):
    load_both(
        tmp_path,
        QUOTING,
        here="He waters his flour on Thursdays when nobody is at home.",
    )
    with pytest.raises(LeaksHiddenWords):
        hide(the("1"), by, OF_THE_QUOTER)


def test_a_quotation_hidden_by_a_later_decision_is_found(by, tmp_path):
    load_both(tmp_path, QUOTING, approved="1")
    hide(the("1"), by, "It accuses somebody of a crime.")
    back = Judgement(action=Action.APPROVE, facts="It was hidden by mistake.")
    decide(the("1"), back, by=by)
    hide(the("2"), by, "It accuses somebody of a crime.")
    with pytest.raises(LeaksHiddenWords):
        hide(the("1"), by, OF_THE_QUOTER)
    decide(the("2"), back, by=by)
    assert hide(the("1"), by, OF_THE_QUOTER)


@pytest.mark.parametrize(
    "facts",
    [
        "It repeats that he saw him sell a blind horse to the widow.",
        "Write to meg@mail.example about it.",
        "Call +44 (0)20 7946 0958 about it.",
        "She ſaw hım sell a blınd horse to the widow there.",
    ],
)
def test_whole_quotations_of_strangers_are_refused_everywhere(by, tmp_path, facts):
    hidden = f"{QUOTING} meg@mail.example or 020 7946 0958"
    load_both(tmp_path, hidden, here="Something else.")
    with pytest.raises(LeaksHiddenWords):
        hide(the("1"), by, facts)


def test_a_short_hidden_text_is_found_as_a_whole(by, tmp_path):
    load_both(tmp_path, "Meg stole the silver spoon.", here="Something else.")
    with pytest.raises(LeaksHiddenWords):
        hide(the("1"), by, "It claims Meg stole the silver spoon once.")


def test_words_that_strangers_share_by_chance_stop_nobody(by, tmp_path):
    hidden = "At the end of the day he is a crook, and call 020794 or on 24.12.2012."
    load_both(tmp_path, hidden, here="Something else.")
    assert hide(the("1"), by, COMMON)
    assert hide(the("1"), by, "Hidden on 24.12.2012, no. 020794.")


def test_spam_that_nobody_saw_stops_nobody_until_it_is_decided_on(by, tmp_path):
    load_both(tmp_path, QUOTING, approved="spam")
    assert hide(the("1"), by, OF_THE_QUOTER)
    assert not HiddenPhrase.objects.filter(revision__comment=the("2")).exists()
    decide(
        the("2"),
        Judgement(
            action=Action.BLOCK, clause=Clause.objects.get(number=2), facts="Rude."
        ),
        by=by,
    )
    with pytest.raises(LeaksHiddenWords):
        hide(the("1"), by, OF_THE_QUOTER)


def test_another_text_of_what_is_hidden_is_found_too(by, tmp_path):
    load_both(tmp_path, "Nothing yet.")
    load(
        tmp_path,
        item(
            comment(2, QUOTING, author="Eve", email="e@two.example", approved="trash")
        ),
        name="3.xml",
        blog_slug="another",
    )
    with pytest.raises(LeaksHiddenWords):
        hide(the("1"), by, OF_THE_QUOTER)


def test_an_erasure_takes_the_words_out_of_the_index(by, tmp_path):
    load_both(tmp_path, QUOTING)
    assert HiddenPhrase.objects.filter(revision__comment=the("2")).exists()
    erase(the("2"), basis="legal")
    assert not HiddenPhrase.objects.filter(revision__comment=the("2")).exists()
    assert hide(the("1"), by, OF_THE_QUOTER)
    assert not HiddenPhrase.objects.filter(revision__comment=the("2")).exists()


def test_a_damaged_index_is_seen_and_made_anew(by, tmp_path):
    load_both(tmp_path, QUOTING)
    assert not list(reconcile())
    HiddenPhrase.objects.filter(revision__comment=the("2")).first().delete()
    [difference] = list(reconcile())
    assert the("2").ref in difference.reason
    call_command("rebuild_phrases")
    assert not list(reconcile())
    with pytest.raises(LeaksHiddenWords):
        hide(the("1"), by, OF_THE_QUOTER)


@pytest.mark.parametrize("part", ["title", "body"])
def test_a_draft_is_not_quoted_anywhere(by, tmp_path, part):
    load(tmp_path, item(comment(1, "Something else.")))
    draft = item(number=2, status="draft", **{part: QUOTING})
    load(tmp_path, draft, name="2.xml", blog_slug="another")
    with pytest.raises(LeaksHiddenWords):
        hide(the("1"), by, f"It repeats that {LIBEL}")
    load(
        tmp_path,
        item(number=2, **{part: QUOTING}),
        name="3.xml",
        blog_slug="another",
    )
    assert hide(the("1"), by, f"It repeats that {LIBEL}")


def test_what_an_article_says_may_be_quoted_below_it_though_a_draft_says_it(
    by, tmp_path
):
    load(
        tmp_path,
        item(comment(1, "Something else."), body=QUOTING),
        item(number=2, title="Draft", status="draft", body=QUOTING),
    )
    assert hide(the("1"), by, f"The article says that {LIBEL}")


def test_a_blog_for_staff_only_is_quoted_on_no_other(by, tmp_path):
    load_both(tmp_path, QUOTING, here="Something else.", approved="1")
    Blog.objects.filter(slug="another").update(visibility="staff")
    with pytest.raises(LeaksHiddenWords):
        hide(the("1"), by, f"It repeats that {LIBEL}")
    load(
        tmp_path,
        item(comment(3, "Hm.", author="Fay"), number=2),
        name="3.xml",
        blog_slug="another",
    )
    assert hide(the("3"), by, f"It repeats that {LIBEL}")


@pytest.mark.parametrize(
    ("facts", "is_refused"),
    [
        ("It answers Eve Harker.", True),
        ("It answers eve harker.", True),
        ("It answers Reader.", True),
        ("Any reader can see that it is rude.", False),
        ("It answers Bob.", False),
        ("It answers Cass.", False),
    ],
)
def test_a_name_on_hidden_comments_alone_is_not_told_below_the_article(
    by, tmp_path, facts, is_refused
):
    load(
        tmp_path,
        item(
            comment(1, "Hm.", author="Ann"),
            comment(2, "Go away.", author="Eve Harker", approved="trash"),
            comment(3, "Go away you.", author="Reader", approved="0"),
            comment(4, "Go away all.", author="Bob", approved="trash"),
            comment(5, "Well.", author="Bob"),
        ),
        item(comment(6, "No.", author="Cass", approved="trash"), number=2),
    )
    if is_refused:
        with pytest.raises(LeaksHiddenWords) as refused:
            hide(the("1"), by, facts)
        assert refused.value.leaks[0].why == "the name"
    else:
        assert hide(the("1"), by, facts)


def test_what_stands_at_a_place_for_staff_is_not_repeated_at_another(by, tmp_path):
    """Nor five words of it, nor the name that stands there alone."""
    theirs = [comment(1, LIBEL, author="Wanda Thorne", email="w@one.example")]
    tie = lantern_and_quay(tmp_path, theirs, [comment(2, "Hm.", author="Bob")])
    confirm(tie)
    assert hide(the("2"), by, "It says the miller waters his flour.")
    decide(the("2"), Judgement(action=Action.APPROVE, facts="A mistake."), by=by)
    Blog.objects.filter(slug="lantern").update(visibility="staff")
    for facts in ("It says the miller waters his flour.", "It is about Wanda Thorne."):
        with pytest.raises(LeaksHiddenWords):
            hide(the("2"), by, facts)
