"""The archive's own commands: what Django checks before one of them runs."""

from django.core.checks import Tags
from django.core.management.base import BaseCommand

# Tag of the archive's own checks, which every command runs.
OURS = "commentarchive"
# Of Django's checks all but those of pages: no command answers a page, and to look at
# addresses loads all there is, which takes twice as long as most commands. `manage.py
# check` looks at these too, and a server that cannot load its addresses does not start.
CHECKED = (
    OURS,
    Tags.caches,
    Tags.compatibility,
    Tags.files,
    Tags.mail,
    Tags.models,
    Tags.security,
    Tags.staticfiles,
    Tags.translation,
)


class ArchiveCommand(BaseCommand):
    """A command that runs all checks but those of pages."""

    requires_system_checks = CHECKED
