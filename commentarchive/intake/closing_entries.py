"""The entries that close a copy: one, and more for what was entered by hand."""

from collections.abc import Iterator

from commentarchive.captures.history import ENTERED
from commentarchive.captures.times import times_of_copy
from commentarchive.importers.characters import printable
from commentarchive.intake.file_reading import FileReading
from commentarchive.ledger.append import By, Statement
from commentarchive.models import Capture, Comment, Manifest, Post, Revision


def closing_entries(reading: FileReading, capture: Capture, by: By) -> list[Statement]:
    """Return the entry of an import, and those of what was entered by hand."""
    counts = reading.counts
    times = times_of_copy(capture)
    entry = Statement(
        event="archive.import",
        subject=capture.ref,
        by=by,
        public={
            "adapter": capture.importer,
            "comments": counts.comments.seen,
            "complete": reading.notes.is_whole,
            "new": counts.comments.new,
            "posts": counts.posts.seen,
            "root": capture.root,
            **counts.states,
        },
        committed={
            **({"times": times} if times else {}),
            "bytes_sha256": capture.sha256,
            "file_name": printable(reading.source.path.name)[:500],
        },
    )
    return [entry, *_entered_by_hand(capture, by)]


def _entered_by_hand(capture: Capture, by: By) -> Iterator[Statement]:
    """Yield an entry for each article and comment that a record first brought.

    Nothing for copies that a program made: those have the entry of their import alone.
    """
    if capture.importer not in ENTERED:
        return
    source = " ".join(capture.progress.get("how", ()))
    for ref in Post.objects.filter(capture=capture).values_list("ref", flat=True):
        yield Statement(
            event="post.new",
            subject=ref,
            by=by,
            thread=ref,
            public={"blog": capture.blog.ref},
            committed={"source": source},
        )
    manifests = Manifest.objects.filter(capture=capture).select_related("post")
    for manifest in manifests.order_by("ordinal", "part"):
        held = {row.comment: row for row in manifest.unpack()}
        new = Comment.objects.filter(pk__in=held, capture=capture)
        texts = Revision.objects.in_bulk([row.revision for row in held.values()])
        for pk, ref in new.order_by("position").values_list("pk", "ref"):
            text = texts.get(held[pk].revision)
            yield Statement(
                event="comment.new",
                subject=ref,
                by=by,
                thread=manifest.post.ref,
                public={
                    "state": held[pk].state,
                    "text": text.commitment if text else None,
                },
                committed={"source": source},
            )
