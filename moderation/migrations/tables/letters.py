"""Letters to those whom decisions are about."""

import django.db.models.deletion
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='Letter',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('ref', models.CharField(max_length=27, unique=True)),
            ('kind', models.CharField(choices=[('statement', 'statement to the author'), ('flag_receipt', 'receipt of a report'), ('flag_outcome', 'outcome of a report'), ('claim_receipt', 'receipt of a claim'), ('claim_outcome', 'outcome of a claim'), ('claim_answer', 'answer to a claim'), ('complaint_receipt', 'receipt of a complaint'), ('complaint_outcome', 'outcome of a complaint'), ('subscription', 'question whether to send reports'), ('report', 'audit report'), ('news', 'news of the desk'), ('test', 'test letter')], max_length=20)),
            ('case', models.CharField(db_index=True, max_length=27)),
            ('about', models.CharField(max_length=35)),
            ('person', models.BinaryField(max_length=32)),
            ('made_at', models.DateTimeField()),
            ('state', models.CharField(choices=[('drafted', 'to be looked at'), ('queued', 'waits to be sent'), ('sending', 'is being sent'), ('sent', 'sent'), ('refused', 'refused'), ('given_up', 'given up'), ('unsure', 'may have been sent'), ('came_back', 'came back'), ('cancelled', 'set aside')], max_length=10)),
            ('day', models.DateField(null=True)),
            ('not_before', models.DateTimeField()),
            ('attempts', models.PositiveSmallIntegerField(default=0)),
            ('claimed_at', models.DateTimeField(null=True)),
            ('ended_at', models.DateTimeField(null=True)),
            ('wording', models.PositiveSmallIntegerField(null=True)),
            ('blog', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.blog')),
            ('chosen_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor')),
            ('decision', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='moderation.decision')),
        ],
        options={
            'indexes': [
                models.Index(fields=['state', 'not_before'], name='letters_by_state'),
            ],
            'constraints': [
                models.UniqueConstraint(fields=('kind', 'about', 'person'), name='no_letter_twice'),
                models.UniqueConstraint(condition=models.Q(('day__isnull', False), models.Q(('kind__in', ['news', 'test']), _negated=True)), fields=('case', 'person', 'day'), name='one_letter_a_case_and_day'),
            ],
        },
    ),
    migrations.CreateModel(
        name='LetterAddress',
        fields=[
            ('letter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='address', serialize=False, to='moderation.letter')),
            ('email', models.TextField()),
        ],
        options={
            'verbose_name_plural': 'addresses of letters',
        },
    ),
    migrations.CreateModel(
        name='LetterText',
        fields=[
            ('letter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='text', serialize=False, to='moderation.letter')),
            ('subject', models.TextField()),
            ('body', models.TextField()),
        ],
        options={
            'verbose_name_plural': 'texts of letters',
        },
    ),
    migrations.CreateModel(
        name='LetterAttempt',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('at', models.DateTimeField()),
            ('state', models.CharField(choices=[('drafted', 'to be looked at'), ('queued', 'waits to be sent'), ('sending', 'is being sent'), ('sent', 'sent'), ('refused', 'refused'), ('given_up', 'given up'), ('unsure', 'may have been sent'), ('came_back', 'came back'), ('cancelled', 'set aside')], max_length=10)),
            ('answer', models.TextField(blank=True)),
            ('letter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='moderation.letter')),
        ],
        options={
            'verbose_name': 'attempt to send a letter',
            'verbose_name_plural': 'attempts to send letters',
            'ordering': ['pk'],
        },
    ),
    migrations.CreateModel(
        name='LetterSwitch',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('is_on', models.BooleanField()),
            ('at', models.DateTimeField()),
            ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor')),
            ('blog', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letter_switches', to='commentarchive.blog')),
        ],
        options={
            'verbose_name': 'switch of a blog’s letters',
            'verbose_name_plural': 'switches of blogs’ letters',
            'ordering': ['pk'],
        },
    ),
    migrations.CreateModel(
        name='NewsChoice',
        fields=[
            ('actor', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='news_choice', serialize=False, to='ledger.actor')),
            ('how', models.CharField(choices=[('each', 'a mail when something is new, at most one in 15 minutes'), ('daily', 'one mail a day')], max_length=5)),
            ('told_until', models.DateTimeField()),
            ('told_comment', models.BigIntegerField()),
        ],
    ),
    migrations.CreateModel(
        name='ReturnedAddress',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('digest', models.BinaryField(max_length=32, unique=True)),
            ('at', models.DateTimeField()),
            ('letter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='moderation.letter')),
        ],
        options={
            'verbose_name': 'address from which letters came back',
            'verbose_name_plural': 'addresses from which letters came back',
        },
    ),
    migrations.CreateModel(
        name='ReportSubscription',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('ref', models.CharField(max_length=27, unique=True)),
            ('email', models.TextField()),
            ('secret_digest', models.BinaryField(max_length=32)),
            ('asked_at', models.DateTimeField()),
            ('confirmed_at', models.DateTimeField(null=True)),
            ('blog', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.blog')),
        ],
        options={
            'verbose_name': 'subscription to reports',
            'verbose_name_plural': 'subscriptions to reports',
        },
    ),
]
