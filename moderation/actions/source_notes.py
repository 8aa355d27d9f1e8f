"""Notes on record what somebody did at a blog, and copies that show it undone."""

from collections.abc import Collection, Mapping, Sequence

from django.db.models import QuerySet
from django.utils import timezone

from commentarchive.captures.history import all_copies, find_vanished
from commentarchive.ledger.append import SYSTEM, By, Statement, append_all, next_index
from commentarchive.ledger.merkle.canonical import Value
from commentarchive.models import Capture, Comment, Manifest
from commentarchive.storage.prepared import Prepared
from commentarchive.storage.write_locks import long_write, short_write
from commentarchive.threads.capture_diff import Gone
from moderation.actions.history import sightings_of
from moderation.actions.refusals import Refused
from moderation.actions.subjects import lock_subjects
from moderation.models import HIDING, Decision, GoneThere, SourceAct, SourceNote
from moderation.waiting.at_source import DONE, about_living_blogs, at_source, open_there


def note_done(decision: Decision, *, by: By) -> None:
    """Note that somebody did at the blog what was decided, on record.

    Once it is noted, another word changes nothing. Raise Refused where there is
    nothing to be done there.
    """
    if decision.comment is None:
        message = "Only a decision on a comment is to be done at its blog."
        raise Refused(message)
    with short_write():
        lock_subjects([decision.comment])
        now = Decision.objects.select_related("comment", "post").get(pk=decision.pk)
        found = at_source(now)
        if found is None or not open_there().filter(pk=now.pk).exists():
            message = "Nothing is to be done at the blog about this decision any more."
            raise Refused(message)
        if found.state != DONE:
            _note([(now, None)], act=SourceAct.DONE, by=by)


def look_at_copies(refs: Collection[str]) -> None:
    """Note what copies that were just read or dated show of decisions here.

    A copy counts that was certainly made after the decision and shows what it hides.
    May be repeated at any time.
    """
    by_post: dict[int, list[Decision]] = {}
    for decision in _hiding(tuple(refs)):
        if decision.comment is not None:
            by_post.setdefault(decision.comment.copied_below_id, []).append(decision)
    for post_pk, decisions in by_post.items():
        with long_write():
            _look(post_pk, decisions)


@Prepared
def _hiding(refs: tuple[str, ...]) -> QuerySet[Decision]:
    """Ask for what hides comments in copies, article by article."""
    captures = Capture.objects.filter(ref__in=refs)
    posts = Manifest.objects.filter(capture__in=captures).values("post")
    comments = Comment.objects.in_copies_of(posts).filter(decided_entry__isnull=False)
    hiding = about_living_blogs().filter(action__in=HIDING, comment__in=comments)
    return hiding.order_by("comment__post", "entry_index").select_related("comment")


def _look(post_pk: int, decisions: Sequence[Decision]) -> None:
    """Note what the copies of one article show that was decided otherwise."""
    comments = [each.comment for each in decisions if each.comment is not None]
    lock_subjects(comments)
    lines = all_copies(post_pk)
    _note_gone([each.pk for each in comments], find_vanished(post_pk, lines))
    standing = open_there().filter(pk__in=[each.pk for each in decisions])
    noted = set(
        SourceNote.objects.filter(decision__in=decisions, capture__isnull=False)
        .order_by()
        .values_list("decision", "capture")
    )
    found = [
        (decision, copy.key)
        for decision in standing.select_related("comment", "post")
        for copy, is_shown in (
            sightings_of(decision.comment, lines) if decision.comment else ()
        )
        if is_shown
        and copy.time.not_before is not None
        and copy.time.not_before > decision.recorded_at
        and (decision.pk, copy.key) not in noted
    ]
    captures = Capture.objects.in_bulk({key for _decision, key in found})
    shown = [(decision, captures[key]) for decision, key in found if key in captures]
    if shown:
        _note(shown, act=SourceAct.STILL_PUBLIC, by=SYSTEM)


def _note_gone(comments: Sequence[int], vanished: Mapping[int, Gone]) -> None:
    """Keep which of some comments a later copy lacks."""
    GoneThere.objects.filter(comment__in=comments).delete()
    GoneThere.objects.bulk_create(
        GoneThere(comment_id=pk, capture_id=vanished[pk].missed.key)
        for pk in sorted(set(comments))
        if pk in vanished
    )


def _note(
    found: Sequence[tuple[Decision, Capture | None]], *, act: SourceAct, by: By
) -> None:
    now, first = timezone.now(), next_index()
    SourceNote.objects.bulk_create(
        SourceNote(
            decision=decision,
            act=act,
            capture=capture,
            actor=by.actor,
            role=by.role,
            noted_at=now,
            entry_index=index,
        )
        for index, (decision, capture) in enumerate(found, first)
    )
    append_all([_statement(decision, capture, by=by) for decision, capture in found])


def _statement(decision: Decision, capture: Capture | None, *, by: By) -> Statement:
    public: dict[str, Value] = {"decision": decision.ref}
    if capture is not None:
        public = {"capture": capture.ref}
    return Statement(
        event="source.still_public" if capture else "source.done",
        subject=decision.comment.ref if decision.comment else decision.post.ref,
        by=by,
        thread=decision.post.ref,
        public=public,
        committed={"note": None},
    )
