"""A blog, or one discussion of it, as WordPress's export: to go back there (WXR 1.2).

WordPress's importer reads comments in the order of their numbers, knows a parent only
if it has read it before, and keeps one comment a number. So numbers are positive and
unique here, and no comment has a lower one than what it answers.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import BinaryIO
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from commentarchive.export.shown_thread import ShownComment, comments_of, shown_text
from commentarchive.export.wordpress_text import as_html, cdata, comment_text
from commentarchive.importers.formats.wordpress.comment_meta import DAY, PRECISION
from commentarchive.models import Blog, Comment, Post
from commentarchive.models.times import on_source_clock
from commentarchive.text.sound_xml import sound

_HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0"
 xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:wfw="http://wellformedweb.org/CommentAPI/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
"""
_TAIL = "</channel>\n</rss>\n"
_NEVER = "0000-00-00 00:00:00"
# WordPress's numbers are 64 bits wide; ours are given above those that are there.
_number = re.compile(r"[1-9][0-9]{0,17}")
_slug = re.compile(r"(?=[a-z0-9-]*[a-z])[a-z0-9-]{1,200}")


@dataclass(slots=True)
class Written:
    """What went into the file, and what could not go as it stands here."""

    articles: int = 0
    comments: int = 0
    hidden: int = 0
    renumbered: int = 0
    moved: int = 0

    def in_words(self) -> str:
        """Return what whoever imports the file should know of it."""
        return (
            f"{self.articles} articles and {self.comments} comments for WordPress; "
            f"{self.hidden} that readers do not see are left out, {self.moved} replies "
            f"to such stand one level up or more, {self.renumbered} have new numbers."
        )


class Numbers:
    """Numbers that WordPress takes, each once; those from WordPress stay."""

    def __init__(self, last: int) -> None:
        self._last, self._used = last, set[int]()

    def take(self, scheme: str, source_id: str, *, above: int = 0) -> tuple[int, bool]:
        """Return a free number above another, and whether it is the source's own."""
        if scheme == "wordpress" and _number.fullmatch(source_id):
            own = int(source_id)
            if own not in self._used and own > above:
                self._used.add(own)
                return own, True
        self._last += 1
        self._used.add(self._last)
        return self._last, False


def write_wxr(blog: Blog, posts: Iterable[Post], stream: BinaryIO) -> Written:
    """Write articles with their shown comments; what is hidden is left out."""
    written = Written()
    own = Comment.objects.filter(post__blog=blog, scheme="wordpress")
    comment_numbers = Numbers(_highest(own.values_list("source_id", flat=True)))
    articles = Post.objects.filter(blog=blog, scheme="wordpress")
    post_numbers = Numbers(_highest(articles.values_list("source_id", flat=True)))
    stream.write((_HEAD + _channel(blog)).encode())
    for post in posts:
        number, _is_own = post_numbers.take(post.scheme, post.source_id)
        stream.write(_item(post, number).encode())
        parts = _comments(post, comment_numbers, written)
        stream.writelines(part.encode() for part in parts)
        stream.write(b"</item>\n")
        written.articles += 1
    stream.write(_TAIL.encode())
    return written


def _highest(ids: Iterable[str]) -> int:
    return max((int(each) for each in ids if _number.fullmatch(each)), default=0)


def _channel(blog: Blog) -> str:
    address = sound(blog.address)
    made = format_datetime(timezone.now().astimezone(UTC))
    return (
        f"<title>{_plain(as_html(blog.title))}</title>\n<link>{_plain(address)}</link>\n"
        f"<description></description>\n<pubDate>{made}</pubDate>\n"
        f"<language>{_plain(blog.language)}</language>\n<wp:wxr_version>1.2"
        f"</wp:wxr_version>\n<wp:base_site_url>{_plain(address)}</wp:base_site_url>\n"
        f"<wp:base_blog_url>{_plain(address)}</wp:base_blog_url>\n"
    )


def _item(post: Post, number: int) -> str:
    revision = shown_text(post)
    text = revision.text if revision else None
    content = ""
    if text:
        # What a blogger wrote for WordPress stays; anything else as readers see it.
        content = text.raw if text.form == "wp-autop" else text.html
    shown = post.addresses.shown().order_by("pk")
    address = shown.values_list("address", flat=True).first()
    link = address or settings.BASE_URL + post.get_absolute_url()
    kind = "page" if post.kind == "page" else "post"
    name = urlsplit(link).path.rstrip("/").rpartition("/")[2]
    local, utc = _times(
        post.published_at, post.utc_offset, post.blog.time_zone, day_only=post.day_only
    )
    return (
        f"<item>\n<title>{cdata(as_html(post.known_title))}</title>\n"
        f"<link>{_plain(link)}</link>\n"
        f"<dc:creator>{cdata(post.shown_author)}</dc:creator>\n"
        f'<guid isPermaLink="false">{_plain(link)}</guid>\n'
        "<description></description>\n"
        f"<content:encoded>{cdata(content)}</content:encoded>\n"
        f"<excerpt:encoded>{cdata('')}</excerpt:encoded>\n"
        f"<wp:post_id>{number}</wp:post_id>\n"
        f"<wp:post_date>{cdata(local)}</wp:post_date>\n"
        f"<wp:post_date_gmt>{cdata(utc)}</wp:post_date_gmt>\n"
        f"<wp:comment_status>{cdata('closed')}</wp:comment_status>\n"
        f"<wp:ping_status>{cdata('closed')}</wp:ping_status>\n"
        f"<wp:post_name>{cdata(name if _slug.fullmatch(name) else '')}</wp:post_name>\n"
        f"<wp:status>{cdata('publish')}</wp:status>\n"
        "<wp:post_parent>0</wp:post_parent>\n"
        "<wp:menu_order>0</wp:menu_order>\n"
        f"<wp:post_type>{cdata(kind)}</wp:post_type>\n"
        f"<wp:post_password>{cdata('')}</wp:post_password>\n"
        "<wp:is_sticky>0</wp:is_sticky>\n"
        f"{_precision('postmeta', day_only=post.day_only)}"
    )


def _comments(post: Post, numbers: Numbers, written: Written) -> Iterator[str]:
    """Yield the shown comments, parents first; replies to hidden ones move up."""
    # By reference: its number, or that of the nearest shown one above; 0 for none.
    stands: dict[str, int] = {}
    hidden: set[str] = set()
    for shown in comments_of(post):
        row, answers = shown.row, shown.parent_ref
        above = stands.get(answers, 0)
        if shown.text is None:
            stands[row.ref] = above
            hidden.add(row.ref)
            continue
        number, is_own = numbers.take(row.scheme, row.source_id, above=above)
        stands[row.ref] = number
        written.comments += 1
        written.renumbered += not is_own
        written.moved += bool(answers) and (answers in hidden or answers not in stands)
        yield _comment(shown, number, above, post.blog.time_zone)
    written.hidden += len(hidden)


def _comment(shown: ShownComment, number: int, parent: int, zone: str) -> str:
    row, text = shown.row, shown.text
    content = (
        comment_text(text.text.raw, text.text.form, text.text.html) if text else ""
    )
    local, utc = _times(row.posted_at, row.utc_offset, zone, day_only=row.day_only)
    kind = row.source_type or row.kind or "comment"
    return (
        f"<wp:comment>\n<wp:comment_id>{number}</wp:comment_id>\n"
        f"<wp:comment_author>{cdata(as_html(shown.name))}</wp:comment_author>\n"
        f"<wp:comment_author_email>{cdata('')}</wp:comment_author_email>\n"
        f"<wp:comment_author_url>{_plain(shown.link)}</wp:comment_author_url>\n"
        f"<wp:comment_author_IP>{cdata('')}</wp:comment_author_IP>\n"
        f"<wp:comment_date>{cdata(local)}</wp:comment_date>\n"
        f"<wp:comment_date_gmt>{cdata(utc)}</wp:comment_date_gmt>\n"
        f"<wp:comment_content>{cdata(content)}</wp:comment_content>\n"
        f"<wp:comment_approved>{cdata('1')}</wp:comment_approved>\n"
        f"<wp:comment_type>{cdata(kind)}</wp:comment_type>\n"
        f"<wp:comment_parent>{parent}</wp:comment_parent>\n"
        "<wp:comment_user_id>0</wp:comment_user_id>\n"
        f"{_precision('commentmeta', day_only=row.day_only)}</wp:comment>\n"
    )


def _precision(kind: str, *, day_only: bool) -> str:
    """Return the field that tells a day without an hour, of which WordPress knows none.

    Its time is the beginning of the day there.
    """
    if not day_only:
        return ""
    return (
        f"<wp:{kind}>\n<wp:meta_key>{cdata(PRECISION)}</wp:meta_key>\n"
        f"<wp:meta_value>{cdata(DAY)}</wp:meta_value>\n</wp:{kind}>\n"
    )


def _times(
    moment: datetime | None, offset: int | None, zone: str, *, day_only: bool
) -> tuple[str, str]:
    """Return a time as WordPress has it, local and UTC."""
    local = on_source_clock(moment, offset, zone, day_only=day_only)
    if moment is None or local is None:
        return _NEVER, _NEVER
    form = "%Y-%m-%d %H:%M:%S"
    return f"{local:{form}}", f"{moment.astimezone(UTC):{form}}"


def _plain(text: str) -> str:
    return as_html(sound(text))
