from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("commentarchive", "0011_comparisons_anew"),
    ]

    operations = [
        migrations.AddField(
            model_name="post",
            name="absences",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
    ]
