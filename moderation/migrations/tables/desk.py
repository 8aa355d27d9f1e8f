"""What waits at the desk, batches, notes and the names of the staff."""

import django.db.models.deletion
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='QueueItem',
        fields=[
            ('pk', models.CompositePrimaryKey('comment_id', 'tab', blank=True, editable=False, primary_key=True, serialize=False)),
            ('tab', models.CharField(max_length=12)),
            ('since', models.DateTimeField(null=True)),
            ('due_at', models.DateTimeField(null=True)),
            ('weight', models.PositiveSmallIntegerField()),
            ('comment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='queue_items', to='commentarchive.comment')),
        ],
        options={
            'indexes': [
                models.Index(fields=['tab', 'since', 'comment'], name='queue_by_age'),
                models.Index(fields=['tab', '-weight', 'since', 'comment'], name='queue_by_weight'),
                models.Index(condition=models.Q(('due_at__isnull', False)), fields=['tab', 'due_at', 'comment'], name='queue_by_due_time'),
            ],
        },
    ),
    migrations.CreateModel(
        name='OpenCard',
        fields=[
            ('comment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='open_card', serialize=False, to='commentarchive.comment')),
            ('until', models.DateTimeField(db_index=True)),
            ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor')),
        ],
    ),
    migrations.CreateModel(
        name='DeskNote',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('role', models.CharField(choices=[('owner', 'Owner'), ('moderator', 'Moderator'), ('auditor', 'Auditor'), ('archivist', 'Archivist'), ('system', 'System')], max_length=10)),
            ('words', models.TextField()),
            ('written_at', models.DateTimeField()),
            ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor')),
            ('comment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='desk_notes', to='commentarchive.comment')),
        ],
        options={
            'verbose_name': 'note of the desk',
            'verbose_name_plural': 'notes of the desk',
            'ordering': ('pk',),
        },
    ),
    migrations.CreateModel(
        name='JournalNote',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('role', models.CharField(choices=[('owner', 'Owner'), ('moderator', 'Moderator'), ('auditor', 'Auditor'), ('archivist', 'Archivist'), ('system', 'System')], max_length=10)),
            ('act', models.CharField(choices=[('read', 'read what was sent'), ('refused', 'refused the claim'), ('replied', 'answered whoever sent it'), ('erased', 'erased what was sent')], max_length=10)),
            ('noted_at', models.DateTimeField()),
            ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor')),
            ('claim', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='journal', to='moderation.claim')),
            ('complaint', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='journal', to='moderation.complaint')),
        ],
        options={
            'verbose_name': 'note of the private journal',
            'verbose_name_plural': 'private journal',
            'ordering': ['pk'],
        },
    ),
    migrations.CreateModel(
        name='SearchNote',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('role', models.CharField(choices=[('owner', 'Owner'), ('moderator', 'Moderator'), ('auditor', 'Auditor'), ('archivist', 'Archivist'), ('system', 'System')], max_length=10)),
            ('words', models.TextField()),
            ('noted_at', models.DateTimeField()),
            ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor')),
        ],
        options={
            'verbose_name': 'search in hidden texts',
            'verbose_name_plural': 'searches in hidden texts',
        },
    ),
    migrations.CreateModel(
        name='OwnName',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('name', models.TextField(blank=True)),
            ('looks', models.BigIntegerField()),
            ('added_at', models.DateTimeField()),
            ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='names_of_own', to='ledger.actor')),
            ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor')),
        ],
        options={
            'verbose_name': 'name of one of the staff',
            'verbose_name_plural': 'names of the staff',
            'constraints': [
                models.UniqueConstraint(fields=('actor', 'looks'), name='one_row_a_name_of_own'),
            ],
        },
    ),
    migrations.CreateModel(
        name='PendingBatch',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('ref', models.CharField(max_length=27, unique=True)),
            ('action', models.CharField(blank=True, choices=[('approve', 'Approved'), ('hold', 'Put on hold'), ('block', 'Not published'), ('remove', 'Taken down'), ('withhold', 'Withheld on legal grounds'), ('redact', 'Blacked out in part'), ('restore', 'Put back'), ('no_action', 'Left as it is'), ('close_thread', 'Discussion closed'), ('reopen_thread', 'Discussion opened again'), ('ban', 'Name barred'), ('unban', 'Name admitted again')], max_length=13)),
            ('facts', models.TextField(blank=True)),
            ('note', models.TextField(blank=True)),
            ('asked_role', models.CharField(choices=[('owner', 'Owner'), ('moderator', 'Moderator'), ('auditor', 'Auditor'), ('archivist', 'Archivist'), ('system', 'System')], max_length=10)),
            ('asked_at', models.DateTimeField()),
            ('expires_at', models.DateTimeField()),
            ('asked_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor')),
            ('clause', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='moderation.clause')),
            ('undoes', models.CharField(blank=True, default='', max_length=27)),
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
            ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='moderation.pendingbatch')),
            ('comment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.comment')),
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
            ('actor', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor')),
            ('capture', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.capture')),
            ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='source_notes', to='moderation.decision')),
        ],
        options={
            'verbose_name': 'note on a decision at its blog',
            'verbose_name_plural': 'notes on decisions at their blogs',
            'ordering': ['pk'],
            'constraints': [
                models.CheckConstraint(condition=models.Q(models.Q(('act', 'done'), ('capture__isnull', True)), models.Q(('act', 'still_public'), ('capture__isnull', False)), _connector='OR'), name='still_public_in_a_copy'),
                models.UniqueConstraint(condition=models.Q(('capture__isnull', False)), fields=('decision', 'capture'), name='still_public_once_a_copy'),
            ],
        },
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
]
