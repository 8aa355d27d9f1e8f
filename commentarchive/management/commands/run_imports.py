"""Do what takes its time: imports, erasures, pages, cross-posts, hidden words."""

import fcntl
import time
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from commentarchive.discussion.renewals import renew_next
from commentarchive.erasure.requests import Erasures
from commentarchive.intake.cross_post_search import CrossPostSearch
from commentarchive.intake.jobs import run_next, tidy
from commentarchive.management.watching import WatchingCommand
from commentarchive.search.index import fold_next
from commentarchive.storage.hidden_phrases import keep_some_phrases

# Seconds between two looks for what is left over.
TIDY_EVERY = 3600


class Command(WatchingCommand):
    help = (
        "Do the imports and erasures that staff asked for at the desk, one after "
        "another, and make "
        "the pages of blogs anew whose settings changed, and what searches look in. "
        "What was cut short is gone on with."
    )

    not_done = "Nothing is done"

    def handle(self, *, watch: float | None, **_: Any) -> None:
        with (settings.VAR_DIR / "imports.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                message = "Another run_imports is at work on this archive."
                raise CommandError(message) from error
            self._tidied_at = 0.0
            self._search, self._erasures = CrossPostSearch(), Erasures()
            self.work(watch)

    def once(self) -> None:
        if not self._tidied_at or time.monotonic() - self._tidied_at > TIDY_EVERY:
            tidy()
            self._tidied_at = time.monotonic()
        # Pages first: readers wait for them, and they take minutes at most. Before what
        # is searched, the phrases that decisions wait for.
        while (
            renew_next()
            or self._erasures.step()
            or run_next()
            or keep_some_phrases()
            or fold_next()
            or self._search.step()
        ):
            pass
