"""When a notice ends by itself; those that stand end when somebody decides."""

from django.db import migrations, models

from commentarchive.ledger import triggers


def drop_triggers(_apps, schema_editor):
    """Drop the triggers that speak of these columns; they are made anew at the end."""
    triggers.remove(using=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0064_part_notices")]
    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop),
        migrations.AddField(
            model_name="tombstone",
            name="ends_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="tombstone",
            index=models.Index(
                condition=models.Q(is_open=True, ends_at__isnull=False),
                fields=["ends_at"],
                name="ends_by_itself",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_triggers),
    ]
