"""The archive as an app: what is done around every migrate, and at its start."""

from collections.abc import Sequence
from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.migrations import Migration
from django.db.models.signals import post_migrate, pre_migrate

from commentarchive.storage.write_locks import at_the_end

LABEL = "commentarchive"


def make_groups(*, using: str, **_: object) -> None:
    """Make the staff groups and give them their permissions."""
    from commentarchive.actions.staff import make_groups as make  # noqa: PLC0415  # models must be loaded

    make(using=using)


def compare_left(
    *, using: str, plan: Sequence[tuple[Migration, bool]] = (), **_: object
) -> None:
    """Compare the copies that a migration marked, by the rules of this version."""
    from commentarchive.captures.gaps import compare_left as compare  # noqa: PLC0415  # as above

    migrated = [backwards for each, backwards in plan if each.app_label == LABEL]
    if migrated and not any(migrated) and using == "default":
        compare()


def remove_search_triggers(*, using: str, **_: object) -> None:
    """Remove the search's triggers, with which SQLite would remake no table."""
    from commentarchive.search import triggers  # noqa: PLC0415  # as above

    triggers.remove(using)


def install_search_triggers(
    *, using: str, plan: Sequence[tuple[Migration, bool]] = (), **_: object
) -> None:
    """Install the search's triggers; what migrations changed is folded anew."""
    from commentarchive.search import index, triggers  # noqa: PLC0415  # as above

    triggers.install(using)
    migrated = any(each.app_label == LABEL for each, _backwards in plan)
    if migrated and using == "default" and triggers.are_tables_there(using):
        index.note_everything()


class ArchiveConfig(AppConfig):
    name = "commentarchive"
    label = LABEL
    verbose_name = "archive"

    def ready(self) -> None:
        import_module("commentarchive.checks")
        settle = import_module("commentarchive.search.index").settle
        if settle not in at_the_end:
            at_the_end.append(settle)
        post_migrate.connect(make_groups, dispatch_uid="make_groups")
        pre_migrate.connect(
            remove_search_triggers, sender=self, dispatch_uid="remove_search_triggers"
        )
        # Before whatever else follows a migration and may change what is shown.
        post_migrate.connect(
            install_search_triggers, sender=self, dispatch_uid="install_search_triggers"
        )
        post_migrate.connect(compare_left, sender=self, dispatch_uid="compare_left")


class BackOfficeConfig(AdminConfig):
    default_site = "commentarchive.admin.site.BackOffice"

    def ready(self) -> None:
        """Register the archive's models, once the site they belong to is there.

        Not on import of the package: the site itself lies in it, and a registration
        half-way through its making would go to a second site.
        """
        super().ready()
        import_module("commentarchive.admin.archive")
