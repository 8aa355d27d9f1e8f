"""Migrate, also after a migration that was cut short, and back to any step."""

from typing import Any, override

from django.core.management.base import BaseCommand
from django.core.management.commands import migrate
from django.db.migrations.executor import MigrationExecutor

from commentarchive.archive_command import CHECKED
from commentarchive.storage.migration_steps import LazyExecutor, StepExecutor, stand_ins


class Command(migrate.Command):
    requires_system_checks = CHECKED

    @override
    def get_check_kwargs(self, options: dict[str, Any]) -> Any:
        """Leave out the checks of the database, which name triggers that are missing.

        They are dropped where a table is made anew and installed after the last step:
        whoever was killed in between has to run this command again.
        """
        return BaseCommand.get_check_kwargs(self, options)

    @override
    def handle(self, *arguments: Any, **options: Any) -> None:
        """Go step by step where a step is named for which another one stands in.

        Django's command looks for such a step in vain, and takes no other executor.
        """
        named = (options["app_label"], options["migration_name"] or "")
        is_step = bool(named[1]) and any(
            app == named[0] and step.startswith(named[1]) for app, step in stand_ins()
        )
        migrate.MigrationExecutor = StepExecutor if is_step else LazyExecutor  # type: ignore[attr-defined]  # imported there, which the stubs leave out
        try:
            super().handle(*arguments, **options)
        finally:
            migrate.MigrationExecutor = MigrationExecutor  # type: ignore[attr-defined]  # as above
