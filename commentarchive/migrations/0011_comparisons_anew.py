from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def compare_anew(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Mark what was worked out by older rules; it is done again after the migration.

    The pages that show a quotation as a gap say so in other words now.
    """
    gaps = apps.get_model("commentarchive", "Gap")
    quoted = set(gaps.objects.filter(kind="quoted").values_list("post", flat=True))
    segments = apps.get_model("commentarchive", "Segment")
    segments.objects.filter(post__in=quoted).delete()
    posts = apps.get_model("commentarchive", "Post").objects
    posts.filter(pk__in=quoted).update(stored_places=None)
    captures = apps.get_model("commentarchive", "Capture").objects
    captures.exclude(state="reading").update(is_compared=False)


class Migration(migrations.Migration):

    dependencies = [
        ("commentarchive", "0010_types_let_through"),
    ]

    operations = [
        migrations.AlterField(
            model_name="gap",
            name="kind",
            field=models.CharField(choices=[("missing_parent", "a reply to a comment that is not there"), ("id_range", "numbers that are left out"), ("printed_count", "a printed count above what was found"), ("quoted", "somebody is quoted with words that are not there"), ("said", "somebody says so")], max_length=20),
        ),
        migrations.RunPython(compare_anew, migrations.RunPython.noop),
    ]
