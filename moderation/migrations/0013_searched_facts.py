"""The words of decisions' facts, and decisions by when they were made."""

import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("moderation", "0012_searches_in_hidden_texts"),
    ]

    operations = [
        migrations.CreateModel(
            name='FactsWord',
            fields=[
                ('digest', models.BigIntegerField()),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='words_of_facts', to='moderation.decision')),
                ('pk', models.CompositePrimaryKey('digest', 'decision_id', blank=True, editable=False, primary_key=True, serialize=False)),
            ],
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(models.OrderBy(django.db.models.functions.comparison.Coalesce('decided_at', 'recorded_at'), descending=True), models.OrderBy(models.F('entry_index'), descending=True), name='decisions_by_time'),
        ),
    ]
