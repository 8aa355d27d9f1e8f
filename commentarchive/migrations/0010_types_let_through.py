from django.db import migrations, models

import commentarchive.models.blog
from commentarchive.ledger import triggers


def drop_triggers(_apps, schema_editor):
    """Drop the triggers that speak of these columns; they are made anew at the end.

    First on the way there and on the way back: no column goes while one speaks of it.
    """
    triggers.remove(using=schema_editor.connection.alias)


class Migration(migrations.Migration):

    dependencies = [
        ('commentarchive', '0009_long_texts_cut'),
    ]

    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop),
        migrations.AddField(
            model_name='blog',
            name='article_types',
            field=models.CharField(blank=True, default='', help_text='Types of articles that are for readers here as well.', max_length=500, validators=[commentarchive.models.blog.check_types]),
        ),
        migrations.AddField(
            model_name='blog',
            name='comment_types',
            field=models.CharField(blank=True, default='', help_text="Types of comments of this blog that are for readers here as well, by its own words: “review” where its reviews are comments. Others are kept for staff only; an import's report counts them by type.", max_length=500, validators=[commentarchive.models.blog.check_types]),
        ),
        migrations.AddField(
            model_name='comment',
            name='source_type',
            field=models.CharField(blank=True, db_default='', default='', max_length=60),
        ),
        migrations.AddField(
            model_name='post',
            name='source_type',
            field=models.CharField(blank=True, db_default='', default='', max_length=60),
        ),
        migrations.AlterField(
            model_name='post',
            name='kind',
            field=models.CharField(choices=[('post', 'article'), ('page', 'page'), ('attachment', 'attached page'), ('other', 'other'), ('contact', 'contact form')], max_length=10),
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_triggers),
    ]
