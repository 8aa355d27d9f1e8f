"""What PostgreSQL's planner is told of the machine, once for each connection.

With its own `random_page_cost`, that of a turning disk, it reads all comments there are
to find the parents of one page's: to look up 200 keys seems dearer to it than 10,000
rows in order. The tables lie in memory or on a solid disk.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

# What the manuals of solid disks advise; a page in order costs 1.
RANDOM_PAGE_COST = "1.1"
# Whoever has set it, for the server, the database or the login, knows better.
_TELL = """
    SELECT set_config('random_page_cost', %s, false) FROM pg_settings
    WHERE name = 'random_page_cost' AND source = 'default'
"""


def tell_planner(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Set what a new connection takes a look-up to cost; nothing on SQLite.

    Changes how rows are found, never which: where a pool gives the session to another
    client, that one's answers stay the same.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_TELL, [RANDOM_PAGE_COST])
