"""Which version of a comment that was decided on its copies tell by now."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def note_newest(apps: Any, _editor: object) -> None:
    """Note the newest version, which was taken for it until now."""
    comments = apps.get_model("commentarchive", "Comment")
    revisions = apps.get_model("commentarchive", "Revision")
    own = revisions.objects.filter(comment=models.OuterRef("pk"))
    newest = own.exclude(origin="redacted").order_by("-number").values("pk")[:1]
    comments.objects.filter(decided_entry__isnull=False).update(
        told_revision=models.Subquery(newest)
    )


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0088_no_index_of_held")]
    operations = [
        migrations.AddField(
            model_name="comment",
            name="told_revision",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="commentarchive.revision",
            ),
        ),
        migrations.RunPython(note_newest, migrations.RunPython.noop),
    ]
