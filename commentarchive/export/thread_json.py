"""One discussion as JSON that another archive reads again: `docs/export.md`."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from commentarchive.captures.text_proof import NoProof, Prover
from commentarchive.discussion.part_notices import open_notices_of
from commentarchive.export.shown_thread import (
    ShownComment,
    comments_of,
    notices_in,
    shown_text,
)
from commentarchive.importers.formats.thread import FORMAT
from commentarchive.ledger.models import Entry
from commentarchive.models import (
    Capture,
    Comment,
    Gap,
    Manifest,
    PartNotice,
    Post,
    Revision,
    RevisionOrigin,
    Tombstone,
    Visibility,
)
from commentarchive.models.times import printed_time

# What a hidden comment is said to be: a source's state, and who deleted it.
STATES: Mapping[str, tuple[str, str]] = {
    Visibility.PUBLISHED: ("live", ""),
    Visibility.HELD: ("pending", ""),
    Visibility.SPAM: ("spam", ""),
    Visibility.TRASHED: ("trashed", ""),
    Visibility.BLOCKED: ("trashed", ""),
    Visibility.REMOVED: ("deleted", "blog"),
    Visibility.WITHHELD: ("deleted", "blog"),
    Visibility.ERASED: ("deleted", "blog"),
    Visibility.DELETED_BY_AUTHOR: ("deleted", "author"),
    Visibility.GONE_AT_SOURCE: ("deleted", ""),
}

type Object = dict[str, Any]


def thread_as_json(post: Post) -> Object:
    """Return an article with its discussion, as far as readers see them."""
    last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first()
    prover, notices = Prover(), notices_in(post)
    return {
        "format": FORMAT,
        "archive": settings.BASE_URL,
        "exported_at": _utc(timezone.now()),
        "record": last,
        "blog": {
            "title": post.blog.title,
            "address": post.blog.address,
            "language": post.blog.language,
            "time_zone": post.blog.time_zone,
        },
        "article": _article(post),
        "copies": [_copy(each) for each in _copies(post)],
        "gaps": _gaps(post),
        "comments": [
            _comment(each, post, notices.get(each.row.pk, ()), prover)
            for each in comments_of(post)
        ],
    }


def _article(post: Post) -> Object:
    text = shown_text(post)
    return {
        # Some blogs know an article by its address, which may hold the title's words.
        "source_id": "" if post.hidden_title else post.source_id,
        "scheme": post.scheme,
        "ref": post.ref,
        "address": settings.BASE_URL + post.get_absolute_url(),
        "kind": post.kind,
        "source_type": post.source_type,
        "status": post.status,
        "title": post.known_title,
        "byline": post.shown_author,
        **_time(post, post.blog.time_zone),
        "addresses": list(
            post.addresses.shown().order_by("pk").values_list("address", flat=True)
        ),
        "cross_posts": list(
            post.cross_posts.told()
            .exclude(other_address="")
            .exclude(other_post__in=Post.objects.exclude(hidden_title=""))
            .order_by("pk")
            .values_list("other_address", flat=True)
        ),
        "has_text": bool(text and text.text.raw),
        **_text(text),
        "notices": [_part_notice(each) for each in open_notices_of(post)],
    }


def _comment(
    shown: ShownComment, post: Post, notices: Sequence[Tombstone], prover: Prover
) -> Object:
    row = shown.row
    # What is new to this list is at least not shown.
    state, by = STATES.get(shown.visibility, ("pending", ""))
    if state == "pending" and row.source_state == "unknown":
        state = "unknown"
    return {
        # The first two stand first: a comment is found by them in a kept file.
        "source_id": row.source_id,
        "twin": row.twin,
        **({} if row.scheme == post.scheme else {"scheme": row.scheme}),
        "ref": row.ref,
        "parent": shown.parent_id,
        "parent_ref": shown.parent_ref,
        "kind": row.kind,
        "source_type": row.source_type,
        "state": state,
        "by": by,
        "visibility": shown.visibility,
        "name": shown.name,
        "link": shown.link,
        "person": shown.person,
        **_time(row, post.blog.time_zone),
        **_text(shown.text),
        "notices": [_notice(each) for each in notices],
        "proof": _proof(row, shown.text, prover),
    }


def _text(text: Revision | None) -> Object:
    if text is None:
        return {"text": "", "form": "text"}
    return {
        "text": text.text.raw,
        # What was redacted here is cleaned HTML with marks.
        "form": "html" if text.origin == RevisionOrigin.REDACTED else text.text.form,
        "version": text.number,
        "is_edited": text.origin == RevisionOrigin.EDITED,
        "commitment": text.commitment,
        "copy": text.capture.ref if text.capture else "",
    }


def _proof(comment: Comment, text: Revision | None, prover: Prover) -> Any:
    if text is None:
        return None
    try:
        return prover.prove(comment, text)
    except NoProof:
        return None


def _part_notice(notice: PartNotice) -> Object:
    return {
        "part": notice.part,
        "kind": notice.kind,
        "grade": notice.grade,
        "since": [_utc(notice.since_not_before), _utc(notice.since_not_after)],
        "by": notice.actor_label,
        "rule": notice.clause_label,
        "statement": _on_the_web(notice.statement_path),
    }


def _notice(notice: Tombstone) -> Object:
    return {
        "kind": notice.kind,
        "grade": notice.grade,
        "is_open": notice.is_open,
        "since": [_utc(notice.since_not_before), _utc(notice.since_not_after)],
        "until": [_utc(notice.until_not_before), _utc(notice.until_not_after)],
        "by": notice.actor_label,
        "rule": notice.clause_label,
        "statement": _on_the_web(notice.statement_path),
        "ends_at": _utc(notice.ends_at),
        "ended_by": _on_the_web(notice.closing_path),
        "was_public": notice.was_public,
    }


def _gaps(post: Post) -> list[Object]:
    standing = Gap.objects.filter(post=post, withdrawn_entry=None).order_by("pk")
    gaps = list(standing.select_related("proof"))
    named = {pk for gap in gaps for pk in (gap.after_id, gap.said_in_id) if pk}
    seen = Comment.objects.public().filter(pk__in=named)
    refs = dict(seen.values_list("pk", "ref"))
    return [_gap(gap, refs) for gap in gaps]


def _gap(gap: Gap, public_refs: Mapping[int, str]) -> Object:
    return {
        "ref": gap.ref,
        "kind": gap.kind,
        "grade": gap.grade,
        "after": public_refs.get(gap.after_id or 0, ""),
        "said_in": public_refs.get(gap.said_in_id or 0, ""),
        "at_least": gap.at_least,
        "at_most": gap.at_most,
        "record": gap.entry_index,
    }


def _copies(post: Post) -> list[Capture]:
    held = Manifest.objects.filter(post=post).values("capture")
    return list(
        Capture.objects.filter(pk__in=held).select_related("blog").order_by("pk")
    )


def _copy(capture: Capture) -> Object:
    return {
        "ref": capture.ref,
        "address": settings.BASE_URL + capture.get_absolute_url(),
        "importer": capture.importer,
        "sha256": capture.digest_of_bytes,
        "taken_at": _utc(capture.taken_at),
        "written_at": _made(capture),
        "record": capture.entry_index,
    }


def _made(capture: Capture) -> str:
    """Return when a copy was made: a time in UTC, or the day alone; "" if unknown."""
    made_at = capture.made_at(capture.blog.time_zone)
    is_day = made_at is not None and capture.day_only
    return made_at.isoformat() if made_at and is_day else _utc(made_at)


def _time(row: Post | Comment, zone: str) -> Object:
    """Return a time: as printed, in UTC, and its offset; or the day alone."""
    at = row.published_at if isinstance(row, Post) else row.posted_at
    day = printed_time(at, None, zone, day_only=True) if row.day_only else None
    time = day.isoformat() if day else _utc(at)
    return {"printed": row.printed_at, "time": time, "offset": row.utc_offset}


def _utc(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""


def _on_the_web(path: str) -> str:
    return settings.BASE_URL + path if path.startswith("/") else path
