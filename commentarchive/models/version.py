"""What tells that the archive was written to: no page is then taken for unchanged."""

from django.db import models


class ArchiveVersion(models.Model):
    """One row with a number drawn anew in every transaction of `storage.write_locks`.

    Drawn and not counted: an archive that was put back from a backup would count to the
    same numbers again, for other pages.
    """

    number = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.number)
