import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="post",
            name="current_revision",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="commentarchive.revision",
            ),
        ),
    ]
