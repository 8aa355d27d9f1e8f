"""The public record as an app of its own."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, register
from django.db.models.signals import post_migrate, pre_migrate

from commentarchive.ledger import triggers
from commentarchive.ledger.side_tables import keep_out_of_statistics


def remove_triggers(*, using: str, plan: Sequence[object], **_: object) -> None:
    """Remove the triggers before tables change: they speak of columns that may go."""
    if plan:
        triggers.remove(using)


def install_triggers(*, using: str, **_: object) -> None:
    """Recreate the triggers, which SQLite drops when a migration remakes a table."""
    triggers.install(using)
    keep_out_of_statistics(using)


@register(Tags.database)
def check_triggers(
    *, databases: Sequence[str] | None = None, **_: object
) -> list[CheckMessage]:
    """Return an error for each trigger that is not installed."""
    return triggers.ROW_RULES.faults(databases or [])


class LedgerConfig(AppConfig):
    name = "commentarchive.ledger"
    label = "ledger"
    verbose_name = "public record"

    def ready(self) -> None:
        pre_migrate.connect(
            remove_triggers, sender=self, dispatch_uid="remove_triggers"
        )
        # Before whatever the apps above do with their tables after a migrate.
        post_migrate.connect(
            install_triggers, sender=self, dispatch_uid="install_triggers"
        )
