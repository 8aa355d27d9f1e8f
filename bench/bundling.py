"""The evidence bundle of a long thread, for the other side and sealed."""

import os
import sys
import time
from pathlib import Path

import django

# One comment in so many is decided on.
DECIDED = 50


def main(number: int) -> None:
    """Measure a thread of some comments, some of which were decided on."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db.models import F

    from bench.generate import write_export
    from commentarchive.intake.session import import_files
    from commentarchive.ledger.append import SYSTEM
    from commentarchive.ledger.signer import signing
    from commentarchive.models import Comment, Post
    from moderation.actions.decisions import Judgement, decide
    from moderation.evidence.bundle import build_bundle
    from moderation.models import Action

    var = Path(os.environ["VAR_DIR"])
    call_command("migrate", verbosity=0)
    write_export(var / "case.xml", number, number, "https://case.example")
    blog = import_files([var / "case.xml"])[0].blog
    shown = Comment.objects.shown().filter(post__blog=blog)
    for comment in shown.alias(turn=F("pk") % DECIDED).filter(turn=0):
        decide(comment, Judgement(action=Action.HOLD), by=SYSTEM)
    with signing(settings.LEDGER_KEY_FILE) as signer:
        signer.sign()
    ref = Post.objects.get(blog=blog).ref
    for variant, is_sealed in (("for the other side", False), ("sealed", True)):
        began, worked = time.perf_counter(), _processor()
        made = build_bundle(ref, is_sealed=is_sealed)
        spent, worked = time.perf_counter() - began, _processor() - worked
        print(
            f"  evidence bundle of a thread of {number}, {variant}: {spent:.1f} s "
            f"({worked:.1f} s of processor time), {len(made.data) >> 10} KiB",
            flush=True,
        )


def _processor() -> float:
    """Return the processor time of this process and of its children, in seconds."""
    told = os.times()
    return told.user + told.system + told.children_user + told.children_system


if __name__ == "__main__":
    main(int(sys.argv[1]))
