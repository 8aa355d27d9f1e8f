"""Cross-posts that wait for somebody's word, and by what they are found."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from commentarchive.ledger import triggers


def _to(model, name, **options):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name=name,
        to=f"commentarchive.{model}",
        **options,
    )


def drop_triggers(_apps, schema_editor):
    """Drop the triggers that speak of these columns; they are made anew at the end."""
    triggers.remove(using=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0038_look_alikes")]
    operations = [
        migrations.AddField(
            model_name="crosspost",
            name="is_proposal",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="capture",
            name="is_searched",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="CrossPostCue",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("line", "a line of the article says so"),
                            (
                                "canonical",
                                "its page names the other address as the original",
                            ),
                            ("syndication", "its blog fetched it from there"),
                            ("alike", "most of the words are the same"),
                        ],
                        max_length=12,
                    ),
                ),
                ("score", models.PositiveSmallIntegerField(null=True)),
                ("tie", _to("crosspost", "cues")),
            ],
            options={
                "verbose_name": "cue of a cross-post",
                "verbose_name_plural": "cues of cross-posts",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tie", "kind"), name="one_cue_a_kind"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ArticlePhrase",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "digest", "post_id", editable=False, serialize=False
                    ),
                ),
                ("digest", models.BigIntegerField()),
                ("post", _to("post", "phrases")),
            ],
        ),
        migrations.CreateModel(
            name="RepeatedComment",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "comment_id", "other_id", editable=False, serialize=False
                    ),
                ),
                ("comment", _to("comment", "repeated_as", db_index=False)),
                ("other", _to("comment", "repeats")),
            ],
        ),
        migrations.AddIndex(
            model_name="crosspost",
            index=models.Index(
                condition=Q(("is_proposal", True), ("is_withdrawn", False)),
                fields=["id"],
                name="proposed_cross_posts",
            ),
        ),
        migrations.AddIndex(
            model_name="capture",
            index=models.Index(
                condition=Q(("is_searched", False)),
                fields=["id"],
                name="copies_not_searched",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_triggers),
    ]
