"""Pages that are made anew after a blog's settings changed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commentarchive', '0026_archive_version'),
        ('ledger', '0004_witnesses'),
    ]

    operations = [
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
                'indexes': [models.Index(fields=['state'], name='renewals_by_state')],
            },
        ),
    ]
