"""Forks end with their codes, and what is told them is remembered."""

import logging
import os
import signal
import sys

import pytest
from django.core.management.base import CommandError

from commentarchive.serving import forking
from commentarchive.serving.forking import ForkedProcess, in_fork
from commentarchive.serving.generation import Turn

pytestmark = [
    pytest.mark.pure,
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning"),
]


def fails():
    message = "private words"
    raise ValueError(message)


@pytest.mark.parametrize(
    ("run", "code"),
    [
        (lambda: None, 0),
        (lambda: 3, 3),
        (lambda: sys.exit(4), 4),
        (lambda: sys.exit("a sentence"), 1),
        (fails, 1),
    ],
)
def test_a_forks_code_is_what_it_returns_or_says(run, code):
    assert in_fork(run) == code


def test_a_command_that_refuses_says_its_sentence_and_no_more(tmp_path, monkeypatch):
    def refuses():
        message = "Another one is at work."
        raise CommandError(message)

    log = logging.FileHandler(tmp_path / "log")
    monkeypatch.setattr(forking._log, "handlers", [log])
    assert in_fork(refuses) == 1
    log.close()
    assert (tmp_path / "log").read_text() == "Another one is at work.\n"


def test_a_fork_that_is_asked_to_end_does():
    fork = ForkedProcess(signal.pause)
    with pytest.raises(TimeoutError):
        fork.wait(timeout=0.05)
    fork.terminate()
    assert fork.wait() == -signal.SIGTERM
    fork.terminate()


def test_a_turn_that_has_come_stays():
    """It is said once, and the database may be away at that moment."""
    go, say = os.pipe()
    turn = Turn(go)
    assert not turn()
    os.write(say, b"g")
    assert [turn(), turn()] == [True, True]
    os.close(say)
    assert turn()
    assert not Turn(os.open(os.devnull, os.O_RDONLY))()
