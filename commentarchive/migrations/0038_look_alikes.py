"""By what names that look alike are found."""

from itertools import batched

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from commentarchive.text.alike_names import name_look

ROWS = 2000


def draw_names(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    name = apps.get_model("commentarchive", "CommenterName")
    keys = list(name.objects.order_by("pk").values_list("pk", flat=True))
    for some in batched(keys, ROWS):
        rows = list(name.objects.filter(pk__in=some))
        for row in rows:
            row.looks, row.is_odd = name_look(row.name)
        # Rows of this table are inserted and deleted, and never changed.
        name.objects.filter(pk__in=some).delete()
        name.objects.bulk_create(rows)


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0037_texts_undeceiving")]
    operations = [
        migrations.AddField(
            model_name="commentername",
            name="looks",
            field=models.BigIntegerField(default=0, db_default=0),
        ),
        migrations.AddField(
            model_name="commentername",
            name="is_odd",
            field=models.BooleanField(default=False, db_default=False),
        ),
        migrations.AddIndex(
            model_name="commentername",
            index=models.Index(fields=["looks"], name="names_that_look_alike"),
        ),
        migrations.AddIndex(
            model_name="commentername",
            index=models.Index(
                condition=models.Q(("is_odd", True)),
                fields=["commenter"],
                name="odd_names",
            ),
        ),
        # Last: PostgreSQL alters no table whose rows this transaction has changed.
        migrations.RunPython(draw_names, migrations.RunPython.noop),
    ]
