"""Whoever changes what notices stand for behind the record's back is found out."""

import pytest
from django.db import DatabaseError, transaction

from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Blog, Commenter, Part, PartNotice, Post, Revision
from moderation.actions.decisions import Judgement, decide_on_part, undo
from moderation.actions.parts import Target, name_target
from moderation.models import Action, Clause
from tests.hidden_faces import faces
from tests.private_words import private_words
from tests.wxr import comment, item, load

pytestmark = [pytest.mark.django_db, pytest.mark.unreconciled]
FACTS = "It accuses somebody without proof."


@pytest.fixture
def post(by, tmp_path):
    rows = [comment(1, author="Zebedee Quill"), comment(2, author="Hortensia")]
    title, body = "Quokka ledgers", "Vellichor for all."
    load(tmp_path, item(*rows, title=title, body=body), blog_slug="test")
    post = Post.objects.get()
    name = Commenter.objects.get(name__name="Zebedee Quill")
    for target, action in (
        (Target(post=post, part=Part.TITLE), Action.REMOVE),
        (Target(post=post, part=Part.TEXT), Action.HOLD),
        (Target(post=post, part=Part.THREAD), Action.CLOSE_THREAD),
        (name_target(name, Part.NAME), Action.REMOVE),
        (name_target(name, Part.LINK), Action.HOLD),
        (name_target(name, Part.BAN), Action.BAN),
    ):
        clause = Clause.objects.get(number=2)
        judgement = Judgement(action=action, clause=clause, facts=FACTS)
        made = decide_on_part(target, judgement, by=by)
    undo(undo(made, by=by), by=by)
    assert [str(each) for each in reconcile()] == []
    return post


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Post, {"hidden_title": ""}),
        (Post, {"hidden_title": "held"}),
        (Post, {"hidden_text": ""}),
        (Post, {"is_closed": False}),
        (Post, {"decided_entry": None}),
        (Commenter, {"hidden_name": ""}),
        (Commenter, {"hidden_link": ""}),
        (Commenter, {"is_barred": False}),
    ],
)
def test_a_column_that_says_otherwise_is_reported(post, model, values):
    model.objects.update(**values)
    assert list(reconcile())


def test_notices_cannot_be_changed_or_deleted(post):
    for change in (
        lambda rows: rows.update(kind="held"),
        lambda rows: rows.update(clause_label="rule 9"),
        lambda rows: rows.filter(is_open=False).update(is_open=True),
        lambda rows: rows.filter(pk=rows[0].pk)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(PartNotice.objects.all())


def test_a_notice_that_no_entry_opened_is_reported(post):
    other = Commenter.objects.get(name__name="Hortensia")
    PartNotice.objects.create(
        commenter=other, part="name", kind="held", grade="decided", opened_entry=1
    )
    Commenter.objects.filter(pk=other.pk).update(hidden_name="held")
    assert list(reconcile())


def test_another_version_than_was_put_back_is_reported(post, by, tmp_path):
    target = Target(post=post, part=Part.TEXT)
    decide_on_part(
        target, Judgement(action=Action.RESTORE, facts="It breaks no rule."), by=by
    )
    later = item(comment(1, author="Zebedee Quill"), title="Else", body="Petrichor.")
    load(tmp_path, later, name="later.xml", blog_slug="test")
    now = Post.objects.get()
    assert now.news_revision is not None
    Post.objects.update(current_revision=now.news_revision, news_revision=None)
    assert any("another version" in str(each) for each in reconcile())


@pytest.mark.once
def test_what_notices_stand_for_is_among_the_words_that_nobody_reads(post, tmp_path):
    words = private_words()
    own = {"Quokka ledgers", "Vellichor for all.", "Zebedee Quill"}
    assert own <= words
    assert Blog.objects.get().names_entry
    assert Revision.objects.public_revisions().filter(post=post).count() == 0
    found = faces(tmp_path)
    assert [(face, word) for face in found for word in own if word in found[face]] == []
