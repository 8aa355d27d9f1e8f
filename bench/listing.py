"""Public lists in a large archive: what each page costs the server."""

import os
import sys
from pathlib import Path

import django
from django.core.management import call_command

from bench.processor_time import at_server, own

# How many comments are decided on in one transaction while the archive is made.
AT_ONCE = 500


def main(comments: int, decisions: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)
    fill(comments, decisions)
    measure()


def fill(comments: int, decisions: int) -> None:
    """Import comments and decide on some of them, twice on every tenth."""
    from bench.generate import write_export
    from commentarchive.intake.session import import_files
    from commentarchive.ledger.append import SYSTEM
    from commentarchive.models import Comment
    from moderation.actions.decisions import Case, Judgement, decide_all
    from moderation.actions.policies import publish_policy, start_draft
    from moderation.models import Action

    export = Path(os.environ["VAR_DIR"]) / "listing.xml"
    write_export(export, comments, 20, "https://listing.example")
    import_files([export])
    start_draft()
    clause = publish_policy(by=SYSTEM).clauses.filter(is_legal=False).first()
    shown = list(Comment.objects.shown().order_by("pk")[:decisions])
    for action in (Action.REMOVE, Action.RESTORE):
        for start in range(0, len(shown), AT_ONCE):
            judgement = Judgement(action=action, clause=clause, facts="Off the topic.")
            decide_all(
                [
                    Case(comment=comment, judgement=judgement)
                    for comment in shown[start : start + AT_ONCE]
                ],
                by=SYSTEM,
            )
        shown = shown[::10]


def measure() -> None:
    """Print the processor time of each page, first when nothing is kept of it.

    Where the database is a server, its processor time stands after ours.
    """
    from django.test import Client
    from django.utils import timezone

    from moderation.models import Decision

    client = Client(SERVER_NAME="localhost")
    this_month = f"{timezone.now():%Y-%m}"
    lowest = Decision.objects.newest_first().values_list("entry_index", flat=True)
    middle = lowest[lowest.count() // 2]
    log, reports = "/moderation/log", "/moderation/reports"
    for path in (
        *("/", f"{log}/", f"{log}/?before={middle}", f"{log}.csv", f"{log}.atom"),
        *(f"{log}/otherwise/", f"{reports}/", f"{reports}/2012/"),
        *(f"{reports}/{this_month}{form}" for form in ("/", ".json", ".csv")),
    ):
        spent = []
        for _again in range(3):
            ours, theirs = own(), at_server()
            answer = client.get(path)
            size = len(answer.getvalue())
            spent.append((own() - ours, at_server() - theirs))
        assert answer.status_code == 200, path
        first, then = (
            f"{here:.0f} ms" + (f" + {there:.0f} ms" if there else "")
            for here, there in (spent[0], min(spent[1:]))
        )
        print(
            f"  {path}: {first} first, then {then}, {size / 1024:.0f} KiB", flush=True
        )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
