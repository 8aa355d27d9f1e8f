#!/usr/bin/env python
"""Run a command of commentarchive or of Django."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError

from commentarchive.ledger.outages import outage

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"{error}")
    except (DatabaseError, OSError) as error:
        if not (found := outage(error)):
            raise
        sys.exit(f"Not done, or not to its end: {found}.")
