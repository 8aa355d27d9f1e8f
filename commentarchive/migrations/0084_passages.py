"""What passages of articles are found by; after it all is noted to be folded anew."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "commentarchive_articlewords"


def make_index(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute(
            f"CREATE VIRTUAL TABLE {TABLE}_fts USING fts5(words, "
            f"content='{TABLE}', content_rowid='id', tokenize='ascii', "
            "detail=none, columnsize=0)"
        )
        return
    editor.execute(
        f"ALTER TABLE {TABLE} ADD COLUMN vector tsvector GENERATED ALWAYS AS "
        # Also its period, for which see `search.look_up`.
        "(array_to_tsvector(string_to_array(btrim(words), ' ') "
        "|| ('\ue004' || (id >> 55)::text))) STORED"
    )
    editor.execute(f"CREATE INDEX {TABLE}_gin ON {TABLE} USING gin (vector)")
    # Samples of words would outlive an erasure.
    for column in ("words", "vector"):
        editor.execute(f"ALTER TABLE {TABLE} ALTER COLUMN {column} SET STATISTICS 0")


def drop_index(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute(f"DROP TABLE {TABLE}_fts")


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0083_days_of_copies")]
    operations = [
        migrations.CreateModel(
            "ArticleWords",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("revision_id", models.BigIntegerField(unique=True)),
                ("subject_id", models.BigIntegerField(db_index=True)),
                ("day", models.IntegerField(null=True)),
                ("words", models.TextField()),
            ],
            options={"abstract": False},
        ),
        migrations.RunPython(make_index, drop_index),
    ]
