import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Coalesce

from commentarchive.ledger import triggers


def drop_triggers(_apps, schema_editor):
    """Drop the triggers that speak of this column; they are made anew at the end."""
    triggers.remove(using=schema_editor.connection.alias)


class Migration(migrations.Migration):

    dependencies = [
        ("commentarchive", "0035_hidden_phrases"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='comment',
            name='one_comment_a_source_id',
        ),
        migrations.AddField(
            model_name='comment',
            name='told_below',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.post'),
        ),
        migrations.AlterField(
            model_name='correction',
            name='aspect',
            field=models.CharField(choices=[('time', 'the time'), ('parent', 'what it answers'), ('name', 'the shown name'), ('article', 'the article that it stands under'), ('person', 'the person under its name'), ('title', 'the title'), ('author', 'the author')], max_length=10),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('told_below__isnull', False)), fields=['told_below'], name='moved_by_hand'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.UniqueConstraint(Coalesce('told_below', 'post'), models.F('scheme'), models.F('source_id'), models.F('twin'), name='one_comment_an_id_in_copies'),
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_triggers),
    ]
