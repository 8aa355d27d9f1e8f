"""Bring comments that are stored already up to what a capture tells of them."""

from collections.abc import Sequence

from django.db.models import F

from commentarchive.actions.notices import (
    VisibilityAtSource,
    close_imported,
    open_imported,
)
from commentarchive.importers.parsed import ParsedComment
from commentarchive.intake.plan import UNTOLD, PlannedComment, visibility_of, waits_here
from commentarchive.intake.stored import StoredComment
from commentarchive.intake.weighing import testimony_row
from commentarchive.intake.write_article import WrittenArticle
from commentarchive.intake.write_thread import Destination, NewText, Slice
from commentarchive.matching import Key
from commentarchive.models import (
    Comment,
    PrivateAddress,
    Testimony,
    Tombstone,
    Visibility,
)
from commentarchive.models.capture import SeenElsewhere, seen_elsewhere
from commentarchive.models.comment import GONE
from commentarchive.storage import bulk_insert
from commentarchive.threads.evidence import APART, kind_and_word


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

    def apply(self) -> bool:
        """Write everything that the slice changes in stored rows.

        Return whether better evidence changed anything that readers see.
        """
        self._fill_placeholders()
        self._follow_source()
        has_better_texts = self._take_over_better_texts()
        has_better_facts = self._settle_facts()
        has_other_gaps = self._settle_placeholders()
        self._reposition()
        self._note_news()
        return has_better_texts or has_better_facts or has_other_gaps

    def _fill_placeholders(self) -> None:
        """Complete comments that were known only from their replies until now."""
        to_fill = [
            (comment, comment.parsed)
            for comment in self._part.comments
            if comment.stored and comment.stored.is_placeholder and comment.parsed
        ]
        named = [parsed for comment, parsed in to_fill if not comment.is_suppressed]
        names = iter(self._commenter_ids(named))
        self._article.has_new_times |= bool(to_fill)
        for comment, parsed in to_fill:
            text = self._texts.get(comment.key)
            Comment.objects.filter(pk=self._pk(comment)).update(
                kind=parsed.kind,
                commenter_id=None if comment.is_suppressed else next(names),
                posted_at=comment.when.utc,
                printed_at=comment.when.printed[:60],
                utc_offset=comment.when.offset,
                day_only=comment.when.day_only,
                capture=self._to.capture,
                visibility=comment.visibility,
                current_revision_id=text.pk if text else None,
                source_type=parsed.source_type,
                source_state=parsed.source_state,
                source_parent=comment.source_parent,
                # Whether only the day is told may never be empty.
                settlings=F("settlings") + 1,
            )

    def _follow_source(self) -> None:
        """Take over what changed at the source, except where a decision here stands.

        1. Leave out what a later capture holds, and comments that had vanished:
           `captures/vanished.py` judges from all captures whether they are back.
        2. Where no decision stands, the public sees the text and the state that the
           source has now; the batch's locks keep a decision from coming in between.
           Where one does, which text that is is noted for the desk.
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
        # Readers saw it before another notice that now gives way.
        seen_before = set(
            Tombstone.objects.filter(
                comment__in=undecided, is_open=True, was_public=True
            ).values_list("comment", flat=True)
        )
        visibility_changes: list[VisibilityAtSource] = []
        for comment, parsed, stored in to_follow:
            pk = self._pk(comment)
            values: dict[str, object] = {"source_state": parsed.source_state}
            is_decided = pk not in undecided
            if text := self._texts.get(comment.key) or comment.best:
                followed = "told_revision_id" if is_decided else "current_revision_id"
                values[followed] = text.pk
            if not is_decided:
                target = _target_visibility(comment, parsed, stored)
                waits = waits_here(target, parsed.state)
                if target != stored.visibility or waits != waits_here(
                    stored.visibility, stored.source_state
                ):
                    values["visibility"] = target
                    was_public = (
                        stored.visibility == Visibility.PUBLISHED or pk in seen_before
                    )
                    since = seen.before.get(pk, comment.when.utc)
                    visibility_changes.append(
                        VisibilityAtSource(
                            *(pk, target, since, was_public), waits_here=waits
                        )
                    )
            Comment.objects.filter(pk=pk).update(**values)
        close_imported(visibility_changes, capture=self._to.capture)
        open_imported(visibility_changes, capture=self._to.capture, rows=self._to.rows)

    def _seen_elsewhere(self) -> SeenElsewhere:
        article, capture = self._article, self._to.capture
        facts = article.facts
        time = capture.time_of(self._part.ordinal, facts.seen_at, facts.newest_at)
        return seen_elsewhere(article.pk, article.facts.scheme, capture, time)

    def _take_over_better_texts(self) -> bool:
        """Show the same words as a better source tells them, whenever it was made.

        So is a text shown where no copy had told any: themes leave out some.
        """
        changed = 0
        for comment in self._part.comments:
            text, stored = self._texts.get(comment.key), comment.stored
            if text is None or stored is None or stored.is_placeholder:
                continue
            best = comment.best if comment.is_better else None
            is_same = best is not None and stored.shown.words == best.words
            if is_same or not stored.versions:
                undecided = Comment.objects.filter(pk=stored.pk, decided_entry=None)
                changed += undecided.update(current_revision_id=text.pk)
        return changed > 0

    def _settle_facts(self) -> bool:
        """Write the facts that better evidence tells, and what was told otherwise."""
        told = [
            (comment, comment.parsed, comment.stored)
            for comment in self._part.comments
            if comment.parsed
            and comment.stored
            and not comment.is_suppressed
            and not comment.stored.is_placeholder
            and comment.stored.visibility != Visibility.ERASED
        ]
        renamed = [
            (_as_settled(comment, parsed, stored), comment, stored)
            for comment, parsed, stored in told
            if _is_renamed(comment, parsed, stored)
        ]
        ids = self._commenter_ids([parsed for parsed, _comment, _stored in renamed])
        names = {
            stored.pk: commenter_pk
            for (_parsed, _comment, stored), commenter_pk in zip(
                renamed, ids, strict=True
            )
            if commenter_pk
        }
        changed = False
        for comment, _parsed, stored in told:
            if comment.has_new_facts or stored.pk in names:
                self._write_facts(comment, stored, names.get(stored.pk))
                changed = self._article.has_new_times = True
            for each in comment.weighed.otherwise if comment.weighed else ():
                row = testimony_row(each, comment=stored.pk, post=None)
                self._to.rows.add(Testimony, [row])
        self._replace_addresses(
            [(stored, _address(parsed, stored)) for _comment, parsed, stored in told]
        )
        return changed

    def _settle_placeholders(self) -> bool:
        """Take out of sight what nothing answers any more, and show what is answered.

        Return whether there was any.
        """
        changed = [
            (comment.visibility.value, comment.stored.pk)
            for comment in self._part.comments
            if comment.parsed is None
            and comment.stored
            and comment.stored.is_placeholder
            and comment.stored.visibility in UNTOLD - {comment.visibility}
        ]
        bulk_insert.update(Comment, ("visibility",), changed)
        return bool(changed)

    def _write_facts(
        self, comment: PlannedComment, stored: StoredComment, commenter_pk: int | None
    ) -> None:
        facts = comment.weighed.facts if comment.weighed else stored.facts
        kind, word = kind_and_word(facts.kind)
        values: dict[str, object] = {
            "kind": kind,
            "source_type": word,
            "posted_at": facts.moment,
            "printed_at": facts.printed,
            "utc_offset": facts.offset,
            "day_only": facts.day_only,
            "source_parent": comment.source_parent,
            "settlings": F("settlings") + 1,
        }
        if commenter_pk:
            values["commenter_id"] = commenter_pk
        Comment.objects.filter(pk=stored.pk).update(**values)

    def _replace_addresses(
        self, addresses: Sequence[tuple[StoredComment, tuple[str, str]]]
    ) -> None:
        """Store addresses that are new; where copies differ the greater one stays.

        Nobody is shown them, so that any rule will do that is the same in any order.
        """
        new = [
            (stored.pk, *address)
            for stored, address in addresses
            if address != (stored.email, stored.ip)
        ]
        if new:
            pks = [pk for pk, _email, _ip in new]
            PrivateAddress.objects.filter(comment__in=pks).delete()
            self._to.rows.add(PrivateAddress, new)

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
        # What is as it was may close a ring of parents with what was read now, or come
        # out of one.
        moved = [
            (self._parent_pk(comment), comment.stored.pk)
            for comment in self._part.comments
            if comment.stored and comment.stored.parent_pk != self._parent_pk(comment)
        ]
        bulk_insert.update(Comment, ("parent_id",), moved)

    def _note_news(self) -> None:
        """Send to the desk what a decision stands on and the copy tells otherwise."""
        told = [
            comment.stored.pk
            for comment in self._part.comments
            if comment.stored
            and (comment.change == "changed" or comment.key in self._texts)
        ]
        if told:
            comments = Comment.objects.filter(pk__in=told)
            comments.note_news()
            comments.filter(has_phrases=True).update(has_phrases=False)

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


def _address(parsed: ParsedComment, stored: StoredComment) -> tuple[str, str]:
    """Return the e-mail and IP address of a comment, whichever copy told them."""
    return max((parsed.email, parsed.ip), (stored.email, stored.ip))


def _is_renamed(
    comment: PlannedComment, parsed: ParsedComment, stored: StoredComment
) -> bool:
    """Return whether a comment belongs to another name, by words or by address."""
    before = stored.facts
    facts = comment.weighed.facts if comment.weighed else before
    is_same = (facts.name, facts.link or "", facts.person) == (
        *(before.name, before.link or "", before.person),
    )
    return not is_same or _address(parsed, stored)[0] != stored.email


def _as_settled(
    comment: PlannedComment, parsed: ParsedComment, stored: StoredComment
) -> ParsedComment:
    """Return a comment with the name, link and address that stand."""
    facts = comment.weighed.facts if comment.weighed else stored.facts
    is_apart = facts.person.startswith(APART)
    return parsed._replace(
        name=facts.name,
        link=facts.link or "",
        person=facts.person,
        email="" if is_apart else _address(parsed, stored)[0],
    )


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
