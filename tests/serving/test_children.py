"""The web server's end is the end; a helper's end is a pause."""

import os
import signal
import time
from pathlib import Path

import pytest

from commentarchive.serving import children
from commentarchive.serving.children import Command, run_beside

pytestmark = pytest.mark.pure
# Ends with a code of its own once the file is there, or when it is told to.
SERVER = 'while [ ! -e "$STOP" ]; do sleep 0.05; done; exit 7'


@pytest.fixture(autouse=True)
def _signals_as_before(monkeypatch):
    monkeypatch.setattr(children, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(children, "POLL", 0.02)
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def child(script, stop):
    return Command(["/bin/sh", "-c", script], {**os.environ, "STOP": str(stop)})


def test_a_helper_is_started_again_with_growing_pauses(tmp_path):
    stop, ended = tmp_path / "stop", []

    def on_end(name, how, pause):
        ended.append((name, how, pause))
        if len(ended) == 4:
            stop.touch()

    helpers = {"signer": child("exit 3", stop)}
    assert run_beside(child(SERVER, stop), helpers, on_end) == 7
    assert ended[:4] == [
        ("signer", "ended with code 3", pause) for pause in (0.01, 0.02, 0.04, 0.08)
    ]


def test_pauses_are_short_again_once_it_has_stayed(tmp_path, monkeypatch):
    helper = child("exit 3", tmp_path)
    monkeypatch.setattr(children, "STAYED", 0)
    helper.start()
    assert [helper.put_off() for _time in range(3)] == [0.01, 0.01, 0.01]
    monkeypatch.setattr(children, "STAYED", 60)
    monkeypatch.setattr(children, "LONGEST_PAUSE", 0.03)
    helper.start()
    assert [helper.put_off() for _time in range(3)][1:] == [0.03, 0.03]


def test_a_helper_that_cannot_be_started_ends_nothing(tmp_path):
    stop, ended = tmp_path / "stop", []

    def on_end(_name, how, _pause):
        ended.append(how)
        stop.touch()

    missing = Command([str(tmp_path / "missing")], os.environ)
    assert run_beside(child(SERVER, stop), {"signer": missing}, on_end) == 7
    assert ended[0] == "could not be started (No such file or directory)"


def test_a_signal_ends_all_and_starts_nothing_again(tmp_path):
    mark = tmp_path / "helper"
    helper = child(f'echo $$ > "{mark}"; exec sleep 600', tmp_path)
    # Whoever serves is told to end as soon as the helper runs.
    server = child(
        f'while [ ! -s "{mark}" ]; do sleep 0.05; done; kill -TERM {os.getpid()}; '
        "exec sleep 600",
        tmp_path,
    )
    ended = []
    code = run_beside(server, {"signer": helper}, lambda *how: ended.append(how))
    assert code == -signal.SIGTERM
    assert ended == []
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


def test_no_helper_starts_before_all_is_sound(tmp_path):
    stop, mark, asked = tmp_path / "stop", tmp_path / "helper", []

    def is_sound():
        asked.append(mark.exists())
        return len(asked) == 3

    helper = child(f'touch "{mark}" "$STOP"; exec sleep 600', stop)
    code = run_beside(child(SERVER, stop), {"signer": helper}, print, is_sound)
    assert code == 7
    assert asked == [False] * 3


def test_what_is_found_unsound_ends_all(tmp_path):
    mark = tmp_path / "server"
    server = child(f'echo $$ > "{mark}"; exec sleep 600', tmp_path)

    def is_sound():
        if not mark.exists() or not mark.read_text():
            return False
        message = "not up to date"
        raise ValueError(message)

    with pytest.raises(ValueError, match="not up to date"):
        run_beside(server, {}, print, is_sound)
    assert has_ended(int(mark.read_text()))


def test_who_does_not_hear_the_signal_is_killed_with_all_that_it_started(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(children, "GRACE", 0.3)
    mark = tmp_path / "worker"
    deaf = f"trap '' TERM; sleep 600 & echo $! > \"{mark}\"; "
    server = child(f"{deaf} kill -TERM {os.getpid()}; wait", tmp_path)
    helper = child("trap '' TERM; sleep 600", tmp_path)
    before = time.monotonic()
    code = run_beside(server, {"signer": helper}, lambda *_how: None)
    assert code == -signal.SIGKILL
    # Both had the same grace, not one after the other's.
    assert time.monotonic() - before < 10
    assert has_ended(int(mark.read_text()))


def has_ended(process):
    """Whether a process is gone, or only waits for its parent to hear of it."""
    for _time in range(100):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2]
        except FileNotFoundError:
            return True
        if state.split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False
