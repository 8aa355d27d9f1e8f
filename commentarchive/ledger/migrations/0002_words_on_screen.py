from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0001_initial'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='actor',
            options={'verbose_name': 'person on record', 'verbose_name_plural': 'people on record'},
        ),
        migrations.AlterModelOptions(
            name='entry',
            options={'verbose_name': 'record', 'verbose_name_plural': 'records'},
        ),
        migrations.AlterModelOptions(
            name='head',
            options={'verbose_name': 'end of the record', 'verbose_name_plural': 'ends of the record'},
        ),
        migrations.AlterModelOptions(
            name='node',
            options={'verbose_name': 'hash over records', 'verbose_name_plural': 'hashes over records'},
        ),
        migrations.AlterModelOptions(
            name='opening',
            options={'verbose_name': 'proof of a text', 'verbose_name_plural': 'proofs of texts'},
        ),
    ]
