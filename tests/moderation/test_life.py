"""The whole life of a comment, step by step, against a plain model of it.

Few lives in the suite; `make soak` lives LIVES of them.
"""

import os
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from commentarchive.api import answers
from commentarchive.erasure.erase import erase
from commentarchive.intake.corrections import correct_comment
from commentarchive.intake.session import import_files
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.ledger.verification import verify
from commentarchive.models import Aspect, Comment, Post
from commentarchive.text.blacking_out import seen_text
from commentarchive.views import search
from moderation.actions.batches import BatchChanged, decide_batch, undo_batch
from moderation.actions.decisions import (
    Case,
    Judgement,
    Refused,
    decide,
    undo,
)
from moderation.actions.judgements import Blackened
from moderation.actions.measures import end_due
from moderation.actions.places import text_to_black_out
from moderation.actions.redactions import redact, redaction
from moderation.actions.subjects import read_subjects
from moderation.models import Action, Clause, Decision
from tests import databases
from tests.moderation.life_model import AT_SOURCE, Life, Words
from tests.wxr import comment, export, item, write

pytestmark = pytest.mark.django_db
LIVES = int(os.environ.get("LIVES", "0"))
STEPS = int(os.environ.get("STEPS", "8"))
RULES = {"": 2, "spam": 1, "legal": 4}
FACTS = "It does not keep to what was agreed."
NUMBERS = (1, 2, 3)
PARENTS = {1: 0, 2: 1, 3: 0}
WORDS = {1: Words("a"), 2: Words("b")}
WORDS[3] = Words("c", quotes=WORDS[2].sentence(1))
EVERY_WORD = {word for each in WORDS.values() for word in each.every}
titles = count()
one = st.sampled_from(NUMBERS)
hiding = st.sampled_from(
    [("block", ""), ("remove", ""), ("remove", "spam"), ("withhold", "legal")]
)


class Lives(RuleBasedStateMachine):
    """Three comments on one article: a parent, its reply, and one that quotes it."""

    # Set by the test.
    by = None
    folder = None

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.title, self.copies, self.batches = next(titles), 0, 0

    @initialize(approved=st.lists(st.sampled_from("11110"), min_size=3, max_size=3))
    def is_written(self, approved):
        self.lives = {n: Life(1, approved[n - 1], name=f"Znell{n}") for n in NUMBERS}
        self.is_copied()

    # What its blog does.

    @rule()
    def is_copied(self):
        """Read the blog in as it is by now."""
        rows = [
            comment(
                n,
                WORDS[n].text(life.version),
                parent=PARENTS[n],
                approved=life.approved,
                author=f"Znell{n}",
                email=f"nell{n}@mail.example",
            )
            for n, life in self.lives.items()
            if life.is_there
        ]
        # Something is there always, later than all the others.
        rows.append(comment(9, "Nothing happens here.", author="Otto"))
        day = datetime(2013, 1, 1, tzinfo=UTC) + timedelta(days=self.copies)
        made = f"<pubDate>{day:%a, %d %b %Y %H:%M:%S +0000}</pubDate><link>"
        data = export(item(*rows, title=f"Weirs {self.title}"))
        data = data.replace(b"<link>", made.encode(), 1)
        name = f"{self.title}-{self.copies}.xml"
        import_files([write(self.folder, data, name)])
        self.copies += 1
        for life in self.lives.values():
            life.is_copied()

    @rule(n=one, version=st.integers(1, 3))
    def is_edited(self, n, version):
        """Have another text, or go back to an earlier one."""
        self.lives[n].version = version
        self.is_copied()

    @rule(n=one, approved=st.sampled_from(sorted(AT_SOURCE)))
    def is_moderated_at_its_blog(self, n, approved):
        self.lives[n].approved = approved
        self.is_copied()

    @rule(n=one)
    def vanishes_or_comes_back(self, n):
        self.lives[n].is_there ^= True
        self.is_copied()

    # What is decided here.

    @rule(n=one, action=st.sampled_from(["approve", "restore", "no_action", "hold"]))
    def is_decided_on(self, n, action):
        self.decide(n, Judgement(action=Action(action), facts=FACTS))

    @rule(n=one, how=hiding, ends=st.booleans())
    def is_hidden(self, n, how, ends):
        self.decide(n, self.judgement(*how, ends=ends), how[1], ends=ends)

    @rule(n=one)
    def is_held_for_some_time(self, n):
        if self.lives[n].now.state != "held":
            self.decide(n, self.judgement("hold", ends=True), ends=True)

    @rule(n=one, ends=st.booleans())
    def is_blacked_out(self, n, ends):
        life, row = self.lives[n], self.row(n)
        if not life.may("redact"):
            return
        ends = ends and life.is_shown
        until = timezone.now() + timedelta(days=2) if ends else None
        source = text_to_black_out(read_subjects([row])[0])
        text, hidden = seen_text(source.text.html), WORDS[n].mark(life.newest)
        place = Blackened(
            start=text.index(hidden),
            end=text.index(hidden) + len(hidden),
            clause=Clause.objects.get(number=2),
        )
        judged = redaction([place], of=source.commitment, facts=FACTS, until=until)
        redact([(row, judged, None)], by=self.by)
        life.decide("redact", ends=ends)

    @rule(
        two=st.lists(one, min_size=2, max_size=2, unique=True),
        how=st.one_of(hiding, st.sampled_from([("hold", ""), ("restore", "")])),
    )
    def are_decided_on_together(self, two, how):
        judged = self.judgement(*how)
        cases = [Case(comment=self.row(n), judgement=judged) for n in two]
        if not all(self.lives[n].may(self.recorded(n, how[0])) for n in two):
            with pytest.raises((BatchChanged, Refused)), transaction.atomic():
                decide_batch(cases, by=self.by)
            return
        decide_batch(cases, by=self.by)
        self.batches += 1
        for n in two:
            self.lives[n].decide(how[0], how[1], batch=self.batches)

    @rule(n=one)
    def is_undone(self, n):
        life = self.lives[n]
        if life.is_erased or not life.made:
            return
        undo(self.last(n), by=self.by)
        life.undo()

    @rule(n=one)
    def batch_is_undone(self, n):
        made = self.lives[n].made
        batch = made[-1].batch if made else 0
        both = [m for m in NUMBERS if any(d.batch == batch for d in self.lives[m].made)]
        if not batch or any(
            self.lives[m].is_erased or self.lives[m].made[-1].batch != batch
            for m in both
        ):
            return
        undo_batch([self.last(m) for m in both], by=self.by)
        for m in both:
            self.lives[m].undo()

    @rule()
    def time_goes_by(self):
        """End what is due, as the timer does."""
        due = [life for life in self.lives.values() if life.is_due()]
        ended = end_due(timezone.now() + timedelta(days=3))
        assert len(ended) == len(due)
        for life in due:
            life.end()

    # What is put right, and what is erased.

    @rule(n=one, name=st.sampled_from(["Zquill", "Zplume"]))
    def is_put_right(self, n, name):
        life = self.lives[n]
        if life.is_erased or life.name == name:
            return
        correct_comment(
            self.row(n), Aspect.NAME, name, reason="She says so.", by=self.by
        )
        life.name = name

    @precondition(lambda self: self.copies > 3)
    @rule(n=one)
    def is_erased(self, n):
        if not self.lives[n].is_erased:
            erase(self.row(n), basis="legal")
            self.lives[n].erase()

    # What all of them do.

    def row(self, n):
        return Comment.objects.get(source_id=f"{n}")

    def last(self, n):
        return Decision.objects.filter(comment=self.row(n)).latest("entry_index")

    def judgement(self, action, kind="", *, ends=False):
        clause = None
        if action in {"block", "remove", "withhold"}:
            clause = Clause.objects.get(number=RULES[kind])
        until = timezone.now() + timedelta(days=2) if ends else None
        return Judgement(action=Action(action), clause=clause, facts=FACTS, until=until)

    def recorded(self, n, action):
        """Return the desk's one verb for two as it is recorded."""
        state = self.lives[n].now.state
        if action in {"approve", "restore"} and state != "published":
            waited = state in {"held", "spam", "trashed"}
            return "approve" if waited else "restore"
        return action

    def decide(self, n, judgement, kind="", *, ends=False):
        action = self.recorded(n, judgement.action.value)
        if self.lives[n].may(action):
            decide(self.row(n), judgement, by=self.by)
            self.lives[n].decide(action, kind, ends=ends)
        else:
            with pytest.raises(Refused), transaction.atomic():
                decide(self.row(n), judgement, by=self.by)

    # What is looked at after each step.

    @invariant()
    def readers_see_what_the_model_says(self):
        if not hasattr(self, "lives"):
            return
        rows = {n: self.row(n) for n in NUMBERS}
        expected = {n: life.now.state for n, life in self.lives.items()}
        assert {n: row.visibility for n, row in rows.items()} == expected
        answers.REQUESTS.forget()
        search.SEARCHES.forget()
        client, post = Client(), Post.objects.get()
        thread = client.get(post.get_absolute_url()).text
        told = {
            n: client.get(f"/api/v1/comments/{row.ref}/").json()
            for n, row in rows.items()
        }
        assert {n: each["state"] for n, each in told.items()} == expected
        shown = {n: WORDS[n].shown(life) for n, life in self.lives.items()}
        for n, row in rows.items():
            # Several notices in a row may stand as one.
            own = thread.partition(f'<li id="{row.ref}"><article class="comment"')[2]
            own = own.partition("</article>")[0]
            text = told[n]["text"] or ""
            for page in (own, text):
                assert {word for word in EVERY_WORD if word in page} == shown[n]
            if self.lives[n].is_shown:
                assert told[n]["name"]["name"] == self.lives[n].name
        public = set().union(*shown.values())
        for name, page in self.faces(client, post, rows.values()):
            found = {word for word in EVERY_WORD - public if word in page}
            assert not found, (name, found)

    def faces(self, client, post, rows):
        addresses = [
            post.get_absolute_url(),
            f"{post.get_absolute_url()}changes/",
            f"{post.get_absolute_url()}copies/",
            f"/api/v1/posts/{post.ref}/thread/",
            f"/feeds/posts/{post.ref}.atom",
            "/feeds/all.atom",
            "/",
            "/moderation/log/",
            "/moderation/log.json",
            "/api/v1/log/",
            "/search/?q=sailed",
            "/search/?q=stole",
            *(row.get_absolute_url() for row in rows),
        ]
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code in {200, 404}, address
            body = b"".join(answer) if answer.streaming else answer.content
            yield address, body.decode()

    @invariant()
    def tables_are_as_the_record_says(self):
        assert [str(each) for each in reconcile()] == []

    def teardown(self):
        try:
            assert not verify().faults
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)


def test_every_life_of_a_comment_is_as_the_model_says(by, tmp_path):
    Lives.by, Lives.folder = by, tmp_path
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=LIVES or databases.examples(3),
            stateful_step_count=STEPS,
            deadline=None,
            print_blob=False,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
