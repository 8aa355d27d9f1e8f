"""Bring comments that are stored already up to what a capture tells of them."""

from collections.abc import Sequence
from math import inf

from commentarchive.actions.notices import (
    VisibilityAtSource,
    close_imported,
    open_imported,
)
from commentarchive.importers.parsed import ParsedComment
from commentarchive.intake.plan import PlannedComment, visibility_of
from commentarchive.intake.stored import StoredComment
from commentarchive.intake.write_article import WrittenArticle
from commentarchive.intake.write_thread import Destination, NewText, Slice
from commentarchive.matching import Key
from commentarchive.models import Comment, PrivateAddress, Visibility
from commentarchive.models.capture import SeenElsewhere, seen_elsewhere
from commentarchive.models.comment import GONE
from commentarchive.storage import bulk_insert
from commentarchive.threads.capture_diff import CopyTime


class StoredUpdate:
    """The changes that one slice makes to rows that were there before.

    The caller has inserted the slice's new rows: SQLite searches a whole table for
    each reference that points at a row which is still to come.
    """

    def __init__(
        self,
        part: Slice,
        article: WrittenArticle,
        texts: dict[Key, NewText],
        to: Destination,
    ) -> None:
        self._part = part
        self._article = article
        self._texts = texts
        self._to = to

    def apply(self) -> None:
        """Write everything that the slice changes in stored rows."""
        self._fill_placeholders()
        self._follow_source()
        self._fill_missing_facts()
        self._reposition()

    def _fill_placeholders(self) -> None:
        """Complete comments that were known only from their replies until now."""
        to_fill = [
            (comment, comment.parsed)
            for comment in self._part.comments
            if comment.stored and comment.stored.is_placeholder and comment.parsed
        ]
        named = [parsed for comment, parsed in to_fill if not comment.is_suppressed]
        names = iter(self._commenter_ids(named))
        for comment, parsed in to_fill:
            text = self._texts.get(comment.key)
            Comment.objects.filter(pk=self._pk(comment)).update(
                kind=parsed.kind,
                commenter_id=None if comment.is_suppressed else next(names),
                posted_at=comment.when.utc,
                printed_at=comment.when.printed[:60],
                utc_offset=comment.when.offset,
                capture=self._to.capture,
                parent_id=self._parent_pk(comment),
                visibility=comment.visibility,
                current_revision_id=text.pk if text else None,
                source_type=parsed.source_type,
                source_state=parsed.source_state,
                source_parent=comment.source_parent,
            )

    def _follow_source(self) -> None:
        """Take over what changed at the source, except where a decision here stands.

        1. Leave out what a later capture holds, and comments that had vanished:
           `captures/vanished.py` judges from all captures whether they are back.
        2. Where no decision stands, the public sees the text and the state that the
           source has now; the batch's locks keep a decision from coming in between.
        3. Close and open the notices of comments that became visible or hidden.
        """
        changed = [
            (comment, comment.parsed, comment.stored)
            for comment in self._part.comments
            if comment.change == "changed" and comment.parsed and comment.stored
        ]
        if not changed:
            return
        seen = self._seen_elsewhere()
        to_follow = [
            entry
            for entry in changed
            if self._pk(entry[0]) not in seen.later and entry[2].source_state != GONE
        ]
        pks = [self._pk(comment) for comment, _parsed, _stored in to_follow]
        undecided = set(
            Comment.objects.filter(pk__in=pks, decided_entry=None).values_list(
                "pk", flat=True
            )
        )
        visibility_changes: list[VisibilityAtSource] = []
        for comment, parsed, stored in to_follow:
            pk = self._pk(comment)
            values: dict[str, object] = {
                "source_state": parsed.source_state,
                "source_parent": comment.source_parent,
                "parent_id": self._parent_pk(comment),
            }
            if pk in undecided:
                if comment.key in self._texts:
                    values["current_revision_id"] = self._texts[comment.key].pk
                elif comment.version:
                    values["current_revision_id"] = comment.version.pk
                target = _target_visibility(comment, parsed, stored)
                if target != stored.visibility:
                    values["visibility"] = target
                    was_public = stored.visibility == Visibility.PUBLISHED
                    since = seen.before.get(pk, comment.when.utc)
                    visibility_changes.append(
                        VisibilityAtSource(pk, target, since, was_public)
                    )
            Comment.objects.filter(pk=pk).update(**values)
        close_imported(visibility_changes, capture=self._to.capture)
        open_imported(visibility_changes, capture=self._to.capture, rows=self._to.rows)

    def _seen_elsewhere(self) -> SeenElsewhere:
        article, capture = self._article, self._to.capture
        time = CopyTime(
            article.facts.seen_at or capture.written_at,
            article.facts.newest_at,
            (capture.pk, self._part.ordinal),
        )
        return seen_elsewhere(article.pk, article.facts.scheme, capture, time)

    def _fill_missing_facts(self) -> None:
        """Fill in the time, name and address that no source had told before."""
        told = [
            (comment, comment.parsed, comment.stored)
            for comment in self._part.comments
            if comment.parsed
            and comment.stored
            and not comment.is_suppressed
            and not comment.stored.is_placeholder
            and comment.stored.visibility != Visibility.ERASED
        ]
        for comment, parsed, stored in told:
            if stored.when == inf and comment.when.utc:
                Comment.objects.filter(pk=stored.pk, posted_at=None).update(
                    posted_at=comment.when.utc,
                    printed_at=comment.when.printed[:60],
                    utc_offset=comment.when.offset,
                )
            if parsed.source_type:
                Comment.objects.filter(pk=stored.pk, source_type="").update(
                    source_type=parsed.source_type
                )
        nameless = [
            (parsed, stored)
            for _comment, parsed, stored in told
            if stored.lacks_name and parsed.name
        ]
        ids = self._commenter_ids([parsed for parsed, _stored in nameless])
        for (_parsed, stored), commenter_pk in zip(nameless, ids, strict=True):
            Comment.objects.filter(pk=stored.pk).update(commenter_id=commenter_pk)
        self._to.rows.add(
            PrivateAddress,
            [
                (stored.pk, parsed.email, parsed.ip)
                for _comment, parsed, stored in told
                if stored.lacks_address and (parsed.email or parsed.ip)
            ],
        )

    def _reposition(self) -> None:
        bulk_insert.update(
            Comment,
            ("position", "depth"),
            [
                (comment.position, comment.depth, self._pk(comment))
                for comment in self._part.comments
                if comment.is_repositioned
            ],
        )

    def _commenter_ids(self, comments: Sequence[ParsedComment]) -> list[int | None]:
        """Return commenters, inserted already so that rows can refer to them."""
        to = self._to
        ids = to.commenters.ids(comments, to.capture.pk, to.rows)
        to.rows.flush()
        return ids

    def _pk(self, comment: PlannedComment) -> int:
        return self._article.rows[comment.key][0]

    def _parent_pk(self, comment: PlannedComment) -> int | None:
        return self._article.rows[comment.parent][0] if comment.parent else None


def _target_visibility(
    comment: PlannedComment, parsed: ParsedComment, stored: StoredComment
) -> Visibility:
    """Return what the public is to see of a comment whose source tells of it again."""
    target = visibility_of(parsed)
    if stored.visibility == Visibility.ERASED:
        return Visibility.ERASED
    is_shown = stored.visibility == Visibility.PUBLISHED
    if comment.needs_review and target is Visibility.PUBLISHED and not is_shown:
        # Its blog cannot publish what waits for the desk here.
        return Visibility.HELD
    return target
