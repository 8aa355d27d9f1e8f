"""Drop all stored pages: they are deflated in another way, and counted, from now on."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_COUNTS = ("shown", "hidden", "notices")


def drop_pages(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("commentarchive", "Segment").objects.all().delete()
    post = apps.get_model("commentarchive", "Post")
    post.objects.exclude(stored_places=None).update(stored_places=None)


def store_as_it_is(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Keep PostgreSQL from compressing what is deflated already."""
    if editor.connection.vendor == "postgresql":
        table = apps.get_model("commentarchive", "Segment")._meta.db_table
        editor.execute(f'ALTER TABLE "{table}" ALTER packed SET STORAGE EXTERNAL')


def _number(model: str, name: str, field: models.Field) -> migrations.AddField:
    return migrations.AddField(model, name, field, preserve_default=False)


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0024_joined_names")]
    operations = [
        migrations.RunPython(drop_pages, drop_pages),
        migrations.RunPython(store_as_it_is, migrations.RunPython.noop),
        _number("segment", "crc", models.BigIntegerField(default=0)),
        _number("segment", "size", models.PositiveIntegerField(default=0)),
        *(
            _number("segment", name, models.PositiveSmallIntegerField(default=0))
            for name in _COUNTS
        ),
        migrations.AddField(
            "post", "stored_key", models.BigIntegerField(default=0, db_default=0)
        ),
        *(
            migrations.AddField(
                "post",
                f"stored_{name}",
                models.PositiveIntegerField(default=0, db_default=0),
            )
            for name in _COUNTS
        ),
        migrations.AddField(
            "post",
            "stored_bytes",
            models.PositiveBigIntegerField(default=0, db_default=0),
        ),
    ]
