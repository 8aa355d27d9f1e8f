import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0002_derived_revision_of_posts")]

    operations = [
        migrations.AddField(
            model_name="post",
            name="stored_places",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.CreateModel(
            name="Segment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("first_level", models.SmallIntegerField()),
                ("last_level", models.SmallIntegerField()),
                ("packed", models.BinaryField()),
                (
                    "post",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="segments",
                        to="commentarchive.post",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["post", "number"], name="one_segment_a_window"
                    )
                ],
            },
        ),
    ]
