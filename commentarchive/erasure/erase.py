"""Erase words; their place in the thread and the record stay.

1. Each comment is erased in a transaction of its own that ends with its entry.
2. What is left in files and in freed pages is swept afterwards (`sweep.py`).

Anything that was cut short is finished by the same call again, or by `replay.py`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from django.db.models import QuerySet
from django.utils import timezone

from commentarchive.actions.notices import (
    DecidedNotice,
    VisibilityChange,
    grade_and_actor,
    set_visibility,
    was_public,
)
from commentarchive.erasure.holds import hold_against_erasing
from commentarchive.erasure.names_left import delete_names_left
from commentarchive.erasure.sweep import sweep
from commentarchive.ledger.append import By, Statement, append, next_index
from commentarchive.ledger.models import Opening, Role
from commentarchive.ledger.packages import package_hooks
from commentarchive.models import (
    Comment,
    Commenter,
    Hold,
    Post,
    Revision,
    Visibility,
)
from commentarchive.storage.prepared import Prepared
from commentarchive.storage.write_locks import import_lock, short_write

BASES = ("subject_request", "legal", "court_order", "retention")
# Whoever has the machine is the owner.
OWNER = By(actor=None, role=Role.OWNER)

# Of these nothing is left, or nothing but their place was ever known.
HAVE_NO_WORDS = frozenset({Visibility.ERASED, Visibility.UNKNOWN})

type Subject = Comment | Commenter


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """On what basis something is erased, by whom, and who else confirmed it."""

    basis: str
    note: str = ""
    by: By = OWNER
    # A role, or "nobody"; "" where nobody was asked.
    second: str = ""


class CannotErase(ValueError):
    """There is nothing to erase; the message says why."""


class IsHeld(Exception):
    """A hold forbids it; the refusal is on record."""

    def __init__(self, hold: Hold, index: int) -> None:
        asked = "due for review since" if hold.is_due else "to be reviewed on"
        super().__init__(
            f"refused: there is a hold on it, {asked} {hold.review_on} "
            f"({hold.reason}); the refusal is record no. {index}"
        )
        self.index = index


@dataclass(slots=True)
class Erased:
    """What was erased: how many comments and texts, and the last entry about it."""

    comments: int = 0
    texts: int = 0
    # Names that went with their last comments.
    names: int = 0
    index: int | None = None
    gone: Sequence[Comment] = ()
    # Erasures in another copy of the record that could not be carried out here.
    left: list[str] = field(default_factory=list)


def find_subject(ref: str) -> Subject:
    """Find a comment or a name by its reference. Raise CannotErase."""
    model = Comment if ref.startswith("c") else Commenter
    found = model.objects.filter(ref=ref).first()
    if found is None:
        message = f"there is no comment or name {ref}"
        raise CannotErase(message)
    return found


def erase(subject: Subject, *, basis: str, note: str = "") -> Erased:
    """Erase a comment, or a name with all its comments, on record; then sweep.

    With the last comment that bears a name the name goes as well. The same comment
    under another article of its blog, or from another source of its thread, is erased
    with it. What was
    erased before is only swept once more. Raise CannotErase, IsHeld, or ImportRunning
    before anything is changed; SweepUnfinished when the words are gone from the tables
    and the rest is to be finished later.
    """
    with import_lock():
        done = erase_words(subject, Order(basis=basis, note=note))
        sweep(done.gone)
        return done


def erase_unpublished(ref: str) -> None:
    """Erase words that were never public and are no comment's and no name's; sweep.

    No entry speaks of them; the package that keeps them notes it. Raise ImportRunning,
    SweepUnfinished.
    """
    with import_lock():
        with short_write():
            delete_words(ref, Erased())
        sweep(())


def erase_words(subject: Subject, order: Order) -> Erased:
    """Erase a subject's words from the tables, without a sweep; as `erase`.

    The import lock is held.
    """
    comments = comments_of(subject)
    names = [*left_behind(subject), subject] if _has_name(subject) else []
    hold = hold_against_erasing(subject, comments)
    if hold is not None:
        index = refuse(subject, basis="hold", note=hold.reason, by=order.by)
        raise IsHeld(hold, index)
    done = Erased(gone=comments)
    for comment in comments:
        if comment.visibility not in HAVE_NO_WORDS:
            _erase_comment(comment, order, done, {name.pk for name in names})
    # Last, so that an erasure that was cut short finds its names still there, and puts
    # them on record as well.
    for name in names:
        _erase_name(name, order, done)
    return done


def _has_name(subject: Subject) -> TypeGuard[Commenter]:
    return isinstance(subject, Commenter) and hasattr(subject, "name")


def left_behind(commenter: Commenter) -> list[Commenter]:
    """Find rows of the same name that bear no comments any more.

    A page tells a name without the address by which an export knows its person.
    """
    alike = Commenter.objects.filter(
        blog=commenter.blog_id, name__name=commenter.name.name, comments=None
    )
    return list(alike.exclude(pk=commenter.pk))


def comments_of(subject: Subject) -> list[Comment]:
    """Return the comments to erase with a subject, and their doubles elsewhere."""
    if isinstance(subject, Comment) and subject.visibility == Visibility.UNKNOWN:
        message = "nothing but the place of that comment is known here"
        raise CannotErase(message)
    if isinstance(subject, Comment):
        own = _those((subject.pk,))
    else:
        own = _by_name(subject.pk)
    own += _those(tuple(_doubles(own)))
    # And as other sources of their threads tell them.
    leaders = {each.leader_id for each in own if each.leader_id is not None}
    return own + _led_by(tuple(leaders), tuple(each.pk for each in own))


def _with_articles() -> QuerySet[Comment]:
    return Comment.objects.select_related("post").order_by("post_id", "pk")


@Prepared
def _those(pks: tuple[int, ...]) -> QuerySet[Comment]:
    return _with_articles().filter(pk__in=pks)


@Prepared
def _by_name(commenter_pk: int) -> QuerySet[Comment]:
    return _with_articles().filter(commenter=commenter_pk)


@Prepared
def _led_by(leaders: tuple[int, ...], but: tuple[int, ...]) -> QuerySet[Comment]:
    return _with_articles().filter(leader__in=leaders).exclude(pk__in=but)


def _doubles(own: Sequence[Comment]) -> set[int]:
    """Find the same comments under other articles: one id, one text, one blog."""
    pks = tuple(comment.pk for comment in own)
    known = {(*ids, bytes(text)) for _pk, *ids, text in _texts_of(pks)}
    blogs = tuple({comment.post.blog_id for comment in own})
    others = _numbered_alike(blogs, tuple({comment.source_id for comment in own}), pks)
    return {pk for pk, *ids, text in others if (*ids, bytes(text)) in known}


_ALIKE = ("comment_id", "comment__scheme", "comment__source_id", "fingerprint")


@Prepared
def _texts_of(comments: tuple[int, ...]) -> QuerySet[Revision, Any]:
    return Revision.objects.filter(comment__in=comments).values_list(*_ALIKE)


@Prepared
def _numbered_alike(
    blogs: tuple[int, ...], source_ids: tuple[str, ...], but: tuple[int, ...]
) -> QuerySet[Revision, Any]:
    others = Revision.objects.filter(
        comment__post__blog__in=blogs, comment__source_id__in=source_ids
    )
    return others.exclude(comment__in=but).values_list(*_ALIKE)


def refuse(subject: Subject, *, basis: str, note: str, by: By = OWNER) -> int:
    """Put on record that something is not erased, and why; return the entry's index."""
    with short_write():
        return append(
            Statement(
                event="erase.refused",
                subject=subject.ref,
                by=by,
                public={"basis": basis},
                committed={"note": note or None},
            )
        )


def _erase_comment(
    comment: Comment, order: Order, done: Erased, names: Collection[int]
) -> None:
    """Erase one comment, and the name that nobody bears then but for some names."""
    with short_write():
        Post.objects.select_for_update(no_key=True).get(pk=comment.post_id)
        Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
        comment.refresh_from_db()
        texts = delete_words(comment.ref, done)
        index, now = next_index(), timezone.now()
        grade, actor = grade_and_actor(Visibility.ERASED)
        notice = DecidedNotice(
            grade=grade,
            entry_index=index,
            since=now,
            actor_label=actor,
            was_public=was_public(comment),
        )
        change = VisibilityChange(
            comment=comment,
            visibility=Visibility.ERASED,
            notice=notice,
            revision=None,
        )
        set_visibility([change])
        if comment.commenter_id is not None and comment.commenter_id not in names:
            done.names += delete_names_left([comment.commenter_id])
        _append_done(comment.ref, comment.post.ref, texts, order)
        done.comments += 1
        done.index = index


def _erase_name(commenter: Commenter, order: Order, done: Erased) -> None:
    with short_write():
        delete_words(commenter.ref, done)
        done.index = _append_done(commenter.ref, None, 0, order)


def delete_words(ref: str, done: Erased) -> int:
    """Delete a subject's words everywhere, and what opens commitments to them.

    The facts of decisions stay: they are public words that repeat nothing of the
    text. Return how many texts were deleted.
    """
    texts = sum(hooks.erase(ref) for hooks in package_hooks())
    Opening.objects.filter(entry__subject=ref).exclude(field="facts").delete()
    done.texts += texts
    return texts


def _append_done(ref: str, thread: str | None, texts: int, order: Order) -> int:
    second = {"second": order.second} if order.second else {}
    return append(
        Statement(
            event="erase.done",
            subject=ref,
            by=order.by,
            thread=thread,
            public={"basis": order.basis, "texts": texts, **second},
            committed={"note": order.note or None},
        )
    )
