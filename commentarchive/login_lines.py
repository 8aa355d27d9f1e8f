"""What the log tells of logins: which one, by its number, and what became of it.

No name, no password, no address of a visitor: a name may have been typed where the
password belongs. The number is the one in the back office's address of a login. Roles
that are given or taken are in the public record besides.
"""

import logging

_log = logging.getLogger("commentarchive.logins")


def tell(login: int | None, what: str) -> None:
    """Write a line about a login; None where somebody tried a name that none has.

    `what` is a constant of ours, or made of such.
    """
    if login is None:
        _log.info("A name that no login has: %s", what)
    else:
        _log.info("Login %s: %s", login, what)


def tell_limit(what: str) -> None:
    """Write that a try was not looked at; each such line once a minute at most."""
    logging.getLogger("commentarchive.limits").warning("%s", what)
