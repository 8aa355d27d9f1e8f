"""Let batches that wait hold articles, and places to black out."""


import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commentarchive', '0094_sealed_factors'),
        ('moderation', '0038_redactions_that_end'),
    ]

    operations = [
        migrations.AddField(
            model_name='pendingcase',
            name='places',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='pendingcase',
            name='places_of',
            field=models.CharField(blank=True, default='', max_length=43),
        ),
        migrations.AddField(
            model_name='pendingcase',
            name='post',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.post'),
        ),
        migrations.AlterField(
            model_name='pendingcase',
            name='comment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.comment'),
        ),
        migrations.AddConstraint(
            model_name='pendingcase',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('comment__isnull', False), ('post__isnull', True)), models.Q(('comment__isnull', True), ('post__isnull', False)), _connector='OR'), name='waits_on_one'),
        ),
    ]
