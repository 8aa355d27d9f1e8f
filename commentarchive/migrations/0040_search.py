"""What a search looks in: rows of words, and each database's full-text index."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = [f"commentarchive_{name}words" for name in ("public", "sealed", "title")]


def make_indexes(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        if editor.connection.vendor == "sqlite":
            editor.execute(
                f"CREATE VIRTUAL TABLE {table}_fts USING fts5(words, "
                f"content='{table}', content_rowid='id', tokenize='ascii', "
                "detail=none, columnsize=0)"
            )
            continue
        editor.execute(
            f"ALTER TABLE {table} ADD COLUMN vector tsvector GENERATED ALWAYS AS "
            # Also its period, for which see `search.look_up`.
            "(array_to_tsvector(string_to_array(btrim(words), ' ') "
            "|| ('\ue004' || (id >> 55)::text))) STORED"
        )
        editor.execute(f"CREATE INDEX {table}_gin ON {table} USING gin (vector)")
        # Samples of words would outlive an erasure.
        for column in ("words", "vector"):
            editor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")


def drop_indexes(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        for table in TABLES:
            editor.execute(f"DROP TABLE {table}_fts")


def _words(name: str) -> migrations.CreateModel:
    return migrations.CreateModel(
        name,
        fields=[
            ("id", models.BigIntegerField(primary_key=True, serialize=False)),
            ("revision_id", models.BigIntegerField(unique=True)),
            ("subject_id", models.BigIntegerField(db_index=True)),
            ("day", models.IntegerField(null=True)),
            ("words", models.TextField()),
        ],
        options={"abstract": False},
    )


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0039_proposed_cross_posts")]
    operations = [
        _words("PublicWords"),
        _words("SealedWords"),
        _words("TitleWords"),
        migrations.CreateModel(
            "SearchChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        max_length=1, choices=[(kind, kind) for kind in "ctpnb"]
                    ),
                ),
                ("key", models.BigIntegerField()),
                ("after", models.IntegerField(default=-1, db_default=-1)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunPython(make_indexes, drop_indexes),
    ]
