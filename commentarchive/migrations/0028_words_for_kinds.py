from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0024_joined_names")]

    operations = [
        migrations.AlterField(
            model_name="testimony",
            name="kind",
            field=models.CharField(blank=True, max_length=80),
        ),
    ]
