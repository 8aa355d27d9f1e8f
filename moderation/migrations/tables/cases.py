"""What people report and ask for: claims, reports of comments, complaints."""

import django.db.models.deletion
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='Claim',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('ref', models.CharField(max_length=27, unique=True)),
            ('secret_digest', models.BinaryField(max_length=32, null=True, unique=True)),
            ('number', models.PositiveIntegerField()),
            ('about', models.CharField(blank=True, max_length=10)),
            ('received_at', models.DateTimeField()),
            ('refused_at', models.DateTimeField(null=True)),
            ('blog', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='commentarchive.blog')),
            ('comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='commentarchive.comment')),
            ('gap', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claim', to='commentarchive.gap')),
            ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='commentarchive.post')),
        ],
    ),
    migrations.CreateModel(
        name='ClaimWords',
        fields=[
            ('claim', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='moderation.claim')),
            ('text', models.TextField(blank=True)),
            ('email', models.TextField(blank=True)),
            ('claimant', models.TextField(blank=True)),
            ('named_article', models.TextField(blank=True, default='')),
            ('named_blog', models.TextField(blank=True, default='')),
        ],
        options={
            'verbose_name_plural': 'claim words',
        },
    ),
    migrations.CreateModel(
        name='ClaimReply',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('words', models.TextField()),
            ('written_at', models.DateTimeField()),
            ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='moderation.claim')),
        ],
        options={
            'verbose_name_plural': 'claim replies',
            'ordering': ['pk'],
        },
    ),
    migrations.CreateModel(
        name='Flag',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('ref', models.CharField(max_length=27, unique=True)),
            ('secret_digest', models.BinaryField(max_length=32, unique=True)),
            ('person', models.BinaryField(max_length=32)),
            ('received_at', models.DateTimeField()),
            ('clause', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='moderation.clause')),
            ('comment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='flags', to='commentarchive.comment')),
            ('revision', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.revision')),
        ],
        options={
            'verbose_name': 'report of a comment',
            'verbose_name_plural': 'reports of comments',
            'indexes': [
                models.Index(fields=['received_at'], name='flags_by_time'),
            ],
        },
    ),
    migrations.CreateModel(
        name='FlagWords',
        fields=[
            ('flag', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='moderation.flag')),
            ('text', models.TextField(blank=True)),
            ('email', models.TextField(blank=True)),
        ],
        options={
            'verbose_name_plural': 'words of reports',
        },
    ),
    migrations.CreateModel(
        name='Complaint',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('channel', models.CharField(choices=[('letter', 'by mail'), ('email', 'by e-mail'), ('telephone', 'by telephone'), ('in_person', 'in person'), ('form', 'by a form of this site'), ('authority', 'from an authority'), ('other', 'in another way')], max_length=10)),
            ('ground', models.CharField(choices=[('house_rules', 'the house rules'), ('legal', 'the law'), ('data_protection', 'data protection'), ('court_order', 'an order of a court'), ('other', 'something else')], max_length=15)),
            ('came_at', models.DateTimeField(null=True)),
            ('day_only', models.BooleanField(default=False)),
            ('time_zone', models.CharField(max_length=64)),
            ('due_at', models.DateTimeField(null=True)),
            ('ref', models.CharField(max_length=27, unique=True)),
            ('recorded_at', models.DateTimeField()),
            ('wording', models.PositiveSmallIntegerField(default=1)),
            ('entry_index', models.BigIntegerField()),
            ('closed_at', models.DateTimeField(null=True)),
            ('outcome', models.CharField(blank=True, choices=[('upheld', 'upheld'), ('partly', 'upheld in part'), ('rejected', 'rejected'), ('withdrawn', 'withdrawn by whoever sent it'), ('invalid', 'not a valid complaint')], default='', max_length=10)),
            ('closed_entry', models.BigIntegerField(null=True)),
            ('flag', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='complaint', to='moderation.flag')),
        ],
        options={
            'indexes': [
                models.Index(fields=['closed_at', 'due_at'], name='complaints_due'),
            ],
        },
    ),
    migrations.CreateModel(
        name='ComplaintWording',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('channel', models.CharField(choices=[('letter', 'by mail'), ('email', 'by e-mail'), ('telephone', 'by telephone'), ('in_person', 'in person'), ('form', 'by a form of this site'), ('authority', 'from an authority'), ('other', 'in another way')], max_length=10)),
            ('ground', models.CharField(choices=[('house_rules', 'the house rules'), ('legal', 'the law'), ('data_protection', 'data protection'), ('court_order', 'an order of a court'), ('other', 'something else')], max_length=15)),
            ('came_at', models.DateTimeField(null=True)),
            ('day_only', models.BooleanField(default=False)),
            ('time_zone', models.CharField(max_length=64)),
            ('due_at', models.DateTimeField(null=True)),
            ('number', models.PositiveSmallIntegerField()),
            ('role', models.CharField(choices=[('owner', 'Owner'), ('moderator', 'Moderator'), ('auditor', 'Auditor'), ('archivist', 'Archivist'), ('system', 'System')], max_length=10)),
            ('written_at', models.DateTimeField()),
            ('entry_index', models.BigIntegerField(null=True)),
            ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor')),
            ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wordings', to='moderation.complaint')),
        ],
        options={
            'verbose_name': 'wording of a complaint',
            'verbose_name_plural': 'wordings of complaints',
            'ordering': ['number'],
            'constraints': [
                models.UniqueConstraint(fields=('complaint', 'number'), name='one_complaint_wording_a_number'),
            ],
        },
    ),
    migrations.CreateModel(
        name='ComplaintWords',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('number', models.PositiveSmallIntegerField(default=1)),
            ('from_name', models.TextField(blank=True)),
            ('from_address', models.TextField(blank=True)),
            ('text', models.TextField(blank=True)),
            ('reason', models.TextField(blank=True, default='')),
            ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='words', to='moderation.complaint')),
        ],
        options={
            'verbose_name': 'words of a complaint',
            'verbose_name_plural': 'words of complaints',
            'ordering': ['number'],
            'constraints': [
                models.UniqueConstraint(fields=('complaint', 'number'), name='one_row_of_complaint_words'),
            ],
        },
    ),
    migrations.CreateModel(
        name='ComplaintPlace',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('added_in', models.PositiveSmallIntegerField(default=1)),
            ('taken_out_in', models.PositiveSmallIntegerField(null=True)),
            ('comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='complaint_places', to='commentarchive.comment')),
            ('commenter', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='complaint_places', to='commentarchive.commenter')),
            ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='moderation.complaint')),
            ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='complaint_places', to='commentarchive.post')),
        ],
        options={
            'verbose_name': 'place of a complaint',
            'verbose_name_plural': 'places of complaints',
            'ordering': ['pk'],
            'constraints': [
                models.CheckConstraint(condition=models.Q(models.Q(('comment__isnull', False), ('commenter', None), ('post', None)), models.Q(('comment', None), ('commenter', None), ('post__isnull', False)), models.Q(('comment', None), ('commenter__isnull', False), ('post', None)), _connector='OR'), name='a_complaint_names_one_thing_a_place'),
            ],
        },
    ),
    migrations.CreateModel(
        name='ComplaintNote',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('role', models.CharField(choices=[('owner', 'Owner'), ('moderator', 'Moderator'), ('auditor', 'Auditor'), ('archivist', 'Archivist'), ('system', 'System')], max_length=10)),
            ('words', models.TextField()),
            ('written_at', models.DateTimeField()),
            ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor')),
            ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='moderation.complaint')),
        ],
        options={
            'verbose_name': 'note on a complaint',
            'verbose_name_plural': 'notes on complaints',
            'ordering': ['pk'],
        },
    ),
    migrations.CreateModel(
        name='ComplaintAnswer',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('sent_at', models.DateTimeField(null=True)),
            ('day_only', models.BooleanField(default=False)),
            ('way', models.CharField(choices=[('letter', 'by mail'), ('email', 'by e-mail'), ('telephone', 'by telephone'), ('in_person', 'in person'), ('form', 'by a form of this site'), ('authority', 'from an authority'), ('other', 'in another way')], max_length=10)),
            ('words', models.TextField()),
            ('closes', models.BooleanField(default=False)),
            ('written_at', models.DateTimeField()),
            ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='moderation.complaint')),
        ],
        options={
            'verbose_name': 'answer to a complaint',
            'verbose_name_plural': 'answers to complaints',
            'ordering': ['pk'],
        },
    ),
    migrations.CreateModel(
        name='ComplaintEnd',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('closed_at', models.DateTimeField()),
            ('outcome', models.CharField(choices=[('upheld', 'upheld'), ('partly', 'upheld in part'), ('rejected', 'rejected'), ('withdrawn', 'withdrawn by whoever sent it'), ('invalid', 'not a valid complaint')], max_length=10)),
            ('entry_index', models.BigIntegerField(unique=True)),
            ('reopened_in', models.PositiveSmallIntegerField()),
            ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ends', to='moderation.complaint')),
        ],
        options={
            'verbose_name': 'earlier end of a complaint',
            'verbose_name_plural': 'earlier ends of complaints',
            'ordering': ['entry_index'],
            'constraints': [
                models.UniqueConstraint(fields=('complaint', 'reopened_in'), name='one_end_before_a_wording'),
            ],
        },
    ),
]
