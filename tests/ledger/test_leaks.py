"""Nothing that the record publishes holds a word that somebody wrote."""

import io
import json
import re
from datetime import date

import pytest
from django.core.management import call_command
from django.test import Client

from commentarchive.actions.claimed_gaps import answer_claim, claim_gap, end_claim
from commentarchive.actions.staff import acting
from commentarchive.erasure.erase import IsHeld, erase
from commentarchive.erasure.holds import place_hold
from commentarchive.ledger.merkle import events, fields
from commentarchive.ledger.merkle.refs import LETTERS
from commentarchive.ledger.models import Checkpoint, Entry
from commentarchive.models import (
    Answer,
    Blog,
    CaptureFile,
    Comment,
    CommenterName,
    Manifest,
    Post,
    RevisionText,
)
from moderation.actions.claims import Told, accept_claim, send_claim
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action, Clause, DecisionWords
from tests.private_words import private_words

pytestmark = pytest.mark.django_db
SHAPES = re.compile(
    r"[a-z][a-z2-7]{26}|[A-Za-z0-9_-]{43}|\d{4}-\d\d-\d\dT\d\d:\d\d:00Z", re.ASCII
)
MEMBERS = {
    "actor",
    "c",
    "d",
    "id",
    "re",
    "subj",
    "t",
    "thread",
    "ts",
    "v",
    "k",
    "r",
    "n",
}


def vocabulary():
    """List every word that an entry may hold, from the registry alone."""
    words = {*MEMBERS, *LETTERS.values(), *events.EVENTS, *events.ROLES}
    for event in events.EVENTS.values():
        words |= {*event.public, *event.committed, *event.committed_if_any}
        for kind in event.public.values():
            inner = kind.kind if isinstance(kind, fields.Maybe | fields.IfAny) else kind
            if isinstance(inner, fields.Choice):
                words |= set(inner.words)
    return words


def strings(value):
    """Give each string of a JSON value, member names too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def strange(leaf, known):
    """List what in a leaf is neither of the registry nor random."""
    return [
        text
        for text in strings(json.loads(leaf))
        if text not in known and not SHAPES.fullmatch(text)
    ]


@pytest.fixture
def published(demo, alice, settings, tmp_path):
    """Do everything once that makes an entry with words behind it; publish it all."""
    settings.LEDGER_KEY_FILE = tmp_path / "ledger"
    settings.LEDGER_ORIGIN = "archive.example/ledger"
    by = acting(alice)
    shown = list(Comment.objects.shown().order_by("pk")[:4])
    rule = Clause.objects.filter(number=3).order_by("-policy__in_force_at").first()
    decide(
        shown[0],
        Judgement(
            action=Action.REMOVE,
            clause=rule,
            facts="It gives an address.",
            note="Seen by Alice and Olive.",
        ),
        by=by,
    )
    claim_gap(shown[0].post, number=2, said_in=shown[1], by=by)
    told = Told(
        blog=shown[0].post.blog,
        post=shown[0].post,
        number=3,
        text="They never let my zeppelin through.",
        email="barnaby@mail.example",
    )
    gap = accept_claim(
        send_claim(told, "leaks")[0],
        proof=Manifest.objects.filter(post=told.post).first().capture,
        evidence="It lies in their trash.",
        reply="We have seen it there.",
        by=by,
    )
    answer_claim(gap, Answer.DENIED, answered_at=None, text="We deny it.", by=by)
    end_claim(gap, is_refused=True, reason="She took it back.", by=by)
    erase(shown[2], basis="subject_request", note="She wrote a letter.")
    place_hold(shown[3], reason="The court asked.", review_on=date(2099, 1, 1))
    with pytest.raises(IsHeld):
        erase(shown[3], basis="legal")
    call_command("sign_checkpoint", stdout=io.StringIO())
    call_command("export_ledger", tmp_path / "record", stdout=io.StringIO())
    files = {
        str(path): path.read_bytes()
        for path in (tmp_path / "record").rglob("*")
        if path.is_file()
    }
    for index in range(Checkpoint.objects.get().size):
        for kind in ("json", "tlog-proof"):
            address = f"/ledger/entries/{index}.{kind}"
            files[address] = Client().get(address).content
    for address in ("/ledger/checkpoint", "/ledger/vkey"):
        files[address] = Client().get(address).content
    return files


def written():
    """List all that anybody ever wrote here: texts, names, addresses, reasons."""
    words = private_words()
    for found in (
        RevisionText.objects.values_list("plain", "raw", "title", "byline"),
        CommenterName.objects.values_list("name", "link"),
        DecisionWords.objects.values_list("facts", "note"),
        CaptureFile.objects.values_list("name"),
        Blog.objects.values_list("title", "address", "slug"),
        Clause.objects.values_list("title", "text"),
        Post.objects.values_list("addresses__address"),
    ):
        words |= {text for row in found for text in row if text}
    return {
        *words,
        "Seen by Alice and Olive.",
        "She wrote a letter.",
        "The court asked.",
        *("It lies in their trash.", "We deny it.", "She took it back."),
    }


def test_every_string_of_every_leaf_is_of_the_registry_or_random(published):
    known = vocabulary()
    leaves = [bytes(leaf) for leaf in Entry.objects.values_list("leaf", flat=True)]
    assert len(leaves) > 30
    for leaf in leaves:
        assert strange(leaf, known) == [], leaf
    # The detector sees a word that has slipped in, as a value and as a name.
    said = json.loads(leaves[-1])
    for damage in ({"d": {**said["d"], "to": "blocked for libel"}}, {"zeppelin": None}):
        assert strange(json.dumps({**said, **damage}), known)


def test_nothing_published_repeats_what_somebody_wrote(published):
    words = {word.encode() for word in written() if len(word) > 4}
    assert len(words) > 500
    registry = {word.encode() for word in vocabulary()}
    for name, data in published.items():
        for word in words - registry:
            assert word not in data, (name, word)
    # And the detector detects.
    some = min(words - registry, key=len)
    assert some in b"..." + some


def test_proofs_of_published_texts_repeat_nothing_hidden(published):
    hidden = {word for word in private_words() if len(word) > 5}
    assert len(hidden) > 50
    proofs = 0
    for ref in Comment.objects.shown().values_list("ref", flat=True)[:60]:
        answer = Client().get(f"/comments/{ref}/proof.json")
        assert answer.status_code == 200
        proofs += 1
        for word in hidden:
            assert word not in answer.text, (ref, word)
    assert proofs == 60
