"""Articles and comments that somebody enters, by the way that every file takes.

What was typed becomes a record that is kept and read like an export of one comment: so
evidence, notices, erasure and later copies treat it as they treat all others. Rows that
were written past the importers would need rules of their own in each of these places.
"""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q

from commentarchive.importers.formats import by_hand
from commentarchive.importers.formats.by_hand import OWN_ID, SCHEME, Evidence
from commentarchive.importers.parsed import SourceState
from commentarchive.intake.session import import_files
from commentarchive.ledger.append import By
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import (
    Blog,
    Capture,
    Comment,
    Manifest,
    Post,
    PostAddress,
    RevisionText,
)
from commentarchive.text.addresses import normalise
from commentarchive.text.similar import bare_words


class CannotEnter(ValueError):
    """What was typed contradicts the archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A comment as somebody typed it, on the clock of its blog."""

    post: Post
    text: str
    state: SourceState
    how: str
    answers: Comment | None = None
    name: str = ""
    link: str = ""
    email: str = ""
    ip: str = ""
    # The time in words; and exactly, where that is known.
    printed: str = ""
    local: datetime | None = None
    # The number that its blog gave it, and in which system, where a mail told.
    scheme: str = ""
    number: str = ""
    evidence: Evidence | None = None
    made_at: datetime | None = None
    # Told apart by this from another comment of the same words.
    token: str = ""


def new_token() -> str:
    """Return what makes a form one of its kind, so that it is taken once."""
    return new_ref("e")[1:]


def _space_of(typed: Typed) -> tuple[str, str]:
    """Return the id space and the id that a comment gets.

    Comments of one thread that answer one another are of one space.
    """
    own = f"{OWN_ID}{typed.token}"
    if typed.answers is not None:
        scheme = typed.answers.scheme
        return scheme, typed.number if typed.scheme == scheme and typed.number else own
    if typed.number:
        return typed.scheme, typed.number
    held = typed.post.comments.order_by("position").values_list("scheme", flat=True)
    return held.first() or typed.post.scheme, own


def enter_comment(typed: Typed, *, by: By) -> Comment:
    """Add a comment that somebody typed; its entry is `comment.new`.

    The same form again changes nothing. Raise CannotEnter, or ImportRunning.
    """
    if typed.answers is not None and typed.answers.copied_below_id != typed.post.pk:
        message = "The comment that it answers is below another article."
        raise CannotEnter(message)
    if typed.answers is not None and typed.answers.twin:
        message = "It cannot answer one of two comments that share a number."
        raise CannotEnter(message)
    scheme, number = _space_of(typed)
    told = {
        "id": number,
        "answers": typed.answers.source_id if typed.answers else "",
        "state": typed.state,
        "name": typed.name,
        "link": typed.link,
        "email": typed.email,
        "ip": typed.ip,
        "printed": typed.printed,
        "local": typed.local.isoformat() if typed.local else "",
        "text": typed.text,
    }
    name = "mail" if typed.how == "email" else "document"
    capture = _import(
        by_hand.written(
            name,
            how=typed.how,
            article={"here": typed.post.ref, "scheme": scheme},
            comment=told,
            evidence=typed.evidence,
            made_at=typed.made_at.isoformat() if typed.made_at else "",
        ),
        typed.post.blog,
        by,
    )
    manifest = Manifest.objects.get(capture=capture)
    [held] = [row for row in manifest.unpack() if row.revision]
    return Comment.objects.get(pk=held.comment)


def enter_article(
    blog: Blog,
    *,
    title: str,
    address: str,
    printed: str = "",
    local: datetime | None = None,
    by: By,
) -> Post:
    """Add an article that is known by its address; its entry is `post.new`.

    Raise CannotEnter where it is here already, or ImportRunning.
    """
    if article_at(address, blog) is not None:
        message = "An article with that address is here already."
        raise CannotEnter(message)
    known = Post.objects.filter(blog=blog).order_by("-pk")
    article: dict[str, Any] = {
        # Pages and exports of the blog are in the same id space.
        "scheme": known.values_list("scheme", flat=True).first() or SCHEME,
        "title": title,
        "addresses": [address],
        "printed": printed,
        "local": local.isoformat() if local else "",
    }
    record = by_hand.written("document", how="link", article=article)
    return Post.objects.get(manifests__capture=_import(record, blog, by))


def article_at(address: str, blog: Blog | None = None) -> Post | None:
    """Find an article by an address that it has, or had, at its blog."""
    normal = normalise(address)
    found = PostAddress.objects.filter(normal_address=normal).exclude(normal_address="")
    if blog is not None:
        found = found.filter(post__blog=blog)
    first = found.select_related("post__blog").order_by("pk").first()
    return first.post if first else None


def alike(typed: Typed, moment: datetime | None) -> list[Comment]:
    """Find comments below an article that may be the one that was typed.

    Those with its number, with its words, or with its name and minute. Three queries.
    """
    own = Comment.objects.filter(post=typed.post).exclude(
        source_id=f"{OWN_ID}{typed.token}"
    )
    is_same = Q(pk__in=_worded_alike(typed))
    if typed.number:
        numbered = {"source_id": typed.number, "scheme": typed.scheme}
        is_same |= Q(**numbered)
        again = {f"other_numbers__{key}": value for key, value in numbered.items()}
        is_same |= Q(**again)
    if moment is not None and typed.name:
        minute = moment.replace(second=0, microsecond=0)
        is_same |= Q(
            commenter__name__name=typed.name,
            day_only=False,
            posted_at__gte=minute,
            posted_at__lt=minute.replace(second=59, microsecond=999_999),
        )
    return list(own.filter(is_same).read().distinct().order_by("pk")[:10])


def _worded_alike(typed: Typed) -> list[int]:
    words = bare_words(typed.text)
    texts = RevisionText.objects.filter(revision__comment__post=typed.post)
    pairs: Iterable[tuple[int | None, str]] = texts.values_list(
        "revision__comment", "plain"
    )
    return [pk for pk, plain in pairs if pk and bare_words(plain) == words]


def _import(record: bytes, blog: Blog, by: By) -> Capture:
    """Read a record into the archive; return its copy."""
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as folder:
        path = Path(folder) / "by-hand.json"
        path.write_bytes(record)
        [report] = import_files([path], blog_slug=blog.slug, by=by)
    return Capture.objects.get(ref=report.capture)
