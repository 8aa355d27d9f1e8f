"""The archive as an app: what is done around every migrate, and at its start."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TextIO

from django.apps import AppConfig, apps
from django.contrib.admin.apps import AdminConfig
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.models.signals import post_migrate, pre_migrate

from commentarchive.storage.planner import tell_planner
from commentarchive.storage.sqlite_marks import write_marks_at_once
from commentarchive.storage.write_locks import at_the_end

LABEL = "commentarchive"


# Databases whose last migration was killed before the search's triggers were back: what
# changed meanwhile is not known.
_cut_short: set[str] = set()


def make_groups(*, sender: AppConfig, using: str, **_: object) -> None:
    """Make the staff groups and give them their permissions, which Django made before.

    It makes those of one app after the other, and sends a signal for each.
    """
    if sender is not [app for app in apps.get_app_configs() if app.models_module][-1]:
        return
    from commentarchive.actions.staff import make_groups as make  # noqa: PLC0415  # models must be loaded

    make(using=using)


def compare_left(
    *, using: str, plan: Sequence[tuple[Migration, bool]] = (), **_: object
) -> None:
    """Compare the copies that a migration marked, by the rules of this version."""
    from commentarchive.models import Capture  # noqa: PLC0415  # as above

    if (
        not is_now_of_this_version(using, plan)
        or not Capture.objects.filter(is_compared=False).exists()
    ):
        return
    from commentarchive.captures.gaps import compare_left as compare  # noqa: PLC0415  # loads every importer

    compare()


def keep_phrases(
    *,
    using: str,
    plan: Sequence[tuple[Migration, bool]] = (),
    verbosity: int = 1,
    stdout: TextIO | None = None,
    **_: object,
) -> None:
    """Take in the hidden words that a migration left to be read anew.

    Until they are, nobody can decide anything in public words.
    """
    from commentarchive.storage import hidden_phrases  # noqa: PLC0415  # as above

    if not is_now_of_this_version(using, plan) or not hidden_phrases.is_waiting():
        return
    if verbosity:
        out = stdout or sys.stdout
        out.write("  Reading what is hidden, so that no decision repeats it ...\n")
    hidden_phrases.keep_phrases_between_writes()


def is_now_of_this_version(using: str, plan: Sequence[tuple[Migration, bool]]) -> bool:
    """Return whether the tables are as this version has them.

    Also where nothing was migrated just now: an earlier run may have been killed after
    its last step, and what follows the steps does only what is left to do.
    """
    is_backwards = any(back for each, back in plan if each.app_label == LABEL)
    if is_backwards or using != "default":
        return False
    loader = MigrationLoader(connections[using])
    return set(loader.graph.leaf_nodes(LABEL)) <= loader.applied_migrations.keys()


def remove_search_triggers(*, using: str, **_: object) -> None:
    """Remove the search's triggers, with which SQLite would remake no table."""
    from commentarchive.search import triggers  # noqa: PLC0415  # as above

    if triggers.missing(using):
        _cut_short.add(using)
    triggers.remove(using)


def install_search_triggers(
    *, using: str, plan: Sequence[tuple[Migration, bool]] = (), **_: object
) -> None:
    """Install the search's triggers; what migrations changed is folded anew."""
    from commentarchive.search import index, triggers  # noqa: PLC0415  # as above

    triggers.install(using)
    migrated = any(each.app_label == LABEL for each, _backwards in plan)
    is_unknown = migrated or using in _cut_short
    _cut_short.discard(using)
    if is_unknown and using == "default" and triggers.are_tables_there(using):
        index.note_everything()


def _follow_logins() -> None:
    """Let what becomes of somebody's second factors reach their logins."""
    from allauth.account.signals import authentication_step_completed  # noqa: PLC0415  # models must be loaded
    from allauth.mfa import signals  # noqa: PLC0415  # as above

    from commentarchive.views import login_adapters  # noqa: PLC0415  # as above

    signals.authenticator_added.connect(login_adapters.note_added)
    signals.authenticator_removed.connect(login_adapters.note_removed)
    signals.authenticator_reset.connect(login_adapters.note_renewed)
    signals.authentication_failed.connect(login_adapters.note_failed)
    authentication_step_completed.connect(login_adapters.note_step)


class ArchiveConfig(AppConfig):
    name = "commentarchive"
    label = LABEL
    verbose_name = "archive"

    def ready(self) -> None:
        import_module("commentarchive.checks")
        settle = import_module("commentarchive.search.index").settle
        if settle not in at_the_end:
            at_the_end.append(settle)
        _follow_logins()
        connection_created.connect(tell_planner, dispatch_uid="tell_planner")
        connection_created.connect(
            write_marks_at_once, dispatch_uid="write_marks_at_once"
        )
        post_migrate.connect(make_groups, dispatch_uid="make_groups")
        pre_migrate.connect(
            remove_search_triggers, sender=self, dispatch_uid="remove_search_triggers"
        )
        # Before whatever else follows a migration and may change what is shown.
        post_migrate.connect(
            install_search_triggers, sender=self, dispatch_uid="install_search_triggers"
        )
        post_migrate.connect(compare_left, sender=self, dispatch_uid="compare_left")
        # What the copies show to be gone is hidden by then.
        post_migrate.connect(keep_phrases, sender=self, dispatch_uid="keep_phrases")


class BackOfficeConfig(AdminConfig):
    default_site = "commentarchive.admin.site.BackOffice"

    def ready(self) -> None:
        """Register the archive's models, once the site they belong to is there.

        Not on import of the package: the site itself lies in it, and a registration
        half-way through its making would go to a second site.
        """
        super().ready()
        import_module("commentarchive.admin.archive")
