"""Index comments by what they answer: a decision looked through the whole thread."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0094_sealed_factors")]
    operations = [
        migrations.AddIndex(
            "comment",
            models.Index(
                fields=["parent"],
                condition=models.Q(parent__isnull=False),
                name="replies_to",
            ),
        )
    ]
