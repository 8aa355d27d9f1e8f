"""Whoever rewords a decision is asked what they have to do with it."""

from django.db import migrations, models

from commentarchive.ledger import triggers


def drop_triggers(_apps, schema_editor):
    """Drop the triggers that speak of these tables; they are made anew at the end."""
    triggers.remove(using=schema_editor.connection.alias)


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0028_undoing_batches'),
    ]

    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop),
        migrations.AddField(
            model_name='decisionwords',
            name='override',
            field=models.CharField(blank=True, choices=[('own_comment', 'wrote the comment'), ('named_in_it', 'is named in it'), ('took_part', 'took part in this part of the discussion'), ('own_article', 'wrote the article')], default='', max_length=12),
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_triggers),
    ]
