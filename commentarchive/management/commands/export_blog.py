"""Write a blog's articles with their comments, for WordPress."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from commentarchive.archive_command import ArchiveCommand
from commentarchive.export.output import output as opened
from commentarchive.export.wxr import write_wxr
from commentarchive.ledger.snapshot import snapshot
from commentarchive.models import Blog, Post


class Command(ArchiveCommand):
    help = "Write a blog's articles and comments, as readers see them, for WordPress."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", metavar="SLUG")
        parser.add_argument("--format", choices=("wxr",), default="wxr")
        parser.add_argument("--output", type=Path, metavar="FILE")

    def handle(self, *, slug: str, output: Path | None, **_: Any) -> None:
        try:
            with snapshot():
                blog = Blog.objects.public().filter(slug=slug).first()
                if blog is None:
                    message = f"There is no blog {slug} that readers can see."
                    raise CommandError(message)
                posts = Post.objects.public().filter(blog=blog).titled().order_by("pk")
                with opened(output) as stream:
                    written = write_wxr(blog, posts.iterator(), stream)
        except OSError as error:
            message = f"{error.filename or output}: {error.strerror or error}"
            raise CommandError(message) from error
        self.stderr.write(written.in_words())
