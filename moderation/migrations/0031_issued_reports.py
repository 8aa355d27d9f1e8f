"""Reports as they were issued, and who is told of them by mail."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commentarchive', '0088_no_index_of_held'),
        ('moderation', '0029_conflicts_of_wordings'),
    ]

    operations = [
        migrations.AlterField(
            model_name='letter',
            name='kind',
            field=models.CharField(choices=[('statement', 'statement to the author'), ('flag_receipt', 'receipt of a report'), ('flag_outcome', 'outcome of a report'), ('claim_receipt', 'receipt of a claim'), ('claim_outcome', 'outcome of a claim'), ('claim_answer', 'answer to a claim'), ('complaint_receipt', 'receipt of a complaint'), ('complaint_outcome', 'outcome of a complaint'), ('subscription', 'question whether to send reports'), ('report', 'audit report'), ('news', 'news of the desk'), ('test', 'test letter')], max_length=20),
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
        migrations.CreateModel(
            name='IssuedReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(max_length=27, unique=True)),
                ('period', models.CharField(max_length=22)),
                ('first', models.DateField()),
                ('after', models.DateField()),
                ('size', models.BigIntegerField()),
                ('digest', models.CharField(max_length=43)),
                ('document', models.BinaryField()),
                ('changed', models.JSONField(default=list)),
                ('issued_at', models.DateTimeField()),
                ('entry_index', models.BigIntegerField(unique=True)),
                ('looked_size', models.BigIntegerField()),
                ('blog', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.blog')),
                ('corrects', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='moderation.issuedreport')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('blog__isnull', False), ('corrects', None)), fields=('period', 'blog'), name='one_report_a_period_and_blog'), models.UniqueConstraint(condition=models.Q(('blog', None), ('corrects', None)), fields=('period',), name='one_report_a_period_of_all'), models.CheckConstraint(condition=models.Q(('size__gte', 1), ('entry_index__gte', models.F('size'))), name='issued_after_what_it_tells')],
            },
        ),
    ]
