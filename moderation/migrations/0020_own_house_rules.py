"""Rules of a blog's own, with examples and an order; rules taken out of a draft.

Back again only while the earlier shape can hold what is published: a rule that was on
record would be lost with its examples.
"""

import django.db.models.deletion
from django.db import migrations, models

TABLES = ("moderation_clause", "moderation_policyversion")


def drop_triggers(_apps, schema_editor):
    """Drop the triggers that keep rows as they are; they are made anew at the end."""
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        on_table = f' ON "{table}"' if is_postgresql else ""
        for verb in ("update", "delete", "truncate"):
            schema_editor.execute(
                f'DROP TRIGGER IF EXISTS "keep_{table}_{verb}"{on_table}'
            )


def refuse_to_lose_rules(apps, _editor):
    """Raise for published rules that the earlier shape cannot hold; forget drafts."""
    clauses = apps.get_model("moderation", "Clause").objects
    with_examples = clauses.exclude(against="", allowed="")
    versions = apps.get_model("moderation", "PolicyVersion").objects
    out_of_order = [
        policy
        for policy in versions.all()
        for numbers in [list(policy.clauses.values_list("number", flat=True))]
        if numbers != sorted(numbers)
    ]
    if versions.exclude(blog=None).exists() or with_examples.exists() or out_of_order:
        message = (
            "House rules are published that the earlier program cannot hold: a blog's "
            "own, with examples, or in another order than their numbers."
        )
        raise RuntimeError(message)
    drafts = apps.get_model("moderation", "ClauseDraft").objects
    drafts.exclude(blog=None, is_out=False).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('commentarchive', '0042_days_without_an_hour'),
        ('ledger', '0004_witnesses'),
        ('moderation', '0019_reports_of_comments'),
    ]

    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop),
        migrations.AlterModelOptions(
            name='clause',
            options={'ordering': ('place', 'number'), 'verbose_name': 'rule'},
        ),
        migrations.AlterModelOptions(
            name='clausedraft',
            options={'ordering': ('place', 'number'), 'verbose_name': 'draft rule'},
        ),
        migrations.RemoveConstraint(
            model_name='clausedraft',
            name='one_draft_a_number',
        ),
        migrations.AddField(
            model_name='clause',
            name='against',
            field=models.TextField(blank=True, default='', help_text='Examples of what is against the rule, one a line.', verbose_name='what is against it'),
        ),
        migrations.AddField(
            model_name='clause',
            name='allowed',
            field=models.TextField(blank=True, default='', help_text='Examples of what is not against it, one a line.', verbose_name='what is not'),
        ),
        migrations.AddField(
            model_name='clause',
            name='place',
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='clausedraft',
            name='against',
            field=models.TextField(blank=True, default='', help_text='Examples of what is against the rule, one a line.', verbose_name='what is against it'),
        ),
        migrations.AddField(
            model_name='clausedraft',
            name='allowed',
            field=models.TextField(blank=True, default='', help_text='Examples of what is not against it, one a line.', verbose_name='what is not'),
        ),
        migrations.AddField(
            model_name='clausedraft',
            name='blog',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commentarchive.blog'),
        ),
        migrations.AddField(
            model_name='clausedraft',
            name='is_out',
            field=models.BooleanField(default=False, verbose_name='taken out'),
        ),
        migrations.AddField(
            model_name='clausedraft',
            name='place',
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='blog',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='policy_versions', to='commentarchive.blog'),
        ),
        migrations.AlterField(
            model_name='policyversion',
            name='number',
            field=models.PositiveIntegerField(),
        ),
        migrations.AddConstraint(
            model_name='clausedraft',
            constraint=models.UniqueConstraint(condition=models.Q(('blog', None)), fields=('number',), name='one_draft_a_number'),
        ),
        migrations.AddConstraint(
            model_name='clausedraft',
            constraint=models.UniqueConstraint(fields=('blog', 'number'), name='one_draft_a_number_of_a_blog'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.UniqueConstraint(condition=models.Q(('blog', None)), fields=('number',), name='one_version_a_number'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.UniqueConstraint(fields=('blog', 'number'), name='one_version_a_number_of_a_blog'),
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_triggers),
        migrations.RunPython(migrations.RunPython.noop, refuse_to_lose_rules),
    ]
