"""The check of a decision's public words against hidden texts, in a long thread."""

import os
import sys
from pathlib import Path

import django

from bench.processor_time import at_server, own

WORDS = (
    "It quotes a letter of the council word for word, names people who had nothing "
    "to do with the ferry, and asks readers to ring one of them at home tonight."
)
# One comment in so many is hidden.
HIDDEN = 10


def main(number: int, thread: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    django.setup()
    from django.db.models import F

    from bench.generate import write_export
    from commentarchive.intake.session import import_files
    from commentarchive.models import Comment, Visibility
    from commentarchive.storage.hidden_phrases import keep_phrases_between_writes
    from moderation.actions.checks.repeats import HiddenTexts

    var = Path(os.environ["VAR_DIR"])
    write_export(var / "rest.xml", number - thread, 100, "https://rest.example")
    write_export(var / "long.xml", thread, thread, "https://long.example")
    import_files([var / "rest.xml"])
    blog = import_files([var / "long.xml"])[0].blog
    Comment.objects.alias(turn=F("pk") % HIDDEN).filter(turn=0).update(
        visibility=Visibility.HELD, has_phrases=False
    )
    keep_phrases_between_writes()
    spent: list[float] = []
    asked: list[float] = []
    for comment in Comment.objects.shown().filter(post__blog=blog).order_by("ref")[:21]:
        ours, theirs = own(), at_server()
        HiddenTexts().find_repeats(comment, WORDS)
        spent.append(own() - ours)
        asked.append(at_server() - theirs)
    middle = sorted(spent[1:])[10]
    print(
        f"  words checked against hidden texts, thread of {thread} in an archive of "
        f"{number}: {middle:.1f} ms of processor time (at most {max(spent[1:]):.0f})"
        + (f", and {sum(asked[1:]) / 20:.0f} ms of the server's" if any(asked) else ""),
        flush=True,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
