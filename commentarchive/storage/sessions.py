"""Sessions of staff: they end after half an hour of silence, and after twelve hours."""

import logging
import time
from typing import override

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.utils import timezone
from django.utils.http import int_to_base36

# When it was begun, when it was last used and when its owner last proved who they
# are, in seconds; whether they have shown a second factor in it.
BEGAN, SEEN, PROVED_AT, WITH_FACTOR = "began", "seen", "logged_in_at", "with_factor"
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


def begin(session: SessionBase, *, with_factor: bool) -> None:
    """Note in a session that its owner has logged in."""
    session[BEGAN] = session[SEEN] = session[PROVED_AT] = int(time.time())
    session[WITH_FACTOR] = with_factor


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
        _log.warning("The use of a session could not be noted: %r", error)
    session.modified = was_modified


def end_logins(user: User, *, but: str | None = None) -> int:
    """End every login of an account, those that wait for a factor too; count them.

    But for the session of this key, in which somebody changes their own account.
    """
    ended = []
    alive = Session.objects.filter(expire_date__gt=timezone.now())
    for row in alive.exclude(session_key=but or ""):
        kept = row.get_decoded()
        waiting = kept.get(_WAITING) or {}
        is_theirs = kept.get(SESSION_KEY) == str(user.pk)
        if is_theirs or waiting.get(_WHOSE) == int_to_base36(user.pk):
            ended.append(row.session_key)
    Session.objects.filter(session_key__in=ended).delete()
    return len(ended)
