"""Whether only the day of a time is told; what is stored counts as told to the second."""

from django.db import migrations, models

from commentarchive.ledger import triggers


def drop_triggers(_apps, schema_editor):
    """Drop the triggers that speak of these columns; they are made anew at the end."""
    triggers.remove(using=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0041_phrases_of_articles")]
    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop),
        *(
            migrations.AddField(
                model_name=name,
                name="day_only",
                field=models.BooleanField(db_default=False, default=False),
            )
            for name in ("comment", "post", "testimony")
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_triggers),
    ]
