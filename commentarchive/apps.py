"""The archive as an app: its groups are made after every migrate."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate


def make_groups(*, using: str, **_: object) -> None:
    """Make the staff groups and give them their permissions."""
    from commentarchive.actions.staff import make_groups as make  # noqa: PLC0415  # models must be loaded

    make(using=using)


class ArchiveConfig(AppConfig):
    name = "commentarchive"
    label = "commentarchive"
    verbose_name = "archive"

    def ready(self) -> None:
        import_module("commentarchive.checks")
        post_migrate.connect(make_groups, dispatch_uid="make_groups")


class BackOfficeConfig(AdminConfig):
    default_site = "commentarchive.admin.site.BackOffice"

    def ready(self) -> None:
        """Register the archive's models, once the site they belong to is there.

        Not on import of the package: the site itself lies in it, and a registration
        half-way through its making would go to a second site.
        """
        super().ready()
        import_module("commentarchive.admin.archive")
