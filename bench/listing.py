"""Public lists in a large archive: what each page costs the server."""

import os
import sys
import time
from pathlib import Path

import django
from django.core.management import call_command

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
    """Print the processor time of each page, first when nothing is kept of it."""
    from django.test import Client
    from django.utils import timezone

    from moderation.models import Decision

    client = Client(SERVER_NAME="localhost")
    this_month = f"{timezone.now():%Y-%m}"
    lowest = Decision.objects.newest_first().values_list("entry_index", flat=True)
    middle = lowest[lowest.count() // 2]
    for path in (
        *("/", "/moderation/log/", f"/moderation/log/?before={middle}"),
        *("/moderation/log.csv", "/moderation/reports/", "/moderation/log/otherwise/"),
        *("/moderation/reports/2012/", f"/moderation/reports/{this_month}/"),
    ):
        spent = []
        for _again in range(3):
            began = time.process_time()
            answer = client.get(path)
            size = len(answer.getvalue())
            spent.append(1000 * (time.process_time() - began))
        assert answer.status_code == 200, path
        print(
            f"  {path}: {spent[0]:.0f} ms first, then {min(spent[1:]):.0f} ms, "
            f"{size / 1024:.0f} KiB",
            flush=True,
        )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
