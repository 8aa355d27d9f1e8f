"""The parent of all processes of the server: it holds the socket and loads nothing.

SIGHUP starts another generation of the server, with what program and settings are now;
the old one ends when the new one answers. Requests wait in the socket meanwhile, and
none is lost. SIGTERM and SIGINT end all.
"""

import logging
import logging.config
import os
import signal
import socket
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import suppress

from commentarchive.log_lines import json_line, logging_settings
from commentarchive.serving.children import POLL, Command

# Seconds in which a generation ends; each of its processes has less.
GRACE = 12
# Seconds that a new generation may take until it answers: it may collect static files.
PATIENCE = 180
BACKLOG = 1024
# Where systemd puts the first socket that it hands over (sd_listen_fds).
HANDED_OVER = 3
_log = logging.getLogger("commentarchive.serving")


class Generation(Command):
    """A server on the socket, and what its parent says to it and hears from it."""

    def __init__(self, held: socket.socket, workers: int) -> None:
        self._ready, ready = os.pipe()
        go, self._go = os.pipe()
        self._theirs = (ready, go)
        super().__init__(
            [
                *(sys.executable, "-P", "-m", "commentarchive.serving.generation"),
                *("--parent", str(os.getpid()), "--socket", str(held.fileno())),
                *("--ready", str(ready), "--go", str(go), "--workers", str(workers)),
            ],
            os.environ,
            passed=(held.fileno(), ready, go),
        )

    def start(self) -> None:
        super().start()
        for each in self._theirs:
            os.close(each)
        os.set_blocking(self._ready, False)

    def answers(self) -> bool:
        """Return whether one of its workers takes requests."""
        try:
            return bool(os.read(self._ready, 1))
        except BlockingIOError:
            return False

    def go(self) -> None:
        """Let it sign, import and send: nobody else does."""
        # One that has ended is met by whoever looks next.
        with suppress(BrokenPipeError):
            os.write(self._go, b"g")

    def forget(self) -> None:
        """Close what led to it."""
        os.close(self._ready)
        os.close(self._go)


class Parent:
    """Runs one generation after another on one socket."""

    def __init__(self, begin: Callable[[], Generation]) -> None:
        self._begin = begin
        self._is_ending = self._is_asked_anew = False

    def run(self) -> int:
        """Run until a signal says so or the server ends; return the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._end)
        signal.signal(signal.SIGHUP, self._ask_anew)
        now = self._begin()
        now.start()
        now.go()
        is_told = False
        while not self._is_ending:
            if not is_told and now.answers():
                tell_systemd("READY=1")
                is_told = True
            if (code := now.poll()) is not None:
                _log.error("The web server ended with code %s; all has ended.", code)
                return 1
            if self._is_asked_anew:
                self._is_asked_anew = False
                now = self._replace(now)
            time.sleep(POLL)
        _end(now)
        return 0

    def _end(self, *_signal: object) -> None:
        self._is_ending = True

    def _ask_anew(self, *_signal: object) -> None:
        self._is_asked_anew = True

    def _replace(self, old: Generation) -> Generation:
        """Start another generation; return it, or the old one where it fails."""
        new = self._begin()
        new.start()
        deadline = time.monotonic() + PATIENCE
        while not new.answers():
            if self._is_ending or old.poll() is not None:
                break
            if new.poll() is not None or time.monotonic() > deadline:
                _log.error("The new server did not come up; the one before goes on.")
                break
            time.sleep(POLL)
        else:
            _end(old)
            new.go()
            _log.info("Another server has taken over.")
            return new
        _end(new)
        return old


def _end(generation: Generation) -> None:
    generation.stop()
    generation.end(time.monotonic() + GRACE)
    generation.forget()


def listen(host: str, port: int) -> socket.socket:
    """Return the socket that requests come to, systemd's where it hands one over."""
    if os.environ.get("LISTEN_PID") == str(os.getpid()):
        held = socket.socket(fileno=HANDED_OVER)
    else:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        held = socket.create_server((host, port), family=family, backlog=BACKLOG)
    # Each connection inherits it. Without it the end of a page waits until the reader's
    # machine confirms what came before, which takes that 40 ms.
    held.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return held


def tell_systemd(state: str) -> None:
    """Send a state to the service manager, where one waits for it (sd_notify)."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    # A name that begins with @ is one without a file; so says sd_notify(3).
    name = f"\0{address[1:]}" if address.startswith("@") else address
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.sendto(state.encode(), name)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else error
        _log.error("systemd could not be told that the site answers: %s.", why)


def main() -> int:
    """Listen, say so, and run until the end."""
    given = _arguments()
    logging.config.dictConfig(logging_settings(given.log_level, given.log_format))
    try:
        held = listen(given.host, given.port)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else error
        _log.error(
            "Port %s at %s: %s.", given.port, given.host, why
        )  # the reason says all
        return 1
    held.set_inheritable(True)
    # Two workers hear of one visitor: whoever comes late must not wait for the next.
    held.setblocking(False)
    serving = f"Serving {given.address}/ within a few seconds."
    if given.log_format == "json":
        serving = json_line(_log.name, serving)
    sys.stdout.write(f"{serving}\n")
    sys.stdout.flush()
    return Parent(lambda: Generation(held, given.workers)).run()


def _arguments() -> Namespace:
    parser = ArgumentParser()
    for name in ("host", "address", "log-level", "log-format"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("port", "workers"):
        parser.add_argument(f"--{name}", type=int, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
