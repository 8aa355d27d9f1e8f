"""What a copy changed against the copy before it, over all of its articles."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from commentarchive.models import Capture, Post
from commentarchive.storage.prepared import Prepared

# In the order in which they are listed, with their words.
CHANGES = {
    "new": "new",
    "edited": "edited",
    "gone": "gone",
    "back": "back again",
    "shown": "shown now",
    "hidden": "hidden now",
    "moved": "under another comment",
}


@dataclass(frozen=True, slots=True)
class Changes:
    """The copies that came before one, and how many comments changed in which way."""

    before: list[str]
    number: dict[str, int]

    def as_dict(self) -> dict[str, object]:
        """Return the numbers, and the references of the copies before."""
        return {"before": self.before, **self.number}

    def in_words(self) -> str:
        """Return the numbers of what changed at all."""
        counted = [
            f"{self.number[key]} {word}"
            for key, word in CHANGES.items()
            if self.number[key]
        ]
        return ", ".join(counted) or "nothing changed"


def changes_of(ref: str) -> Changes | None:
    """Count what a copy changed; None where there is no copy before it.

    Files that were given together are one copy. Three queries.
    """
    own = set(_read_with(ref))
    counted: Counter[str] = Counter()
    earlier: set[int] = set()
    for _pk, copies in _compared_in(tuple(own)):
        for copy in copies:
            if copy["copy"] in own and copy["earlier"]:
                counted.update(copy["changes"])
                earlier.add(copy["earlier"])
    if not earlier:
        return None
    before = Capture.objects.filter(pk__in=earlier).order_by("pk")
    return Changes(
        [capture.ref for capture in before],
        {key: counted[key] for key in CHANGES},
    )


@Prepared
def _read_with(ref: str) -> QuerySet[Capture, int]:
    reading = Capture.objects.filter(ref=ref).values("reading")
    return Capture.objects.filter(reading__in=reading).values_list("pk", flat=True)


@Prepared
def _compared_in(
    captures: tuple[int, ...],
) -> QuerySet[Post, tuple[int, list[dict[str, Any]]]]:
    posts = Post.objects.filter(manifests__capture__in=captures).exclude(copies=[])
    return posts.distinct().values_list("pk", "copies")
