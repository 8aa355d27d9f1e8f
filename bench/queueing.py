"""The desk with many comments waiting: its list, and one card, against a few waiting."""

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.core.management import call_command

if TYPE_CHECKING:
    from django.test import Client

FEW = 10


def main(many: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    # Nobody logs in with a passkey here.
    os.environ.setdefault("STAFF_SECOND_FACTOR", "off")
    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)
    from moderation.actions.policies import publish_policy, start_draft

    start_draft()
    publish_policy()
    wait(FEW)
    few = measure()
    wait(many)
    for path, (spent, queries) in measure().items():
        before, asked = few[path]
        print(
            f"  {path}: {spent:.0f} ms with {many + FEW} waiting, "
            f"{spent / before:.2f} x with {FEW} ({before:.0f} ms); "
            f"{queries} queries, before {asked}",
            flush=True,
        )


def wait(number: int) -> None:
    """Import so many comments, none of which anybody has looked at."""
    from bench.generate import write_export
    from commentarchive.intake.session import import_files

    export = Path(os.environ["VAR_DIR"]) / f"queueing-{number}.xml"
    write_export(export, number, 20, f"https://waiting-{number}.example", waiting=1)
    import_files([export])


def measure() -> dict[str, tuple[float, int]]:
    """Return the shortest time of each page in ms, and how many queries it asks."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from moderation.models import QueueItem

    client = moderator()
    ref = QueueItem.objects.filter(tab="waiting").order_by("pk")[0].comment.ref
    card = f"/moderation/desk/comments/{ref}/"
    pages = {
        "the desk": "/moderation/desk/",
        "the desk, newest first": "/moderation/desk/?tab=waiting&order=newest",
        "the desk, seen first": "/moderation/desk/?tab=waiting&order=weight",
        "a card": card,
        "a card of its list": f"{card}?tab=waiting",
        "a card of its list, newest first": f"{card}?tab=waiting&order=newest",
    }
    found = {}
    for name, path in pages.items():
        spent = []
        for _again in range(7):
            began = time.perf_counter()
            answer = client.get(path)
            spent.append(1000 * (time.perf_counter() - began))
            assert answer.status_code == 200, (path, answer.status_code)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        found[name] = (min(spent), len(asked))
    return found


def moderator() -> "Client":
    """Return a client in which a moderator is logged in."""
    from django.contrib.auth.models import User
    from django.test import Client

    from commentarchive.actions.staff import set_roles
    from commentarchive.ledger.models import Role

    user, is_new = User.objects.get_or_create(username="ina", is_staff=True)
    if is_new:
        set_roles(user, roles=[Role.MODERATOR], handle="ina")
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client


if __name__ == "__main__":
    main(int(sys.argv[1]))
