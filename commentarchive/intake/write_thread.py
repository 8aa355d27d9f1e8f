"""Write an article's comments: rows, texts, notices, manifest and hash tree."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from commentarchive.actions.commenters import Commenters
from commentarchive.actions.notices import VisibilityAtSource, open_imported
from commentarchive.captures.times import digest_of_times, stored_times, times_line
from commentarchive.captures.tree import comment_leaf
from commentarchive.importers.parsed import When
from commentarchive.intake.plan import PlannedComment, visibility_of, waits_here
from commentarchive.intake.write_article import CaptureFacts, WrittenArticle
from commentarchive.ledger.merkle.frontier import Frontier
from commentarchive.ledger.merkle.hashing import commit_text, new_salt
from commentarchive.ledger.merkle.refs import new_refs
from commentarchive.matching import Key
from commentarchive.models import (
    Capture,
    Comment,
    Manifest,
    PrivateAddress,
    Revision,
    RevisionOrigin,
    RevisionText,
    TombstoneKind,
    Visibility,
)
from commentarchive.models.capture import pack_manifest
from commentarchive.storage import bulk_insert
from commentarchive.storage.bulk_insert import Rows
from commentarchive.text.clean_html import CLEANER
from commentarchive.threads.capture_diff import CapturedComment

# Changes to a comment that readers can see.
VISIBLE_CHANGES = frozenset({"new", "changed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where an import's rows go, and which capture they come from."""

    capture: Capture
    commenters: Commenters
    rows: Rows


class NewText(NamedTuple):
    """A version to be written: its primary key and its commitment."""

    pk: int
    commitment: str


class Slice(NamedTuple):
    """Some comments of one article in reading order, and their place among slices."""

    comments: Sequence[PlannedComment]
    ordinal: int
    part: int
    is_last: bool


class ThreadWriter:
    """Adds the comments of one article to the rows of a batch, slice by slice.

    Parents come before their replies, in the same slice or an earlier one.
    """

    def __init__(self, article: WrittenArticle, to: Destination) -> None:
        self._article = article
        self._to = to
        self.texts: dict[Key, NewText] = {}

    def add(self, part: Slice) -> None:
        """Add what is new of a slice to the rows; they are not inserted yet."""
        comments = part.comments
        fresh = [comment for comment in comments if comment.stored is None]
        ids = self._to.rows.new_ids(Comment, len(fresh))
        refs = new_refs("c", len(fresh))
        for comment, pk, ref in zip(fresh, ids, refs, strict=True):
            self._article.rows[comment.key] = (pk, ref)
        self._article.has_new_times |= bool(fresh)
        self._add_texts(comments)
        self._add_comments(fresh)
        new = [each for each in comments if each.parsed and each.change == "new"]
        self._add_addresses(new)
        self._open_notices(new)

    def _add_texts(self, comments: Sequence[PlannedComment]) -> None:
        to_store = [
            (comment, comment.parsed)
            for comment in comments
            if comment.parsed
            and (comment.change in VISIBLE_CHANGES or comment.is_better)
            and comment.has_new_text
        ]
        self.texts = {}
        versions, words = [], []
        ids = self._to.rows.new_ids(Revision, len(to_store))
        for pk, (comment, parsed) in zip(ids, to_store, strict=True):
            salt = new_salt()
            commitment = commit_text(parsed.raw, salt)
            number = 1 + comment.stored.last_number if comment.stored else 1
            same_as = comment.best.words if comment.is_better and comment.best else None
            origin = RevisionOrigin.EDITED if number > 1 else RevisionOrigin.CAPTURED
            if same_as:
                origin = RevisionOrigin.RETOLD
            self.texts[comment.key] = NewText(pk, commitment)
            comment_pk, _ref = self._article.rows[comment.key]
            versions.append(
                (
                    *(pk, comment_pk, None, number, origin.value, commitment),
                    *(comment.fingerprint, self._to.capture.pk, same_as),
                )
            )
            words.append(
                (
                    *(pk, salt, "", "", parsed.raw, parsed.form, parsed.html),
                    *(parsed.plain, CLEANER),
                )
            )
        self._to.rows.add(Revision, versions)
        self._to.rows.add(RevisionText, words)

    def _add_comments(self, fresh: Sequence[PlannedComment]) -> None:
        article, capture_pk = self._article, self._to.capture.pk
        as_stored = bulk_insert.time_storer()
        named = [
            each.parsed for each in fresh if each.parsed and not each.is_suppressed
        ]
        names = iter(self._to.commenters.ids(named, capture_pk, self._to.rows))
        made = []
        for comment in fresh:
            parsed, when = comment.parsed, comment.when
            pk, ref = article.rows[comment.key]
            parent_pk = article.rows[comment.parent][0] if comment.parent else None
            facts: tuple[object, ...]
            if parsed is None:
                when = When()
                facts = ("", "", None, None, "", None, False, None)
                from_source: tuple[object, ...] = (None, "", "")
            else:
                name = None if comment.is_suppressed else next(names)
                facts = (
                    *(parsed.kind, parsed.source_type, name, as_stored(when.utc)),
                    *(when.printed[:60], when.offset, when.day_only, capture_pk),
                )
                text = self.texts.get(comment.key)
                from_source = (
                    text and text.pk,
                    parsed.source_state,
                    comment.source_parent,
                )
            visibility = comment.visibility.value
            place = (parent_pk, comment.position, comment.depth, visibility)
            made.append(
                (pk, ref, article.pk, *comment.key, *facts, *place, *from_source)
            )
            if article.lines is not None:
                kind, printed = parsed.kind if parsed else "", when.printed[:60]
                article.lines.append(
                    times_line(ref, kind, when.utc, printed, *when[2:])
                )
        self._to.rows.add(Comment, made)

    def _add_addresses(self, new: Iterable[PlannedComment]) -> None:
        self._to.rows.add(
            PrivateAddress,
            [
                (self._article.rows[comment.key][0], parsed.email, parsed.ip)
                for comment in new
                if not comment.is_suppressed
                and (parsed := comment.parsed)
                and (parsed.email or parsed.ip)
            ],
        )

    def _open_notices(self, new: Iterable[PlannedComment]) -> None:
        hidden = [
            VisibilityAtSource(
                self._article.rows[comment.key][0],
                comment.visibility,
                comment.when.utc,
                waits_here=waits_here(comment.visibility, comment.parsed.state),
            )
            for comment in new
            if comment.parsed
            and comment.visibility is not Visibility.PUBLISHED
            and comment.visibility in TombstoneKind
        ]
        if hidden:
            open_imported(hidden, capture=self._to.capture, rows=self._to.rows)

    def add_manifest(self, part: Slice, tree: Frontier) -> bytes:
        """Add what the capture held of a slice, and its leaves to the article's tree.

        Return the article's own leaf with its last slice, else nothing.
        """
        held, rows = [], self._article.rows
        for comment in part.comments:
            if comment.parsed is None:
                continue
            pk, ref = rows[comment.key]
            parent_pk, parent_ref = rows[comment.parent] if comment.parent else (0, "")
            revision_pk, commitment = self._version(comment)
            state = visibility_of(comment.parsed).value
            word = comment.parsed.source_state
            held.append(CapturedComment(pk, revision_pk, parent_pk, state, word))
            tree.add(comment_leaf(ref, commitment, state, parent_ref))
        leaf = self._article.leaf(tree.root()) if part.is_last else b""
        times = self._times() if part.is_last else b""
        row = manifest_row(
            *(self._article, self._to.capture, part.ordinal, part.part, held),
            leaf=leaf,
            times=times,
        )
        self._to.rows.add(Manifest, [row])
        return leaf

    def _times(self) -> bytes:
        """Return the digest of the thread's times, if the capture changes any."""
        article = self._article
        if article.lines is not None:
            return digest_of_times(article.lines)
        if not article.has_new_times:
            return b""
        self._to.rows.flush()
        return stored_times(article.pk)

    def _version(self, comment: PlannedComment) -> tuple[int, str]:
        """Return primary key and commitment of the text that the capture held."""
        if text := self.texts.get(comment.key):
            return text
        if comment.stored is None:
            return 0, ""
        # The newest stored version stands for a text that is not stored again.
        version = comment.version or comment.stored.last
        return version.pk, version.commitment


def manifest_row(
    article: WrittenArticle,
    capture: Capture,
    ordinal: int,
    part: int,
    held: Sequence[CapturedComment],
    *,
    leaf: bytes,
    times: bytes,
) -> tuple[object, ...]:
    """Return the manifest of one slice of an article, as a row of its table."""
    facts: CaptureFacts = article.facts
    as_stored = bulk_insert.time_storer()
    return (
        *(capture.pk, article.pk, ordinal, part, article.status),
        *(article.revision_pk or None, pack_manifest(held), leaf),
        *(facts.scheme, facts.is_whole, facts.tells_parents),
        *(as_stored(facts.seen_at), as_stored(facts.newest_at), facts.printed_count),
        *(True, times),
    )
