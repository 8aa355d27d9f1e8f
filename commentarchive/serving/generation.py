"""One generation of the server: loads the program once, and forks what runs of it.

Its parent starts another one for a new version or new settings, and ends this one when
that answers. Nothing here opens the database: forks do (`forking.py`).
"""

import gc
import logging
import os
import socket
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from importlib import import_module

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.urls import get_resolver

from commentarchive.ledger.signer_trouble import note_trouble
from commentarchive.log_lines import LogStream
from commentarchive.serving.children import Child, Fork, run_beside
from commentarchive.serving.forking import call_itself, end_with_parent, in_fork
from commentarchive.serving.keeper import Keeper, NotSound
from commentarchive.serving.static_files import collect_static
from commentarchive.serving.timers import run_timers
from commentarchive.serving.web import APPLICATION, serve_web

# Seconds; a new entry has to be in a public checkpoint within ten.
SIGN_EVERY = 3
# Seconds between two looks for imports that were asked for at the desk.
LOOK_EVERY = 1
_log = logging.getLogger("commentarchive.serving")


def main() -> int:
    """Run until the web server ends or a signal comes; return the server's code."""
    parser = ArgumentParser()
    for name in ("parent", "socket", "ready", "go", "workers"):
        parser.add_argument(f"--{name}", type=int, required=True)
    given = parser.parse_args()
    end_with_parent(given.parent)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    # What is loaded stays: to look for garbage in it takes a tenth of the start.
    gc.disable()
    try:
        django.setup()
    except ImproperlyConfigured as error:
        sys.exit(f"{error}")
    held = socket.socket(fileno=given.socket)
    web = partial(serve_web, held, workers=given.workers, ready=given.ready)
    return _run(Fork(web), is_our_turn=Turn(given.go))


class Turn:
    """Whether the generation before has ended, so that this one may write."""

    def __init__(self, go: int) -> None:
        self._go, self._has_come = go, False
        os.set_blocking(go, False)

    def __call__(self) -> bool:
        """Return whether our parent has said so; it says it once."""
        if not self._has_come:
            with suppress(BlockingIOError):
                self._has_come = bool(os.read(self._go, 1))
        return self._has_come


def _run(web: Child, *, is_our_turn: Callable[[], bool]) -> int:
    # All of the program, before anything is forked of it.
    _ = get_resolver().url_patterns
    _leave_no_garbage()
    gc.enable()
    keeper = Keeper()
    try:
        keeper.first_look()
        # What compresses files takes much memory, which is given back with the fork.
        if code := in_fork(collect_static):
            return code
        # It reads which files there are.
        import_module(APPLICATION)
        _leave_no_garbage()
        return run_beside(
            web,
            _helpers(),
            _helper_ended,
            lambda: is_our_turn() and keeper.is_sound(),
        )
    except NotSound:
        return 1
    finally:
        keeper.stop()
        keeper.end(time.monotonic() + 1)


def _leave_no_garbage() -> None:
    """Let what is loaded be shared by forks: no collection of one touches it."""
    gc.collect()
    gc.freeze()


def _helpers() -> Mapping[str, Child]:
    return {
        "signer": Fork(partial(_command, "signer", "sign_checkpoint", SIGN_EVERY)),
        "importer": Fork(partial(_command, "importer", "run_imports", LOOK_EVERY)),
        "timers": Fork(run_timers),
    }


def _command(title: str, name: str, watch: float) -> None:
    call_itself(title)
    log = f"commentarchive.{name}"
    call_command(
        name,
        watch=watch,
        stdout=LogStream(log, logging.INFO),
        stderr=LogStream(log, logging.WARNING),
    )


def _helper_ended(name: str, how: str, pause: int) -> None:
    _log.warning("The %s %s; next try in %s s.", name, how, pause)
    if name == "signer":
        note_trouble(f"the {name} {how}")


if __name__ == "__main__":
    sys.exit(main())
