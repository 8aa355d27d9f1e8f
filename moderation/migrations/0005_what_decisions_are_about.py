import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0004_fill_decisions'),
    ]

    operations = [
        migrations.AlterField('decision', 'post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='commentarchive.post')),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('automatic_rule__isnull', True), ('automatic_rules', '')), models.Q(models.Q(('automatic_rules', ''), _negated=True), ('automatic_rule__gte', 1)), _connector='OR'), name='automatic_by_version_and_rule'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action', 'approve'), _negated=True), models.Q(('aspect__in', ['text']), ('comment__isnull', False), ('commenter__isnull', True)), _connector='OR'), name='what_approve_is_about'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action', 'block'), _negated=True), models.Q(('aspect__in', ['text']), ('comment__isnull', False), ('commenter__isnull', True)), _connector='OR'), name='what_block_is_about'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action', 'hold'), _negated=True), models.Q(('aspect__in', ['text']), ('comment__isnull', False), ('commenter__isnull', True)), models.Q(('aspect__in', ['text', 'title']), ('comment__isnull', True), ('commenter__isnull', True)), models.Q(('aspect__in', ['name', 'link']), ('comment__isnull', True), ('commenter__isnull', False)), _connector='OR'), name='what_hold_is_about'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action', 'remove'), _negated=True), models.Q(('aspect__in', ['text']), ('comment__isnull', False), ('commenter__isnull', True)), models.Q(('aspect__in', ['text', 'title']), ('comment__isnull', True), ('commenter__isnull', True)), models.Q(('aspect__in', ['name', 'link']), ('comment__isnull', True), ('commenter__isnull', False)), _connector='OR'), name='what_remove_is_about'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action', 'withhold'), _negated=True), models.Q(('aspect__in', ['text']), ('comment__isnull', False), ('commenter__isnull', True)), models.Q(('aspect__in', ['text', 'title']), ('comment__isnull', True), ('commenter__isnull', True)), models.Q(('aspect__in', ['name', 'link']), ('comment__isnull', True), ('commenter__isnull', False)), _connector='OR'), name='what_withhold_is_about'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action', 'redact'), _negated=True), models.Q(('aspect__in', ['text']), ('comment__isnull', False), ('commenter__isnull', True)), models.Q(('aspect__in', ['text', 'title']), ('comment__isnull', True), ('commenter__isnull', True)), models.Q(('aspect__in', ['name', 'link']), ('comment__isnull', True), ('commenter__isnull', False)), _connector='OR'), name='what_redact_is_about'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action', 'restore'), _negated=True), models.Q(('aspect__in', ['text']), ('comment__isnull', False), ('commenter__isnull', True)), models.Q(('aspect__in', ['text', 'title']), ('comment__isnull', True), ('commenter__isnull', True)), models.Q(('aspect__in', ['name', 'link']), ('comment__isnull', True), ('commenter__isnull', False)), _connector='OR'), name='what_restore_is_about'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action', 'no_action'), _negated=True), models.Q(('aspect__in', ['text']), ('comment__isnull', False), ('commenter__isnull', True)), models.Q(('aspect__in', ['text', 'title']), ('comment__isnull', True), ('commenter__isnull', True)), models.Q(('aspect__in', ['name', 'link']), ('comment__isnull', True), ('commenter__isnull', False)), _connector='OR'), name='what_no_action_is_about'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action', 'close_thread'), _negated=True), models.Q(('aspect__in', ['thread']), ('comment__isnull', True), ('commenter__isnull', True)), _connector='OR'), name='what_close_thread_is_about'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action', 'reopen_thread'), _negated=True), models.Q(('aspect__in', ['thread']), ('comment__isnull', True), ('commenter__isnull', True)), _connector='OR'), name='what_reopen_thread_is_about'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action', 'ban'), _negated=True), models.Q(('aspect__in', ['name']), ('comment__isnull', True), ('commenter__isnull', False)), _connector='OR'), name='what_ban_is_about'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action', 'unban'), _negated=True), models.Q(('aspect__in', ['name']), ('comment__isnull', True), ('commenter__isnull', False)), _connector='OR'), name='what_unban_is_about'),
        ),
    ]
