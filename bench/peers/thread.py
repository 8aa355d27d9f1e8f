"""The same thread for every program, and what our own needs for it."""

import gzip
import json
import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import django

from bench.peers.measure import ask, measure

ADDRESS = "https://peers.example"
_FIELDS = re.compile(
    r"<wp:comment_id>(\d+)</wp:comment_id>"
    r"<wp:comment_author><!\[CDATA\[(.*?)\]\]>.*?"
    r"<wp:comment_author_email>(.*?)<.*?"
    r"<wp:comment_date_gmt>(.*?)<.*?"
    r"<wp:comment_content><!\[CDATA\[(.*?)\]\]>.*?"
    r"<wp:comment_approved>(\d)<.*?"
    r"<wp:comment_parent>(\d+)<",
    re.DOTALL,
)
FEED = (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
    "<title>Comments on: Article 1</title><link>{address}</link>"
    "<item><title>By: Ann Bell</title><link>{address}/1/#comment-{number}</link>"
    "<dc:creator><![CDATA[Ann Bell]]></dc:creator>"
    "<pubDate>Sat, 28 Apr 2012 {when} +0000</pubDate>"
    '<guid isPermaLink="false">{address}/1/#comment-{number}</guid>'
    "<description>{text}</description>"
    "<content:encoded><![CDATA[<p>{text}</p>]]></content:encoded></item>"
    "</channel></rss>"
)


def write_thread(number: int, folder: Path) -> tuple[Path, Path]:
    """Write a thread as an export, all of it approved, and as the fields it holds."""
    from bench.generate import write_export

    export, fields = folder / "thread.xml", folder / "thread.json"
    write_export(export, number, number, ADDRESS)
    # Peers differ in what they show of comments that wait; here none do.
    export.write_text(
        export.read_text().replace("<wp:comment_approved>0<", "<wp:comment_approved>1<")
    )
    fields.write_text(
        json.dumps(
            [
                {
                    "id": int(row[0]),
                    "name": row[1],
                    "email": row[2],
                    "when": datetime.fromisoformat(row[3])
                    .replace(tzinfo=UTC)
                    .timestamp(),
                    "text": row[4],
                    "parent": int(row[6]),
                }
                for row in _FIELDS.findall(export.read_text())
            ]
        )
    )
    return export, fields


def main(export: Path, kept: int, encoding: str) -> None:
    """Measure ours: made at each request, or kept; plain, or as gzip."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    os.environ["PAGE_CACHE"] = str(kept)
    django.setup()
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application

    from commentarchive.intake.session import import_files
    from commentarchive.models import Comment, Post
    from commentarchive.serving.static_files import collect_static

    collect_static()
    [report] = import_files([export])
    thread = Post.objects.get(blog=report.blog)
    comments = Comment.objects.shown().filter(post=thread).count()
    archive = get_wsgi_application()
    feed = Path(settings.VAR_DIR) / "feed.rss"
    more = {"HTTP_ACCEPT_ENCODING": encoding} if encoding else {}

    def page() -> bytes:
        status, sent = ask(archive, f"{thread.get_absolute_url()}?all=1", **more)
        assert status.startswith("200"), status
        return sent

    def add(text: str) -> None:
        feed.write_text(
            FEED.format(
                address=ADDRESS,
                number=10_000_000 + int(text.rpartition("-")[2]),
                when="10:00:00",
                text=text,
            )
        )
        import_files([feed], blog_slug=report.blog.slug)

    measure(page, add, comments, gzip.decompress if encoding else bytes)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
