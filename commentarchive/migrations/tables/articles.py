"""Blogs and their articles, where they are and what is the same elsewhere."""

import django.db.models.deletion
from django.db import migrations, models

import commentarchive.models.blog

TABLES = [
    migrations.CreateModel(
        name='Blog',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('ref', models.CharField(editable=False, max_length=27, unique=True)),
            ('slug', models.SlugField(max_length=100, unique=True)),
            ('title', models.CharField(max_length=300)),
            ('address', models.CharField(blank=True, max_length=500)),
            ('normal_address', models.CharField(blank=True, db_index=True, editable=False, max_length=500)),
            ('time_zone', models.CharField(default='Europe/London', max_length=60, validators=[commentarchive.models.blog.check_time_zone])),
            ('language', models.CharField(blank=True, default='en', max_length=20)),
            ('visibility', models.CharField(choices=[('staff', 'staff only'), ('unlisted', 'public, not for search engines'), ('public', 'public')], default='unlisted', max_length=10)),
            ('show_hidden_names', models.BooleanField(default=False, help_text='Print the name on the notice of a comment that had been public.')),
            ('show_gone_text', models.BooleanField(default=False, help_text='Go on showing comments that were public and are gone at the blog.')),
            ('article_types', models.CharField(blank=True, default='', help_text='Types of articles that are for readers here as well.', max_length=500, validators=[commentarchive.models.blog.check_types])),
            ('comment_types', models.CharField(blank=True, default='', help_text="Types of comments of this blog that are for readers here as well, by its own words: “review” where its reviews are comments. Others are kept for staff only; an import's report counts them by type.", max_length=500, validators=[commentarchive.models.blog.check_types])),
            ('names_entry', models.BigIntegerField(editable=False, null=True)),
        ],
    ),
    migrations.CreateModel(
        name='Post',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('ref', models.CharField(max_length=27, unique=True)),
            ('scheme', models.CharField(max_length=20)),
            ('source_id', models.CharField(max_length=200)),
            ('kind', models.CharField(choices=[('post', 'article'), ('page', 'page'), ('attachment', 'attached page'), ('other', 'other'), ('contact', 'contact form')], max_length=10)),
            ('published_at', models.DateTimeField(db_index=True, null=True)),
            ('printed_at', models.CharField(blank=True, max_length=60)),
            ('utc_offset', models.SmallIntegerField(null=True)),
            ('status', models.CharField(max_length=20)),
            ('live_with', models.CharField(blank=True, default='', max_length=200)),
            ('is_public', models.BooleanField(default=False)),
            ('blog', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='commentarchive.blog')),
            ('capture', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.capture')),
            ('current_revision', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.revision')),
            ('stored_places', models.PositiveIntegerField(null=True)),
            ('copies', models.JSONField(default=list)),
            ('source_type', models.CharField(blank=True, db_default='', default='', max_length=60)),
            ('absences', models.JSONField(db_default=models.Value([], models.JSONField()), default=list)),
            ('is_held_back', models.BooleanField(db_default=False, default=False)),
            ('released_entry', models.BigIntegerField(null=True)),
            ('settlings', models.PositiveSmallIntegerField(db_default=0, default=0)),
            ('stored_key', models.BigIntegerField(db_default=0, default=0)),
            ('stored_shown', models.PositiveIntegerField(db_default=0, default=0)),
            ('stored_hidden', models.PositiveIntegerField(db_default=0, default=0)),
            ('stored_notices', models.PositiveIntegerField(db_default=0, default=0)),
            ('stored_bytes', models.PositiveBigIntegerField(db_default=0, default=0)),
            ('is_put_right', models.BooleanField(db_default=False, default=False)),
            ('leader', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='same_articles', to='commentarchive.post')),
            ('has_phrases', models.BooleanField(db_default=False, default=False)),
            ('day_only', models.BooleanField(db_default=False, default=False)),
            ('decided_entry', models.BigIntegerField(null=True)),
            ('hidden_text', models.CharField(blank=True, choices=[('held', 'waiting to be looked at'), ('removed', 'taken down'), ('spam', 'taken down: spam'), ('withheld', 'withheld on legal grounds'), ('closed', 'closed'), ('barred', 'barred')], db_default='', default='', max_length=20)),
            ('hidden_title', models.CharField(blank=True, choices=[('held', 'waiting to be looked at'), ('removed', 'taken down'), ('spam', 'taken down: spam'), ('withheld', 'withheld on legal grounds'), ('closed', 'closed'), ('barred', 'barred')], db_default='', default='', max_length=20)),
            ('is_closed', models.BooleanField(db_default=False, default=False)),
            ('news_revision', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.revision')),
        ],
        options={
            'indexes': [
                models.Index(condition=models.Q(('leader__isnull', False)), fields=['leader'], name='same_articles'),
                models.Index(condition=models.Q(('has_phrases', False), ('is_public', False)), fields=['id'], name='hidden_without_phrases'),
                models.Index(condition=models.Q(('has_phrases', False)), fields=['blog'], name='posts_without_phrases'),
                models.Index(condition=models.Q(('decided_entry__isnull', False)), fields=['decided_entry'], name='articles_decided_on'),
            ],
            'constraints': [
                models.UniqueConstraint(condition=models.Q(('source_id', ''), _negated=True), fields=('blog', 'scheme', 'source_id'), name='one_post_a_source_id'),
            ],
            'verbose_name': 'article',
        },
    ),
    migrations.CreateModel(
        name='PostAddress',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('address', models.CharField(max_length=1000)),
            ('normal_address', models.CharField(db_index=True, max_length=1000)),
            ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='addresses', to='commentarchive.post')),
        ],
        options={
            'verbose_name_plural': 'post addresses',
            'constraints': [
                models.UniqueConstraint(fields=('post', 'normal_address'), name='one_row_an_address'),
            ],
        },
    ),
    migrations.CreateModel(
        name='CrossPost',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('ref', models.CharField(max_length=27, unique=True)),
            ('other_address', models.CharField(blank=True, max_length=1000)),
            ('normal_address', models.CharField(blank=True, db_index=True, max_length=1000)),
            ('other_post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cross_posted_as', to='commentarchive.post')),
            ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cross_posts', to='commentarchive.post')),
            ('other_blog', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cross_posted_as', to='commentarchive.blog')),
            ('is_withdrawn', models.BooleanField(db_default=False, default=False)),
            ('is_proposal', models.BooleanField(db_default=False, default=False)),
        ],
        options={
            'indexes': [
                models.Index(condition=models.Q(('is_proposal', True), ('is_withdrawn', False)), fields=['id'], name='proposed_cross_posts'),
            ],
            'constraints': [
                models.UniqueConstraint(condition=models.Q(('normal_address', ''), _negated=True), fields=('post', 'normal_address'), name='one_cross_post_an_address'),
                models.UniqueConstraint(condition=models.Q(('normal_address', '')), fields=('post', 'other_blog'), name='one_cross_post_a_blog'),
                models.CheckConstraint(condition=models.Q(models.Q(('normal_address', ''), _negated=True), ('other_blog__isnull', False), _connector='OR'), name='cross_post_of_an_address_or_a_blog'),
            ],
            'verbose_name': 'cross-post',
        },
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
    migrations.CreateModel(
        name='CrossPostCue',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('kind', models.CharField(choices=[('line', 'a line of the article says so'), ('canonical', 'its page names the other address as the original'), ('syndication', 'its blog fetched it from there'), ('alike', 'most of the words are the same')], max_length=12)),
            ('score', models.PositiveSmallIntegerField(null=True)),
            ('tie', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cues', to='commentarchive.crosspost')),
        ],
        options={
            'verbose_name': 'cue of a cross-post',
            'verbose_name_plural': 'cues of cross-posts',
            'constraints': [
                models.UniqueConstraint(fields=('tie', 'kind'), name='one_cue_a_kind'),
            ],
        },
    ),
    migrations.CreateModel(
        name='SameThread',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('ref', models.CharField(max_length=27, unique=True)),
            ('made_at', models.DateTimeField()),
            ('role', models.CharField(choices=[('owner', 'Owner'), ('moderator', 'Moderator'), ('auditor', 'Auditor'), ('archivist', 'Archivist'), ('system', 'System')], max_length=10)),
            ('entry_index', models.BigIntegerField(unique=True)),
            ('ended_at', models.DateTimeField(null=True)),
            ('ended_entry', models.BigIntegerField(null=True, unique=True)),
            ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor')),
            ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='leads', to='commentarchive.post')),
            ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='same_threads', to='commentarchive.post')),
        ],
        options={
            'verbose_name': 'thread from two sources',
            'verbose_name_plural': 'threads from two sources',
            'constraints': [
                models.UniqueConstraint(condition=models.Q(('ended_entry', None)), fields=('post',), name='one_standing_tie_an_article'),
            ],
        },
    ),
    migrations.CreateModel(
        name='SameThreadWords',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('is_ending', models.BooleanField()),
            ('evidence', models.TextField()),
            ('tie', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='words', to='commentarchive.samethread')),
        ],
        options={
            'verbose_name_plural': 'words on threads from two sources',
            'constraints': [
                models.UniqueConstraint(fields=('tie', 'is_ending'), name='one_word_a_step_of_a_tie'),
            ],
        },
    ),
    migrations.CreateModel(
        name='SamePair',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('score', models.PositiveSmallIntegerField(null=True)),
            ('comment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='same_pairs', to='commentarchive.comment')),
            ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='leading_pairs', to='commentarchive.comment')),
            ('tie', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pairs', to='commentarchive.samethread')),
        ],
        options={
            'verbose_name': 'pair of comments',
            'verbose_name_plural': 'pairs of comments',
            'constraints': [
                models.UniqueConstraint(fields=('tie', 'comment'), name='one_pair_a_comment'),
                models.UniqueConstraint(fields=('tie', 'other'), name='one_pair_another_comment'),
            ],
        },
    ),
    migrations.CreateModel(
        name='ArticlePhrase',
        fields=[
            ('pk', models.CompositePrimaryKey('digest', 'post_id', blank=True, editable=False, primary_key=True, serialize=False)),
            ('digest', models.BigIntegerField()),
            ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='phrases', to='commentarchive.post')),
        ],
    ),
    migrations.CreateModel(
        name='RepeatedComment',
        fields=[
            ('pk', models.CompositePrimaryKey('comment_id', 'other_id', blank=True, editable=False, primary_key=True, serialize=False)),
            ('comment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='repeated_as', to='commentarchive.comment')),
            ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='repeats', to='commentarchive.comment')),
        ],
    ),
    migrations.CreateModel(
        name='Segment',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('number', models.PositiveIntegerField()),
            ('first_level', models.SmallIntegerField()),
            ('last_level', models.SmallIntegerField()),
            ('packed', models.BinaryField()),
            ('post', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='segments', to='commentarchive.post')),
            ('crc', models.BigIntegerField()),
            ('size', models.PositiveIntegerField()),
            ('shown', models.PositiveSmallIntegerField()),
            ('hidden', models.PositiveSmallIntegerField()),
            ('notices', models.PositiveSmallIntegerField()),
        ],
        options={
            'constraints': [
                models.UniqueConstraint(fields=('post', 'number'), name='one_segment_a_window'),
            ],
        },
    ),
    migrations.CreateModel(
        name='PageRenewal',
        fields=[
            ('blog', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='renewal', serialize=False, to='commentarchive.blog')),
            ('asked_at', models.DateTimeField()),
            ('ended_at', models.DateTimeField(null=True)),
            ('state', models.CharField(choices=[('waiting', 'wait for their turn'), ('at_work', 'are being made'), ('done', 'are made'), ('failed', 'could not be made')], default='waiting', max_length=10)),
            ('attempts', models.PositiveSmallIntegerField(default=0)),
            ('remark', models.TextField(blank=True, default='')),
            ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor')),
        ],
        options={
            'verbose_name': 'renewal of pages',
            'verbose_name_plural': 'renewals of pages',
            'indexes': [
                models.Index(fields=['state'], name='renewals_by_state'),
            ],
        },
    ),
]
