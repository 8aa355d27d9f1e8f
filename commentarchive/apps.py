"""The archive as an app: its groups are made after every migrate."""

from collections.abc import Sequence
from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.migrations import Migration
from django.db.models.signals import post_migrate

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


class ArchiveConfig(AppConfig):
    name = "commentarchive"
    label = LABEL
    verbose_name = "archive"

    def ready(self) -> None:
        import_module("commentarchive.checks")
        post_migrate.connect(make_groups, dispatch_uid="make_groups")
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
