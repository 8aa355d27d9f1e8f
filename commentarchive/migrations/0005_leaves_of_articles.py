from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commentarchive', '0004_words_on_screen'),
    ]

    operations = [
        migrations.AddField(
            model_name='manifest',
            name='leaf',
            field=models.BinaryField(default=b'', max_length=32),
        ),
    ]
