
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0007_fill_states'),
    ]

    operations = [
        migrations.AlterField(
            model_name='decision',
            name='from_visibility',
            field=models.CharField(choices=[('published', 'published'), ('held', 'waiting'), ('blocked', 'not published'), ('removed', 'taken down'), ('spam', 'spam'), ('trashed', 'in the trash'), ('deleted_by_author', 'deleted by its author'), ('gone_at_source', 'gone at its blog'), ('withheld', 'withheld on legal grounds'), ('erased', 'erased'), ('internal', 'internal'), ('unknown', 'never seen here')], max_length=20),
        ),
        migrations.AlterField(
            model_name='decision',
            name='to_visibility',
            field=models.CharField(choices=[('published', 'published'), ('held', 'waiting'), ('blocked', 'not published'), ('removed', 'taken down'), ('spam', 'spam'), ('trashed', 'in the trash'), ('deleted_by_author', 'deleted by its author'), ('gone_at_source', 'gone at its blog'), ('withheld', 'withheld on legal grounds'), ('erased', 'erased'), ('internal', 'internal'), ('unknown', 'never seen here')], max_length=20),
        ),
    ]
