"""Claims against blogs that are not here yet: how they were named, and no blog."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commentarchive', '0024_joined_names'),
        ('moderation', '0010_claims'),
    ]

    operations = [
        migrations.AddField(
            model_name='claimwords',
            name='named_article',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='claimwords',
            name='named_blog',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AlterField(
            model_name='claim',
            name='blog',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='commentarchive.blog'),
        ),
    ]
