"""Comments that may have changed at their blog since they were decided on.

The desk looks closer at what is noted here, so that too many do no harm.
"""

from django.db import migrations
from django.db.models import F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce


def fill(apps, schema_editor):
    alias = schema_editor.connection.alias

    def rows(app, model):
        return apps.get_model(app, model).objects.using(alias)

    standing = rows("moderation", "Decision").filter(
        entry_index=OuterRef("decided_entry")
    )
    newest = (
        rows("commentarchive", "Revision")
        .filter(comment=OuterRef("pk"))
        .values("comment")
        .annotate(newest=Max("number"))
        .values("newest")
    )
    decided = rows("commentarchive", "Comment").filter(decided_entry__isnull=False)
    may_have_changed = decided.annotate(
        newest_number=Subquery(newest),
        judged_number=Subquery(standing.values("judged__number")[:1]),
        state_then=Subquery(standing.values("source_state")[:1]),
        grade=Subquery(standing.values("grade")[:1]),
    ).filter(
        Q(newest_number__gt=Coalesce("judged_number", 0))
        | ~Q(source_state=F("state_then"))
        | (Q(grade="imported") & ~Q(visibility="published"))
    )
    pks = list(may_have_changed.values_list("pk", flat=True))
    comments = rows("commentarchive", "Comment")
    for start in range(0, len(pks), 1000):
        comments.filter(pk__in=pks[start : start + 1000]).update(has_news=True)


class Migration(migrations.Migration):

    dependencies = [
        ('commentarchive', '0018_news_of_decided'),
        ('moderation', '0008_labels_in_lower_case'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
