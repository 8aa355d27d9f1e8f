"""What is done at its time: a table of commands, and one process that runs them.

To add one, add a line to `TIMERS`. A command is run in a thread of its own, so that a
slow mail server keeps no measure from its end; what takes minutes and much memory runs
apart, as a program of low priority.
"""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from commentarchive.ledger.last_runs import LastRun, last_run, note_run
from commentarchive.ledger.outages import outage
from commentarchive.log_lines import LogStream
from commentarchive.serving.forking import call_itself

# The hour of the site's own clock in which what takes its time is done.
QUIET_HOUR = 3
# A night in which the machine was off is made up for.
MADE_UP_FOR = timedelta(hours=48)
# Seconds between two looks whether it is that hour, and whether a program has ended.
LOOK_EVERY, HEAR_EVERY = 30, 0.5
# Seconds in which what is being done may be finished; less than the grace of a child.
FINISH = 6
_log = logging.getLogger("commentarchive.timers")


def _has_mail() -> bool:
    return bool(settings.HAS_MAIL)


def _has_witnesses() -> bool:
    return bool(settings.LEDGER_POLICY.witnesses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A command, and when it is run: every so many seconds, or each night."""

    command: str
    # None: once a night, in the quiet hour.
    every: float | None = None
    # Whether there is anything to do with these settings.
    when: Callable[[], bool] = lambda: True


# Ends are told to the minute. Witnesses are other people's servers.
TIMERS = (
    Timer(command="end_measures", every=30),
    Timer(command="send_letters", every=15, when=_has_mail),
    Timer(command="ask_witnesses", every=60, when=_has_witnesses),
    Timer(command="doctor", every=900),
    Timer(command="reconcile"),
    Timer(command="issue_reports"),
)


def run_timers() -> int:
    """Run what is due until a signal comes; what is being done is finished."""
    call_itself("timers")
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    threads = [
        Thread(target=_repeat if timer.every else _each_night, args=(timer, stop))
        for timer in TIMERS
        if timer.when()
    ]
    for thread in threads:
        thread.daemon = True
        thread.start()
    stop.wait()
    deadline = time.monotonic() + FINISH
    for thread in threads:
        thread.join(max(0, deadline - time.monotonic()))
    return 0


def _repeat(timer: Timer, stop: Event) -> None:
    out = LogStream(f"commentarchive.{timer.command}", logging.INFO)
    wrong = LogStream(f"commentarchive.{timer.command}", logging.WARNING)
    while True:
        try:
            call_command(timer.command, stdout=out, stderr=wrong)
        except CommandError as error:
            wrong.write(str(error))
        except (DatabaseError, OSError) as error:
            if found := outage(error):
                wrong.write(f"Not done just now: {found}.")
            else:
                _log.exception("%s failed.", timer.command)
        except Exception:  # noqa: BLE001  # as the next line says
            # The others go on.
            _log.exception("%s failed.", timer.command)
        close_old_connections()
        if stop.wait(timer.every):
            return


def _each_night(timer: Timer, stop: Event) -> None:
    while not stop.wait(LOOK_EVERY):
        if is_due(last_run(timer.command), timezone.localtime()):
            code = _run_apart(timer.command, stop)
            if code is not None:
                note_run(timer.command, LastRun(timezone.now(), code))


def is_due(last: LastRun | None, now: datetime) -> bool:
    """Return whether a nightly command is to be run at a moment of the site's clock."""
    if last is None or last.at > now:
        # A clock that was set back keeps nothing from being done for good.
        return now.hour == QUIET_HOUR
    if now - last.at > MADE_UP_FOR:
        return True
    is_todays = last.at.astimezone(now.tzinfo).date() == now.date()
    return now.hour == QUIET_HOUR and not is_todays


def _run_apart(name: str, stop: Event) -> int | None:
    """Run a command as a program and log what it says; None where it was broken off."""
    program = subprocess.Popen(
        [sys.executable, "-P", "-m", "django", name, "--skip-checks"],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "commentarchive.settings",
            "PYTHONPATH": str(settings.BASE_DIR),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.setpriority(os.PRIO_PROCESS, program.pid, 10)
    while True:
        try:
            out, wrong = program.communicate(timeout=HEAR_EVERY)
        except subprocess.TimeoutExpired:
            if stop.is_set():
                program.terminate()
                program.communicate()
                return None
            continue
        LogStream(f"commentarchive.{name}", logging.INFO).write(out)
        LogStream(f"commentarchive.{name}", logging.WARNING).write(wrong)
        return program.returncode
