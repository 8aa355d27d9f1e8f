import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commentarchive', '0005_leaves_of_articles'),
    ]

    operations = [
        migrations.AddField(
            model_name='capture',
            name='kept_sha256',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField()),
                ('review_on', models.DateField()),
                ('made_at', models.DateTimeField()),
                ('comment', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hold', to='commentarchive.comment')),
                ('commenter', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hold', to='commentarchive.commenter')),
            ],
            options={
                'verbose_name': 'hold on erasure',
                'verbose_name_plural': 'holds on erasure',
                'constraints': [models.CheckConstraint(condition=models.Q(('comment__isnull', True), ('commenter__isnull', True), _connector='XOR'), name='on_a_comment_or_a_name')],
            },
        ),
    ]
