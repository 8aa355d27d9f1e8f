"""Log lines: one an event, as text or as JSON, and none that somebody else wrote.

Plain Python, so that the parent of `serve` writes the same lines without Django. What
stands in an error's message may have been typed by somebody: the name of the error and
where it happened are written, its message at the level DEBUG only. An address may hold
the secret of a link: the pattern of its page is written.
"""

import json
import logging
import math
import re
import threading
import time
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, override

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
FORMATS = ("text", "json")
# Characters of a message; whatever follows is cut.
LONGEST = 4000
# Frames of an error, the innermost ones.
FRAMES = 8
# Strangers ask for other hosts all day long; to the owner it says something where
# BASE_URL is wrong and nobody gets a page.
WRONG_HOST = (
    "A request came for a host that is not this site's and was refused. Where every "
    "page is refused, BASE_URL or ALLOWED_HOSTS is wrong."
)
HOUR, MINUTE = 3600, 60


def one_line(text: str) -> str:
    """Return a text in which nothing ends a line or steers a terminal."""
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in cut)


def told(error: BaseException, trace: TracebackType | None) -> str:
    """Return what an error is and where it happened, without what it says."""
    frames = traceback.extract_tb(trace)[-FRAMES:]
    places = [f"{each.filename}:{each.lineno} {each.name}" for each in frames]
    return " < ".join([type(error).__name__, *reversed(places)])


# Arguments of addresses that say nothing but which public thing it was about.
PUBLIC = frozenset(("ref", "slug"))


def told_address(request: Any) -> str:
    """Return where a request went: `/comments/c…/`, but `/invitation/<secret>/`."""
    match = getattr(request, "resolver_match", None)
    if match is None:
        return "an address that was not looked up"

    def filled(place: re.Match[str]) -> str:
        value = match.kwargs.get(place[1])
        is_told = isinstance(value, int) or place[1] in PUBLIC
        return str(value) if is_told else f"<{place[1]}>"

    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", filled, match.route)


class ToldAddresses(logging.Filter):
    """Lets Django's lines about a request say its page instead of its address."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        path = getattr(request, "path", "")
        if path and isinstance(record.args, tuple):
            # As Django writes it.
            same = (path, path.encode("unicode_escape").decode("ascii"))
            record.args = tuple(
                told_address(request) if each in same else each for each in record.args
            )
        return True


class Seldom(logging.Filter):
    """Lets each message of a logger through once in some seconds, and counts the rest.

    For what strangers can cause as often as they like. Each process counts its own.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        # By message: when it was let through, and how many were not since.
        self._told: dict[str, tuple[float, int]] = {}
        self._lock = threading.Lock()

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        message, now = record.getMessage(), time.monotonic()
        with self._lock:
            at, kept_back = self._told.get(message, (-math.inf, 0))
            if now - at < self._seconds:
                self._told[message] = (at, kept_back + 1)
                return False
            self._told[message] = (now, 0)
        more = f" ({kept_back} more since the last such line)" if kept_back else ""
        record.msg, record.args = "%s", (f"{message}{more}",)
        return True


class WithoutHost(logging.Filter):
    """Says of a request for another host what may be wrong here, and not which host."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = WRONG_HOST, ()
        record.exc_info = None
        return True


class TextLines(logging.Formatter):
    """Time (UTC), level, where it comes from, and what happened."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        parts = _parts(record)
        error = f" [{parts['error']}]" if "error" in parts else ""
        return (
            f"{parts['at']} {parts['level']} {parts['from']}: {parts['event']}{error}"
        )


class JsonLines(logging.Formatter):
    """The same as an object: `at`, `level`, `from`, `event`, and of errors `error`."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_parts(record), ensure_ascii=False)


def _parts(record: logging.LogRecord) -> dict[str, str]:
    at = datetime.fromtimestamp(record.created, UTC)
    parts = {
        "at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname,
        "from": one_line(record.name),
        "event": one_line(record.getMessage()),
    }
    if record.exc_info and (error := record.exc_info[1]) is not None:
        message = ""
        if logging.getLogger().isEnabledFor(logging.DEBUG):
            message = f": {error}"
        parts["error"] = one_line(f"{told(error, record.exc_info[2])}{message}")
    return parts


def logging_settings(level: str, form: str) -> dict[str, Any]:
    """Return what `logging.config.dictConfig` takes, Django's LOGGING too."""
    kind = JsonLines if form == "json" else TextLines
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": kind}},
        "filters": {
            "addresses": {"()": ToldAddresses},
            "without_host": {"()": WithoutHost},
            "hourly": {"()": Seldom, "seconds": HOUR},
            "each_minute": {"()": Seldom, "seconds": MINUTE},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["addresses"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own handler would write errors once more, with what was sent.
            "django": {"handlers": [], "level": "NOTSET", "propagate": True},
            # The server's start, end and take-overs are always told.
            "commentarchive.serving": {"level": "INFO"},
            # Who logged in, and who tried to, is told at any level too.
            "commentarchive.logins": {"level": "INFO"},
            "commentarchive.limits": {"filters": ["each_minute"]},
            "commentarchive.proxies": {"filters": ["hourly"]},
            # A line for each page that strangers ask for in vain helps nobody, and what
            # was refused is quoted in it.
            "django.request": {"level": "ERROR"},
            "django.security": {"level": "CRITICAL"},
            "django.security.DisallowedHost": {
                "level": "ERROR",
                "filters": ["without_host", "hourly"],
            },
            # What a template lacks is told with the request, its address and all.
            "django.template": {"level": "INFO"},
        },
    }


def json_line(name: str, event: str) -> str:
    """Return the line of an event that is told without a logger."""
    told_of = {"name": name, "levelname": "INFO", "msg": event}
    return JsonLines().format(logging.makeLogRecord(told_of))


class LogStream:
    """A stream of which each line is an event, for what commands write."""

    def __init__(self, name: str, level: int) -> None:
        self._log, self._level = logging.getLogger(name), level
        self._last = ""

    def write(self, text: str) -> int:
        """Log each line; one that says what the last one said is not repeated."""
        for line in filter(None, map(str.strip, text.splitlines())):
            if line != self._last:
                self._log.log(self._level, "%s", line)
            self._last = line
        return len(text)

    def flush(self) -> None:
        """Do nothing: an event is written when it happens."""

    def isatty(self) -> bool:
        return False
