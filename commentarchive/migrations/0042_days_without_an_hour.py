"""Whether only the day of a time is told; what is stored counts as told to the second."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0041_phrases_of_articles")]
    operations = [
        migrations.AddField(
            model_name=name,
            name="day_only",
            field=models.BooleanField(db_default=False, default=False),
        )
        for name in ("comment", "post", "testimony")
    ]
