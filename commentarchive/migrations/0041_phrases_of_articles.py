"""Hidden articles in the index of hidden words, which fills itself anew."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


def look_again(apps, _schema_editor):
    """Let every hidden text be looked at again."""
    comments = apps.get_model("commentarchive", "Comment").objects
    comments.filter(has_phrases=True).update(has_phrases=False)


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0040_search")]
    operations = [
        migrations.RunPython(look_again, look_again),
        migrations.DeleteModel(name="HiddenPhrase"),
        migrations.CreateModel(
            name="HiddenPhrase",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "digest", "revision_id", editable=False, serialize=False
                    ),
                ),
                ("digest", models.BigIntegerField()),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="phrases",
                        to="commentarchive.revision",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="post",
            name="has_phrases",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=Q(("has_phrases", False), ("is_public", False)),
                fields=["id"],
                name="hidden_without_phrases",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=Q(("has_phrases", False)),
                fields=["blog"],
                name="posts_without_phrases",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=Q(
                    ("has_phrases", False),
                    ("visibility", "published"),
                    Q(
                        ("decided_entry__isnull", False),
                        ("leader__isnull", False),
                        _connector="OR",
                    ),
                ),
                fields=["id"],
                name="shown_without_phrases",
            ),
        ),
    ]
