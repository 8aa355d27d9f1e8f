"""Undoings of batches wait for a second person as well."""

from django.db import migrations, models

from commentarchive.ledger import triggers


def drop_triggers(_apps, schema_editor):
    """Drop the triggers that speak of these tables; they are made anew at the end."""
    triggers.remove(using=schema_editor.connection.alias)


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0027_letters'),
    ]

    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop),
        migrations.AddField(
            model_name='pendingbatch',
            name='undoes',
            field=models.CharField(blank=True, default='', max_length=27),
        ),
        migrations.AlterField(
            model_name='pendingbatch',
            name='action',
            field=models.CharField(blank=True, choices=[('approve', 'Approved'), ('hold', 'Put on hold'), ('block', 'Not published'), ('remove', 'Taken down'), ('withhold', 'Withheld on legal grounds'), ('redact', 'Blacked out in part'), ('restore', 'Put back'), ('no_action', 'Left as it is'), ('close_thread', 'Discussion closed'), ('reopen_thread', 'Discussion opened again'), ('ban', 'Name barred'), ('unban', 'Name admitted again')], max_length=13),
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_triggers),
    ]
