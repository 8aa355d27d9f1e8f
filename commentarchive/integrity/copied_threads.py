"""What all copies of one article held, put together for comparisons."""

import struct
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from commentarchive.captures.history import as_copies, summary
from commentarchive.integrity.copies_followed import (
    ArticleCopy,
    Sighting,
    followed,
    may_be_last,
)
from commentarchive.models import Capture, CaptureState, Manifest
from commentarchive.storage.prepared import Prepared
from commentarchive.threads.capture_diff import Copy, CopyTime


class CopiedThread:
    """What all copies of one article held, in the order of the record."""

    def __init__(
        self,
        post_pk: int,
        captures: Mapping[int, Capture],
        best: Mapping[int, int],
    ) -> None:
        # The best version of each wording that has several.
        self.best = best
        self.seen: dict[int, list[Sighting]] = {}
        self.parents: set[int] = set()
        self.revisions: set[int] = set()
        # The article's own state and version, copy by copy.
        self.articles: list[ArticleCopy] = []
        # Manifests that can be compared, by id space.
        self.copies: dict[str, list[Manifest]] = {}
        self.is_sound = True
        self.times: dict[str, set[CopyTime]] = {}
        self.schemes: dict[tuple[int, int], str] = {}
        for manifest in _manifests(post_pk):
            capture = captures[manifest.capture_id]
            manifest.capture = capture
            time, text = manifest.time, manifest.post_revision_id or 0
            self.times.setdefault(manifest.scheme, set()).add(time)
            self.schemes[time.turn] = manifest.scheme
            self.articles.append(
                ArticleCopy(capture, manifest.scheme, manifest.post_status, text, time)
            )
            self.revisions.add(text)
            try:
                rows = list(manifest.unpack())
            except (struct.error, LookupError):
                # Its copy's root tells.
                self.is_sound = False
                continue
            if capture.state != CaptureState.READING:
                self.copies.setdefault(manifest.scheme, []).append(manifest)
            for row in rows:
                sighting = Sighting(capture, time, row)
                self.seen.setdefault(row.comment, []).append(sighting)
                self.parents.add(row.parent)
                self.revisions.add(row.revision)

    def standing(self, comment_pk: int) -> list[Sighting]:
        """Return the sightings of a comment that imports followed."""
        history = self.seen[comment_pk]
        scheme = self.schemes[history[0].capture.pk, history[0].time.turn[1]]
        return followed(history, self.times[scheme])

    def versions(self, comment_pk: int) -> set[int]:
        """Return the versions of a comment that may stand by the copies of it.

        Where those that imports followed leave its text out, any other copy tells it.
        """
        whole = self.seen[comment_pk]
        standing = self.standing(comment_pk)
        taken_at = standing[-1].capture.taken_at
        last = [each for each in standing if may_be_last(each.capture, taken_at)]
        telling = last if any(each.held.revision for each in last) else whole
        return {self.best.get(e.held.revision, e.held.revision) for e in telling}

    def has_stood_below(self, comment_pk: int, top: int) -> bool:
        """Return whether parents that any copies told lead from a comment to `top`."""
        waiting, passed = [comment_pk], {0}
        while waiting:
            at = waiting.pop()
            if at not in passed:
                passed.add(at)
                waiting += [each.held.parent for each in self.seen.get(at, ())]
        return top in passed

    def lines(self) -> dict[str, list[Copy]]:
        """Return the comparable copies by id space, in order; none if there is one."""
        if sum(map(len, self.times.values())) == 1:
            return {}
        return {
            scheme: as_copies(several, self.best)
            for scheme, several in self.copies.items()
        }

    def summary(self) -> list[dict[str, Any]]:
        """Count what each copy changed, in the form of `Post.copies`."""
        several = {
            manifest.capture.reading for m in self.copies.values() for manifest in m
        }
        # One reading is compared with nothing, however many systems its files are of.
        is_one = len(several) == 1
        dated = any(each.seen_at for m in self.copies.values() for each in m)
        return [] if is_one and not dated else summary(self.lines())


@Prepared
def _manifests(post_pk: int) -> QuerySet[Manifest]:
    held = Manifest.objects.filter(post=post_pk)
    return held.order_by("capture", "ordinal", "part")
