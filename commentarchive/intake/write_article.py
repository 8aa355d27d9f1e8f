"""Write an article as a capture held it: its row, its text, its addresses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db.models import F, QuerySet

from commentarchive.actions.crossposts import normal_addresses
from commentarchive.actions.part_notices import VERSIONS, show_version
from commentarchive.captures.times import times_line
from commentarchive.captures.tree import post_leaf
from commentarchive.discussion.stored_threads import UNSTORED, StoredThread
from commentarchive.importers.dates import settle
from commentarchive.importers.parsed import (
    UNKNOWN_STATUS,
    ParsedPost,
    is_for_readers,
)
from commentarchive.intake.article_versions import (
    ArticleMatch,
    article_fingerprint,
)
from commentarchive.intake.plan import ArticlePlan
from commentarchive.intake.weighing import Weighed, tells_parents, testimony_row
from commentarchive.ledger.merkle.hashing import commit_article, new_salt
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.matching import Key, article_id
from commentarchive.models import (
    Blog,
    Capture,
    Manifest,
    Post,
    PostAddress,
    PostKind,
    Revision,
    RevisionOrigin,
    RevisionText,
    Testimony,
)
from commentarchive.storage.bulk_insert import Rows, as_json, time_storer
from commentarchive.storage.prepared import Prepared
from commentarchive.text.clean_html import CLEANER
from commentarchive.threads.capture_diff import later_than
from commentarchive.threads.evidence import kind_and_word, told_kind


class SealedArticle(NamedTuple):
    """What is drawn and hashed for a new article and its text."""

    ref: str
    salt: str
    commitment: str
    digest: bytes


def sealed_article(parsed: ParsedPost, ref: str, salt: str) -> SealedArticle:
    """Hash an article's title and text, without the database."""
    commitment = commit_article(parsed.title, parsed.raw, salt)
    return SealedArticle(ref, salt, commitment, article_fingerprint(parsed))


class CaptureFacts(NamedTuple):
    """What a capture says of itself, as far as one article is concerned."""

    scheme: str
    is_whole: bool
    tells_parents: bool
    seen_at: datetime | None
    newest_at: datetime | None
    printed_count: int | None


@dataclass(slots=True, kw_only=True)
class WrittenArticle:
    """An article whose row is written, and the comments of it written so far."""

    pk: int
    ref: str
    status: str
    revision_pk: int
    commitment: str
    facts: CaptureFacts
    addresses: Mapping[str, str]
    # Primary key and reference of each comment, for the replies to come.
    rows: dict[Key, tuple[int, str]] = field(default_factory=dict)
    # Whether this copy changes a time in its thread; and what the digest of all of
    # them is made of, while everything in it is new.
    has_new_times: bool = True
    lines: list[str] | None = None

    def leaf(self, comments_root: bytes) -> bytes:
        """Hash the article over the root of its comments."""
        return post_leaf(self.ref, self.commitment, self.status, comments_root)


def capture_facts(parsed: ParsedPost, newest_at: datetime | None) -> CaptureFacts:
    """Return what the capture says of itself for one article."""
    return CaptureFacts(
        parsed.scheme,
        parsed.is_whole,
        tells_parents(parsed),
        parsed.seen_at,
        newest_at,
        parsed.printed_count,
    )


def is_shown_at_once(parsed: ParsedPost) -> bool:
    """Return whether a new article is public before the whole file was read.

    An attached page waits for the article that it belongs to.
    """
    return parsed.is_live and not parsed.live_with


def add_article(
    parsed: ParsedPost,
    *,
    newest_at: datetime | None,
    blog: Blog,
    capture: Capture,
    rows: Rows,
    sealed: SealedArticle | None = None,
    stored: StoredThread = UNSTORED,
) -> WrittenArticle:
    """Add a new article, its text and its addresses to the rows of a batch.

    `sealed` is what was drawn and hashed before the transaction, if it was; `stored` is
    what the pages of its public thread hold, where they are added to the same rows.
    """
    [pk] = rows.new_ids(Post, 1)
    sealed = sealed or sealed_article(parsed, new_ref("p"), new_salt())
    ref, when = sealed.ref, settle(parsed.when, blog.time_zone)
    revision_pk = _add_text(pk, 1, parsed, sealed, capture, rows)
    rows.add(
        Post,
        [
            (
                *(pk, ref, blog.pk, parsed.scheme, article_id(parsed)),
                *(parsed.kind, parsed.source_type),
                *(time_storer()(when.utc), when.printed[:60], *when[2:]),
                *(capture.pk, parsed.status, parsed.live_with),
                *(is_shown_at_once(parsed), revision_pk),
                as_json([]),
                *stored,
            )
        ],
    )
    addresses = normal_addresses(parsed.addresses)
    _add_addresses(pk, addresses, rows)
    return WrittenArticle(
        pk=pk,
        ref=ref,
        status=parsed.status,
        revision_pk=revision_pk,
        commitment=sealed.commitment,
        facts=capture_facts(parsed, newest_at),
        addresses=addresses,
        lines=[times_line(ref, parsed.kind, when.utc, when.printed[:60], *when[2:])],
    )


def update_article(
    plan: ArticlePlan, stored: Post, *, capture: Capture, rows: Rows
) -> WrittenArticle:
    """Bring a stored article up to the capture, unless a later one was read before.

    Locks the article's row.
    """
    parsed = plan.parsed
    facts = capture_facts(parsed, plan.newest_at)
    post = Post.objects.select_for_update(no_key=True).get(pk=stored.pk)
    status, is_public = _standing(post, parsed)
    # Pages and feeds do not tell what it is attached to.
    is_told = parsed.status != UNKNOWN_STATUS
    live_with = parsed.live_with if is_told else post.live_with
    match = plan.match or ArticleMatch(None)
    revision_pk, commitment = _version(post, parsed, match, capture, rows)
    is_older = _is_older(plan, post, capture, facts)
    if not is_older:
        post.status, post.live_with, post.is_public = (
            status,
            live_with,
            is_public,
        )
    if revision_pk and (not is_older if match.stands is None else match.stands):
        show_version(post, revision_pk)
    post.save(update_fields=["status", "live_with", "is_public", *VERSIONS])
    has_new_times = plan.weighed is not None and settle_facts(plan.weighed, post, rows)
    if not post.source_id and parsed.source_id and post.scheme == parsed.scheme:
        # Only its address was known until now.
        post.source_id = parsed.source_id[:200]
        post.save(update_fields=["source_id"])
    if plan.weighed is not None:
        _show_by_kind(post, parsed, plan.weighed.facts.kind)
    addresses = normal_addresses(parsed.addresses)
    known = set(post.addresses.values_list("normal_address", flat=True))
    _add_addresses(
        post.pk,
        {normal: a for normal, a in addresses.items() if normal not in known},
        rows,
    )
    return WrittenArticle(
        pk=post.pk,
        ref=post.ref,
        status=parsed.status,
        revision_pk=revision_pk,
        commitment=commitment,
        facts=facts,
        addresses=addresses,
        has_new_times=has_new_times,
        rows={
            comment.key: (comment.stored.pk, comment.stored.ref)
            for comment in plan.comments
            if comment.stored
        },
    )


def _standing(post: Post, parsed: ParsedPost) -> tuple[str, bool]:
    """Return an article's status at its source, and whether the public may see it.

    A capture that does not tell the status changes nothing, with one exception: where
    no other capture tells it either, a reader who saw the article makes it public. An
    attached page waits for the end of the file, since its article may come later.
    """
    is_public = is_shown_at_once(parsed)
    if post.is_held_back or post.released_entry is not None:
        # Staff decide who may see it.
        told = parsed.status != UNKNOWN_STATUS
        return parsed.status if told else post.status, post.is_public
    if parsed.status == UNKNOWN_STATUS:
        is_untold = post.status == UNKNOWN_STATUS
        return post.status, post.is_public or (is_untold and is_public)
    if parsed.live_with == post.live_with != "":
        return parsed.status, post.is_public
    return parsed.status, is_public


def _show_by_kind(post: Post, parsed: ParsedPost, stands: str) -> None:
    """Show an article by the kind that stands, where the copy calls it another.

    Or where it was another until this copy came.
    """
    before = told_kind(post.kind, post.source_type)
    told = told_kind(parsed.kind, parsed.source_type)
    is_left = post.is_held_back or post.released_entry is not None or post.live_with
    if before == stands == told or is_left or post.status == UNKNOWN_STATUS:
        return
    is_public = is_shown_as(post, parsed.scheme, stands)
    Post.objects.filter(pk=post.pk).update(is_public=is_public)


def is_shown_as(post: Post, scheme: str, stands: str) -> bool:
    """Return whether readers may see an article of a kind, as its blog is set now.

    A type that is let through counts as an article.
    """
    kind, word = kind_and_word(stands)
    is_let_through = word in post.blog.shown_article_types
    return is_for_readers(
        scheme, PostKind.POST if is_let_through else kind, post.status
    )


def _is_older(
    plan: ArticlePlan, post: Post, capture: Capture, facts: CaptureFacts
) -> bool:
    """Return whether a capture of later date that tells the status was read before."""
    time = capture.time_of(plan.ordinal, facts.seen_at, facts.newest_at)
    telling = _telling(post.pk, facts.scheme, capture.pk, plan.ordinal)
    return bool(later_than(time, {other.time for other in telling}))


@Prepared
def _telling(
    post_pk: int, scheme: str, but_capture: int, but_ordinal: int
) -> QuerySet[Manifest]:
    """Ask what other copies hold of an article that tells its status."""
    others = Manifest.objects.filter(post=post_pk, scheme=scheme)
    others = others.exclude(capture=but_capture, ordinal=but_ordinal)
    telling = others.exclude(post_status=UNKNOWN_STATUS)
    return telling.select_related("capture")


def _add_addresses(pk: int, addresses: Mapping[str, str], rows: Rows) -> None:
    rows.add(
        PostAddress,
        [(pk, address[:1000], normal) for normal, address in addresses.items()],
    )


def _version(
    post: Post, parsed: ParsedPost, match: ArticleMatch, capture: Capture, rows: Rows
) -> tuple[int, str]:
    """Return the stored version that the capture holds, adding one for a new text."""
    if match.version is not None:
        return match.version.pk, match.version.commitment
    if not match.is_new:
        return 0, ""
    latest = post.revisions.order_by("-number").first()
    number = latest.number + 1 if latest else 1
    sealed = sealed_article(parsed, post.ref, new_salt())
    pk = _add_text(
        *(post.pk, number, parsed, sealed, capture, rows), same_as=match.same_as
    )
    return pk, sealed.commitment


def settle_facts(weighed: Weighed, post: Post, rows: Rows) -> bool:
    """Write an article's kind and times as the best evidence tells them.

    What was told otherwise is kept beside them.

    Return whether any facts changed.
    """
    facts = weighed.facts
    kind, word = kind_and_word(facts.kind)
    stands = (post.published_at, post.printed_at, post.utc_offset, post.day_only)
    is_changed = (post.kind, post.source_type, *stands) != (
        *(kind, word, facts.moment, facts.printed, facts.offset, facts.day_only),
    )
    if is_changed:
        Post.objects.filter(pk=post.pk).update(
            kind=kind,
            source_type=word,
            published_at=facts.moment,
            printed_at=facts.printed,
            utc_offset=facts.offset,
            day_only=facts.day_only,
            settlings=F("settlings") + 1,
        )
    told = weighed.otherwise
    rows.add(
        Testimony, [testimony_row(each, comment=None, post=post.pk) for each in told]
    )
    return is_changed


def _add_text(  # what its two rows hold
    post_pk: int,
    number: int,
    parsed: ParsedPost,
    sealed: SealedArticle,
    capture: Capture,
    rows: Rows,
    *,
    same_as: int | None = None,
) -> int:
    """Add a version of an article's text; return its primary key."""
    [pk] = rows.new_ids(Revision, 1)
    origin = RevisionOrigin.EDITED if number > 1 else RevisionOrigin.CAPTURED
    if same_as:
        origin = RevisionOrigin.RETOLD
    rows.add(
        Revision,
        [
            (
                *(pk, None, post_pk, number, origin.value, sealed.commitment),
                *(sealed.digest, capture.pk, same_as),
            )
        ],
    )
    rows.add(
        RevisionText,
        [
            (
                *(pk, sealed.salt, parsed.title, parsed.byline, parsed.raw),
                *(parsed.form, parsed.html, parsed.plain, CLEANER),
            )
        ],
    )
    return pk
