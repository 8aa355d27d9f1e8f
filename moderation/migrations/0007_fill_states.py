"""Older decisions: the state at the blog of today. Legal notices show no name."""

import importlib

from django.db import migrations
from django.db.models import OuterRef, Subquery

drop_triggers = importlib.import_module(
    "moderation.migrations.0003_decisions_on_more"
).drop_triggers


def fill(apps, schema_editor):
    alias = schema_editor.connection.alias
    decisions = apps.get_model("moderation", "Decision").objects.using(alias)
    comments = apps.get_model("commentarchive", "Comment").objects.using(alias)
    of_comment = comments.filter(pk=OuterRef("comment")).values("source_state")[:1]
    decisions.exclude(comment=None).update(source_state=Subquery(of_comment))


def drop_pages_that_show_a_name(apps, schema_editor):
    """Drop the stored pages on which a legal notice shows a name: made anew, none does."""
    alias = schema_editor.connection.alias

    def rows(model):
        return apps.get_model("commentarchive", model).objects.using(alias)

    notices = rows("Tombstone").filter(kind="withheld", shows_name=True, is_open=True)
    posts = set(notices.values_list("comment__post", flat=True))
    rows("Segment").filter(post__in=posts).delete()
    rows("Post").filter(pk__in=posts).update(stored_places=None)


class Migration(migrations.Migration):

    dependencies = [
        ('commentarchive', '0007_copies_compared'),
        ('moderation', '0006_history_and_states'),
    ]

    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(drop_pages_that_show_a_name, migrations.RunPython.noop),
        migrations.RunPython(migrations.RunPython.noop, drop_triggers),
    ]
