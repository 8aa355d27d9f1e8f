"""Which letters are written, to whom, and that none is written twice."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from commentarchive.erasure.erase import erase
from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Blog, Comment
from moderation.actions.claims import (
    Told,
    accept_claim,
    refuse_claim,
    reply_to_claim,
    send_claim,
)
from moderation.actions.decisions import Judgement, Record, decide, undo
from moderation.actions.flags import Reported, send_flag
from moderation.actions.letter_switch import switch_letters
from moderation.actions.letters import (
    can_be_written_to,
    claim_letter,
    complaint_letter,
    queue_letter,
)
from moderation.actions.outbox import (
    LetterRefused,
    came_back,
    cancel,
    clear,
    erase_letters,
    retry,
    send_it,
)
from moderation.letters.texts import compose
from moderation.models import (
    Action,
    Claim,
    Clause,
    Letter,
    LetterAddress,
    LetterAttempt,
    LetterKind,
    LetterState,
    ReturnedAddress,
)
from tests.views.test_elsewhere import cut

pytestmark = pytest.mark.django_db
FACTS = "It breaks the rule."
ME = "me@mail.example"


def hide(comment, by, **values):
    values = {"action": Action.BLOCK, "clause": rule(2), "facts": FACTS, **values}
    return decide(comment, Judgement(**values), by=by)


def rule(number):
    return Clause.objects.get(number=number)


def flag(comment, email=ME, key="k" * 22, visitor="203.0.113.1"):
    told = Reported(
        comment=comment, revision=comment.current_revision, clause=rule(2), email=email
    )
    return send_flag(told, visitor=visitor, key=key)[0]


def letters(**kept):
    found = Letter.objects.filter(**kept).order_by("pk")
    return [(each.kind, each.state, each.email) for each in found]


def test_a_decision_drafts_a_statement_to_the_address_of_that_comment(told, by):
    made = hide(told["1"], by)
    assert letters() == [("statement", "drafted", "nell@mail.example")]
    letter = Letter.objects.get()
    assert (letter.decision, letter.case) == (made, told["1"].ref)
    # It waits for somebody's look, and is bound to no day.
    assert (letter.day, letter.attempts) == (None, 0)


@pytest.mark.parametrize("number", ["4", "5"])
def test_nobody_is_written_to_who_left_no_address_or_no_name(told, by, number):
    assert told["4"].commenter is None
    assert told["4"].private_address.email
    hide(told[number], by)
    assert letters() == []


def test_spam_holds_and_what_stays_as_it_is_have_no_letter(told, by):
    hide(told["1"], by, clause=Clause.objects.get(is_spam=True))
    decide(told["2"], Judgement(action=Action.HOLD), by=by)
    decide(told["3"], Judgement(action=Action.APPROVE), by=by)
    assert letters() == []


@pytest.mark.once
def test_whose_words_are_blacked_out_is_told_though_the_rest_is_shown(told, by):
    cut(told["2"], "reply", by)
    assert letters() == [("statement", "drafted", "otto@mail.example")]


def test_what_a_blogs_own_records_tell_has_no_letter(told, by):
    long_ago = timezone.now() - timedelta(days=100)
    record = Record(decided_at=long_ago, role=None, known_from="its own log")
    hide(told["1"], by, record=record, clause=None)
    assert letters() == []


def test_nothing_is_written_about_what_was_decided_before(told, by):
    switch_letters(told["1"].post.blog, is_on=False, by=by)
    first = hide(told["1"], by)
    switch_letters(told["1"].post.blog, is_on=True, by=by)
    assert letters() == []
    undo(first, by=by)
    # Nor that it is shown again, of which nobody was told that it was hidden.
    assert letters() == []
    hide(Comment.objects.get(pk=told["2"].pk), by)
    assert letters() == [("statement", "drafted", "otto@mail.example")]


@pytest.mark.unreconciled
def test_nothing_is_written_without_a_mail_server_or_about_a_blog_for_staff(
    told, by, settings
):
    settings.HAS_MAIL = False
    hide(told["1"], by)
    flag(told["2"])
    settings.HAS_MAIL = True
    Blog.objects.update(visibility="staff")
    hide(told["2"], by)
    assert letters() == []


def test_an_undoing_overtakes_a_statement_that_was_not_sent(told, by):
    first = hide(told["1"], by)
    undo(first, by=by)
    assert letters() == [("statement", "cancelled", "nell@mail.example")]
    # Who was told of the hiding is told that it is shown again.
    Letter.objects.update(state=LetterState.SENT)
    second = hide(Comment.objects.get(pk=told["1"].pk), by)
    Letter.objects.filter(decision=second).update(state=LetterState.SENT)
    undo(second, by=by)
    assert letters()[2:] == [("statement", "drafted", "nell@mail.example")]


def test_a_statement_is_sent_only_as_it_was_looked_at(told, by):
    from moderation.actions.wordings import reword

    made = hide(told["1"], by)
    letter = Letter.objects.get()
    reword(made, "It breaks rule two.", by=by, seen_number=1)
    with pytest.raises(LetterRefused, match="other words"):
        send_it(letter, seen_wording=1, by=by)
    with pytest.raises(LetterRefused):
        send_it(letter, seen_wording=None, by=by)
    send_it(letter, seen_wording=2, by=by)
    letter.refresh_from_db()
    assert (letter.state, letter.wording) == ("queued", 2)
    assert letter.day == timezone.localdate()
    with pytest.raises(LetterRefused, match="waits to be sent"):
        send_it(letter, seen_wording=2, by=by)
    cancel(letter, by=by)
    letter.refresh_from_db()
    assert (letter.state, letter.day) == ("cancelled", None)


def test_a_report_has_a_receipt_and_its_outcome_on_another_day(told, by):
    sent = flag(told["2"])
    assert letters() == [("flag_receipt", "queued", ME)]
    decide(told["2"], Judgement(action=Action.HOLD), by=by)
    assert len(letters()) == 1
    made = decide(
        Comment.objects.get(pk=told["2"].pk), Judgement(action=Action.RESTORE), by=by
    )
    receipt, outcome = Letter.objects.order_by("pk")
    assert (receipt.about, outcome.about) == (sent.ref, made.ref)
    assert outcome.day == receipt.day + timedelta(days=1)
    assert outcome.not_before > timezone.now()
    # What is decided later answers no report a second time.
    hide(Comment.objects.get(pk=told["2"].pk), by)
    assert Letter.objects.filter(kind=LetterKind.FLAG_OUTCOME).count() == 1


def test_a_report_from_before_the_switch_was_promised_no_mail(told, by):
    blog = told["2"].post.blog
    switch_letters(blog, is_on=False, by=by)
    flag(told["2"])
    switch_letters(blog, is_on=True, by=by)
    decide(told["2"], Judgement(action=Action.NO_ACTION), by=by)
    assert letters() == []


def test_a_flood_of_reports_sends_an_address_few_receipts(told):
    for number, comment in enumerate([told["1"], told["2"]] * 20):
        flag(comment, email=ME.upper() if number % 2 else ME, key=f"{number:022}")
    receipts = Letter.objects.filter(kind=LetterKind.FLAG_RECEIPT)
    assert receipts.count() <= 3
    days = list(receipts.values_list("case", "day"))
    assert len(days) == len(set(days))


def test_a_claim_has_a_receipt_an_answer_and_an_outcome(told, by):
    post = told["1"].post
    claimed = Told(blog=post.blog, post=post, number=2, text="Mine", email=ME)
    claim, _secret = send_claim(claimed, "c" * 22)
    send_claim(claimed, "c" * 22)
    assert letters() == [("claim_receipt", "queued", ME)]
    reply_to_claim(claim, "We look at it.", by=by)
    accept_claim(claim, by=by)
    kinds = [kind for kind, _state, _email in letters()]
    assert kinds == ["claim_receipt", "claim_answer", "claim_outcome"]
    assert len(set(Letter.objects.values_list("day", flat=True))) == 3
    # Told once.
    claim_letter(LetterKind.CLAIM_OUTCOME, Claim.objects.get())
    assert len(letters()) == 3


def test_a_refused_claim_has_an_outcome_and_one_without_a_blog_none(told, by):
    post = told["1"].post
    claim, _secret = send_claim(
        Told(blog=post.blog, post=None, number=1, email=ME), "c" * 22
    )
    refuse_claim(claim, reason="It is not so.", by=by)
    assert [kind for kind, *_more in letters()] == ["claim_receipt", "claim_outcome"]
    elsewhere = Told(
        blog=None, post=None, number=1, named_blog="elsewhere.example", email=ME
    )
    send_claim(elsewhere, "d" * 22)
    assert len(letters()) == 2


def test_a_complaint_may_have_letters(told):
    for kind in (LetterKind.COMPLAINT_RECEIPT, LetterKind.COMPLAINT_OUTCOME) * 2:
        blogs = list(Blog.objects.all())
        complaint_letter(kind, complaint="e" + 26 * "b", email=ME, blogs=blogs)
    assert [kind for kind, *_more in letters()] == [
        "complaint_receipt",
        "complaint_outcome",
    ]
    assert set(Letter.objects.values_list("state", "day")) == {("drafted", None)}


@pytest.mark.parametrize(
    ("email", "can_be"),
    [
        ("nell@mail.example", True),
        ("nell+tag@bücher.example", True),
        ("", False),
        ("nell", False),
        ("a@b.example, c@d.example", False),
        ("a@b.example;c@d.example", False),
        ('"a, b"@c.example', False),
        ("Nell <nell@mail.example>", False),
        ("nell@mail.example\nBcc: all@mail.example", False),
        ("nell@mail.example\r\nBcc: all@mail.example", False),
        ("nell@mail.example\u202e", False),
        ("nell@mail\u200b.example", False),
        ("zoë@mail.example", False),
        (f"{'a' * 300}@mail.example", False),
        ("nell@mail.example%0aBcc:x", False),
    ],
)
@pytest.mark.pure
def test_what_is_no_address_of_one_person_is_not_written_to(email, can_be):
    assert can_be_written_to(email) == can_be


def test_an_address_from_which_a_letter_came_back_is_not_written_to(told, by):
    hide(told["1"], by)
    first = Letter.objects.get()
    Letter.objects.update(state=LetterState.SENT)
    came_back(first, by=by)
    other = Comment.objects.get(pk=told["3"].pk)
    hide(other, by)
    assert len(letters()) == 1
    with pytest.raises(LetterRefused, match="came back"):
        retry(first, by=by)
    clear(first, by=by)
    with pytest.raises(LetterRefused, match="may be written to"):
        clear(first, by=by)
    assert not ReturnedAddress.objects.exists()


def test_an_erasure_reaches_addresses_texts_and_the_queue(told, by):
    flag(told["1"])
    hide(told["1"], by)
    statement = Letter.objects.get(kind=LetterKind.STATEMENT)
    send_it(statement, seen_wording=1, by=by)
    came = Letter.objects.get(kind=LetterKind.FLAG_RECEIPT)
    Letter.objects.filter(pk=came.pk).update(state=LetterState.SENT)
    came_back(came, by=by)
    erase(Comment.objects.get(pk=told["1"].pk), basis="subject_request")
    assert not LetterAddress.objects.exists()
    assert not LetterAttempt.objects.exists()
    assert not ReturnedAddress.objects.exists()
    assert "queued" not in set(Letter.objects.values_list("state", flat=True))
    assert not Letter.objects.get(kind=LetterKind.STATEMENT).email
    with pytest.raises(LetterRefused, match="erased"):
        Letter.objects.update(state=LetterState.REFUSED)
        retry(Letter.objects.first(), by=by)


def test_the_record_names_no_letter(told, by):
    hide(told["1"], by)
    before = Entry.objects.count()
    send_it(Letter.objects.get(), seen_wording=1, by=by)
    assert Entry.objects.count() == before
    leaves = b"".join(
        bytes(each) for each in Entry.objects.values_list("leaf", flat=True)
    )
    assert Letter.objects.get().ref.encode() not in leaves


@pytest.mark.unreconciled
def test_reconcile_names_a_letter_about_what_nobody_was_to_be_told(told, by):
    made = hide(told["1"], by)
    assert [*reconcile()] == []
    other = hide(Comment.objects.get(pk=told["2"].pk), by)
    from commentarchive.ledger import triggers

    triggers.remove()
    Letter.objects.filter(decision=made).update(case=told["2"].ref)
    assert "another case" in " ".join(str(each) for each in reconcile())
    Letter.objects.filter(decision=made).update(case=told["1"].ref)
    from moderation.models import LetterSwitch

    LetterSwitch.objects.update(at=other.recorded_at)
    assert "before letters were on" in " ".join(str(each) for each in reconcile())
    triggers.install()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_write_one_letter_a_case_and_day(told):
    blog = Blog.objects.get()
    start = threading.Barrier(4)
    made = []

    def write(number):
        try:
            start.wait()
            made.append(
                queue_letter(
                    LetterKind.FLAG_RECEIPT,
                    case=told["1"].ref,
                    about=f"{'same' if number < 2 else number}",
                    email=ME,
                    blog=blog,
                )
            )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    days = list(Letter.objects.values_list("day", flat=True))
    assert len(days) == len(set(days)) == 3
    assert len([each for each in made if each]) == 3
    assert LetterAddress.objects.count() == 3


def test_a_complaint_in_the_book_drafts_a_receipt_and_an_outcome(told, by):
    from moderation.actions import complaints
    from moderation.models import Channel, Ground, Outcome

    values = {
        "channel": Channel.EMAIL,
        "ground": Ground.LEGAL,
        "time_zone": "Europe/London",
        "text": "I never said that.",
        "places": [told["1"], told["2"].post],
    }
    on_paper = complaints.Told(from_address="2 Quay Steps, Tarnwick", **values)
    complaints.record_complaint(on_paper, ref="e" + 26 * "c", by=by)
    assert letters() == []
    by_mail = complaints.Told(from_address=ME, **values)
    made = complaints.record_complaint(by_mail, ref="e" + 26 * "d", by=by)
    complaints.close_complaint(made, Outcome.UPHELD, None, seen=1, by=by)
    kinds = ["complaint_receipt", "complaint_outcome"]
    assert letters() == [(kind, "drafted", ME) for kind in kinds]
    outcome = compose(Letter.objects.get(kind=LetterKind.COMPLAINT_OUTCOME))
    assert "closed: upheld." in outcome.body
    assert "I never said" not in outcome.body
    erase_letters(made.ref)
    assert not LetterAddress.objects.exists()
