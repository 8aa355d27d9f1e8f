"""A stored window of a thread: what the public sees of 200 places, ready to send."""

from typing import ClassVar

from django.db import models

from commentarchive.models.post import Post


class Segment(models.Model):
    """The rendered rows of one window; derived, and can be rendered again at any time.

    Written only by `discussion/stored_pages.py`, in the transaction that changes what
    the public may see. `packed` is HTML as `threads.packing` deflates it; `crc` and
    `size` are of the HTML.
    """

    post = models.ForeignKey(
        Post, models.PROTECT, db_index=False, related_name="segments"
    )
    # The window, counted from 0.
    number = models.PositiveIntegerField()
    first_level = models.SmallIntegerField()
    last_level = models.SmallIntegerField()
    packed = models.BinaryField()
    crc = models.BigIntegerField()
    size = models.PositiveIntegerField()
    shown = models.PositiveSmallIntegerField()
    hidden = models.PositiveSmallIntegerField()
    notices = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["post", "number"], name="one_segment_a_window"
            )
        ]

    def __str__(self) -> str:
        return f"{self.post_id}/{self.number}"
