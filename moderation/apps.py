"""Moderation as an app, and what is done for its lists around every migrate."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, register
from django.db.migrations import Migration
from django.db.models.signals import post_migrate, pre_migrate

from commentarchive.apps import is_now_of_this_version
from moderation.waiting import rows as queue_rows


def remove_triggers(*, using: str, **_: object) -> None:
    """Remove the triggers of what waits, with which SQLite would remake no table."""
    queue_rows.WHAT_WAITS.remove(using)


def install_triggers(
    *, using: str, plan: Sequence[tuple[Migration, bool]] = (), **_: object
) -> None:
    """Install the triggers of what waits; what migrations changed is listed anew.

    Lists of tables that were taken back to earlier ones wait until they are migrated.
    """
    queue_rows.WHAT_WAITS.install(using)
    is_forwards = bool(plan) and not any(is_back for _each, is_back in plan)
    if is_forwards and is_now_of_this_version(using, plan):
        queue_rows.write_all(using)


@register(Tags.database)
def check_triggers(
    *, databases: Sequence[str] | None = None, **_: object
) -> list[CheckMessage]:
    """Return an error for each trigger that is missing and keeps the desk's lists."""
    return queue_rows.WHAT_WAITS.faults(databases or [])


class ModerationConfig(AppConfig):
    name = "moderation"
    verbose_name = "moderation"

    def ready(self) -> None:
        pre_migrate.connect(
            remove_triggers, sender=self, dispatch_uid="remove_queue_triggers"
        )
        post_migrate.connect(
            install_triggers, sender=self, dispatch_uid="install_queue_triggers"
        )
