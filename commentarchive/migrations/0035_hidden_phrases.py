"""An index of hidden words; it fills itself after the next import or decision."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0034_feeds")]
    operations = [
        migrations.AddField(
            model_name="comment",
            name="has_phrases",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="HiddenPhrase",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "digest", "comment_id", editable=False, serialize=False
                    ),
                ),
                ("digest", models.BigIntegerField()),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="phrases",
                        to="commentarchive.comment",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=Q(
                    ("has_phrases", False),
                    Q(("visibility", "published"), _negated=True),
                    Q(("visibility", "unknown"), _negated=True),
                    Q(("visibility", "erased"), _negated=True),
                ),
                fields=["id"],
                name="phrases_not_kept",
            ),
        ),
    ]
