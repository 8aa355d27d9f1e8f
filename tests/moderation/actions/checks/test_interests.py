"""Whoever decides has to say so where they have to do with the comment."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from commentarchive.actions.joined_names import join_names
from commentarchive.actions.staff import acting, set_roles
from commentarchive.erasure.erase import erase
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.models import Role
from commentarchive.models import Comment, Commenter, Confidence
from moderation.actions.checks import Interests
from moderation.actions.decisions import (
    Case,
    ConflictOfInterest,
    Judgement,
    Record,
    Refused,
    decide,
    decide_all,
    judge_told,
    undo,
)
from moderation.actions.own_names import NameRefused, add_own_name
from moderation.models import Action, Conflict, OwnName
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
WHY = "Nobody else was there that evening."
HOLD = Judgement(action=Action.HOLD)


@pytest.fixture
def thread(by, tmp_path):
    """Return a thread: Nell, below her Olga, beside them Pim, who names Olga Wood."""
    load(
        tmp_path,
        item(
            comment(1, "The pier is falling down", author="Nell"),
            comment(2, "It stands", author="Olga Wood", parent=1, email=""),
            comment(3, "Why so angry?", author="Pim", parent=2, email=""),
            comment(4, "Let us ask olga  WOOD, then", author="Pim", email=""),
            comment(5, "Or not", author="Quentin", email=""),
        ),
    )


@pytest.fixture
def second(django_user_model):
    user = django_user_model.objects.create_user("bo", is_staff=True)
    set_roles(user, roles={Role.MODERATOR}, handle="Bo")
    return acting(user)


def the(number):
    return Comment.objects.get(source_id=str(number))


def conflict_of(number, by):
    one = the(number)
    newest = one.revisions.order_by("-number").first()
    return Interests(by, [(one, newest)]).conflict(one)


@pytest.mark.parametrize(
    ("number", "conflict"),
    [
        (1, Conflict.TOOK_PART),
        (2, Conflict.OWN_COMMENT),
        (3, Conflict.TOOK_PART),
        (4, Conflict.NAMED_IN_IT),
        (5, None),
    ],
)
def test_what_somebody_has_to_do_with_a_comment(thread, by, number, conflict):
    assert conflict_of(number, by) is None
    add_own_name(by.actor, " Olga   Wood", by=by)
    assert conflict_of(number, by) == conflict
    if conflict is None:
        assert decide(the(number), HOLD, by=by).override == ""
        return
    with pytest.raises(ConflictOfInterest, match=r"in public why"):
        decide(the(number), HOLD, by=by)
    made = decide(
        the(number), Judgement(action=Action.HOLD, override_reason=WHY), by=by
    )
    assert (made.override, made.override_reason) == (conflict, WHY)
    assert WHY in Client().get(made.get_absolute_url()).content.decode()


def test_a_name_in_other_letters_is_the_same(thread, by):
    add_own_name(by.actor, "Оlga Wооd", by=by)  # with Cyrillic letters
    assert conflict_of(2, by) is Conflict.OWN_COMMENT


def test_a_handle_counts_as_a_name(thread, by, django_user_model):
    user = django_user_model.objects.create_user("o", is_staff=True)
    set_roles(user, roles={Role.MODERATOR}, handle="Olga-Wood")
    assert conflict_of(4, acting(user)) is Conflict.NAMED_IN_IT


def test_a_joined_name_counts_as_well(thread, by):
    add_own_name(by.actor, "Nell", by=by)
    assert conflict_of(5, by) is None
    one, other = (
        Commenter.objects.get(name__name=name) for name in ("Nell", "Quentin")
    )
    join_names(*(one, other, Confidence.CERTAIN), facts="Both say so.", note="", by=by)
    assert conflict_of(5, by) is Conflict.OWN_COMMENT


def test_the_address_of_a_login_tells_who_wrote_a_comment(thread, by):
    User.objects.filter(actor_link__actor=by.actor).update(email="NELL@Mail.example")
    assert conflict_of(1, by) is Conflict.OWN_COMMENT
    assert conflict_of(3, by) is Conflict.TOOK_PART
    assert conflict_of(5, by) is None


def test_the_author_of_an_article_is_asked_while_somebody_else_may_decide(
    thread, by, second
):
    add_own_name(by.actor, "ed", by=by)
    add_own_name(by.actor, "Quentin", by=by)
    assert conflict_of(1, by) is Conflict.OWN_ARTICLE
    with pytest.raises(ConflictOfInterest, match="Leave it to somebody else"):
        decide(the(1), HOLD, by=by)
    User.objects.filter(actor_link__actor=second.actor).update(is_active=False)
    made = decide(the(1), HOLD, by=by)
    assert (made.override, made.override_reason) == ("own_article", "")
    said = Client().get(made.get_absolute_url()).content.decode()
    assert "Decided by the author of the article." in said
    with pytest.raises(ConflictOfInterest, match=r"^You wrote this comment\. Say in"):
        decide(the(5), HOLD, by=by)


def test_undoing_asks_as_well(thread, by):
    made = decide(the(2), HOLD, by=by)
    add_own_name(by.actor, "Olga Wood", by=by)
    with pytest.raises(ConflictOfInterest):
        undo(made, by=by)
    with pytest.raises(Refused, match="without them"):
        undo(made, by=by, override_reason="It stands")
    assert undo(made, by=by, override_reason=WHY).override == "own_comment"


def test_one_reason_serves_for_those_of_a_batch_that_need_it(thread, by):
    add_own_name(by.actor, "Olga Wood", by=by)
    hold = Judgement(action=Action.HOLD, override_reason=WHY)
    cases = [Case(comment=the(number), judgement=hold) for number in (2, 5)]
    made = decide_all(cases, by=by)
    assert [(one.override, one.override_reason) for one in made] == [
        ("own_comment", WHY),
        ("", ""),
    ]


def test_what_records_tell_is_not_recorded_by_whom_it_concerns(thread, by):
    add_own_name(by.actor, "Olga Wood", by=by)
    told = Judgement(
        action=Action.BLOCK,
        facts="It was blocked.",
        record=Record(decided_at=None, role=Role.OWNER, known_from="a notebook"),
    )
    cases = [Case(comment=the(number), judgement=told) for number in (2, 5)]
    made, refused = judge_told(cases, by=by)
    assert [one.comment.source_id for one in made] == ["5"]
    assert "You wrote this comment" in refused[0][1]


def test_the_program_has_no_interests(thread, by):
    add_own_name(by.actor, "Olga Wood", by=by)
    assert decide(the(2), HOLD, by=SYSTEM).override == ""


def test_queries_do_not_grow_with_the_comments(thread, by, django_assert_num_queries):
    add_own_name(by.actor, "Olga Wood", by=by)
    comments = Comment.objects.select_related("private_address")
    judged = [(one, one.revisions.get()) for one in comments]
    for number in (1, 5):
        with django_assert_num_queries(8):
            Interests(by, judged[:number])


def test_names_of_others_are_added_by_owners_alone(by, second, olive):
    with pytest.raises(NameRefused, match="Only an owner"):
        add_own_name(by.actor, "Olga Wood", by=second)
    add_own_name(second.actor, "Olga Wood", by=acting(olive))
    add_own_name(second.actor, "olga wood", by=second)
    assert [own.name for own in OwnName.objects.all()] == ["Olga Wood"]
    for name in ("", "?!", "x" * 101):
        with pytest.raises(NameRefused):
            add_own_name(by.actor, name, by=by)


def test_an_erased_name_is_still_known_by_its_looks(thread, by):
    add_own_name(by.actor, "Olga Wood", by=by)
    erase(Commenter.objects.get(name__name="Olga Wood"), basis="legal")
    assert [own.name for own in OwnName.objects.all()] == [""]
