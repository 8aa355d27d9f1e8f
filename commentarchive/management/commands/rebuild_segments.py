"""Render again what is stored of discussions, after an upgrade that draws them anew."""

from typing import Any

from commentarchive.actions.commenters import keep_looks_anew
from commentarchive.archive_command import ArchiveCommand
from commentarchive.discussion.stored_pages import store_missing
from commentarchive.models import Blog, Post


class Command(ArchiveCommand):
    help = "Store the pages of discussions that are missing or drawn in an older way."

    def handle(self, **_: Any) -> None:
        if number := keep_looks_anew():
            self.stdout.write(f"Drawn anew for look-alikes: {number} names.")
        for blog in Blog.objects.public().order_by("pk"):
            store_missing(blog)
        unstored = Post.objects.public().filter(stored_places=None).count()
        self.stdout.write(
            f"{unstored} discussions change at the moment and are not stored; they are "
            "shown all the same."
            if unstored
            else "All public discussions are stored."
        )
