"""Copies of which only the day is known; what is stored counts as told to the second."""

from django.db import migrations, models

from commentarchive.ledger import triggers


def drop_triggers(_apps, schema_editor):
    """Drop the triggers that speak of these columns; they are made anew at the end."""
    triggers.remove(using=schema_editor.connection.alias)


def compare_anew(apps, _schema_editor):
    """Mark copies of one time for comparison: none of them is the later one by now."""
    captures = apps.get_model("commentarchive", "Capture").objects
    done = captures.exclude(state="reading").exclude(written_at=None)
    for blog, moment in (
        done.values_list("blog", "written_at")
        .annotate(number=models.Count("reading", distinct=True))
        .filter(number__gt=1)
        .values_list("blog", "written_at")
    ):
        done.filter(blog=blog, written_at=moment).update(is_compared=False)


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0082_erasure_requests")]
    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop),
        migrations.AddField(
            model_name="capture",
            name="written_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(compare_anew, migrations.RunPython.noop),
        migrations.RunPython(migrations.RunPython.noop, drop_triggers),
    ]
