"""A quarrel with all that a bundle may hold of it, signed."""

from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.signer import signing
from commentarchive.models import Comment, Post
from moderation.actions.complaints import Told, record_complaint
from moderation.actions.decisions import Judgement, decide
from moderation.actions.flags import Reported, send_flag
from moderation.actions.queue import add_note
from moderation.actions.wordings import reword
from moderation.models import (
    Action,
    Channel,
    Clause,
    Ground,
    Letter,
    LetterAddress,
    LetterKind,
    LetterState,
    LetterText,
)
from tests.wxr import comment, item, load

# No public byte may hold any of these.
SECRET = {
    "hidden text": "The harbourmaster drowned four kittens on Thursday",
    "earlier text": "The mayor took the brass lantern home",
    "note": "He telephoned twice and wept",
    "replaced": "It was rude about a boatman",
    "desk note": "Ask the solicitor before answering",
    "report": "I sat beside her when she typed that",
    "reporter": "whistle.blower@tide.example",
    "complainant": "Philippa Quenby",
    "complaint": "My late uncle never owned a kitten",
    "letter": "Dear Sir, your remark was taken down",
    "author": "cross.neighbour@tide.example",
    "file": "notes-of-the-quarrel.xml",
}


def sign():
    with signing(django_settings.LEDGER_KEY_FILE) as signer:
        return signer.sign()


@pytest.fixture
def quarrel(tmp_path, by, settings):
    """Return the article, the hidden comment, the decision and the complaint."""
    settings.LEDGER_KEY_FILE = tmp_path / "ledger"
    settings.LEDGER_ORIGIN = "archive.example/ledger"
    older = [
        comment(1, "Who has the key of the lamp room?", author="Ada"),
        comment(2, SECRET["earlier text"], author="Bo", email=SECRET["author"]),
        comment(
            3,
            SECRET["hidden text"],
            parent=1,
            author="Cyprian Vell",
            email=SECRET["author"],
        ),
        comment(4, "東京 says hello.", parent=1, author="Dee"),
    ]
    newer = [
        *older[:1],
        comment(2, "The mayor was mistaken.", author="Bo", email=SECRET["author"]),
        *older[2:],
    ]
    load(tmp_path, item(*older, title="The lamp room"), name="first.xml")
    load(tmp_path, item(*newer, title="The lamp room"), name=SECRET["file"])
    post, hidden = Post.objects.get(), Comment.objects.get(source_id="3")
    rule = Clause.objects.get(number=2)
    send_flag(
        Reported(
            comment=hidden,
            revision=hidden.current_revision,
            clause=rule,
            text=SECRET["report"],
            email=SECRET["reporter"],
        ),
        visitor="192.0.2.1",
        key="a" * 32,
    )
    judgement = Judgement(
        action=Action.REMOVE,
        clause=rule,
        facts=SECRET["replaced"] + ".",
        note=SECRET["note"],
    )
    decision = decide(hidden, judgement, by=by)
    reword(decision, "It insults a person who is named.", by=by)
    add_note(hidden, SECRET["desk note"], by=by)
    told = Told(
        channel=Channel.EMAIL,
        ground=Ground.LEGAL,
        places=[hidden],
        time_zone="Europe/London",
        from_name=SECRET["complainant"],
        from_address="Quenby <philippa@tide.example>",
        text=SECRET["complaint"],
    )
    complaint = record_complaint(told, ref=new_ref("e"), by=by)
    now = timezone.now()
    letter = Letter.objects.create(
        ref=new_ref("e"),
        kind=LetterKind.STATEMENT,
        case=hidden.ref,
        about=decision.ref,
        person=b"p" * 32,
        blog=post.blog,
        decision=decision,
        made_at=now,
        state=LetterState.SENT,
        not_before=now,
        ended_at=now,
    )
    LetterAddress.objects.create(letter=letter, email=SECRET["author"])
    LetterText.objects.create(
        letter=letter, subject="Your remark", body=SECRET["letter"]
    )
    sign()
    return SimpleNamespace(
        post=post, hidden=hidden, decision=decision, complaint=complaint, letter=letter
    )
