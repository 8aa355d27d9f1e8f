"""An article and the beginning of its discussion, as search engines read them.

JSON-LD of schema.org: a block of data, which no browser runs as a script. Made of what
the public reads on the same page, and of no more.
"""

import json
from typing import Any, NamedTuple

from django.db.models import Case, F, QuerySet, When
from django.db.models.functions import Left
from django.utils.safestring import SafeString, mark_safe

from commentarchive.feeds.atom import absolute
from commentarchive.models import Comment, Post
from commentarchive.models.times import on_source_clock
from commentarchive.storage.prepared import Prepared
from commentarchive.text.shown_names import shown_name
from commentarchive.text.unseen import escaped_json
from commentarchive.threads.part_words import part_title

# How many comments at most, and how many characters of one and of all of them.
COMMENTS, LONGEST, IN_ALL = 20, 1000, 6000
DESCRIPTION = 200
# What would end a block of data in a page, or begin a comment in it.
_ESCAPES = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}


class Described(NamedTuple):
    """What the head of an article's page says to programs."""

    title: str
    canonical: str
    description: str
    site: str
    published: str
    # Empty on all pages of a discussion but the first.
    data: SafeString | str


def describe(post: Post, *, page: int, shown: int) -> Described:
    """Describe a page of an article; one query on the first, none on the others."""
    text = post.shown_text
    plain = text.plain if text else ""
    canonical = absolute(post.get_absolute_url())
    local = post.local_time
    return Described(
        title=post.title,
        canonical=f"{canonical}?page={page}" if page > 1 else canonical,
        description=part_title("text", post.hidden_text)
        if post.hidden_text
        else shortened(plain, DESCRIPTION),
        site=post.blog.title,
        published=local.isoformat() if local else "",
        data=_block(_article(post, shown)) if page == 1 else "",
    )


def shortened(text: str, most: int) -> str:
    """Return a text on one line, cut at a word where it is long."""
    line = " ".join(text[: most * 2].split())
    if len(line) <= most:
        return line
    return line[:most].rpartition(" ")[0].rstrip(",.;:") + " …"


def _article(post: Post, shown: int) -> dict[str, Any]:
    text = post.shown_text
    local = post.local_time
    page = absolute(post.get_absolute_url())
    return _known(
        {
            "@context": "https://schema.org",
            "@type": "DiscussionForumPosting",
            "@id": page,
            "url": page,
            "headline": post.title,
            "text": shortened(text.plain if text else "", LONGEST),
            "author": _person(post.shown_author),
            "datePublished": local.isoformat() if local else None,
            "isPartOf": {
                "@type": "Blog",
                "name": post.blog.title,
                "url": absolute(post.blog.get_absolute_url()),
            },
            "commentCount": shown,
            "interactionStatistic": {
                "@type": "InteractionCounter",
                "interactionType": "https://schema.org/CommentAction",
                "userInteractionCount": shown,
            },
            "comment": _comments(post),
        }
    )


def _comments(post: Post) -> list[dict[str, Any]]:
    """Return the first comments that are shown, each below the one that it answers."""
    found: list[dict[str, Any]] = []
    by_ref: dict[str, list[dict[str, Any]]] = {}
    room = IN_ALL
    zone = post.blog.time_zone
    for ref, parent, posted_at, offset, day_only, name, plain in _first_shown(post.pk):
        local = on_source_clock(posted_at, offset, zone, day_only=day_only)
        page, text = absolute(f"/comments/{ref}/"), shortened(plain or "", LONGEST)
        room -= len(text)
        if room < 0:
            break
        by_ref[ref] = []
        answers = by_ref.get(parent or "", found)
        answers.append(
            _known(
                {
                    "@type": "Comment",
                    "@id": page,
                    "url": page,
                    "text": text,
                    "author": {"@type": "Person", "name": shown_name(name)}
                    if name
                    else None,
                    "datePublished": local.isoformat() if local else None,
                }
            )
            | {"comment": by_ref[ref]}
        )
    return [_without_empty(each) for each in found]


@Prepared
def _first_shown(post_pk: int) -> QuerySet[Comment, tuple[Any, ...]]:
    # The first are found before anything is joined to them: PostgreSQL takes longer to
    # plan one join of so many tables than to read the rows.
    shown = Comment.objects.shown().filter(post=post_pk).in_thread_order()
    first = Comment.objects.filter(pk__in=shown.values("pk")[:COMMENTS])
    return first.in_thread_order().values_list(
        *("ref", "parent__ref", "posted_at", "utc_offset", "day_only"),
        Case(When(commenter__hidden_name="", then=F("commenter__name__name"))),
        Left("current_revision__text__plain", LONGEST + 1),
    )


def _person(name: str) -> dict[str, str] | None:
    return {"@type": "Person", "name": name} if name else None


def _without_empty(comment: dict[str, Any]) -> dict[str, Any]:
    # At most as deep as there are comments.
    answers = [_without_empty(each) for each in comment.pop("comment")]
    return comment | {"comment": answers} if answers else comment


def _known(values: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not known."""
    return {
        name: value for name, value in values.items() if value not in (None, "", [])
    }


def _block(data: dict[str, Any]) -> SafeString:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(escaped_json(text.translate(_ESCAPES)))  # noqa: S308  # nothing in it ends the block
