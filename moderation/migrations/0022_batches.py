"""Batches that wait for a second person, ends of measures, rules put right, notes on
what was done at a blog."""

import django.db.models.deletion
from django.db import migrations, models

from commentarchive.ledger import triggers


def drop_triggers(_apps, schema_editor):
    """Drop the triggers that speak of these columns; they are made anew at the end."""
    triggers.remove(using=schema_editor.connection.alias)


class Migration(migrations.Migration):

    dependencies = [
        ('commentarchive', '0066_ends_of_measures'),
        ('ledger', '0004_witnesses'),
        ('moderation', '0021_automatic_rules'),
    ]

    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop),
        migrations.CreateModel(
            name='PendingBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(max_length=27, unique=True)),
                ('action', models.CharField(choices=[('approve', 'Approved'), ('hold', 'Put on hold'), ('block', 'Not published'), ('remove', 'Taken down'), ('withhold', 'Withheld on legal grounds'), ('redact', 'Blacked out in part'), ('restore', 'Put back'), ('no_action', 'Left as it is'), ('close_thread', 'Discussion closed'), ('reopen_thread', 'Discussion opened again'), ('ban', 'Name barred'), ('unban', 'Name admitted again')], max_length=13)),
                ('facts', models.TextField(blank=True)),
                ('note', models.TextField(blank=True)),
                ('asked_role', models.CharField(choices=[('owner', 'Owner'), ('moderator', 'Moderator'), ('auditor', 'Auditor'), ('archivist', 'Archivist'), ('system', 'System')], max_length=10)),
                ('asked_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'batch that waits for a second person',
                'verbose_name_plural': 'batches that wait for a second person',
            },
        ),
        migrations.CreateModel(
            name='PendingCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seen_revision', models.PositiveIntegerField()),
                ('seen_decision', models.CharField(blank=True, max_length=27)),
                ('seen_state', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'verbose_name': 'comment of a batch that waits',
                'verbose_name_plural': 'comments of batches that wait',
            },
        ),
        migrations.CreateModel(
            name='SourceNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('done', 'done there'), ('still_public', 'still public there')], max_length=12)),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('moderator', 'Moderator'), ('auditor', 'Auditor'), ('archivist', 'Archivist'), ('system', 'System')], max_length=10)),
                ('noted_at', models.DateTimeField()),
                ('entry_index', models.BigIntegerField(unique=True)),
            ],
            options={
                'verbose_name': 'note on a decision at its blog',
                'verbose_name_plural': 'notes on decisions at their blogs',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='decision',
            name='clause_since',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='moderation.clause'),
        ),
        migrations.AddField(
            model_name='decision',
            name='second',
            field=models.CharField(blank=True, choices=[('owner', 'Owner'), ('moderator', 'Moderator'), ('auditor', 'Auditor'), ('archivist', 'Archivist'), ('system', 'System'), ('nobody', 'nobody')], db_default='', default='', max_length=10),
        ),
        migrations.AddField(
            model_name='decision',
            name='until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='decisionwords',
            name='clause',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='moderation.clause'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(condition=models.Q(('batch', ''), _negated=True), fields=['batch'], name='taken_together'),
        ),
        migrations.AddField(
            model_name='pendingbatch',
            name='asked_by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor'),
        ),
        migrations.AddField(
            model_name='pendingbatch',
            name='clause',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='moderation.clause'),
        ),
        migrations.AddField(
            model_name='pendingcase',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='moderation.pendingbatch'),
        ),
        migrations.AddField(
            model_name='pendingcase',
            name='comment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.comment'),
        ),
        migrations.AddField(
            model_name='sourcenote',
            name='actor',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor'),
        ),
        migrations.AddField(
            model_name='sourcenote',
            name='capture',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.capture'),
        ),
        migrations.AddField(
            model_name='sourcenote',
            name='decision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='source_notes', to='moderation.decision'),
        ),
        migrations.AddConstraint(
            model_name='sourcenote',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('act', 'done'), ('capture__isnull', True)), models.Q(('act', 'still_public'), ('capture__isnull', False)), _connector='OR'), name='still_public_in_a_copy'),
        ),
        migrations.AddConstraint(
            model_name='sourcenote',
            constraint=models.UniqueConstraint(condition=models.Q(('capture__isnull', False)), fields=('decision', 'capture'), name='still_public_once_a_copy'),
        ),
        migrations.CreateModel(
            name='GoneThere',
            fields=[
                ('comment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='gone_there', serialize=False, to='commentarchive.comment')),
                ('capture', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.capture')),
            ],
            options={
                'verbose_name': 'comment that is gone at its blog',
                'verbose_name_plural': 'comments that are gone at their blogs',
            },
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_triggers),
    ]
