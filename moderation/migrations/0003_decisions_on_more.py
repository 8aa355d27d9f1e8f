"""A decision may be about an article, a name or a discussion too.

Columns that every row needs are filled by the next migration and closed by the one
after it: PostgreSQL alters no table in the transaction that has updated its rows.
"""

import django.db.models.deletion
from django.db import migrations, models

TABLE = "moderation_decision"


def drop_triggers(_apps, schema_editor):
    """Drop the triggers that keep rows as they are; they are made anew at the end.

    PostgreSQL alters no column that a trigger looks at.
    """
    on_table = f' ON "{TABLE}"' if schema_editor.connection.vendor == "postgresql" else ""
    for verb in ("update", "delete", "truncate"):
        schema_editor.execute(
            f'DROP TRIGGER IF EXISTS "keep_{TABLE}_{verb}"{on_table}'
        )


def _reference(to, **options):
    return models.ForeignKey(
        null=True, on_delete=django.db.models.deletion.PROTECT, to=to, **options
    )


class Migration(migrations.Migration):

    dependencies = [
        ('commentarchive', '0007_copies_compared'),
        ('ledger', '0004_witnesses'),
        ('moderation', '0002_words_on_screen'),
    ]

    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop),
        migrations.RenameField('decision', 'revision', 'judged'),
        migrations.AddField('decision', 'shown', _reference('commentarchive.revision', db_index=False, related_name='+')),
        migrations.AddField('decision', 'post', _reference('commentarchive.post', related_name='decisions')),
        migrations.AlterField('decision', 'comment', _reference('commentarchive.comment', related_name='decisions')),
        migrations.AddField('decision', 'commenter', _reference('commentarchive.commenter', related_name='decisions')),
        migrations.AddField(
            'decision',
            'aspect',
            models.CharField(choices=[('text', 'text'), ('title', 'title'), ('name', 'shown name'), ('link', 'link of the name'), ('thread', 'discussion')], default='text', max_length=10),
            preserve_default=False,
        ),
        migrations.AlterField(
            'decision',
            'action',
            models.CharField(choices=[('approve', 'Approved'), ('hold', 'Put on hold'), ('block', 'Not published'), ('remove', 'Taken down'), ('withhold', 'Withheld on legal grounds'), ('redact', 'Blacked out in part'), ('restore', 'Put back'), ('no_action', 'Left as it is'), ('close_thread', 'Discussion closed'), ('reopen_thread', 'Discussion opened again'), ('ban', 'Name barred'), ('unban', 'Name admitted again')], max_length=13),
        ),
        migrations.AddField('decision', 'recorder', _reference('ledger.actor', related_name='+')),
        migrations.AddField(
            'decision',
            'recorder_role',
            models.CharField(choices=[('owner', 'Owner'), ('moderator', 'Moderator'), ('auditor', 'Auditor'), ('archivist', 'Archivist'), ('system', 'System')], default='system', max_length=10),
            preserve_default=False,
        ),
        migrations.AddField('decision', 'batch', models.CharField(blank=True, default='', max_length=27)),
        migrations.AddField('decision', 'automatic_rules', models.CharField(blank=True, default='', max_length=27)),
        migrations.AddField('decision', 'automatic_rule', models.PositiveSmallIntegerField(null=True)),
        migrations.AddField(
            'decision',
            'override',
            models.CharField(blank=True, choices=[('own_comment', 'wrote the comment'), ('named_in_it', 'is named in it'), ('took_part', 'took part in this part of the discussion'), ('own_article', 'wrote the article')], default='', max_length=12),
        ),
        migrations.AddField('decisionwords', 'override_reason', models.TextField(blank=True, default='')),
        migrations.RunPython(migrations.RunPython.noop, drop_triggers),
    ]
