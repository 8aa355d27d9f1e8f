
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commentarchive', '0006_holds_and_kept_digests'),
    ]

    operations = [
        migrations.AddField(
            model_name='blog',
            name='show_gone_text',
            field=models.BooleanField(default=False, help_text='Go on showing comments that were public and are gone at the blog.'),
        ),
        migrations.AddField(
            model_name='capture',
            name='is_compared',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='commentername',
            name='person',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='manifest',
            name='is_whole',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='manifest',
            name='newest_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='manifest',
            name='printed_count',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='manifest',
            name='scheme',
            field=models.CharField(default='wordpress', max_length=20),
        ),
        migrations.AddField(
            model_name='manifest',
            name='seen_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='manifest',
            name='tells_parents',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='post',
            name='copies',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='tombstone',
            name='seen_capture',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.capture'),
        ),
        migrations.AlterField(
            model_name='gap',
            name='kind',
            field=models.CharField(choices=[('missing_parent', 'a reply to a comment that is not there'), ('id_range', 'numbers that are left out'), ('printed_count', 'a printed count above what was found'), ('quoted', 'somebody addressed or quoted who is not there'), ('said', 'somebody says so')], max_length=20),
        ),
    ]
