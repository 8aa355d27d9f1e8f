"""Reports by mail: nothing before a yes from the address, and one click to end it."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from commentarchive.actions.staff import acting
from commentarchive.erasure.erase import erase
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Blog, Comment
from moderation.actions.issuing import Made, correct, issue
from moderation.actions.subscriptions import forget_unanswered, tell_subscribers
from moderation.letters.delivery import send_due
from moderation.models import (
    Letter,
    LetterAddress,
    LetterText,
    ReportSubscription,
)
from moderation.reports.periods import parse_period
from moderation.views import subscriptions
from tests.answers import assert_says_when_to_try_again
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
FORM = "/moderation/reports/subscribe/"
READER = "Reader@mail.example"


@pytest.fixture(autouse=True)
def _no_limits():
    for limit in (subscriptions.TRIES, subscriptions.SENT, subscriptions.SENT_IN_ALL):
        limit.forget()


def ask(email=READER, blog=""):
    return Client().post(FORM, {"email": email, "blog": blog})


def sent(mail):
    """Send what waits; return what came since."""
    before = len(mail.taken)
    send_due(lambda _line: None)
    return mail.mails[before:]


def link_in(message, word):
    body = message.get_payload(decode=True).decode()
    found = re.search(rf"http://\S+(/moderation/reports/\S+/{word}/)", body)
    return found[1]


def made(word="2012-04", blog=None):
    period = parse_period(word)
    return Made(
        period=period.name,
        first=period.first,
        after=period.after,
        blog=blog,
        size=1,
        document=b"{}",
    )


def issued(word="2012-04"):
    return issue(made(word), by=SYSTEM)


def subscribed(mail):
    ask()
    [question] = sent(mail)
    at = link_in(question, "confirm")
    Client().post(at)
    # It was sent on another day: nobody gets two letters of one case on one.
    Letter.objects.update(day=timezone.localdate() - timedelta(days=3))
    return at


def test_nothing_is_sent_before_somebody_says_yes(mail):
    assert ask().status_code == 202
    [question] = sent(mail)
    assert question["To"] == READER
    at = link_in(question, "confirm")
    # Programs that look at links confirm nothing.
    assert Client().get(at).status_code == 200
    assert not ReportSubscription.objects.exclude(confirmed_at=None).exists()
    assert tell_subscribers(timezone.now()) == 0
    secret = at.split("/")[-3]
    assert len(secret) == 26
    row = ReportSubscription.objects.get()
    assert secret.encode() not in bytes(row.secret_digest)
    # Nor do staff find it in what was sent.
    assert secret not in LetterText.objects.get().body
    guessed = ("y" if secret[0] == "x" else "x") + secret[1:]
    assert Client().post(at.replace(secret, guessed)).status_code == 404
    assert "Confirmed" in Client().post(at).content.decode()
    assert ReportSubscription.objects.exclude(confirmed_at=None).exists()
    # Whoever asks again learns nothing, and nothing is sent.
    assert ask().content == ask("other@mail.example").content
    assert [each["To"] for each in sent(mail)] == ["other@mail.example"]


def test_a_report_goes_to_each_once_with_one_click_out(mail):
    subscribed(mail)
    issued()
    now = timezone.now()
    assert tell_subscribers(now) == 1
    assert tell_subscribers(now) == 0
    [letter] = sent(mail)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    out = link_in(letter, "leave")
    assert letter["List-Unsubscribe"].endswith(f"{out}>")
    assert "issued/e" in letter.get_payload(decode=True).decode()
    assert Client().get(out).status_code == 200
    assert ReportSubscription.objects.exists()
    program = Client(enforce_csrf_checks=True, headers={"Origin": "https://x.example"})
    answer = program.post(out, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, "Ended" in answer.content.decode()) == (200, True)
    assert answer["Referrer-Policy"] == "no-referrer"
    assert not ReportSubscription.objects.exists()
    assert not LetterAddress.objects.exists()
    assert Client().post(out).status_code == 200
    issued("2012-05")
    assert tell_subscribers(timezone.now()) == 0


def test_a_correction_is_called_one(mail):
    subscribed(mail)
    first = issued()
    assert tell_subscribers(timezone.now()) == 1
    [letter] = sent(mail)
    assert letter["Subject"].endswith("New audit report 2012-04: all blogs")
    today = timezone.localdate()
    Letter.objects.filter(day=today).update(day=today - timedelta(days=1))
    correct(first, made(), (), last=first, by=SYSTEM)
    assert tell_subscribers(timezone.now()) == 1
    [letter] = sent(mail)
    assert "Correction of the audit report 2012-04" in letter["Subject"]
    assert "which lines changed" in letter.get_payload(decode=True).decode()


def test_a_letter_that_waits_is_not_sent_to_whoever_left(mail):
    at = subscribed(mail)
    issued()
    tell_subscribers(timezone.now())
    Client().post(at.replace("/confirm/", "/leave/"))
    assert sent(mail) == []
    assert Letter.objects.get(kind="report").state == "cancelled"


@pytest.mark.once
@pytest.mark.unreconciled
def test_a_report_that_is_for_staff_by_now_is_not_told_of(mail, tmp_path):
    load(tmp_path, item(comment(1)))
    blog = Blog.objects.get()
    ask(blog=blog.slug)
    [question] = sent(mail)
    Client().post(link_in(question, "confirm"))
    Letter.objects.update(day=timezone.localdate() - timedelta(days=3))
    issue(made(blog=blog), by=SYSTEM)
    assert tell_subscribers(timezone.now()) == 1
    Blog.objects.update(visibility="staff")
    assert sent(mail) == []
    assert Letter.objects.get(kind="report").state == "refused"


def test_who_does_not_answer_is_forgotten_after_a_week(mail):
    ask()
    forget_unanswered(timezone.now() + timedelta(days=6))
    assert ReportSubscription.objects.exists()
    forget_unanswered(timezone.now() + timedelta(days=8))
    assert not ReportSubscription.objects.exists()
    assert not LetterAddress.objects.exists()


def test_the_form_has_limits(mail, monkeypatch):
    for _time in range(4):
        ask()
    # No address gets more than three letters a day from forms.
    assert Letter.objects.count() == 3
    assert ask("another@mail.example").status_code == 202
    assert ask("third@mail.example").status_code == 429
    with monkeypatch.context() as patch:
        # A second more than 59 minutes.
        patch.setattr(subscriptions.SENT, "take", lambda _who: 3541)
        assert_says_when_to_try_again(ask("third@mail.example"))
    for email in ("", "nobody", "a@b.example, c@d.example", "x\r\ny@mail.example"):
        subscriptions.SENT.forget()
        assert ask(email).status_code == 422
    assert ask(blog="nowhere").status_code == 422
    assert "from another site" in str(
        Client()
        .post(FORM, {"email": READER}, headers={"Sec-Fetch-Site": "cross-site"})
        .content
    )


def test_without_a_mail_server_the_page_names_the_feed(settings):
    settings.HAS_MAIL = False
    assert ask().status_code == 200
    assert "/feeds/reports.atom" in Client().get(FORM).content.decode()
    assert not ReportSubscription.objects.exists()


def test_an_erasure_takes_the_subscription_of_the_same_address(mail, tmp_path, alice):
    load(tmp_path, item(comment(1, "A remark", email=READER.lower())))
    subscribed(mail)
    assert acting(alice).actor
    erase(Comment.objects.get(), basis="subject_request")
    assert not ReportSubscription.objects.exists()
    assert not LetterAddress.objects.exists()
