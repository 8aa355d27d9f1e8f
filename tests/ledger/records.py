"""Records of a few entries, signed and damaged."""

from django.db import connection, transaction

from commentarchive.ledger import triggers
from commentarchive.ledger.append import Statement, append_all
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.signer import signing


def grant(**more):
    """Return the content of an entry."""
    return Statement(
        event="staff.grant", subject=new_ref("a"), public={"role": "owner"}, **more
    )


def add(number=1):
    """Append entries, all in one transaction: hundreds in tens of milliseconds."""
    with transaction.atomic():
        append_all([grant() for _time in range(number)])


def sign(key):
    """Sign as a process does that has just started."""
    with signing(key) as signer:
        return signer.sign()


def unguarded(statement, *values):
    """Edit the tables behind the triggers, as the database's owner can."""
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
    triggers.install()
