"""Letters handed to a real mail server on loopback, and what becomes of each."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.mail import mailers
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from commentarchive.ledger.models import Actor
from commentarchive.models import Blog, Comment, Post
from moderation.actions import sending
from moderation.actions.decisions import Judgement, decide
from moderation.actions.letters import queue_letter
from moderation.actions.outbox import LetterRefused, cancel, retry, send_it, state_now
from moderation.letters.delivery import send_due
from moderation.letters.texts import compose
from moderation.models import (
    Action,
    Clause,
    Letter,
    LetterAddress,
    LetterAttempt,
    LetterKind,
    LetterState,
    LetterText,
)
from tests.moderation.conftest import SECRET
from tests.moderation.mail_server import silent_server, use

pytestmark = pytest.mark.django_db
FACTS = "It breaks the rule."


@pytest.fixture
def letter(told, by):
    """Return a statement that somebody has looked at."""
    clause = Clause.objects.get(number=2)
    judgement = Judgement(action=Action.BLOCK, clause=clause, facts=FACTS)
    decide(told["1"], judgement, by=by)
    drafted = Letter.objects.get()
    send_it(drafted, seen_wording=1, by=by)
    return Letter.objects.get()


def receipt(comment, email="me@mail.example", about="x"):
    return queue_letter(
        LetterKind.COMPLAINT_RECEIPT,
        case=comment.ref,
        about=about,
        email=email,
        blog=comment.post.blog,
    )


def send():
    told = []
    is_reached = send_due(told.append)
    return is_reached, told


def state(letter):
    letter.refresh_from_db()
    return letter.state


def make_due():
    Letter.objects.filter(state="queued").update(not_before=timezone.now())


def test_a_letter_is_delivered_once_to_one_address(letter, mail):
    assert send()[0]
    assert send()[0]
    assert state(letter) == "sent"
    assert mail.recipients == [["nell@mail.example"]]
    [made] = mail.mails
    assert made["To"] == "nell@mail.example"
    assert made["From"].addresses[0].addr_spec == "desk@archive.example"
    assert made["From"].addresses[0].display_name == "Test blog"
    assert made["Reply-To"] == "desk@archive.example"
    assert made["Auto-Submitted"] == "auto-generated"
    assert made["Message-ID"] == f"<{letter.ref}@127.0.0.1>"
    assert made.get_content_type() == "text/plain"
    text = made.get_content()
    assert FACTS in text
    assert "Comment taken down under rule 2" in text
    statement = letter.decision.get_absolute_url()
    assert f"http://127.0.0.1:8000{statement}" in text
    for hidden in (*SECRET.split(", "), "Nell", "Zimmer", "printer"):
        assert hidden not in f"{made}"
    kept = LetterText.objects.get()
    assert (kept.subject, kept.body) == (made["Subject"], text.replace("\r\n", "\n"))


@pytest.mark.once
@pytest.mark.unreconciled
def test_an_article_that_readers_do_not_see_is_in_no_letter(letter):
    assert "Article: An article" in compose(letter).body
    Post.objects.update(is_public=False)
    assert "article" not in compose(letter).body.casefold()


def test_a_refusal_for_some_time_is_tried_again_with_growing_pauses(letter, mail):
    mail.answers["RCPT"] = ["450 4.2.1 nell@mail.example is busy", "250 OK"]
    send()
    assert state(letter) == "queued"
    pause = letter.not_before - timezone.now()
    assert timedelta(minutes=4) < pause <= timedelta(minutes=5)
    send()
    assert (state(letter), letter.attempts) == ("queued", 1)
    make_due()
    send()
    assert (state(letter), letter.attempts) == ("sent", 2)
    told = list(LetterAttempt.objects.values_list("state", "answer"))
    assert told[1:] == [
        ("queued", "450 4.2.1 n…@mail.example is busy"),
        ("sent", ""),
    ]


def test_after_some_attempts_it_is_given_up_and_may_be_tried_anew(letter, mail, by):
    mail.answers["DATA"] = ["499 later"]
    for _attempt in range(len(sending.PAUSES) + 1):
        assert state(letter) == "queued"
        make_due()
        send()
    assert state(letter) == "given_up"
    mail.answers.clear()
    retry(letter, by=by)
    send()
    assert (state(letter), len(mail.taken)) == ("sent", 1)


@pytest.mark.parametrize(("command", "code"), [("RCPT", 550), ("DATA", 500)])
def test_a_refusal_for_good_is_final_in_the_servers_words(letter, mail, command, code):
    mail.answers[command] = [f"{code} 5.1.1 No such user NELL@mail.example\tat all"]
    send()
    assert state(letter) == "refused"
    make_due()
    send()
    assert mail.taken == []
    said = LetterAttempt.objects.order_by("pk").last().answer
    assert said == f"{code} 5.1.1 No such user n…@mail.example at all"


def test_a_refused_sender_is_a_fault_of_ours_and_tried_again(letter, mail):
    mail.answers["MAIL"] = ["550 5.7.1 not from here"]
    send()
    assert state(letter) == "queued"
    assert "not from here" in LetterAttempt.objects.order_by("pk").last().answer


def test_a_mailer_that_reached_nobody_has_begun_no_text(settings):
    use(settings, port=1)
    assert mailers["default"].text_was_begun is False


def test_where_nobody_listens_it_waits_and_the_rest_is_not_tried(
    letter, told, settings
):
    receipt(told["2"])
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    use(settings, port)
    is_reached, said = send()
    assert not is_reached
    assert len(said) == 1
    assert "refused" in said[0]
    assert sorted(Letter.objects.values_list("state", "attempts")) == [
        ("queued", 0),
        ("queued", 1),
    ]
    with pytest.raises(CommandError, match="cannot be used"):
        call_command("send_letters")


def test_a_server_that_says_nothing_leaves_the_letter_in_the_queue(letter, settings):
    with silent_server() as port:
        use(settings, port, timeout=0.5)
        assert not send()[0]
    assert state(letter) == "queued"
    assert "timed out" in LetterAttempt.objects.order_by("pk").last().answer


def test_a_server_that_stops_before_the_text_leaves_it_in_the_queue(letter, settings):
    with silent_server(b"220 here\r\n", until=b"rcpt") as port:
        use(settings, port, timeout=0.5)
        send()
    assert state(letter) == "queued"


def test_a_server_that_stops_after_the_text_leaves_it_in_doubt(letter, settings, by):
    with silent_server(b"220 here\r\n", until=b"\r\n.\r\n") as port:
        use(settings, port, timeout=0.5)
        send()
        assert state(letter) == "unsure"
        make_due()
        send()
    assert state(letter) == "unsure"
    cancel(letter, by=by)
    assert state(letter) == "cancelled"


def test_a_server_that_takes_it_and_says_no_goodbye_has_it(letter, settings):
    with silent_server(b"220 here\r\n", until=b"quit") as port:
        use(settings, port, timeout=0.5)
        send()
        assert state(letter) == "sent"


@pytest.mark.parametrize("step", ["note_sent", "keep_text"])
def test_what_is_cut_short_is_not_sent_again_by_itself(
    letter, mail, by, monkeypatch, step
):
    def killed(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sending, step, killed)
        with pytest.raises(KeyboardInterrupt):
            send()
    taken = len(mail.taken)
    assert taken == (step == "note_sent")
    assert state(letter) == "sending"
    make_due()
    send()
    assert (state(letter), len(mail.taken)) == ("sending", taken)
    with pytest.raises(LetterRefused, match="is being sent"):
        retry(letter, by=by)
    long_ago = timezone.now() - timedelta(minutes=16)
    Letter.objects.update(claimed_at=long_ago)
    letter.refresh_from_db()
    # Also before the program has looked again.
    assert state_now(letter) == LetterState.UNSURE
    send()
    assert (state(letter), len(mail.taken)) == ("unsure", taken)
    retry(letter, by=by)
    send()
    assert (state(letter), len(mail.taken)) == ("sent", taken + 1)
    assert {made["Message-ID"] for made in mail.mails} == {f"<{letter.ref}@127.0.0.1>"}


def test_who_comes_back_late_still_says_that_it_was_sent(letter, mail):
    mail.before_answer = lambda: None
    taken = sending.take_next(timezone.now())
    Letter.objects.update(claimed_at=timezone.now() - timedelta(minutes=20))
    taken.refresh_from_db()
    sending.note_broken_off(timezone.now())
    assert state(letter) == "unsure"
    sending.note_sent(taken)
    assert state(letter) == "sent"


def test_what_was_decided_since_is_looked_at_before_it_is_sent(letter, mail, by):
    from moderation.actions.wordings import reword

    reword(letter.decision, "It breaks rule two.", by=by, seen_number=1)
    send()
    assert (state(letter), letter.day) == ("drafted", None)
    send_it(letter, seen_wording=2, by=by)
    one = Comment.objects.get(pk=letter.decision.comment_id)
    decide(one, Judgement(action=Action.HOLD), by=by)
    send()
    assert (state(letter), mail.taken) == ("cancelled", [])


def test_switched_off_or_erased_meanwhile_it_is_not_sent(letter, told, mail, by):
    from moderation.actions.letter_switch import switch_letters

    other = receipt(told["2"])
    LetterAddress.objects.filter(letter=other).delete()
    switch_letters(Blog.objects.get(), is_on=False, by=by)
    send()
    assert (state(letter), state(other), mail.taken) == ("cancelled", "cancelled", [])


def test_a_letter_put_off_leaves_the_day_to_another_of_its_case(told, mail):
    first, second = receipt(told["1"], about="a"), receipt(told["1"], about="b")
    mail.answers["RCPT"] = ["450 later", "250 OK"]
    send()
    tomorrow = timezone.now() + timedelta(days=1)
    sending.note_broken_off(tomorrow)
    taken = sending.take_next(tomorrow)
    # One of the two, and not the other on the same day.
    assert taken is not None
    assert sending.take_next(tomorrow) is None
    days = set(Letter.objects.values_list("day", flat=True))
    assert len(days) == 2 or first.pk != second.pk


def test_only_counts_and_links_go_to_staff(told, mail, by, alice):
    from moderation.actions.news import choose_news
    from moderation.letters.desk_news import queue_news
    from moderation.models import NewsChoice

    alice.email = "alice@archive.example"
    alice.save()
    actor = Actor.objects.get(link__user=alice)
    choose_news(actor, "each")
    now = timezone.now() + timedelta(minutes=16)
    queue_news(now)
    assert not Letter.objects.exists()
    NewsChoice.objects.update(told_comment=0)
    queue_news(now)
    queue_news(now)
    queue_news(now + timedelta(minutes=5))
    assert Letter.objects.count() == 1
    send()
    [made] = mail.mails
    text = f"{made}{made.get_content()}"
    assert "Waiting to be looked at: 1" in text
    for word in ("Nell", "Otto", "Let me in", "mail.example", "An article"):
        assert word not in text
    alice.is_active = False
    alice.save()
    NewsChoice.objects.update(told_comment=0)
    queue_news(now + timedelta(minutes=40))
    assert Letter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_letter_once(told, mail):
    for number in range(12):
        receipt(told["2"], email=f"reader{number}@mail.example", about=f"x{number}")
    start = threading.Barrier(3)

    def work():
        try:
            start.wait()
            send_due(lambda _line: None)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(mail.taken) == 12
    assert len({to for [to] in mail.recipients}) == 12
    assert set(Letter.objects.values_list("state", "attempts")) == {("sent", 1)}


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_after_the_server_took_it_leaves_it_in_doubt(
    told, mail, settings
):
    """A real process, killed between the server's answer and the note of it."""
    made = receipt(told["2"])
    name = str(connection.settings_dict["NAME"])
    address = os.environ.get("DATABASE_URL", "")
    if connection.vendor == "sqlite":
        address = f"sqlite:///{name}"
    else:
        address = urlsplit(address)._replace(path=f"/{name}").geturl()
    port = settings.MAILERS["default"]["OPTIONS"]["port"]
    connections.close_all()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "commentarchive.settings",
        "VAR_DIR": str(settings.VAR_DIR),
        "DATABASE_URL": address,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "CONTACT_EMAIL": "desk@archive.example",
    }
    script = (
        "import django, time; django.setup()\n"
        "from moderation.actions import sending\n"
        "from moderation.letters.delivery import send_due\n"
        "sending.note_sent = lambda *_: time.sleep(60)\n"
        "send_due(print)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        env=environment,
        cwd=Path(__file__).resolve().parents[3],
    )
    while not mail.taken and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert len(mail.taken) == 1
    assert state(made) == "sending"
    later = timezone.now() + timedelta(minutes=16)
    sending.note_broken_off(later)
    assert state(made) == "unsure"
    make_due()
    call_command("send_letters")
    assert (state(made), len(mail.taken)) == ("unsure", 1)


def test_without_a_mail_server_the_command_says_so(settings):
    settings.HAS_MAIL = False
    with pytest.raises(CommandError, match="EMAIL_URL"):
        call_command("send_letters")


def test_reasons_that_repeat_what_was_hidden_since_are_left_to_the_page(told, mail, by):
    said = "the bishop keeps nine ferrets below the vestry"
    other = Comment.objects.get(pk=told["6"].pk)
    assert other.current_revision.text.plain == said
    clause = Clause.objects.get(number=2)
    judgement = Judgement(action=Action.BLOCK, clause=clause, facts=f"As to: {said}.")
    decide(told["1"], judgement, by=by)
    made = Letter.objects.get()
    assert said in compose(made).body
    decide(other, Judgement(action=Action.BLOCK, clause=clause, facts=FACTS), by=by)
    send_it(made, seen_wording=1, by=by)
    send()
    [sent] = mail.mails
    assert "ferrets" not in sent.get_content()
    assert made.decision.get_absolute_url() in sent.get_content()
