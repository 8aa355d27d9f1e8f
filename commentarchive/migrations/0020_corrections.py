
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commentarchive', '0019_no_twin_indexes'),
        ('ledger', '0004_witnesses'),
    ]

    operations = [
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(max_length=27, unique=True)),
                ('aspect', models.CharField(choices=[('time', 'the time'), ('parent', 'what it answers'), ('name', 'the shown name')], max_length=10)),
                ('made_at', models.DateTimeField()),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('moderator', 'Moderator'), ('auditor', 'Auditor'), ('archivist', 'Archivist'), ('system', 'System')], max_length=10)),
                ('entry_index', models.BigIntegerField(unique=True)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.actor')),
                ('comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='commentarchive.comment')),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='commentarchive.post')),
                ('undoes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='commentarchive.correction')),
            ],
        ),
        migrations.CreateModel(
            name='CorrectionWords',
            fields=[
                ('correction', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='commentarchive.correction')),
                ('before', models.TextField(blank=True)),
                ('after', models.TextField(blank=True)),
                ('reason', models.TextField()),
            ],
            options={
                'verbose_name_plural': 'correction words',
            },
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('comment__isnull', True), ('post__isnull', True), _connector='XOR'), name='correction_of_a_comment_or_a_post'),
        ),
    ]
