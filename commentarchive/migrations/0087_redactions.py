"""Which places of a text were blacked out."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0086_access_journal")]
    operations = [
        migrations.CreateModel(
            name="Redaction",
            fields=[
                (
                    "revision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="redaction",
                        serialize=False,
                        to="commentarchive.revision",
                    ),
                ),
                ("spans", models.JSONField()),
                ("statement_path", models.CharField(max_length=200)),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commentarchive.revision",
                    ),
                ),
            ],
        ),
    ]
