"""What a search looks in, who looked at what, and the state of the archive."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='PublicWords',
        fields=[
            ('id', models.BigIntegerField(primary_key=True, serialize=False)),
            ('revision_id', models.BigIntegerField(unique=True)),
            ('subject_id', models.BigIntegerField(db_index=True)),
            ('day', models.IntegerField(null=True)),
            ('words', models.TextField()),
        ],
        options={
            'abstract': False,
        },
    ),
    migrations.CreateModel(
        name='SealedWords',
        fields=[
            ('id', models.BigIntegerField(primary_key=True, serialize=False)),
            ('revision_id', models.BigIntegerField(unique=True)),
            ('subject_id', models.BigIntegerField(db_index=True)),
            ('day', models.IntegerField(null=True)),
            ('words', models.TextField()),
        ],
        options={
            'abstract': False,
        },
    ),
    migrations.CreateModel(
        name='TitleWords',
        fields=[
            ('id', models.BigIntegerField(primary_key=True, serialize=False)),
            ('revision_id', models.BigIntegerField(unique=True)),
            ('subject_id', models.BigIntegerField(db_index=True)),
            ('day', models.IntegerField(null=True)),
            ('words', models.TextField()),
        ],
        options={
            'abstract': False,
        },
    ),
    migrations.CreateModel(
        name='ArticleWords',
        fields=[
            ('id', models.BigIntegerField(primary_key=True, serialize=False)),
            ('revision_id', models.BigIntegerField(unique=True)),
            ('subject_id', models.BigIntegerField(db_index=True)),
            ('day', models.IntegerField(null=True)),
            ('words', models.TextField()),
        ],
        options={
            'abstract': False,
        },
    ),
    migrations.CreateModel(
        name='SearchChange',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('kind', models.CharField(choices=[('c', 'c'), ('t', 't'), ('p', 'p'), ('n', 'n'), ('b', 'b')], max_length=1)),
            ('key', models.BigIntegerField()),
            ('after', models.IntegerField(db_default=-1, default=-1)),
        ],
        options={
            'default_permissions': (),
        },
    ),
    migrations.CreateModel(
        name='ArchiveVersion',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('number', models.BigIntegerField()),
        ],
    ),
    migrations.CreateModel(
        name='Invitation',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('ref', models.CharField(max_length=27, unique=True)),
            ('role', models.CharField(choices=[('owner', 'Owner'), ('moderator', 'Moderator'), ('auditor', 'Auditor'), ('archivist', 'Archivist'), ('system', 'System')], max_length=10)),
            ('handle', models.CharField(max_length=40)),
            ('digest', models.CharField(max_length=64, unique=True)),
            ('made_at', models.DateTimeField()),
            ('expires_at', models.DateTimeField()),
            ('taken_up_at', models.DateTimeField(null=True)),
            ('taken_back_at', models.DateTimeField(null=True)),
            ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor')),
        ],
        options={
            'verbose_name': 'invitation',
            'verbose_name_plural': 'invitations',
        },
    ),
    migrations.CreateModel(
        name='AccessNote',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('kind', models.CharField(choices=[('hidden', 'texts that may be hidden'), ('private', 'private fields'), ('file', 'a file or an export')], max_length=10)),
            ('subject', models.CharField(blank=True, max_length=27)),
            ('page', models.CharField(max_length=200)),
            ('noted_at', models.DateTimeField(db_index=True)),
            ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'verbose_name': 'look at what is not public',
            'verbose_name_plural': 'looks at what is not public',
            'indexes': [
                models.Index(fields=['user', 'subject', '-noted_at'], name='commentarch_user_id_f7c7fc_idx'),
            ],
        },
    ),
]
