from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0001_initial'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='clause',
            options={'ordering': ('number',), 'verbose_name': 'rule'},
        ),
        migrations.AlterModelOptions(
            name='policyversion',
            options={'verbose_name': 'version of the house rules', 'verbose_name_plural': 'versions of the house rules'},
        ),
        migrations.AlterField(
            model_name='decision',
            name='grade',
            field=models.CharField(choices=[('decided', 'decided here'), ('imported', 'from the blog’s own records'), ('observed', 'seen to vanish'), ('inferred', 'probably missing'), ('claimed', 'someone says so')], max_length=10),
        ),
    ]
