"""What older rows say in the new columns: the same, by comment, state and entry."""

import importlib
import json

from django.db import migrations
from django.db.models import F, OuterRef, Subquery

drop_triggers = importlib.import_module(
    "moderation.migrations.0003_decisions_on_more"
).drop_triggers


def fill(apps, schema_editor):
    alias = schema_editor.connection.alias
    decisions = apps.get_model("moderation", "Decision").objects.using(alias)
    comments = apps.get_model("commentarchive", "Comment").objects.using(alias)
    of_comment = comments.filter(pk=OuterRef("comment")).values("post")[:1]
    decisions.update(
        post=Subquery(of_comment),
        recorder=F("actor"),
        recorder_role=F("decided_by_role"),
    )
    shown = decisions.filter(to_visibility="published")
    shown.exclude(action="no_action").update(shown=F("judged"))
    shown.filter(action="no_action").update(shown=F("shown_before"))
    told = decisions.filter(grade="imported")
    _fill_roles(apps, told, alias)
    # Whoever entered it did not decide it.
    told.update(actor=None)


def _fill_roles(apps, told, alias):
    """Read who entered a blog's own records from their entries."""
    entries = apps.get_model("ledger", "Entry").objects.using(alias)
    told.update(recorder_role="system")
    leaves = entries.filter(index__in=told.values("entry_index"))
    by_role = {}
    for index, leaf in leaves.values_list("index", "leaf").iterator():
        role = json.loads(bytes(leaf))["actor"]["r"]
        by_role.setdefault(role, []).append(index)
    for role, indexes in by_role.items():
        for start in range(0, len(indexes), 500):
            some = indexes[start : start + 500]
            told.filter(entry_index__in=some).update(recorder_role=role)


def give_back(apps, schema_editor):
    decisions = apps.get_model("moderation", "Decision").objects.using(
        schema_editor.connection.alias
    )
    decisions.filter(grade="imported").update(actor=F("recorder"))


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0003_decisions_on_more'),
    ]

    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop),
        migrations.RunPython(fill, give_back),
        migrations.RunPython(migrations.RunPython.noop, drop_triggers),
    ]
