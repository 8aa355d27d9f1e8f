"""Copies of blogs, what each held, and what may be missing."""

import django.db.models.deletion
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='Capture',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('ref', models.CharField(max_length=27, unique=True)),
            ('importer', models.CharField(max_length=30)),
            ('importer_version', models.PositiveSmallIntegerField()),
            ('sha256', models.CharField(max_length=64)),
            ('size', models.BigIntegerField()),
            ('taken_at', models.DateTimeField(help_text='when it was read here')),
            ('written_at', models.DateTimeField(null=True)),
            ('reading', models.CharField(max_length=27)),
            ('state', models.CharField(choices=[('reading', 'being read'), ('complete', 'read whole'), ('partial', 'read in part'), ('abandoned', 'given up')], default='reading', max_length=10)),
            ('cursor_post', models.PositiveIntegerField(default=0)),
            ('cursor_position', models.PositiveIntegerField(default=0)),
            ('progress', models.JSONField(default=dict)),
            ('root', models.CharField(blank=True, default='', max_length=43)),
            ('entry_index', models.BigIntegerField(null=True)),
            ('closed_at', models.DateTimeField(null=True)),
            ('blog', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='captures', to='commentarchive.blog')),
            ('kept_sha256', models.CharField(blank=True, default='', max_length=64)),
            ('is_compared', models.BooleanField(default=True)),
            ('dated_entry', models.BigIntegerField(null=True)),
            ('is_searched', models.BooleanField(db_default=False, default=False)),
            ('written_until', models.DateTimeField(null=True)),
        ],
        options={
            'indexes': [
                models.Index(condition=models.Q(('is_searched', False)), fields=['id'], name='copies_not_searched'),
            ],
            'constraints': [
                models.UniqueConstraint(condition=models.Q(('state', 'abandoned'), _negated=True), fields=('blog', 'sha256'), name='one_capture_of_the_same_bytes'),
            ],
            'verbose_name': 'copy',
            'verbose_name_plural': 'copies',
        },
    ),
    migrations.CreateModel(
        name='CaptureFile',
        fields=[
            ('capture', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='file', serialize=False, to='commentarchive.capture')),
            ('name', models.CharField(max_length=500)),
        ],
    ),
    migrations.CreateModel(
        name='Manifest',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('ordinal', models.PositiveIntegerField()),
            ('part', models.PositiveIntegerField()),
            ('post_status', models.CharField(max_length=20)),
            ('packed', models.BinaryField()),
            ('capture', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='manifests', to='commentarchive.capture')),
            ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='manifests', to='commentarchive.post')),
            ('post_revision', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.revision')),
            ('leaf', models.BinaryField(default=b'', max_length=32)),
            ('is_whole', models.BooleanField(default=True)),
            ('newest_at', models.DateTimeField(null=True)),
            ('printed_count', models.PositiveIntegerField(null=True)),
            ('scheme', models.CharField(default='wordpress', max_length=20)),
            ('seen_at', models.DateTimeField(null=True)),
            ('tells_parents', models.BooleanField(default=True)),
            ('keeps_facts', models.BooleanField(default=False)),
            ('times', models.BinaryField(db_default=b'', default=b'', max_length=32)),
        ],
        options={
            'constraints': [
                models.UniqueConstraint(fields=('capture', 'ordinal', 'part'), name='one_manifest_a_part'),
            ],
        },
    ),
    migrations.CreateModel(
        name='Gap',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('ref', models.CharField(max_length=27, unique=True)),
            ('at_least', models.PositiveIntegerField(default=0)),
            ('at_most', models.PositiveIntegerField(null=True)),
            ('grade', models.CharField(choices=[('decided', 'decided here'), ('imported', 'from the blog’s own records'), ('observed', 'seen to vanish'), ('inferred', 'probably missing'), ('claimed', 'someone says so')], max_length=10)),
            ('kind', models.CharField(choices=[('missing_parent', 'a reply to a comment that is not there'), ('id_range', 'numbers that are left out'), ('printed_count', 'a printed count above what was found'), ('quoted', 'somebody is quoted with words that are not there'), ('said', 'somebody says so')], max_length=20)),
            ('recorded_at', models.DateTimeField()),
            ('entry_index', models.BigIntegerField()),
            ('withdrawn_entry', models.BigIntegerField(null=True)),
            ('after', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='gaps_after', to='commentarchive.comment')),
            ('said_in', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='gaps_said', to='commentarchive.comment')),
            ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='gaps', to='commentarchive.post')),
            ('blog', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='gaps', to='commentarchive.blog')),
            ('proof', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='gaps_proven', to='commentarchive.capture')),
            ('proven_entry', models.BigIntegerField(null=True)),
            ('said_below', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='gaps_said', to='commentarchive.post')),
        ],
        options={
            'indexes': [
                models.Index(condition=models.Q(('withdrawn_entry', None)), fields=['grade', 'id'], name='on_record_by_grade'),
            ],
            'constraints': [
                models.CheckConstraint(condition=models.Q(('post__isnull', True), ('blog__isnull', True), _connector='XOR'), name='missing_from_an_article_or_a_blog'),
                models.CheckConstraint(condition=models.Q(('said_below__isnull', True), models.Q(('kind', 'said'), ('said_in__isnull', False)), _connector='XOR'), name='claims_have_the_article_of_their_comment'),
            ],
            'verbose_name': 'something that may be missing',
            'verbose_name_plural': 'what may be missing',
        },
    ),
    migrations.CreateModel(
        name='GapAnswer',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('answer', models.CharField(choices=[('confirmed', 'The blog confirmed it'), ('denied', 'The blog denied it'), ('explained', 'The blog gave an explanation'), ('none', 'The blog was asked and has not answered')], max_length=10)),
            ('answered_at', models.DateTimeField(null=True)),
            ('recorded_at', models.DateTimeField()),
            ('entry_index', models.BigIntegerField(unique=True)),
            ('gap', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='commentarchive.gap')),
        ],
        options={
            'verbose_name': 'answer to a claim',
            'verbose_name_plural': 'answers to claims',
        },
    ),
    migrations.CreateModel(
        name='PossibleMove',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('ref', models.CharField(max_length=27, unique=True)),
            ('is_live', models.BooleanField()),
            ('is_same', models.BooleanField(null=True)),
            ('answered_entry', models.BigIntegerField(null=True)),
            ('capture', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.capture')),
            ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='possible_moves', to='commentarchive.post')),
            ('post', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='possible_move', to='commentarchive.post')),
        ],
        options={
            'verbose_name': 'possible move',
        },
    ),
    migrations.CreateModel(
        name='OtherNumber',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('scheme', models.CharField(max_length=20)),
            ('source_id', models.CharField(max_length=200)),
            ('blog', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='other_numbers', to='commentarchive.blog')),
            ('capture', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.capture')),
            ('comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='other_numbers', to='commentarchive.comment')),
            ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='other_numbers', to='commentarchive.post')),
        ],
        options={
            'constraints': [
                models.UniqueConstraint(condition=models.Q(('comment', None)), fields=('post', 'scheme', 'source_id'), name='one_other_number_an_article'),
                models.UniqueConstraint(condition=models.Q(('comment', None), _negated=True), fields=('comment', 'scheme', 'source_id'), name='one_other_number_a_comment'),
            ],
        },
    ),
    migrations.CreateModel(
        name='Testimony',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('ordinal', models.PositiveIntegerField()),
            ('kind', models.CharField(blank=True, max_length=80)),
            ('name', models.TextField(blank=True)),
            ('link', models.TextField(null=True)),
            ('person', models.TextField(blank=True)),
            ('posted_at', models.DateTimeField(null=True)),
            ('printed_at', models.CharField(blank=True, max_length=60)),
            ('utc_offset', models.SmallIntegerField(null=True)),
            ('parent', models.CharField(max_length=200, null=True)),
            ('title', models.TextField(blank=True)),
            ('capture', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='testimonies', to='commentarchive.capture')),
            ('comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='testimonies', to='commentarchive.comment')),
            ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='testimonies', to='commentarchive.post')),
            ('day_only', models.BooleanField(db_default=False, default=False)),
        ],
        options={
            'verbose_name_plural': 'testimonies',
            'constraints': [
                models.CheckConstraint(condition=models.Q(('comment__isnull', True), ('post__isnull', True), _connector='XOR'), name='testimony_of_a_comment_or_a_post'),
            ],
        },
    ),
    migrations.CreateModel(
        name='TranscriptDraft',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('ref', models.CharField(max_length=27, unique=True)),
            ('sha256', models.CharField(max_length=64)),
            ('size', models.BigIntegerField()),
            ('made_at', models.DateTimeField()),
            ('version', models.PositiveIntegerField(default=1)),
            ('closed_at', models.DateTimeField(null=True)),
            ('capture', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='draft', to='commentarchive.capture')),
            ('made_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor')),
        ],
        options={
            'verbose_name': 'draft of a pasted text',
            'verbose_name_plural': 'drafts of pasted texts',
        },
    ),
    migrations.CreateModel(
        name='DraftFile',
        fields=[
            ('draft', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='file', serialize=False, to='commentarchive.transcriptdraft')),
            ('name', models.CharField(max_length=500)),
        ],
    ),
    migrations.CreateModel(
        name='DraftStep',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('number', models.PositiveIntegerField()),
            ('before', models.PositiveIntegerField()),
            ('marks', models.TextField()),
            ('saved_at', models.DateTimeField()),
            ('draft', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='commentarchive.transcriptdraft')),
            ('saved_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor')),
        ],
        options={
            'constraints': [
                models.UniqueConstraint(fields=('draft', 'number'), name='one_step_a_version'),
            ],
        },
    ),
    migrations.CreateModel(
        name='ImportJob',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('ref', models.CharField(max_length=27, unique=True)),
            ('made_at', models.DateTimeField()),
            ('started_at', models.DateTimeField(null=True)),
            ('ended_at', models.DateTimeField(null=True)),
            ('state', models.CharField(choices=[('asked', 'waits for its dry run'), ('looked', 'looked over, waits for your word'), ('waiting', 'waits for its turn'), ('importing', 'being read'), ('done', 'read whole'), ('partial', 'read in part'), ('refused', 'refused'), ('cancelled', 'cancelled')], default='asked', max_length=10)),
            ('is_cancelled', models.BooleanField(default=False)),
            ('attempts', models.PositiveSmallIntegerField(default=0)),
            ('blog_slug', models.CharField(blank=True, default='', max_length=100)),
            ('saved_on', models.DateField(null=True)),
            ('is_upload', models.BooleanField()),
            ('files', models.JSONField(default=list)),
            ('size', models.BigIntegerField(default=0)),
            ('reports', models.JSONField(default=list)),
            ('remark', models.TextField(blank=True, default='')),
            ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor')),
        ],
        options={
            'verbose_name': 'import',
            'indexes': [
                models.Index(fields=['state'], name='imports_by_state'),
            ],
        },
    ),
]
