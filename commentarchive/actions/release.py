"""Publish what an import left for staff, on record; a way out for everything."""

from django.utils import timezone

from commentarchive.actions.notices import (
    DecidedNotice,
    VisibilityChange,
    set_visibility,
)
from commentarchive.discussion.stored_pages import drop_segments, store_missing
from commentarchive.ledger.append import By, Statement, append, next_index
from commentarchive.models import Comment, Grade, PossibleMove, Post, Visibility
from commentarchive.models.post import PRIVATE_STATUSES
from commentarchive.storage.write_locks import short_write


class NothingToRelease(ValueError):
    """It is not, or no longer, something that an import left for staff."""


def release_comment(comment: Comment, *, reason: str, by: By) -> None:
    """Publish a comment that an import left for staff.

    No import hides it again. Raise NothingToRelease where it was published or decided
    on meanwhile.
    """
    with short_write():
        post = Post.objects.select_for_update(no_key=True).get(pk=comment.post_id)
        left = Comment.objects.select_for_update(no_key=True).filter(pk=comment.pk)
        now = left.left_for_staff().first()
        # What its copies tell by now, which may be an earlier one than the newest.
        told = now.current_revision if now else None
        if now is None or told is None:
            message = "It was published or decided on meanwhile."
            raise NothingToRelease(message)
        notice = DecidedNotice(
            grade=Grade.DECIDED,
            entry_index=next_index(),
            since=timezone.now(),
            actor_label=by.shown,
        )
        change = VisibilityChange(
            comment=now,
            visibility=Visibility.PUBLISHED,
            notice=notice,
            revision=told,
        )
        now.told_revision = told
        set_visibility([change])
        # It had no place in the pages of its thread, which may end with it now.
        drop_segments([post.pk])
        append(
            Statement(
                event="comment.release",
                subject=comment.ref,
                by=by,
                thread=post.ref,
                public={"released": True, "text": told.commitment},
                committed={"reason": reason},
            )
        )
    store_missing(post.blog)


def release_article(post: Post, *, reason: str, by: By) -> None:
    """Publish an article that an import left for staff, with its discussion.

    No import hides it again. Raise NothingToRelease where that was done meanwhile.
    """
    with short_write():
        locked = Post.objects.select_for_update(no_key=True).filter(pk=post.pk)
        now = locked.left_for_staff().first()
        if now is None:
            message = "It was published meanwhile, or waits for an answer."
            raise NothingToRelease(message)
        _show(now, is_public=True, reason=reason, by=by)
    store_missing(post.blog)


def take_back_article(post: Post, *, reason: str, by: By) -> None:
    """Hide an article again that staff had published. Raise NothingToRelease if not."""
    with short_write():
        locked = Post.objects.select_for_update(no_key=True).filter(
            pk=post.pk, is_public=True
        )
        now = locked.exclude(released_entry=None).first()
        if now is None:
            message = "It is not one that staff published."
            raise NothingToRelease(message)
        _show(now, is_public=False, reason=reason, by=by)


def _show(post: Post, *, is_public: bool, reason: str, by: By) -> None:
    """Set who may see an article, as the last statement of the caller's transaction."""
    post.is_public, post.released_entry = is_public, next_index()
    post.save(update_fields=["is_public", "released_entry"])
    # Pages that are attached to it are shown with it.
    attached = Post.objects.filter(
        blog=post.blog_id, live_with=post.source_id, released_entry=None
    ).exclude(live_with="")
    pks = list(attached.filter(is_held_back=False).values_list("pk", flat=True))
    Post.objects.filter(pk__in=pks).update(is_public=is_public)
    drop_segments([post.pk, *pks])
    append(
        Statement(
            event="archive.publish",
            subject=post.ref,
            by=by,
            thread=post.ref,
            public={"to": "public" if is_public else "staff"},
            committed={"reason": reason},
        )
    )


def answer_move(question: PossibleMove, *, is_same: bool, reason: str, by: By) -> None:
    """Record whether a new article is one that was here before its blog moved.

    If it is, it stays out of sight, and the next copy of the blog goes to the one that
    was here; else readers see it as its blog shows it. Raise NothingToRelease where
    that was answered meanwhile.
    """
    with short_write():
        post = Post.objects.select_for_update(no_key=True).get(pk=question.post_id)
        rows = PossibleMove.objects.select_for_update(no_key=True).filter(
            pk=question.pk
        )
        now = rows.filter(answered_entry=None).select_related("other").first()
        if now is None:
            message = "It was answered meanwhile."
            raise NothingToRelease(message)
        now.is_same, now.answered_entry = is_same, next_index()
        now.save(update_fields=["is_same", "answered_entry"])
        post.is_held_back = is_same
        # Its blog may have taken it offline since the question came up.
        is_live = now.is_live and post.status not in PRIVATE_STATUSES
        post.is_public = is_live and not is_same
        post.save(update_fields=["is_held_back", "is_public"])
        post.blog.posts.settle_attached()
        drop_segments([post.pk])
        append(_answer(now, post, reason, by))
    store_missing(post.blog)


def _answer(question: PossibleMove, post: Post, reason: str, by: By) -> Statement:
    public: dict[str, str | int] = {"grade": Grade.DECIDED.value, "kind": "same_thread"}
    committed = {"evidence": reason}
    if question.is_same:
        public["pairs"] = 0
        committed["pair_list"] = f"{post.ref} {question.other.ref}"
    return Statement(
        event="crosspost.confirm" if question.is_same else "crosspost.refuse",
        subject=question.ref,
        by=by,
        thread=question.other.ref,
        public=dict(public),
        committed=dict(committed),
    )
