"""Django's admin: the back office."""

from commentarchive.admin import archive as archive
