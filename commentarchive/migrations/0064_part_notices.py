"""Notices on articles, names and threads, and what readers see of each."""

import django.db.models.deletion
from django.db import migrations, models

from commentarchive.ledger import triggers


def drop_triggers(_apps, schema_editor):
    """Drop the triggers that speak of these columns; they are made anew at the end."""
    triggers.remove(using=schema_editor.connection.alias)


class Migration(migrations.Migration):

    dependencies = [
        ('commentarchive', '0060_order_of_reading'),
    ]

    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop),
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
            ],
            options={
                'verbose_name': 'notice on an article or a name',
                'verbose_name_plural': 'notices on articles and names',
            },
        ),
        migrations.AddField(
            model_name='blog',
            name='names_entry',
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='commenter',
            name='hidden_link',
            field=models.CharField(blank=True, choices=[('held', 'waiting to be looked at'), ('removed', 'taken down'), ('spam', 'taken down: spam'), ('withheld', 'withheld on legal grounds'), ('closed', 'closed'), ('barred', 'barred')], db_default='', default='', max_length=20),
        ),
        migrations.AddField(
            model_name='commenter',
            name='hidden_name',
            field=models.CharField(blank=True, choices=[('held', 'waiting to be looked at'), ('removed', 'taken down'), ('spam', 'taken down: spam'), ('withheld', 'withheld on legal grounds'), ('closed', 'closed'), ('barred', 'barred')], db_default='', default='', max_length=20),
        ),
        migrations.AddField(
            model_name='commenter',
            name='is_barred',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='post',
            name='decided_entry',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='post',
            name='hidden_text',
            field=models.CharField(blank=True, choices=[('held', 'waiting to be looked at'), ('removed', 'taken down'), ('spam', 'taken down: spam'), ('withheld', 'withheld on legal grounds'), ('closed', 'closed'), ('barred', 'barred')], db_default='', default='', max_length=20),
        ),
        migrations.AddField(
            model_name='post',
            name='hidden_title',
            field=models.CharField(blank=True, choices=[('held', 'waiting to be looked at'), ('removed', 'taken down'), ('spam', 'taken down: spam'), ('withheld', 'withheld on legal grounds'), ('closed', 'closed'), ('barred', 'barred')], db_default='', default='', max_length=20),
        ),
        migrations.AddField(
            model_name='post',
            name='is_closed',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='post',
            name='news_revision',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.revision'),
        ),
        migrations.AddIndex(
            model_name='commenter',
            index=models.Index(condition=models.Q(('hidden_name', ''), _negated=True), fields=['blog'], name='names_that_are_hidden'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(condition=models.Q(('decided_entry__isnull', False)), fields=['decided_entry'], name='articles_decided_on'),
        ),
        migrations.AddField(
            model_name='partnotice',
            name='commenter',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='part_notices', to='commentarchive.commenter'),
        ),
        migrations.AddField(
            model_name='partnotice',
            name='post',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='part_notices', to='commentarchive.post'),
        ),
        migrations.AddConstraint(
            model_name='partnotice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('commenter__isnull', True), ('part__in', ['text', 'title', 'thread']), ('post__isnull', False)), models.Q(('commenter__isnull', False), ('part__in', ['name', 'link', 'ban']), ('post__isnull', True)), _connector='OR'), name='part_of_an_article_or_a_name'),
        ),
        migrations.AddConstraint(
            model_name='partnotice',
            constraint=models.UniqueConstraint(condition=models.Q(('is_open', True), ('post__isnull', False)), fields=('post', 'part'), name='one_open_notice_a_part_of_a_post'),
        ),
        migrations.AddConstraint(
            model_name='partnotice',
            constraint=models.UniqueConstraint(condition=models.Q(('commenter__isnull', False), ('is_open', True)), fields=('commenter', 'part'), name='one_open_notice_a_part_of_a_name'),
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_triggers),
    ]
