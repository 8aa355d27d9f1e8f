"""Versions of automatic rules: published as they were tested, and on record."""

import pytest
from django.db import DatabaseError, transaction

from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from moderation.actions.automation import (
    CannotPublish,
    DraftChanged,
    mark_of,
    publish_rules,
    save_draft,
)
from moderation.models import AutomaticDraft, AutomaticVersion
from tests.ledger.test_reconcile import edit
from tests.moderation.automatic import draft, publish, the_blog
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def blog(by, tmp_path):
    load(tmp_path, item(comment(1, "Hello.")))
    return the_blog()


def test_a_version_is_committed_to_word_by_word(blog, by):
    draft(blog, "wordthatishidden")
    version = publish(by, blog, takes_common=True)
    entry = Entry.objects.get(pk=version.entry_index)
    leaf = bytes(entry.leaf)
    assert b'"t":"automation.publish"' in leaf
    assert f'"blog":"{blog.ref}"'.encode() in leaf
    assert b'"rules":1' in leaf
    assert b"wordthatishidden" not in leaf
    assert list(reconcile()) == []


def test_a_version_that_says_nothing_new_is_refused(blog, by):
    with pytest.raises(CannotPublish, match="no rules"):
        publish(by, blog)
    draft(blog)
    publish(by, blog)
    with pytest.raises(CannotPublish, match="version 1"):
        publish(by, blog)
    # Other words for readers are a version, and act as before.
    publish(by, blog, takes_common=True)
    assert AutomaticVersion.objects.count() == 2


def test_only_what_was_looked_at_is_published(blog, by):
    draft(blog)
    with pytest.raises(DraftChanged):
        publish_rules(blog, seen="other", by=by)
    assert not AutomaticVersion.objects.exists()


def test_a_draft_that_somebody_else_changed_is_not_overwritten(blog, by):
    rule = draft(blog)
    seen = mark_of([rule])
    theirs = AutomaticDraft.objects.get()
    theirs.title = "Theirs"
    save_draft(theirs, seen=seen)
    rule.title = "Mine"
    with pytest.raises(DraftChanged):
        save_draft(rule, seen=seen)
    assert AutomaticDraft.objects.get().title == "Theirs"


def test_a_number_keeps_what_it_looks_for(blog, by):
    rule = draft(blog)
    publish(by, blog)
    seen = mark_of([rule])
    rule.kind = "parts"
    save_draft(rule, seen=seen)
    with pytest.raises(CannotPublish, match="keeps its meaning"):
        publish(by, blog)


@pytest.mark.unreconciled
@pytest.mark.parametrize(
    ("table", "column", "value", "told"),
    [
        ("automaticrule", "lines", "'other'", "not as it was published"),
        ("automaticrule", "acts_from", "'2001-01-01 00:00:00+00:00'", "another day"),
        ("automaticrule", "sentence", "'Other.'", "not as it was published"),
        ("automaticversion", "number", "7", "another number"),
        ("automaticversion", "common_from", "NULL", "not as it was published"),
        ("automaticversion", "blog_id", "NULL", "another number, blog"),
        ("automaticversion", "ref", "'raaaaaaaaaaaaaaaaaaaaaaaaaa'", "are not there"),
        ("automaticversion", "entry_index", "0", "are not there"),
    ],
)
def test_a_changed_row_is_found(blog, by, table, column, value, told):
    draft(blog)
    publish(by, blog, takes_common=True)
    edit(f"UPDATE moderation_{table} SET {column} = {value}")
    assert any(told in str(each) for each in reconcile())


def test_published_rules_cannot_be_changed(blog, by):
    draft(blog)
    version = publish(by, blog)
    for change in (
        lambda: version.automatic_rules.update(lines="other"),
        lambda: version.automatic_rules.all().delete(),
        lambda: AutomaticVersion.objects.update(number=9),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
