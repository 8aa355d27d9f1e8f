"""What is done at its time, and when that is."""

from datetime import datetime, timedelta
from threading import Event
from zoneinfo import ZoneInfo

import pytest
from django.core.management import get_commands

from commentarchive.ledger.last_runs import LastRun, last_run, note_run
from commentarchive.serving import timers
from commentarchive.serving.timers import TIMERS, Timer, is_due

pytestmark = pytest.mark.pure
NIGHT = datetime(2026, 3, 4, 3, 20, tzinfo=ZoneInfo("Europe/London"))


def test_every_timer_is_a_command():
    assert {timer.command for timer in TIMERS} <= get_commands().keys()


@pytest.mark.parametrize(
    ("since", "hour", "due"),
    [
        (None, 3, True),
        (None, 4, False),
        (timedelta(minutes=10), 3, False),
        (timedelta(hours=24), 3, True),
        (timedelta(hours=24), 15, False),
        # The machine was off at night.
        (timedelta(hours=49), 15, True),
        # The clock was set back.
        (timedelta(hours=-3), 3, True),
    ],
)
def test_what_is_done_at_night_is_done_once_a_night(since, hour, due):
    now = NIGHT.replace(hour=hour)
    last = None if since is None else LastRun(now - since, 0)
    assert is_due(last, now) == due


def test_runs_are_remembered_and_a_damaged_note_is_none(settings):
    assert last_run("reconcile") is None
    note_run("reconcile", LastRun(NIGHT, 1))
    note_run("other", LastRun(NIGHT, 0))
    assert last_run("reconcile") == LastRun(NIGHT, 1)
    (settings.VAR_DIR / "last-runs.json").write_text("[")
    assert last_run("reconcile") is None


def test_a_timer_that_fails_is_told_and_runs_again(monkeypatch, caplog):
    stop, ran = Event(), []

    def fails(name, **_options):
        ran.append(name)
        if len(ran) == 3:
            stop.set()
        message = "private words"
        raise ValueError(message)

    monkeypatch.setattr(timers, "call_command", fails)
    monkeypatch.setattr(timers, "close_old_connections", lambda: None)
    timers._repeat(Timer(command="send_letters", every=0.001), stop)
    assert ran == ["send_letters"] * 3
    assert caplog.messages == ["send_letters failed."] * 3


def test_what_takes_long_runs_apart_and_its_code_is_kept(settings, monkeypatch, caplog):
    """An end in the midst leaves no note: it is done again."""
    code = timers._run_apart("no_such_command", Event())
    assert code == 1
    assert "Unknown command: 'no_such_command'" in caplog.text
    ending = Event()
    ending.set()
    monkeypatch.setattr(timers, "HEAR_EVERY", 0)
    assert timers._run_apart("runserver", ending) is None
