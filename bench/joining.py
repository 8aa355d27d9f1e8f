"""The joined discussion of an article at two places, each with a long thread.

Each figure is processor time, ours and the database's, since other work on the machine
does not lengthen it.
"""

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import django

# Most that a window may take, in milliseconds.
AIM = 50


def main(number: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    os.environ["ALLOWED_HOSTS"] = "testserver"
    django.setup()
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application

    from bench.processor_time import spent
    from bench.reading import ask
    from commentarchive.discussion.joined import said_at
    from commentarchive.serving.static_files import collect_static
    from commentarchive.threads.render import WINDOW_SIZE

    collect_static()
    settings.PAGE_CACHE_BYTES = 0
    archive = get_wsgi_application()
    smallest = spent(partial(ask, archive, "/robots.txt"))
    # The same comments at both, and at one of them others.
    for name, there in (("all of them at both", number), ("others", number + 1)):
        address = join(number, there)
        last = -(-number // WINDOW_SIZE)
        for page in (2, last):
            window = partial(ask, archive, f"{address}?page={page}")
            assert window()[0] == "200 OK"
            # Of the discussion that was read last, keys are kept.
            first = spent(partial(as_first, said_at.cache_clear, window))
            took = spent(window)
            print(
                f"  joined, twice {number} comments, {name}, window {page}: "
                f"{took:.1f} ms (at most {AIM}), {took / smallest:.0f} x the smallest "
                f"page; {first:.1f} ms as the first after a write",
                flush=True,
            )


def as_first(forget: Callable[[], None], window: Callable[[], object]) -> None:
    """Ask for a window of which nothing is kept."""
    forget()
    window()


def join(one: int, other: int) -> str:
    """Import an article at two places; return the address of their discussion."""
    from bench.generate import write_export
    from commentarchive.actions.cross_post_proposals import answer_proposal
    from commentarchive.intake.cross_post_search import search_all
    from commentarchive.intake.session import import_files
    from commentarchive.ledger.append import SYSTEM
    from commentarchive.models import CrossPost

    path = Path(os.environ["VAR_DIR"]) / "joining.xml"
    for place, comments in (("here", one), ("there", other)):
        address = f"https://{place}-{other}.example"
        write_export(path, comments, comments, address)
        # As long as articles are, and said nowhere else.
        words = " ".join(f"Word{n} of {other} was said." for n in range(100))
        text = path.read_text()
        begin = text.index("<content:encoded><![CDATA[") + 26
        end = text.index("]]>", begin)
        path.write_text(f"{text[:begin]}{words}{text[end:]}")
        import_files([path])
    search_all()
    tie = CrossPost.objects.latest("pk")
    answer_proposal(tie, is_one=True, attribution="", by=SYSTEM)
    return f"/cross-posts/{tie.ref}/"


if __name__ == "__main__":
    main(int(sys.argv[1]))
