"""What a comment's state at its blog was when it was decided on; rules as told.

Older decisions get the state of today by the next migration.
"""

from django.db import migrations, models

TABLES = ("moderation_decision", "moderation_policyversion")


def drop_triggers(_apps, schema_editor):
    """Drop the triggers that keep rows as they are; they are made anew at the end."""
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        on_table = f' ON "{table}"' if is_postgresql else ""
        for verb in ("update", "delete", "truncate"):
            schema_editor.execute(
                f'DROP TRIGGER IF EXISTS "keep_{table}_{verb}"{on_table}'
            )


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0005_what_decisions_are_about'),
    ]

    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop),
        migrations.AddField('decision', 'source_state', models.CharField(blank=True, default='', max_length=20)),
        migrations.AddField('policyversion', 'as_told', models.BooleanField(default=False)),
        migrations.RunPython(migrations.RunPython.noop, drop_triggers),
    ]
