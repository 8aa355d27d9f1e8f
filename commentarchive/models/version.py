"""How many times the archive was written to: what tells an unchanged page on SQLite."""

from django.db import models


class ArchiveVersion(models.Model):
    """One row, counted up by every write of `storage.write_locks` on SQLite.

    PostgreSQL tells by itself what a transaction sees.
    """

    number = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.number)
