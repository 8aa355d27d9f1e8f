"""The article of the comment that claims something to be missing, beside the claim."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery

from commentarchive.ledger import triggers


def drop_triggers(_apps, schema_editor):
    """Drop the triggers that keep rows as they are; they are made anew at the end."""
    triggers.remove(using=schema_editor.connection.alias)


def fill(apps, schema_editor):
    """Fill it for the claims on record."""
    comments = apps.get_model("commentarchive", "Comment").objects
    claims = apps.get_model("commentarchive", "Gap").objects.filter(
        kind="said", said_in__isnull=False
    )
    article = comments.filter(pk=OuterRef("said_in")).values("post")
    claims.update(said_below=Subquery(article))
    if schema_editor.connection.vendor == "postgresql":
        # It alters no table whose foreign keys are still to be checked.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0066_ends_of_measures")]
    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop),
        migrations.AddField(
            model_name="gap",
            name="said_below",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="gaps_said",
                to="commentarchive.post",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="gap",
            constraint=models.CheckConstraint(
                condition=Q(("said_below__isnull", True))
                ^ Q(("kind", "said"), ("said_in__isnull", False)),
                name="claims_have_the_article_of_their_comment",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_triggers),
    ]
