"""Write an article as a copy held it: its row, its text, its addresses."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from commentarchive.actions.crossposts import normal_addresses
from commentarchive.importers.dates import settle
from commentarchive.importers.parsed import UNKNOWN_STATUS, ParsedPost
from commentarchive.intake.plan import PostPlan
from commentarchive.ledger.merkle.hashing import commit_article, new_salt
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.matching import Key, fingerprint
from commentarchive.models import (
    Blog,
    Capture,
    Post,
    PostAddress,
    Revision,
    RevisionOrigin,
    RevisionText,
)
from commentarchive.storage import bulk_insert
from commentarchive.storage.bulk_insert import Rows
from commentarchive.text.clean_html import CLEANER, clean
from commentarchive.text.similar import same_words
from commentarchive.threads.capture_diff import CopyTime, later_than


class CopyFacts(NamedTuple):
    """What the copy says of itself, for this article."""

    scheme: str
    is_whole: bool
    tells_parents: bool
    seen_at: datetime | None
    newest_at: datetime | None
    printed_count: int | None


@dataclass(slots=True, kw_only=True)
class Written:
    """An article as far as it has been written: keys for the replies to come."""

    pk: int
    ref: str
    status: str
    revision_pk: int
    commitment: str
    rows: dict[Key, tuple[int, str]]
    copy: CopyFacts


def _copy_facts(plan: PostPlan) -> CopyFacts:
    parsed = plan.parsed
    return CopyFacts(
        parsed.scheme,
        parsed.is_whole,
        parsed.parents == "told",
        parsed.seen_at,
        plan.newest_at,
        parsed.printed_count,
    )


def write_post(
    plan: PostPlan, *, blog: Blog, capture: Capture, source_id: str, rows: Rows
) -> Written:
    """Add a new article to the rows; bring a known one up to the copy.

    Locks the row of an article that was there before.
    """
    if plan.post is None:
        return _new_post(plan, blog, capture, source_id, rows)
    parsed = plan.parsed
    post = Post.objects.select_for_update().get(pk=plan.post.pk)
    # An attached page waits for the end of the file: its article may come later.
    status, is_public = parsed.status, parsed.is_live and not parsed.live_with
    if status == UNKNOWN_STATUS:
        # A copy that does not tell changes nothing, but that a reader saw the article
        # of which nobody else has told.
        status = post.status
        is_public = post.is_public or (status == UNKNOWN_STATUS and is_public)
    elif parsed.live_with == post.live_with != "":
        is_public = post.is_public
    revision_pk, commitment = _known_text(post, parsed, capture, rows)
    if not _is_older(plan, post, capture):
        post.status, post.live_with = status, parsed.live_with
        post.is_public, post.current_revision_id = is_public, revision_pk
        post.save(
            update_fields=["status", "live_with", "is_public", "current_revision"]
        )
    if not post.source_id and parsed.source_id and post.scheme == parsed.scheme:
        # It was known by its address only.
        post.source_id = parsed.source_id[:200]
        post.save(update_fields=["source_id"])
    known = set(post.addresses.values_list("normal_address", flat=True))
    _add_addresses(post.pk, parsed, known, rows)
    return Written(
        pk=post.pk,
        ref=post.ref,
        status=parsed.status,
        revision_pk=revision_pk,
        commitment=commitment,
        rows={
            step.key: (step.known.pk, step.known.ref)
            for step in plan.steps
            if step.known
        },
        copy=_copy_facts(plan),
    )


def _is_older(plan: PostPlan, post: Post, capture: Capture) -> bool:
    """Tell whether a copy was made before one that the article stands by."""
    copy = _copy_facts(plan)
    time = CopyTime(
        copy.seen_at or capture.written_at, copy.newest_at, (capture.pk, plan.ordinal)
    )
    others = post.manifests.filter(scheme=copy.scheme).exclude(
        capture=capture, ordinal=plan.ordinal
    )
    telling = others.exclude(post_status=UNKNOWN_STATUS).select_related("capture")
    return bool(later_than(time, {other.time for other in telling}))


def _new_post(
    plan: PostPlan, blog: Blog, capture: Capture, source_id: str, rows: Rows
) -> Written:
    parsed = plan.parsed
    [pk] = rows.new_ids(Post, 1)
    ref, when = new_ref("p"), settle(parsed.when, blog.time_zone)
    revision_pk, commitment = _add_text(pk, 1, parsed, capture, rows)
    rows.add(
        Post,
        [
            (
                *(pk, ref, blog.pk, plan.parsed.scheme, source_id, parsed.kind),
                *(bulk_insert.time_storer()(when.utc), when.printed[:60], when.offset),
                *(capture.pk, parsed.status, parsed.live_with),
                *(parsed.is_live and not parsed.live_with, revision_pk, "[]"),
            )
        ],
    )
    _add_addresses(pk, parsed, set(), rows)
    return Written(
        pk=pk,
        ref=ref,
        status=parsed.status,
        revision_pk=revision_pk,
        commitment=commitment,
        rows={},
        copy=_copy_facts(plan),
    )


def _add_addresses(pk: int, parsed: ParsedPost, known: set[str], rows: Rows) -> None:
    rows.add(
        PostAddress,
        [
            (pk, address[:1000], normal)
            for normal, address in normal_addresses(parsed.addresses).items()
            if normal not in known
        ],
    )


def article_fingerprint(parsed: ParsedPost) -> bytes:
    """Digest an article's title and text with the matching key."""
    return fingerprint("article", parsed.title, parsed.raw)


def same_text(post: Post, parsed: ParsedPost) -> Revision | None:
    """Find the version of an article that a copy reads as, the newest first.

    A copy without the text reads as the version that is shown.
    """
    versions = list(post.revisions.select_related("text").order_by("-number"))
    if not parsed.has_text:
        shown = [each for each in versions if each.pk == post.current_revision_id]
        return next(iter(shown or versions), None)
    stored = [each for each in versions if _is_stored_text(each)]
    if parsed.form == "page" and stored:
        # What a theme makes of a text that an export holds is no version of it.
        shown = [each for each in stored if each.pk == post.current_revision_id]
        return (shown or stored)[0]
    digest = article_fingerprint(parsed)
    for each in versions:
        if bytes(each.fingerprint) == digest:
            return each
    for each in versions:
        text = getattr(each, "text", None)
        if text is None or (text.form == parsed.form != "page"):
            continue
        plain = clean(parsed.raw, parsed.form, article=True).plain
        if same_words(text.title, parsed.title) and same_words(text.plain, plain):
            return each
    return None


def _is_stored_text(version: Revision) -> bool:
    text = getattr(version, "text", None)
    return text is not None and text.form != "page" and bool(text.raw)


def _known_text(
    post: Post, parsed: ParsedPost, capture: Capture, rows: Rows
) -> tuple[int, str]:
    """Give the version that the copy holds; a new one where it reads otherwise."""
    known = same_text(post, parsed)
    if known is not None:
        return known.pk, known.commitment
    latest = post.revisions.order_by("-number").first()
    number = latest.number + 1 if latest else 1
    return _add_text(post.pk, number, parsed, capture, rows)


def _add_text(
    post_pk: int, number: int, parsed: ParsedPost, capture: Capture, rows: Rows
) -> tuple[int, str]:
    [pk] = rows.new_ids(Revision, 1)
    salt = new_salt()
    cleaned = clean(parsed.raw, parsed.form, article=True)
    commitment = commit_article(parsed.title, parsed.raw, salt)
    origin = RevisionOrigin.EDITED if number > 1 else RevisionOrigin.CAPTURED
    rows.add(
        Revision,
        [
            (
                *(pk, None, post_pk, number, origin.value, commitment),
                *(article_fingerprint(parsed), capture.pk),
            )
        ],
    )
    rows.add(
        RevisionText,
        [
            (
                *(pk, salt, parsed.title, parsed.byline, parsed.raw, parsed.form),
                *(cleaned.html, cleaned.plain, CLEANER),
            )
        ],
    )
    return pk, commitment
