"""Find what is blacked out for some time only."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0036_ends_of_rules_and_complaints'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(condition=models.Q(('action', 'redact'), ('until__isnull', False)), fields=['until'], name='blacked_out_for_some_time'),
        ),
    ]
