"""Comments, their versions and the names under which they were written."""

import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='Comment',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('ref', models.CharField(max_length=27, unique=True)),
            ('scheme', models.CharField(max_length=20)),
            ('source_id', models.CharField(max_length=200)),
            ('twin', models.PositiveSmallIntegerField(default=0)),
            ('kind', models.CharField(blank=True, choices=[('comment', 'comment'), ('pingback', 'pingback'), ('trackback', 'trackback'), ('note', 'note'), ('contact', 'contact'), ('other', 'other')], max_length=10)),
            ('posted_at', models.DateTimeField(null=True)),
            ('printed_at', models.CharField(blank=True, max_length=60)),
            ('utc_offset', models.SmallIntegerField(null=True)),
            ('position', models.PositiveIntegerField()),
            ('depth', models.PositiveIntegerField()),
            ('visibility', models.CharField(choices=[('published', 'published'), ('held', 'waiting'), ('blocked', 'not published'), ('removed', 'taken down'), ('spam', 'spam'), ('trashed', 'in the trash'), ('deleted_by_author', 'deleted by its author'), ('gone_at_source', 'gone at its blog'), ('withheld', 'withheld on legal grounds'), ('erased', 'erased'), ('internal', 'internal'), ('unknown', 'never seen here')], max_length=20)),
            ('source_state', models.CharField(blank=True, max_length=20)),
            ('source_parent', models.CharField(blank=True, max_length=200)),
            ('decided_entry', models.BigIntegerField(null=True)),
            ('capture', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.capture')),
            ('parent', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='commentarchive.comment')),
            ('commenter', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='commentarchive.commenter')),
            ('post', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='commentarchive.post')),
            ('current_revision', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.revision')),
            ('source_type', models.CharField(blank=True, db_default='', default='', max_length=60)),
            ('settlings', models.PositiveSmallIntegerField(db_default=0, default=0)),
            ('has_news', models.BooleanField(db_default=False, default=False)),
            ('leader', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='same_comments', to='commentarchive.comment')),
            ('has_phrases', models.BooleanField(db_default=False, default=False)),
            ('told_below', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.post')),
            ('day_only', models.BooleanField(db_default=False, default=False)),
            ('told_revision', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.revision')),
        ],
        options={
            'indexes': [
                models.Index(fields=['post', 'position'], name='reading_order'),
                models.Index(fields=['posted_at'], name='by_time'),
                models.Index(models.ExpressionWrapper(models.Q(('posted_at', None)), models.BooleanField()), models.F('posted_at'), models.F('id'), models.F('decided_entry'), models.F('visibility'), condition=models.Q(('visibility', 'held')), name='waiting_by_time'),
                models.Index(condition=models.Q(('has_news', True)), fields=['id'], name='news_of_decided'),
                models.Index(condition=models.Q(('decided_entry', None), ('visibility', 'internal')), fields=['capture'], name='kept_from_readers'),
                models.Index(condition=models.Q(('leader__isnull', False)), fields=['leader'], name='same_comments'),
                models.Index(condition=models.Q(('has_phrases', False), models.Q(('visibility', 'published'), _negated=True), models.Q(('visibility', 'unknown'), _negated=True), models.Q(('visibility', 'erased'), _negated=True)), fields=['id'], name='phrases_not_kept'),
                models.Index(condition=models.Q(('told_below__isnull', False)), fields=['told_below'], name='moved_by_hand'),
                models.Index(condition=models.Q(('has_phrases', False), ('visibility', 'published'), models.Q(('decided_entry__isnull', False), ('leader__isnull', False), _connector='OR')), fields=['id'], name='shown_without_phrases'),
            ],
            'constraints': [
                models.UniqueConstraint(django.db.models.functions.comparison.Coalesce('told_below', 'post'), models.F('scheme'), models.F('source_id'), models.F('twin'), name='one_comment_an_id_in_copies'),
            ],
        },
    ),
    migrations.CreateModel(
        name='Commenter',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('ref', models.CharField(max_length=27, unique=True)),
            ('fingerprint', models.BinaryField(max_length=32)),
            ('blog', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='commenters', to='commentarchive.blog')),
            ('capture', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.capture')),
            ('hidden_link', models.CharField(blank=True, choices=[('held', 'waiting to be looked at'), ('removed', 'taken down'), ('spam', 'taken down: spam'), ('withheld', 'withheld on legal grounds'), ('closed', 'closed'), ('barred', 'barred')], db_default='', default='', max_length=20)),
            ('hidden_name', models.CharField(blank=True, choices=[('held', 'waiting to be looked at'), ('removed', 'taken down'), ('spam', 'taken down: spam'), ('withheld', 'withheld on legal grounds'), ('closed', 'closed'), ('barred', 'barred')], db_default='', default='', max_length=20)),
            ('is_barred', models.BooleanField(db_default=False, default=False)),
        ],
        options={
            'indexes': [
                models.Index(condition=models.Q(('hidden_name', ''), _negated=True), fields=['blog'], name='names_that_are_hidden'),
            ],
            'constraints': [
                models.UniqueConstraint(fields=('blog', 'fingerprint'), name='one_commenter_a_fingerprint'),
            ],
            'verbose_name': 'name',
        },
    ),
    migrations.CreateModel(
        name='CommenterName',
        fields=[
            ('commenter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='name', serialize=False, to='commentarchive.commenter')),
            ('name', models.TextField()),
            ('link', models.TextField(blank=True)),
            ('person', models.TextField(blank=True, default='')),
            ('looks', models.BigIntegerField(db_default=0, default=0)),
            ('is_odd', models.BooleanField(db_default=False, default=False)),
        ],
        options={
            'indexes': [
                models.Index(fields=['looks'], name='names_that_look_alike'),
                models.Index(condition=models.Q(('is_odd', True)), fields=['commenter'], name='odd_names'),
            ],
        },
    ),
    migrations.CreateModel(
        name='PrivateAddress',
        fields=[
            ('comment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='private_address', serialize=False, to='commentarchive.comment')),
            ('email', models.TextField(blank=True)),
            ('ip', models.TextField(blank=True)),
        ],
        options={
            'verbose_name_plural': 'private addresses',
        },
    ),
    migrations.CreateModel(
        name='Revision',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('number', models.PositiveIntegerField()),
            ('origin', models.CharField(choices=[('captured', 'as captured'), ('edited', 'as edited at its blog'), ('redacted', 'as redacted here'), ('retold', 'the same words from a better source')], max_length=10)),
            ('commitment', models.CharField(max_length=43)),
            ('fingerprint', models.BinaryField(max_length=32)),
            ('capture', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.capture')),
            ('comment', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='commentarchive.comment')),
            ('post', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='commentarchive.post')),
            ('same_as', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.revision')),
        ],
        options={
            'indexes': [
                models.Index(condition=models.Q(('comment__isnull', False), ('number__gt', 1)), fields=['comment'], name='later_versions'),
            ],
            'constraints': [
                models.UniqueConstraint(condition=models.Q(('comment__isnull', False)), fields=('comment', 'number'), name='one_revision_a_comment_number'),
                models.UniqueConstraint(condition=models.Q(('post__isnull', False)), fields=('post', 'number'), name='one_revision_a_post_number'),
                models.CheckConstraint(condition=models.Q(('comment__isnull', True), ('post__isnull', True), _connector='XOR'), name='of_a_comment_or_a_post'),
            ],
            'verbose_name': 'version',
        },
    ),
    migrations.CreateModel(
        name='RevisionText',
        fields=[
            ('revision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='text', serialize=False, to='commentarchive.revision')),
            ('salt', models.CharField(max_length=43)),
            ('title', models.TextField(blank=True)),
            ('byline', models.TextField(blank=True)),
            ('raw', models.TextField(blank=True)),
            ('form', models.CharField(help_text='how the raw text is written', max_length=10)),
            ('html', models.TextField(blank=True)),
            ('plain', models.TextField(blank=True)),
            ('cleaner', models.CharField(help_text='version of the cleaner', max_length=20)),
        ],
    ),
    migrations.CreateModel(
        name='NameLink',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('confidence', models.CharField(blank=True, choices=[('certain', 'certain'), ('likely', 'likely')], max_length=10)),
            ('made_at', models.DateTimeField()),
            ('role', models.CharField(choices=[('owner', 'Owner'), ('moderator', 'Moderator'), ('auditor', 'Auditor'), ('archivist', 'Archivist'), ('system', 'System')], max_length=10)),
            ('entry_index', models.BigIntegerField(unique=True)),
            ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor')),
            ('one', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.commenter')),
            ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.commenter')),
            ('likely_ref', models.CharField(blank=True, db_default='', default='', max_length=27)),
        ],
        options={
            'verbose_name': 'link of two names',
            'verbose_name_plural': 'links of two names',
            'constraints': [
                models.CheckConstraint(condition=models.Q(('one', models.F('other')), _negated=True), name='link_of_two_names'),
            ],
        },
    ),
    migrations.CreateModel(
        name='NameLinkWords',
        fields=[
            ('link', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='commentarchive.namelink')),
            ('facts', models.TextField()),
            ('note', models.TextField(blank=True)),
        ],
        options={
            'verbose_name_plural': 'name link words',
        },
    ),
    migrations.CreateModel(
        name='Correction',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('ref', models.CharField(max_length=27, unique=True)),
            ('aspect', models.CharField(choices=[('time', 'the time'), ('parent', 'what it answers'), ('name', 'the shown name'), ('article', 'the article that it stands under'), ('person', 'the person under its name'), ('title', 'the title'), ('author', 'the author')], max_length=10)),
            ('made_at', models.DateTimeField()),
            ('role', models.CharField(choices=[('owner', 'Owner'), ('moderator', 'Moderator'), ('auditor', 'Auditor'), ('archivist', 'Archivist'), ('system', 'System')], max_length=10)),
            ('entry_index', models.BigIntegerField(unique=True)),
            ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor')),
            ('comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='commentarchive.comment')),
            ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='commentarchive.post')),
            ('undoes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='commentarchive.correction')),
        ],
        options={
            'constraints': [
                models.CheckConstraint(condition=models.Q(('comment__isnull', True), ('post__isnull', True), _connector='XOR'), name='correction_of_a_comment_or_a_post'),
            ],
        },
    ),
    migrations.CreateModel(
        name='CorrectionWords',
        fields=[
            ('correction', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='commentarchive.correction')),
            ('before', models.TextField(blank=True)),
            ('after', models.TextField(blank=True)),
            ('reason', models.TextField()),
        ],
        options={
            'verbose_name_plural': 'correction words',
        },
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
]
