"""The report of a year in a large archive, made and checked again."""

import io
import os
import resource
import sys
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django
from django.core.management import call_command

from bench.processor_time import at_server, own

# How many comments are decided on in one transaction while the archive is made.
AT_ONCE = 500


def main(comments: int, decisions: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    django.setup()
    fill(comments, decisions)
    measure(comments, decisions)


def fill(comments: int, decisions: int) -> None:
    """Import comments of 2012, and what their blog's records tell of decisions."""
    from bench.generate import write_export
    from commentarchive.intake.session import import_files
    from commentarchive.ledger.append import SYSTEM
    from commentarchive.ledger.models import Role
    from commentarchive.models import Comment
    from moderation.actions.decisions import Case, Judgement, Record, decide_all
    from moderation.actions.policies import publish_policy, start_draft
    from moderation.models import Action

    export = Path(os.environ["VAR_DIR"]) / "verifying.xml"
    write_export(export, comments, 20, "https://verifying.example")
    import_files([export])
    start_draft()
    version = publish_policy(
        in_force_at=datetime(2012, 1, 1, tzinfo=UTC), as_told=True, by=SYSTEM
    )
    clause = version.clauses.filter(is_legal=False, is_spam=False).first()
    shown = list(Comment.objects.shown().order_by("pk")[:decisions])
    for number, start in enumerate(range(0, len(shown), AT_ONCE)):
        told = Record(
            decided_at=datetime(2012, 5, 1, tzinfo=UTC) + timedelta(days=number % 240),
            role=Role.OWNER,
            known_from="a list",
        )
        judgement = Judgement(
            action=Action.REMOVE, clause=clause, facts="Off the topic.", record=told
        )
        decide_all(
            [
                Case(comment=comment, judgement=judgement)
                for comment in shown[start : start + AT_ONCE]
            ],
            by=SYSTEM,
        )
    call_command("sign_checkpoint", stdout=io.StringIO())


def measure(comments: int, decisions: int) -> None:
    """Print how long it takes to make a year's report, and to check it both ways."""
    from commentarchive.ledger.tiles import last_signed
    from moderation.reports.issuing import make
    from moderation.reports.periods import parse_period

    var = Path(os.environ["VAR_DIR"])
    began = _spent()
    made = make(parse_period("2012"), None, last_signed())
    built = _spent() - began
    report, record = var / "report.json", var / "record"
    report.write_bytes(made.document)
    call_command("export_ledger", record, stdout=io.StringIO())
    before = _peak()
    spent = []
    for source in ([], [str(record)]):
        began, said = _spent(), io.StringIO()
        with redirect_stdout(said):
            call_command("verify_report", report, *source, stdout=said)
        spent.append(_spent() - began)
        assert said.getvalue().startswith("TRUE"), said.getvalue()
    print(
        f"  report of a year with {comments} comments and {decisions} decisions: made "
        f"in {built:.1f} s ({len(made.document) / 1024:.0f} KiB), verify_report "
        f"{spent[0]:.1f} s, from the record alone {spent[1]:.1f} s of processor time, "
        f"{_peak() - before:.0f} MiB more memory",
        flush=True,
    )


def _spent() -> float:
    """Return the processor time of this process and of its database, in seconds."""
    return (own() + at_server()) / 1000


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
