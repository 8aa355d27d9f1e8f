"""What `manage.py`, `python -m commentarchive` and `commentarchive` run: a command."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError

from commentarchive.ledger.outages import outage


def main() -> None:
    """Run the command that the arguments name, of commentarchive or of Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"{error}")
    except (DatabaseError, OSError) as error:
        if not (found := outage(error)):
            raise
        sys.exit(f"Not done, or not to its end: {found}.")


if __name__ == "__main__":
    main()
