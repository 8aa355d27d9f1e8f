"""Write an article as a copy held it: its row, its text, its addresses."""

from dataclasses import dataclass

from commentarchive.actions.crossposts import record_addresses, record_cross_posts
from commentarchive.actions.import_plan import Key, PostPlan
from commentarchive.importers.dates import settle
from commentarchive.importers.parsed import UNKNOWN_STATUS, ParsedPost
from commentarchive.keys import fingerprint
from commentarchive.ledger.merkle.hashing import commit_article, new_salt
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import (
    Blog,
    Capture,
    Post,
    Revision,
    RevisionOrigin,
    RevisionText,
)
from commentarchive.text.clean_html import CLEANER, clean


@dataclass(slots=True, kw_only=True)
class Written:
    """An article as far as it has been written: keys for the replies to come."""

    post: Post
    revision: Revision | None
    rows: dict[Key, tuple[int, str]]


def write_post(
    plan: PostPlan, *, blog: Blog, capture: Capture, scheme: str, source_id: str
) -> Written:
    """Write the article itself, and bring its derived columns up to the copy.

    Locks the row of an article that was there before.
    """
    parsed = plan.parsed
    # An attached page waits for the end of the file: its article may come later.
    is_public = parsed.is_live and not parsed.live_with
    if plan.post is None:
        post = _make_post(parsed, blog, capture, scheme, source_id)
        post.is_public = is_public
    else:
        post = Post.objects.select_for_update().get(pk=plan.post.pk)
    revision = _write_article(post, parsed, capture, is_new=plan.post is None)
    status = parsed.status
    if plan.post is not None and status == UNKNOWN_STATUS:
        # A copy that does not tell changes nothing.
        status, is_public = post.status, post.is_public
    elif plan.post is not None and parsed.live_with == post.live_with != "":
        is_public = post.is_public
    post.status, post.live_with = status, parsed.live_with
    post.is_public, post.current_revision_id = is_public, revision.pk
    post.save(update_fields=["status", "live_with", "is_public", "current_revision"])
    record_addresses(post, parsed.addresses)
    record_cross_posts(post, parsed.cross_posts)
    rows = {
        step.key: (step.known.pk, step.known.ref) for step in plan.steps if step.known
    }
    return Written(post=post, revision=revision, rows=rows)


def _make_post(
    parsed: ParsedPost, blog: Blog, capture: Capture, scheme: str, source_id: str
) -> Post:
    when = settle(parsed.when, blog.time_zone)
    return Post.objects.create(
        ref=new_ref("p"),
        blog=blog,
        scheme=scheme,
        source_id=source_id,
        kind=parsed.kind,
        published_at=when.utc,
        printed_at=when.printed[:60],
        utc_offset=when.offset,
        capture=capture,
        status=parsed.status,
    )


def article_fingerprint(parsed: ParsedPost) -> bytes:
    """Digest an article's title and text with the matching key."""
    return fingerprint("article", parsed.title, parsed.raw)


def _write_article(
    post: Post, parsed: ParsedPost, capture: Capture, *, is_new: bool
) -> Revision:
    latest = None if is_new else post.revisions.order_by("-number").first()
    digest = article_fingerprint(parsed)
    if latest is not None and (
        not parsed.has_text or bytes(latest.fingerprint) == digest
    ):
        return latest
    salt = new_salt()
    cleaned = clean(parsed.raw, parsed.form, article=True)
    revision = Revision.objects.create(
        post=post,
        number=latest.number + 1 if latest else 1,
        origin=RevisionOrigin.EDITED if latest else RevisionOrigin.CAPTURED,
        commitment=commit_article(parsed.title, parsed.raw, salt),
        fingerprint=digest,
        capture=capture,
    )
    RevisionText.objects.create(
        revision=revision,
        salt=salt,
        title=parsed.title,
        byline=parsed.byline,
        raw=parsed.raw,
        form=parsed.form,
        html=cleaned.html,
        plain=cleaned.plain,
        cleaner=CLEANER,
    )
    return revision
