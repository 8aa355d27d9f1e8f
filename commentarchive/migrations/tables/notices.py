"""What stands in the place of what is hidden, and what is erased or kept from it."""

import django.db.models.deletion
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='Tombstone',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('kind', models.CharField(choices=[('held', 'Comment waiting to be looked at'), ('blocked', 'Comment not published'), ('removed', 'Comment taken down'), ('spam', 'Comment not published: spam'), ('trashed', 'Comment in the blog’s trash'), ('deleted_by_author', 'Comment deleted by its author'), ('gone_at_source', 'Comment gone at its blog'), ('withheld', 'Comment withheld on legal grounds; no view is taken on the complaint'), ('erased', 'Comment erased')], max_length=20)),
            ('grade', models.CharField(choices=[('decided', 'decided here'), ('imported', 'from the blog’s own records'), ('observed', 'seen to vanish'), ('inferred', 'probably missing'), ('claimed', 'someone says so')], max_length=10)),
            ('since_not_before', models.DateTimeField(null=True)),
            ('since_not_after', models.DateTimeField(null=True)),
            ('until_not_before', models.DateTimeField(null=True)),
            ('until_not_after', models.DateTimeField(null=True)),
            ('actor_label', models.CharField(blank=True, max_length=100)),
            ('clause_label', models.CharField(blank=True, max_length=200)),
            ('statement_path', models.CharField(blank=True, max_length=200)),
            ('was_public', models.BooleanField(default=False)),
            ('shows_name', models.BooleanField(default=False)),
            ('opened_entry', models.BigIntegerField(null=True)),
            ('closed_entry', models.BigIntegerField(null=True)),
            ('closing_path', models.CharField(blank=True, max_length=200)),
            ('is_open', models.BooleanField(default=True)),
            ('closed_capture', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.capture')),
            ('comment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tombstones', to='commentarchive.comment')),
            ('opened_capture', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.capture')),
            ('seen_capture', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.capture')),
            ('ends_at', models.DateTimeField(null=True)),
        ],
        options={
            'indexes': [
                models.Index(condition=models.Q(('grade', 'observed')), fields=['since_not_after'], name='observed_removals'),
                models.Index(condition=models.Q(('grade', 'observed')), fields=['id'], name='observed_by_number'),
                models.Index(condition=models.Q(('was_public', True), ('is_open', False), _connector='OR'), fields=['comment'], name='notices_of_seen_comments'),
                models.Index(condition=models.Q(('ends_at__isnull', False), ('is_open', True)), fields=['ends_at'], name='ends_by_itself'),
            ],
            'constraints': [
                models.UniqueConstraint(condition=models.Q(('is_open', True)), fields=('comment',), name='one_open_notice_a_comment'),
            ],
            'verbose_name': 'notice',
        },
    ),
    migrations.CreateModel(
        name='PartNotice',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('part', models.CharField(choices=[('text', 'text'), ('title', 'title'), ('name', 'shown name'), ('link', 'link of the name'), ('thread', 'discussion'), ('ban', 'name that is barred')], max_length=10)),
            ('kind', models.CharField(choices=[('held', 'waiting to be looked at'), ('removed', 'taken down'), ('spam', 'taken down: spam'), ('withheld', 'withheld on legal grounds'), ('closed', 'closed'), ('barred', 'barred')], max_length=20)),
            ('grade', models.CharField(choices=[('decided', 'decided here'), ('imported', 'from the blog’s own records'), ('observed', 'seen to vanish'), ('inferred', 'probably missing'), ('claimed', 'someone says so')], max_length=10)),
            ('since_not_before', models.DateTimeField(null=True)),
            ('since_not_after', models.DateTimeField(null=True)),
            ('until_not_before', models.DateTimeField(null=True)),
            ('until_not_after', models.DateTimeField(null=True)),
            ('actor_label', models.CharField(blank=True, max_length=100)),
            ('clause_label', models.CharField(blank=True, max_length=200)),
            ('statement_path', models.CharField(blank=True, max_length=200)),
            ('opened_entry', models.BigIntegerField(unique=True)),
            ('closed_entry', models.BigIntegerField(null=True)),
            ('closing_path', models.CharField(blank=True, max_length=200)),
            ('is_open', models.BooleanField(default=True)),
            ('commenter', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='part_notices', to='commentarchive.commenter')),
            ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='part_notices', to='commentarchive.post')),
        ],
        options={
            'verbose_name': 'notice on an article or a name',
            'verbose_name_plural': 'notices on articles and names',
            'constraints': [
                models.CheckConstraint(condition=models.Q(models.Q(('commenter__isnull', True), ('part__in', ['text', 'title', 'thread']), ('post__isnull', False)), models.Q(('commenter__isnull', False), ('part__in', ['name', 'link', 'ban']), ('post__isnull', True)), _connector='OR'), name='part_of_an_article_or_a_name'),
                models.UniqueConstraint(condition=models.Q(('is_open', True), ('post__isnull', False)), fields=('post', 'part'), name='one_open_notice_a_part_of_a_post'),
                models.UniqueConstraint(condition=models.Q(('commenter__isnull', False), ('is_open', True)), fields=('commenter', 'part'), name='one_open_notice_a_part_of_a_name'),
            ],
        },
    ),
    migrations.CreateModel(
        name='Redaction',
        fields=[
            ('revision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='redaction', serialize=False, to='commentarchive.revision')),
            ('spans', models.JSONField()),
            ('statement_path', models.CharField(max_length=200)),
            ('source', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.revision')),
        ],
    ),
    migrations.CreateModel(
        name='Hold',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('reason', models.TextField()),
            ('review_on', models.DateField()),
            ('made_at', models.DateTimeField()),
            ('comment', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hold', to='commentarchive.comment')),
            ('commenter', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hold', to='commentarchive.commenter')),
        ],
        options={
            'verbose_name': 'hold on erasure',
            'verbose_name_plural': 'holds on erasure',
            'constraints': [
                models.CheckConstraint(condition=models.Q(('comment__isnull', True), ('commenter__isnull', True), _connector='XOR'), name='on_a_comment_or_a_name'),
            ],
        },
    ),
    migrations.CreateModel(
        name='ErasureRequest',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('ref', models.CharField(max_length=27, unique=True)),
            ('basis', models.CharField(choices=[('subject_request', 'whoever it is about asked for it'), ('legal', 'the law'), ('court_order', 'an order of a court'), ('retention', 'its time is over')], max_length=15)),
            ('asked_for', models.CharField(choices=[('person', 'the person themselves'), ('representative', 'somebody who acts for them'), ('authority', 'an authority or a court'), ('nobody', 'nobody; this archive does it by itself')], max_length=14)),
            ('identity', models.CharField(choices=[('known_address', 'an answer came from an address known here'), ('document', 'a document was seen'), ('impossible', 'it could not be checked'), ('not_needed', 'not needed, since nobody asked')], max_length=13)),
            ('asked_role', models.CharField(choices=[('owner', 'Owner'), ('moderator', 'Moderator'), ('auditor', 'Auditor'), ('archivist', 'Archivist'), ('system', 'System')], max_length=10)),
            ('asked_at', models.DateTimeField()),
            ('confirmed_role', models.CharField(blank=True, choices=[('owner', 'Owner'), ('moderator', 'Moderator'), ('auditor', 'Auditor'), ('archivist', 'Archivist'), ('system', 'System')], default='', max_length=10)),
            ('confirmed_at', models.DateTimeField(null=True)),
            ('started_at', models.DateTimeField(null=True)),
            ('attempts', models.PositiveSmallIntegerField(default=0)),
            ('remark', models.TextField(blank=True, default='')),
            ('ended_at', models.DateTimeField(null=True)),
            ('refusal', models.CharField(blank=True, choices=[('unidentified', 'nobody could check who asked'), ('expression', 'freedom of expression and information'), ('legal_claims', 'legal claims'), ('hold', 'there is a hold on it')], default='', max_length=12)),
            ('entry_index', models.BigIntegerField(null=True)),
            ('is_withdrawn', models.BooleanField(default=False)),
            ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor')),
            ('comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='erasures', to='commentarchive.comment')),
            ('commenter', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='erasures', to='commentarchive.commenter')),
            ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor')),
        ],
        options={
            'verbose_name': 'request for an erasure',
            'verbose_name_plural': 'requests for erasures',
            'constraints': [
                models.CheckConstraint(condition=models.Q(('comment__isnull', True), ('commenter__isnull', True), _connector='XOR'), name='erases_a_comment_or_a_name'),
                models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('comment',), name='one_open_erasure_a_comment'),
                models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('commenter',), name='one_open_erasure_a_name'),
            ],
        },
    ),
    migrations.CreateModel(
        name='ErasureWords',
        fields=[
            ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='commentarchive.erasurerequest')),
            ('asker', models.TextField(blank=True)),
            ('note', models.TextField(blank=True)),
        ],
        options={
            'verbose_name': 'words of a request for an erasure',
            'verbose_name_plural': 'words of requests for erasures',
        },
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
            'constraints': [
                models.UniqueConstraint(fields=('comment', 'digest'), name='one_row_erased_words'),
            ],
        },
    ),
    migrations.CreateModel(
        name='HiddenPhrase',
        fields=[
            ('pk', models.CompositePrimaryKey('digest', 'revision_id', blank=True, editable=False, primary_key=True, serialize=False)),
            ('digest', models.BigIntegerField()),
            ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='phrases', to='commentarchive.revision')),
        ],
    ),
]
