from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commentarchive', '0003_segments'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='capture',
            options={'verbose_name': 'copy', 'verbose_name_plural': 'copies'},
        ),
        migrations.AlterModelOptions(
            name='commenter',
            options={'verbose_name': 'name'},
        ),
        migrations.AlterModelOptions(
            name='crosspost',
            options={'verbose_name': 'cross-post'},
        ),
        migrations.AlterModelOptions(
            name='gap',
            options={'verbose_name': 'something that may be missing', 'verbose_name_plural': 'what may be missing'},
        ),
        migrations.AlterModelOptions(
            name='post',
            options={'verbose_name': 'article'},
        ),
        migrations.AlterModelOptions(
            name='revision',
            options={'verbose_name': 'version'},
        ),
        migrations.AlterModelOptions(
            name='tombstone',
            options={'verbose_name': 'notice'},
        ),
        migrations.AlterField(
            model_name='gap',
            name='grade',
            field=models.CharField(choices=[('decided', 'decided here'), ('imported', 'from the blog’s own records'), ('observed', 'seen to vanish'), ('inferred', 'probably missing'), ('claimed', 'someone says so')], max_length=10),
        ),
        migrations.AlterField(
            model_name='tombstone',
            name='grade',
            field=models.CharField(choices=[('decided', 'decided here'), ('imported', 'from the blog’s own records'), ('observed', 'seen to vanish'), ('inferred', 'probably missing'), ('claimed', 'someone says so')], max_length=10),
        ),
        migrations.AlterField(
            model_name='tombstone',
            name='kind',
            field=models.CharField(choices=[('held', 'Comment waiting to be looked at'), ('blocked', 'Comment not published'), ('removed', 'Comment taken down'), ('spam', 'Comment not published: spam'), ('trashed', 'Comment in the blog’s trash'), ('deleted_by_author', 'Comment deleted by its author'), ('gone_at_source', 'Comment gone at its blog'), ('withheld', 'Comment withheld on legal grounds; no view is taken on the complaint'), ('erased', 'Comment erased')], max_length=20),
        ),
    ]
