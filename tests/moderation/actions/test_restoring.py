"""Whoever puts a comment back says why, and readers find the reason."""

import pytest
from django.test import Client

from commentarchive.models import Comment
from moderation.actions.decisions import Judgement, Refused, decide
from moderation.forms.decisions import RESTORE_SENTENCES
from moderation.models import Action, Clause, Decision
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def hidden(by, tmp_path):
    load(tmp_path, item(comment(1, "The oysters were small")))
    one = Comment.objects.get()
    clause = Clause.objects.get(number=2)
    judgement = Judgement(action=Action.BLOCK, clause=clause, facts="It insults.")
    decide(one, judgement, by=by)
    return Comment.objects.get()


@pytest.mark.parametrize("facts", ["", "  ", "…", "\u200b"])
@pytest.mark.parametrize("action", [Action.RESTORE, Action.APPROVE])
def test_no_comment_is_put_back_without_a_reason(hidden, by, action, facts):
    with pytest.raises(Refused, match="why it is put back"):
        decide(hidden, Judgement(action=action, facts=facts), by=by)
    assert Decision.objects.count() == 1


def test_the_desk_offers_ready_reasons_and_the_statement_shows_the_one_chosen(
    hidden, desk
):
    address = f"/moderation/desk/comments/{hidden.ref}/"
    answer = desk.get(address)
    form = answer.context["form"]
    assert all(each in answer.content.decode() for each in RESTORE_SENTENCES)
    sent = {**form.initial, "action": "restore"}
    assert desk.post(f"{address}decide/", sent).status_code == 422
    sent["ready"] = RESTORE_SENTENCES[1]
    assert desk.post(f"{address}decide/", sent).status_code == 302
    made = Decision.objects.newest_first().first()
    assert made.facts == RESTORE_SENTENCES[1]
    assert (
        RESTORE_SENTENCES[1] in Client().get(made.get_absolute_url()).content.decode()
    )
    assert RESTORE_SENTENCES[0] not in desk.get(address).content.decode()
