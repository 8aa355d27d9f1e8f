"""Sessions of staff: they end after half an hour of silence, and after twelve hours."""

import logging
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, override

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.http import int_to_base36

# When it was begun, when it was last used and when its owner last proved who they
# are, in seconds; whether they have shown a second factor in it.
BEGAN, SEEN, PROVED_AT, WITH_FACTOR = "began", "seen", "logged_in_at", "with_factor"
# In which browser: `text/browser_names.py`.
BROWSER = "browser"
# For so long a proof counts as fresh.
FRESH = 300
# A session that is in use is noted that often.
NOTED_EVERY = 60
# Where allauth keeps a login that waits for its second factor, and whose it is.
_WAITING, _WHOSE = "account_login", "user_pk"
_log = logging.getLogger("commentarchive.sessions")


class SessionStore(db.SessionStore):
    """A session in the database, which lives as long as staff may be silent.

    Its name is Django's, since sessions are signed with it.
    """

    @override
    def get_session_cookie_age(self) -> int:
        """Return the seconds that it may be silent from now on."""
        left = self.get(BEGAN, time.time()) + settings.SESSION_COOKIE_AGE - time.time()
        return max(0, min(settings.STAFF_IDLE, int(left)))

    @override
    def create(self) -> None:
        now = int(time.time())
        self.setdefault(BEGAN, now)
        self.setdefault(SEEN, now)
        super().create()


def begin(session: SessionBase, *, with_factor: bool, browser: str) -> None:
    """Note in a session that its owner has logged in, and in which kind of browser."""
    session[BEGAN] = session[SEEN] = session[PROVED_AT] = int(time.time())
    session[WITH_FACTOR] = with_factor
    session[BROWSER] = browser


def note_proof(session: SessionBase) -> None:
    """Note that its owner has proved who they are once more."""
    session[PROVED_AT] = int(time.time())


def is_fresh(session: SessionBase) -> bool:
    """Return whether its owner has proved who they are a few minutes ago."""
    at = session.get(PROVED_AT)
    return isinstance(at, int) and 0 <= time.time() - at < FRESH


def lacks_factor(session: SessionBase) -> bool:
    """Return whether somebody has logged in who must show a second factor first."""
    if not settings.STAFF_SECOND_FACTOR:
        return False
    return SESSION_KEY in session and not session.get(WITH_FACTOR)


def note_use(session: SessionBase) -> None:
    """Let a session that is in use live on: one write a minute.

    Where nothing can be written it goes on to its end; the page is shown all the same.
    """
    now = int(time.time())
    if SESSION_KEY not in session or now - session.get(SEEN, 0) < NOTED_EVERY:
        return
    was_modified = session.modified
    session[SEEN] = now
    try:
        session.save()
    except UpdateError:
        # Ended meanwhile; the next page says so.
        pass
    except DatabaseError as error:
        # The error's own words may hold the session's key.
        _log.warning(
            "The use of a session could not be noted (%s).", type(error).__name__
        )
    session.modified = was_modified


class OpenLogin(NamedTuple):
    """A login as whoever it belongs to sees it."""

    # By which it is ended: its key opens the desk, and is told to nobody.
    ref: str
    began: datetime
    # A minute old at most.
    seen: datetime
    browser: str
    is_this: bool


def open_logins(user: User, session: SessionBase) -> list[OpenLogin]:
    """Return every login of an account, the last used first; which is this session's.

    Reads all sessions that are alive.
    """
    found = [
        OpenLogin(
            _ref_of(row),
            _time_of(kept.get(BEGAN)),
            _time_of(kept.get(SEEN)),
            str(kept.get(BROWSER, "")),
            row.session_key == session.session_key,
        )
        for row, kept in _alive_of(user)
        if SESSION_KEY in kept
    ]
    return sorted(found, key=lambda each: each.seen, reverse=True)


def end_login(user: User, ref: str) -> bool:
    """End one login of an account; return whether it was there."""
    keys = [row.session_key for row, _kept in _alive_of(user) if _ref_of(row) == ref]
    return bool(Session.objects.filter(session_key__in=keys).delete()[0])


def end_logins(user: User, *, but: str | None = None) -> int:
    """End every login of an account, those that wait for a factor too; count them.

    But for the session of this key, in which somebody changes their own account.
    """
    keys = [row.session_key for row, _kept in _alive_of(user)]
    ended = [key for key in keys if key != but]
    Session.objects.filter(session_key__in=ended).delete()
    return len(ended)


def _alive_of(user: User) -> Iterator[tuple[Session, Mapping[str, Any]]]:
    """Yield the sessions of an account and what is in them; those that wait, too."""
    for row in Session.objects.filter(expire_date__gt=timezone.now()):
        kept = row.get_decoded()
        waiting = kept.get(_WAITING) or {}
        is_theirs = kept.get(SESSION_KEY) == str(user.pk)
        if is_theirs or waiting.get(_WHOSE) == int_to_base36(user.pk):
            yield row, kept


def _ref_of(row: Session) -> str:
    made = salted_hmac("commentarchive.open-login", row.session_key, algorithm="sha256")
    return made.hexdigest()[:20]


def _time_of(seconds: object) -> datetime:
    return datetime.fromtimestamp(seconds if isinstance(seconds, int) else 0, UTC)
