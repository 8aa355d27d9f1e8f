import base64
import json
from datetime import datetime

import django.db.models.deletion
from django.db import migrations, models

from commentarchive.ledger import triggers


def take_over(apps, _editor):
    """Make rows of what the record says of cross-posts; readers do not see its words."""
    tie_of, entry_of, opening_of, actor_of, finding_of, words_of = (
        apps.get_model(app, name).objects
        for app, name in (
            ('commentarchive', 'CrossPost'),
            ('ledger', 'Entry'),
            ('ledger', 'Opening'),
            ('ledger', 'Actor'),
            ('commentarchive', 'CrossPostFinding'),
            ('commentarchive', 'CrossPostWords'),
        )
    )
    for entry in entry_of.filter(event='crosspost.confirm').order_by('index'):
        said = json.loads(bytes(entry.leaf))
        tie = tie_of.filter(ref=entry.subject).first()
        if tie is None or said['d']['kind'] != 'cross_post':
            continue
        finding = finding_of.create(
            tie=tie,
            is_withdrawal=False,
            is_shown=False,
            made_at=datetime.fromisoformat(said['ts']),
            actor=actor_of.filter(ref=said['actor']['k'] or '').first(),
            role=said['actor']['r'],
            entry_index=entry.index,
        )
        opening = opening_of.filter(entry=entry, field='evidence').first()
        attribution = ''
        if opening is not None:
            opened = base64.urlsafe_b64decode(opening.disclosure + '==')
            attribution = json.loads(opened)[2] or ''
        words_of.create(finding=finding, attribution=attribution)


def drop_triggers(_apps, schema_editor):
    """Drop the triggers that speak of these columns; they are made anew at the end."""
    triggers.remove(using=schema_editor.connection.alias)


class Migration(migrations.Migration):

    dependencies = [
        ("commentarchive", "0028_cross_posts_of_blogs"),
        ('ledger', '0004_witnesses'),
    ]

    operations = [
        migrations.AddField(
            model_name='namelink',
            name='likely_ref',
            field=models.CharField(blank=True, db_default='', default='', max_length=27),
        ),
        migrations.CreateModel(
            name='CorrectedWords',
            fields=[
                ('post', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='put_right', serialize=False, to='commentarchive.post')),
                ('title', models.TextField(null=True)),
                ('author', models.TextField(null=True)),
            ],
            options={
                'verbose_name_plural': 'corrected words',
            },
        ),
        migrations.AddField(
            model_name='post',
            name='is_put_right',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name='correction',
            name='aspect',
            field=models.CharField(choices=[('time', 'the time'), ('parent', 'what it answers'), ('name', 'the shown name'), ('person', 'the person under its name'), ('title', 'the title'), ('author', 'the author')], max_length=10),
        ),
        migrations.CreateModel(
            name='ErasedWords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.BinaryField(max_length=32)),
                ('is_name', models.BooleanField(db_default=False, default=False)),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='erased_words', to='commentarchive.comment')),
            ],
            options={
                'verbose_name_plural': 'erased words',
                'constraints': [models.UniqueConstraint(fields=('comment', 'digest'), name='one_row_erased_words')],
            },
        ),
        migrations.AddField(
            model_name='crosspost',
            name='is_withdrawn',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name='CrossPostFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_withdrawal', models.BooleanField()),
                ('is_shown', models.BooleanField(default=True)),
                ('made_at', models.DateTimeField()),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('moderator', 'Moderator'), ('auditor', 'Auditor'), ('archivist', 'Archivist'), ('system', 'System')], max_length=10)),
                ('entry_index', models.BigIntegerField(unique=True)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor')),
                ('tie', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='commentarchive.crosspost')),
            ],
            options={
                'verbose_name': 'finding on a cross-post',
                'verbose_name_plural': 'findings on cross-posts',
            },
        ),
        migrations.CreateModel(
            name='CrossPostWords',
            fields=[
                ('finding', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='commentarchive.crosspostfinding')),
                ('attribution', models.TextField(blank=True)),
                ('reason', models.TextField(blank=True)),
            ],
            options={
                'verbose_name_plural': 'cross-post words',
            },
        ),
        migrations.RunPython(take_over, drop_triggers),
    ]
