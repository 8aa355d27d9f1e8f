import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0003_checkpoints'),
    ]

    operations = [
        migrations.CreateModel(
            name='WitnessedLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.TextField(unique=True)),
                ('vkey', models.TextField()),
                ('size', models.BigIntegerField(default=0)),
                ('root', models.BinaryField(default=b'', max_length=32)),
                ('seen_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'record that is witnessed here',
                'verbose_name_plural': 'records that are witnessed here',
            },
        ),
        migrations.CreateModel(
            name='Cosignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vkey', models.TextField()),
                ('line', models.TextField()),
                ('signed_at', models.DateTimeField()),
                ('checkpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cosignatures', to='ledger.checkpoint')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('checkpoint', 'vkey'), name='one_cosignature_a_witness')],
            },
        ),
    ]
