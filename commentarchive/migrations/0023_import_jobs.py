"""Imports asked for at the desk; bytes that were given up may come again."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commentarchive', '0022_drafts_of_texts'),
        ('ledger', '0004_witnesses'),
    ]

    operations = [
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
            ],
            options={
                'verbose_name': 'import',
            },
        ),
        migrations.RemoveConstraint(
            model_name='capture',
            name='one_capture_of_the_same_bytes',
        ),
        migrations.AddConstraint(
            model_name='capture',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'abandoned'), _negated=True), fields=('blog', 'sha256'), name='one_capture_of_the_same_bytes'),
        ),
        migrations.AddField(
            model_name='importjob',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor'),
        ),
        migrations.AddIndex(
            model_name='importjob',
            index=models.Index(fields=['state'], name='imports_by_state'),
        ),
    ]
