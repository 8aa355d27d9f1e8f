"""Write an article as a copy held it: its row, its text, its addresses."""

from dataclasses import dataclass

from commentarchive import bulk
from commentarchive.actions.crossposts import normal_addresses
from commentarchive.actions.import_plan import Key, PostPlan
from commentarchive.bulk import Rows
from commentarchive.importers.dates import settle
from commentarchive.importers.parsed import UNKNOWN_STATUS, ParsedPost
from commentarchive.keys import fingerprint
from commentarchive.ledger.merkle.hashing import commit_article, new_salt
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import (
    Blog,
    Capture,
    Post,
    PostAddress,
    Revision,
    RevisionOrigin,
    RevisionText,
)
from commentarchive.text.clean_html import CLEANER, clean


@dataclass(slots=True, kw_only=True)
class Written:
    """An article as far as it has been written: keys for the replies to come."""

    pk: int
    ref: str
    status: str
    revision_pk: int
    commitment: str
    rows: dict[Key, tuple[int, str]]


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
        # A copy that does not tell changes nothing.
        status, is_public = post.status, post.is_public
    elif parsed.live_with == post.live_with != "":
        is_public = post.is_public
    revision_pk, commitment = _known_text(post, parsed, capture, rows)
    post.status, post.live_with = status, parsed.live_with
    post.is_public, post.current_revision_id = is_public, revision_pk
    post.save(update_fields=["status", "live_with", "is_public", "current_revision"])
    known = set(post.addresses.values_list("normal_address", flat=True))
    _add_addresses(post.pk, parsed, known, rows)
    return Written(
        pk=post.pk,
        ref=post.ref,
        status=status,
        revision_pk=revision_pk,
        commitment=commitment,
        rows={
            step.key: (step.known.pk, step.known.ref)
            for step in plan.steps
            if step.known
        },
    )


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
                *(bulk.time_storer()(when.utc), when.printed[:60], when.offset),
                *(capture.pk, parsed.status, parsed.live_with),
                *(parsed.is_live and not parsed.live_with, revision_pk),
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


def _known_text(
    post: Post, parsed: ParsedPost, capture: Capture, rows: Rows
) -> tuple[int, str]:
    """Give the version that the copy holds: the last one, unless it reads otherwise."""
    latest = post.revisions.order_by("-number").first()
    if latest is None:
        return _add_text(post.pk, 1, parsed, capture, rows)
    digest = article_fingerprint(parsed)
    if not parsed.has_text or bytes(latest.fingerprint) == digest:
        return latest.pk, latest.commitment
    return _add_text(post.pk, latest.number + 1, parsed, capture, rows)


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
