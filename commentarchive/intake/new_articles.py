"""New articles whose threads hold nothing unusual, written many at a time.

A first import consists of little else, so it takes this short way: no keys, no
comparison with stored rows, one sort, and one pass that fills every table. All other
articles take the general way (`plan.py`, `write_thread.py`); a property test holds both
ways to the same rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import ClassVar, NamedTuple

from django.db.models import QuerySet

from commentarchive.actions.commenters import CommenterKey
from commentarchive.actions.notices import VisibilityAtSource, open_imported
from commentarchive.captures.times import digest_of_times, times_line
from commentarchive.captures.tree import comment_leaf
from commentarchive.discussion.stored_threads import (
    UNSTORED,
    PackedWindow,
    StoredThread,
    window_rows,
)
from commentarchive.importers.dates import settle
from commentarchive.importers.parsed import ParsedComment, ParsedPost, Remark, When
from commentarchive.intake.drawn import Drawn
from commentarchive.intake.first_pages import FirstPages, Place
from commentarchive.intake.plan import (
    Change,
    DecisionSnapshot,
    visibility_of,
    waits_here,
)
from commentarchive.intake.stored import lacks_text
from commentarchive.intake.write_article import (
    SealedArticle,
    WrittenArticle,
    add_article,
    is_shown_at_once,
    sealed_article,
)
from commentarchive.intake.write_thread import Destination, manifest_row
from commentarchive.ledger.merkle.frontier import root_of
from commentarchive.ledger.merkle.hashing import commit_texts
from commentarchive.matching import fingerprints, number_in
from commentarchive.models import (
    Blog,
    BlogVisibility,
    Comment,
    Manifest,
    PrivateAddress,
    Revision,
    RevisionOrigin,
    RevisionText,
    Segment,
    TombstoneKind,
    Visibility,
)
from commentarchive.storage.bulk_insert import time_storer
from commentarchive.storage.prepared import Prepared
from commentarchive.text.clean_html import CLEANER
from commentarchive.threads.capture_diff import CapturedComment

# Longer threads may need several batches, which only the general way can write.
MOST_COMMENTS = 2000
_TOP = -1


class _Commitments(NamedTuple):
    """What is drawn and hashed for an article and its comments, in reading order."""

    article: SealedArticle
    refs: list[str]
    # The state of each comment, as rows, manifests and leaves spell it.
    states: list[str]
    salts: list[str]
    digests: list[bytes]
    texts: list[str]
    root: bytes
    # What the digest of the thread's times is made of.
    lines: list[str]


@dataclass(slots=True, kw_only=True)
class NewArticle:
    """An article that no stored row and no decision has anything to do with."""

    parsed: ParsedPost
    ordinal: int
    places: list[Place]
    sealed: _Commitments
    remarks: list[Remark] = field(default_factory=list)

    change: ClassVar[Change] = "new"
    duplicates: ClassVar[int] = 0

    @property
    def max_depth(self) -> int:
        """The depth of its deepest comment, counted from 1; 0 without comments."""
        return max((place.depth + 1 for place in self.places), default=0)

    @property
    def newest_at(self) -> datetime | None:
        """The time of its newest comment."""
        times = [place.when.utc for place in self.places if place.when.utc]
        return max(times, default=None)

    def was_decided_on(self, decisions: DecisionSnapshot) -> bool:
        """Return whether a decision has come to stand on an id of its comments."""
        decided = decisions.decided
        return bool(decided) and any(
            place.comment.source_id in decided for place in self.places
        )


def plan_new_article(
    parsed: ParsedPost,
    *,
    decisions: DecisionSnapshot,
    zone: str,
    ordinal: int,
    drawn: Drawn | None = None,
) -> NewArticle | None:
    """Order and hash a new article; None if it is unusual.

    In a usual article each comment has an id of its own, an hour, a text, a parent in
    the file or none, and no decision on its id. `drawn` is what the import draws from.
    """
    places = _places(parsed, decisions, zone)
    if places is None:
        return None
    sealed = _sealed(parsed, places, drawn or Drawn())
    return NewArticle(parsed=parsed, ordinal=ordinal, places=places, sealed=sealed)


def _places(
    parsed: ParsedPost, decisions: DecisionSnapshot, zone: str
) -> list[Place] | None:
    """Return the thread in reading order, siblings by time and id; None if unusual."""
    comments = parsed.comments
    ids = {comment.source_id for comment in comments}
    if len(ids) < len(comments) or "" in ids or not decisions.decided.isdisjoint(ids):
        return None
    ranked = []
    for comment in comments:
        when = settle(comment.when, zone)
        source_id, parent_id = comment.source_id, comment.parent_id
        if when.utc is None or when.day_only or lacks_text(comment):
            return None
        if parent_id and (parent_id not in ids or parent_id == source_id):
            return None
        ranked.append((when.utc, number_in(source_id), source_id, comment, when))
    # Ids differ, so that no two comments are ever compared by more than these three.
    ranked.sort(reverse=True)
    # The last reply of each list is the first to be read.
    replies: dict[str, list[tuple[ParsedComment, When]]] = {}
    for _utc, _number, _source_id, comment, when in ranked:
        replies.setdefault(comment.parent_id, []).append((comment, when))
    places: list[Place] = []
    waiting = [(*entry, _TOP, 0) for entry in replies.get("", ())]
    while waiting:
        comment, when, parent, depth = waiting.pop()
        own_place = len(places)
        places.append(Place(comment, when, parent, depth, visibility_of(comment)))
        if answers := replies.get(comment.source_id):
            waiting += [(*entry, own_place, depth + 1) for entry in answers]
    # Parents that form a ring hang on no comment at the top.
    return places if len(places) == len(comments) else None


def _sealed(parsed: ParsedPost, places: Sequence[Place], drawn: Drawn) -> _Commitments:
    """Draw references and salts, and hash texts and tree; before any transaction."""
    [post_ref], [salt] = drawn.post_refs.take(1), drawn.salts.take(1)
    article = sealed_article(parsed, post_ref, salt)
    refs, salts = drawn.comment_refs.take(len(places)), drawn.salts.take(len(places))
    states = [place.visibility.value for place in places]
    texts = commit_texts([place.comment.raw for place in places], salts)
    leaves = [
        comment_leaf(ref, text, state, refs[place.parent] if place.parent >= 0 else "")
        for place, ref, text, state in zip(places, refs, texts, states, strict=True)
    ]
    digests = fingerprints(place.comment.raw for place in places)
    lines = [
        times_line(ref, comment.kind, when.utc, when.printed[:60], *when[2:])
        for ref, (comment, when, *_place) in zip(refs, places, strict=True)
    ]
    root = root_of(leaves)
    return _Commitments(article, refs, states, salts, digests, texts, root, lines)


@Prepared
def _look_of(blog: int) -> QuerySet[Blog, tuple[str, int | None]]:
    """Ask by which clock a blog is shown, and since which entry without some names."""
    return Blog.objects.filter(pk=blog).values_list("time_zone", "names_entry")


class NewArticleWriter:
    """Adds new articles with all their comments to the rows of a batch."""

    def __init__(self, blog: Blog, to: Destination) -> None:
        self._blog = blog
        self._to = to
        self._pages = FirstPages(to.capture, blog)
        # Whether the blog has had another clock since the import began, or has names
        # that readers do not see: pages are made from rows then.
        self._is_late = False
        self._as_stored = time_storer()

    def write(
        self, articles: Sequence[NewArticle]
    ) -> list[tuple[WrittenArticle, list[int], bytes]]:
        """Add articles; return each with its comments' primary keys and its leaf."""
        to = self._to
        self._is_late = _look_of(self._blog.pk) != [(self._blog.time_zone, None)]
        comments = [place.comment for article in articles for place in article.places]
        pks = iter(to.rows.new_ids(Comment, len(comments)))
        revision_pks = iter(to.rows.new_ids(Revision, len(articles) + len(comments)))
        commenters = iter(to.commenters.keys(comments, to.capture.pk, to.rows))
        return [
            self._write_one(
                article,
                list(islice(pks, len(article.places))),
                list(islice(revision_pks, len(article.places))),
                list(islice(commenters, len(article.places))),
            )
            for article in articles
        ]

    def _write_one(
        self,
        article: NewArticle,
        pks: list[int],
        revision_pks: list[int],
        commenters: list[CommenterKey | None],
    ) -> tuple[WrittenArticle, list[int], bytes]:
        to, sealed = self._to, article.sealed
        stored, windows = self._first_pages(article, commenters)
        written = add_article(
            article.parsed,
            newest_at=article.newest_at,
            blog=self._blog,
            capture=to.capture,
            rows=to.rows,
            sealed=sealed.article,
            stored=stored,
        )
        to.rows.add(Segment, window_rows(written.pk, enumerate(windows)))
        self._add_comments(article, written, pks, revision_pks, commenters)
        self._add_texts(article, pks, revision_pks)
        self._open_notices(article, pks)
        held = [
            CapturedComment(
                pk,
                revision_pk,
                pks[place.parent] if place.parent >= 0 else 0,
                state,
                place.comment.source_state,
            )
            for place, pk, revision_pk, state in zip(
                article.places, pks, revision_pks, sealed.states, strict=True
            )
        ]
        leaf = written.leaf(sealed.root)
        row = manifest_row(
            *(written, to.capture, article.ordinal, 0, held),
            leaf=leaf,
            times=digest_of_times([*(written.lines or ()), *sealed.lines]),
        )
        to.rows.add(Manifest, [row])
        return written, pks, leaf

    def _first_pages(
        self, article: NewArticle, commenters: list[CommenterKey | None]
    ) -> tuple[StoredThread, list[PackedWindow]]:
        """Render the thread if it is public at once."""
        is_staff_only = self._blog.visibility == BlogVisibility.STAFF
        is_seen = is_shown_at_once(article.parsed) and not is_staff_only
        if self._is_late or not is_seen:
            return UNSTORED, []
        return self._pages.render(article.places, article.sealed.refs, commenters)

    def _add_comments(
        self,
        article: NewArticle,
        written: WrittenArticle,
        pks: list[int],
        revision_pks: list[int],
        commenters: list[CommenterKey | None],
    ) -> None:
        scheme, capture_pk, as_stored = (
            article.parsed.scheme,
            self._to.capture.pk,
            self._as_stored,
        )
        made, private = [], []
        sealed = article.sealed
        for position, (place, pk, ref, state, revision_pk, commenter) in enumerate(
            zip(
                *(article.places, pks, sealed.refs, sealed.states),
                *(revision_pks, commenters),
                strict=True,
            )
        ):
            comment, when, parent, depth, _visibility = place
            made.append(
                (
                    *(pk, ref, written.pk, scheme, comment.source_id, 0),
                    *(comment.kind, comment.source_type, commenter and commenter.pk),
                    as_stored(when.utc),
                    *(when.printed[:60], when.offset, when.day_only, capture_pk),
                    *(pks[parent] if parent >= 0 else None, position, depth),
                    *(state, revision_pk),
                    *(comment.source_state, comment.parent_id),
                )
            )
            if comment.email or comment.ip:
                private.append((pk, comment.email, comment.ip))
        self._to.rows.add(Comment, made)
        self._to.rows.add(PrivateAddress, private)

    def _add_texts(
        self, article: NewArticle, pks: list[int], revision_pks: list[int]
    ) -> None:
        captured, capture_pk = RevisionOrigin.CAPTURED.value, self._to.capture.pk
        sealed = article.sealed
        versions = zip(revision_pks, pks, sealed.texts, sealed.digests, strict=True)
        self._to.rows.add(
            Revision,
            [
                (
                    *(pk, comment_pk, None, 1, captured, commitment, digest),
                    *(capture_pk, None),
                )
                for pk, comment_pk, commitment, digest in versions
            ],
        )
        words = zip(revision_pks, sealed.salts, article.places, strict=True)
        self._to.rows.add(
            RevisionText,
            [
                (
                    *(pk, salt, "", "", place.comment.raw, place.comment.form),
                    *(place.comment.html, place.comment.plain, CLEANER),
                )
                for pk, salt, place in words
            ],
        )

    def _open_notices(self, article: NewArticle, pks: list[int]) -> None:
        hidden = [
            VisibilityAtSource(
                *(pk, place.visibility, place.when.utc),
                waits_here=waits_here(place.visibility, place.comment.state),
            )
            for place, pk in zip(article.places, pks, strict=True)
            if place.visibility is not Visibility.PUBLISHED
            and place.visibility in TombstoneKind
        ]
        if hidden:
            open_imported(hidden, capture=self._to.capture, rows=self._to.rows)
