"""Rows and entries made in the old shape keep their meaning in the new one."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from commentarchive.actions.staff import acting
from commentarchive.ledger import rows, triggers
from commentarchive.ledger.append import Statement, append, minute, next_index
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Entry, Role
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Comment, Post
from commentarchive.storage.migration_steps import StepExecutor, StepLoader
from moderation.actions.decisions import Judgement, Record, decide, undo
from moderation.actions.policies import publish_policy, start_draft
from moderation.facts_words import digest, wrongly_searched
from moderation.models import Action, Decision, FactsWord
from moderation.waiting.rows import WHAT_WAITS, write_all
from tests.wxr import comment, item, load

FACTS = "Don’t name_her, CAFÉ 東京."
OLD, NEW = "0002_words_on_screen", "0039_batches_with_articles"


def migrate(name):
    """Migrate moderation; return the models of that time."""
    # As before and after each migrate.
    WHAT_WAITS.remove()
    executor = StepExecutor(connection)
    models = executor.migrate([("moderation", name)]).apps
    WHAT_WAITS.install()
    write_all()
    return models


def words_of_facts():
    return set(FactsWord.objects.values_list("digest", "decision"))


def keep_rows(models):
    """Install the triggers of decisions as they were in the old shape."""
    model = models.get_model("moderation", "Decision")
    columns = [field.column for field in model._meta.concrete_fields]
    is_sqlite = connection.vendor == "sqlite"
    make = triggers._sqlite if is_sqlite else triggers._postgresql
    with connection.cursor() as cursor:
        for trigger in make("moderation_decision", rows.fact(), columns, set()):
            for statement in trigger.statements:
                cursor.execute(statement)


def leave_as_in_the_old_shape(models, subject, by, grade):
    """Put "left as it is" on a shown comment, as 5537c0f did."""
    now = timezone.now()
    decided = now - timedelta(days=9) if grade == "imported" else now
    role = "owner" if grade == "imported" else by.role
    with transaction.atomic():
        decision = models.get_model("moderation", "Decision").objects.create(
            ref=new_ref("d"),
            comment_id=subject.pk,
            revision_id=subject.current_revision_id,
            shown_before_id=subject.current_revision_id,
            action="no_action",
            grade=grade,
            decided_at=decided,
            recorded_at=now,
            actor_id=by.actor.pk,
            decided_by="a moderator",
            decided_by_role=role,
            from_visibility="published",
            to_visibility="published",
            entry_index=next_index(),
        )
        models.get_model("moderation", "DecisionWords").objects.create(
            decision=decision, facts="", note="", written_at=now
        )
        Comment.objects.filter(pk=subject.pk).update(decided_entry=decision.entry_index)
        public = {
            "auto": False,
            "batch": None,
            "clause": None,
            "decided": minute(decided),
            "decided_by": role,
            "decision": decision.ref,
            "from": "published",
            "grade": grade,
            "policy": None,
            "text": subject.current_revision.commitment,
            "to": "published",
            "undoes": None,
        }
        append(
            Statement(
                event="comment.no_action",
                subject=subject.ref,
                by=by,
                thread=subject.post.ref,
                public=public,
                committed={"facts": None, "note": None},
            )
        )
    return decision.ref


@pytest.mark.in_turn
@pytest.mark.django_db(transaction=True)
def test_decisions_made_in_the_old_shape(alice, tmp_path):
    """Back through all steps and there again, which takes seconds: once."""
    load(tmp_path, item(*[comment(number, f"Remark {number}") for number in range(5)]))
    by = acting(alice)
    held, undone, told, left, left_there = Comment.objects.order_by("source_id")
    decide(held, Judgement(action=Action.HOLD), by=by)
    undo(decide(undone, Judgement(action=Action.HOLD), by=by), by=by)
    record = Record(decided_at=timezone.now(), role=Role.OWNER, known_from="a notebook")
    judgement = Judgement(action=Action.REMOVE, facts=FACTS, record=record)
    decide(told, judgement, by=by)
    words = words_of_facts()
    before = list(Decision.objects.order_by("pk").values())
    leaves = list(Entry.objects.order_by("index").values_list("leaf", flat=True))
    triggers.install()
    try:
        migrate("0014_fill_searched_facts")
        assert {number for number, _pk in words_of_facts() - words} == {
            *map(digest, ("don", "t", "name_her", "東京")),
        }
        models = migrate(OLD)
        assert models.get_model("moderation", "Decision").objects.count() == len(before)
        old = [
            leave_as_in_the_old_shape(models, left, by, "decided"),
            leave_as_in_the_old_shape(models, left_there, by, "imported"),
        ]
        keep_rows(models)
    finally:
        migrate(NEW)
        triggers.install()
    assert list(Decision.objects.exclude(ref__in=old).order_by("pk").values()) == before
    here, there = Decision.objects.filter(ref__in=old).order_by("pk")
    for decision, subject in ((here, left), (there, left_there)):
        assert decision.post == subject.post
        assert (decision.aspect, decision.commenter) == ("text", None)
        assert decision.judged == decision.shown == subject.current_revision
        assert (decision.batch, decision.is_automatic) == ("", False)
        assert decision.recorder == by.actor
        assert decision.recorder_role == "moderator"
    assert (here.actor, there.actor) == (by.actor, None)
    assert [str(difference) for difference in reconcile()] == []
    assert words_of_facts() == words
    assert list(wrongly_searched()) == []
    kept = Entry.objects.order_by("index").values_list("leaf", flat=True)
    assert list(kept)[: len(leaves)] == leaves


@pytest.mark.django_db
def test_what_changed_before_there_was_news_is_found(alice, tmp_path):
    by = acting(alice)
    load(tmp_path, item(*[comment(number) for number in range(4)]))
    for number in "012":
        one = Comment.objects.get(source_id=number)
        decide(one, Judgement(action=Action.NO_ACTION), by=by)
    told = [comment(0), comment(1, "Other words."), comment(2, approved="spam")]
    load(tmp_path, item(*told, comment(3, "Other words.")), name="2.xml")
    Comment.objects.update(has_news=False)
    import_module("moderation.migrations.0009_fill_news").fill(
        apps, SimpleNamespace(connection=connection)
    )
    found = Comment.objects.with_news().order_by("source_id")
    assert [each.source_id for each in found] == ["1", "2"]


@pytest.mark.django_db
@pytest.mark.every_case
@pytest.mark.parametrize(
    ("action", "aspect", "about", "is_allowed"),
    [
        ("approve", "text", "comment", True),
        ("approve", "text", "article", False),
        ("block", "text", "article", False),
        ("remove", "text", "comment", True),
        ("remove", "title", "comment", False),
        ("remove", "title", "article", True),
        ("remove", "name", "commenter", True),
        ("redact", "link", "commenter", True),
        ("redact", "link", "comment", False),
        ("restore", "text", "article", True),
        ("restore", "text", "commenter", False),
        ("withhold", "thread", "article", False),
        ("close_thread", "thread", "article", True),
        ("reopen_thread", "thread", "comment", False),
        ("close_thread", "text", "article", False),
        ("ban", "name", "commenter", True),
        ("ban", "link", "commenter", False),
        ("unban", "name", "article", False),
    ],
)
@pytest.mark.unreconciled
def test_each_action_is_about_what_it_may_be(
    tmp_path, action, aspect, about, is_allowed
):
    load(tmp_path, item(comment(1)))
    post, one = Post.objects.get(), Comment.objects.get()
    row = Decision(
        ref=new_ref("d"),
        post=post,
        comment=one if about == "comment" else None,
        commenter=one.commenter if about == "commenter" else None,
        aspect=aspect,
        action=action,
        grade="imported",
        recorded_at=timezone.now(),
        recorder_role="system",
        from_visibility="published",
        to_visibility="published",
        entry_index=99,
    )
    if is_allowed:
        row.save(force_insert=True)
        return
    with pytest.raises(IntegrityError, match=f"what_{action}_is_about"):
        row.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_published_rules_are_not_lost_on_the_way_back():
    start_draft()
    publish_policy()
    loader = StepLoader(None)
    step = loader.get_migration("moderation", "0020_own_house_rules")
    state = loader.project_state(("moderation", "0019_reports_of_comments"))
    with (
        pytest.raises(RuntimeError, match="earlier program cannot hold"),
        connection.schema_editor() as editor,
    ):
        step.unapply(state, editor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT blog_id FROM moderation_policyversion")
        assert cursor.fetchall() == [(None,)]
