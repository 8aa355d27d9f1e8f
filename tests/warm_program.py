"""A program that has started already: each command runs in a fork of one process.

To start costs a second of a processor or two, for each command of a test anew. What is
tested of how a process starts, or of how it is told to end, starts one of its own.
"""

import gc
import json
import os
import subprocess
import sys
from pathlib import Path
from signal import SIGKILL
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Done(NamedTuple):
    """How a command ended; the code is below zero where a signal ended it."""

    returncode: int
    stdout: str
    stderr: str


class WarmProgram:
    """What `manage.py` is in one environment, whose settings are read once."""

    def __init__(self, env):
        self._said = TemporaryDirectory(prefix="ca-said-")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.warm_program"],
            cwd=ROOT,
            env={**env, "DJANGO_SETTINGS_MODULE": "commentarchive.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_raised):
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()
        self._said.cleanup()

    def _ask(self, **asked):
        self._process.stdin.write(f"{json.dumps(asked)}\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def begin(self, *arguments):
        """Begin a command; return the number of its process."""
        return self._ask(begin=[str(each) for each in arguments], said=self._said.name)

    def end(self, process):
        """Wait until a command has ended."""
        code = self._ask(end=process)
        out, err = (_place(self._said.name, process, name) for name in ("out", "err"))
        return Done(code, out.read_text(), err.read_text())

    def run(self, *arguments):
        return self.end(self.begin(*arguments))

    def has_ended(self, process):
        """Return whether a command has ended by itself; `end` returns how."""
        return self._ask(look=process)

    def said_by(self, process):
        """Return what a command has printed so far."""
        return _place(self._said.name, process, "out").read_text()

    def kill(self, process):
        os.kill(process, SIGKILL)
        return self.end(process)


def _place(folder, process, name):
    return Path(folder) / f"{process}.{name}"


def _begin(arguments, folder):
    """Run a command in this process as `manage.py` does, with a place for its words."""
    from commentarchive.__main__ import main as run

    for number, name in ((1, "out"), (2, "err")):
        place = _place(folder, os.getpid(), name)
        os.dup2(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.argv = [str(ROOT / "manage.py"), *arguments]
    run()


def main():
    import django
    from django.urls import get_resolver

    # All of this stays: to look for garbage meanwhile takes a tenth of a second.
    gc.disable()
    django.setup()
    # They bring in nearly all there is.
    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()
    gc.enable()
    answers = sys.stdout
    while line := sys.stdin.buffer.raw.readline():
        asked = json.loads(line)
        if "begin" in asked:
            begun, beginning = os.pipe()
            if not (answer := os.fork()):
                os.close(begun)
                for name in ("out", "err"):
                    _place(asked["said"], os.getpid(), name).touch(0o600)
                os.close(beginning)
                _begin(asked["begin"], asked["said"])
                return
            os.close(beginning)
            # Where it writes to is there.
            os.read(begun, 1)
            os.close(begun)
        elif "look" in asked:
            # It stays to be waited for.
            how = os.WEXITED | os.WNOHANG | os.WNOWAIT
            answer = os.waitid(os.P_PID, asked["look"], how) is not None
        else:
            _process, status = os.waitpid(asked["end"], 0)
            answer = os.waitstatus_to_exitcode(status)
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
