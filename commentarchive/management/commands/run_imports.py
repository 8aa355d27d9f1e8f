"""Do what takes its time: imports, erasures, pages, cross-posts, hidden words."""

import fcntl
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, close_old_connections

from commentarchive.discussion.renewals import renew_next
from commentarchive.erasure.requests import Erasures
from commentarchive.intake.cross_post_search import CrossPostSearch
from commentarchive.intake.jobs import run_next, tidy
from commentarchive.ledger.outages import outage
from commentarchive.search.index import fold_next
from commentarchive.storage.hidden_phrases import keep_some_phrases

# Seconds between two looks for what is left over.
TIDY_EVERY = 3600


class Command(BaseCommand):
    help = (
        "Do the imports and erasures that staff asked for at the desk, one after "
        "another, and make "
        "the pages of blogs anew whose settings changed, and what searches look in. "
        "What was cut short is gone on with."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--watch",
            type=float,
            metavar="SECONDS",
            help="go on, and look for new ones at this interval",
        )

    def handle(self, *, watch: float | None, **_: Any) -> None:
        with (settings.VAR_DIR / "imports.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                message = "Another run_imports is at work on this archive."
                raise CommandError(message) from error
            try:
                self._work(watch)
            except KeyboardInterrupt:
                return

    def _work(self, watch: float | None) -> None:
        tidied_at, search, erasures = 0.0, CrossPostSearch(), Erasures()
        while True:
            try:
                if time.monotonic() - tidied_at > TIDY_EVERY or not tidied_at:
                    tidy()
                    tidied_at = time.monotonic()
                # Pages first: readers wait for them, and they take minutes at most.
                # Before what is searched, the phrases that decisions wait for.
                while (
                    renew_next()
                    or erasures.step()
                    or run_next()
                    or keep_some_phrases()
                    or fold_next()
                    or search.step()
                ):
                    pass
            except DatabaseError as error:
                found = outage(error)
                if not found or watch is None:
                    raise
                self.stderr.write(f"Nothing is done just now: {found}.")
            if watch is None:
                return
            time.sleep(watch)
            close_old_connections()
