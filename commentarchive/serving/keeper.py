"""Whether the database is there and set up; one process that keeps it open.

On SQLite the last one to close the database takes its log away, and on a full disk
nobody could open it again to read. The processes of the server open it in forks, so
that this is done in a fork of its own.
"""

import logging
import os
import signal
import time

from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from commentarchive.ledger import triggers
from commentarchive.ledger.outages import AWAY, outage
from commentarchive.search import triggers as search_triggers
from commentarchive.serving.children import Fork
from commentarchive.serving.forking import call_itself
from commentarchive.storage.migration_steps import newer_steps

# Seconds between two tries to reach a database that is away.
TRY_EVERY = 1
_AWAY, _SOUND = b"a", b"s"
_log = logging.getLogger("commentarchive.serving")


class NotSound(Exception):
    """The database is not set up; the keeper has said how."""


class Keeper(Fork):
    """Looks at the database until it is sound, and keeps it open from then on."""

    def __init__(self) -> None:
        self._told, self._tell = os.pipe()
        self._is_sound = False
        super().__init__(self._keep)

    def first_look(self) -> None:
        """Wait until the database is sound or is known to be away. Raise NotSound."""
        self.start()
        os.close(self._tell)
        self._hear()
        os.set_blocking(self._told, False)

    def is_sound(self) -> bool:
        """Return whether the database is there. Raise NotSound if it is not set up."""
        if not self._is_sound:
            self._hear()
        return self._is_sound

    def _hear(self) -> None:
        try:
            said = os.read(self._told, 1)
        except BlockingIOError:
            return
        if not said:
            raise NotSound
        self._is_sound = said == _SOUND

    def _keep(self) -> int:
        call_itself("keeper")
        os.close(self._told)
        is_told = False
        while not _is_sound():
            if not is_told:
                _log.warning(
                    "The database cannot be reached; pages say so until it can."
                )
                os.write(self._tell, _AWAY)
                is_told = True
            time.sleep(TRY_EVERY)
        os.write(self._tell, _SOUND)
        if connection.vendor != "sqlite":
            connection.close()
        while True:
            signal.pause()


def _is_sound() -> bool:
    try:
        refuse_unfinished_set_up()
    except DatabaseError as error:
        found = outage(error)
        if found and found != AWAY:
            message = f"The site cannot be served: {found}."
            raise SystemExit(message) from error
        if not found:
            raise
        connection.close()
        return False
    except CommandError as error:
        raise SystemExit(str(error)) from error
    return True


def refuse_unfinished_set_up() -> None:
    """Raise CommandError where migrations or triggers are missing, or too new."""
    executor = MigrationExecutor(connection)
    if newer := newer_steps(executor.loader):
        message = (
            f"The database was made by a newer version of this program ({newer[0]}): "
            "install that one again, or restore the backup from before its upgrade."
        )
        raise CommandError(message)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        message = "The database is not up to date: run manage.py migrate first."
        raise CommandError(message)
    if missing := [*triggers.missing(), *search_triggers.missing()]:
        message = f"Triggers are missing ({missing[0]} …): run manage.py migrate first."
        raise CommandError(message)
