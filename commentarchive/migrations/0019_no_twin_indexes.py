"""Drop what PostgreSQL keeps beside an index for LIKE, where nothing asks for it.

Django makes such a twin for every unique or indexed column of text. An import pays for
those of its four tables with a twentieth of the server's time.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TWINS = [
    ("commentarchive_comment", "ref", "commentarchive_comment_ref_2d28e390_like"),
    ("commentarchive_commenter", "ref", "commentarchive_commenter_ref_e5ea70b5_like"),
    ("commentarchive_post", "ref", "commentarchive_post_ref_45a5d065_like"),
    (
        "commentarchive_postaddress",
        "normal_address",
        "commentarchive_postaddress_normal_address_592accb2_like",
    ),
]


def drop(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for _table, _column, name in TWINS:
            schema_editor.execute(f'DROP INDEX IF EXISTS "{name}"')


def make(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for table, column, name in TWINS:
            schema_editor.execute(
                f'CREATE INDEX "{name}" ON "{table}" ("{column}" varchar_pattern_ops)'
            )


class Migration(migrations.Migration):

    dependencies = [
        ("commentarchive", "0018_news_of_decided"),
    ]

    operations = [migrations.RunPython(drop, make)]
