"""Put a comment with its replies under another article of its blog, by hand.

Copies, their proofs and what imports find again go by the article in the copies, which
`Comment.told_below` keeps; readers, decisions and pages go by `Comment.post`.
"""

from commentarchive.discussion.stored_pages import drop_segments, store_missing
from commentarchive.intake.kept_corrections import (
    CannotCorrect,
    check_stands,
    record,
)
from commentarchive.intake.thread_places import (
    follow_copies,
    lock_around,
    parent_in_copies,
    put_in_order,
)
from commentarchive.ledger.append import By
from commentarchive.models import Aspect, Comment, Correction, Post, Visibility
from commentarchive.models.correction import place_by_hand
from commentarchive.storage.write_locks import import_lock, long_write


class ChangedMeanwhile(CannotCorrect):
    """It stands elsewhere than on the page from which it was to be moved."""


def move_comment(
    comment: Comment,
    target: Post,
    parent: Comment | None,
    *,
    seen: str | None = None,
    reason: str,
    by: By,
) -> Correction:
    """Put a comment with its replies under another article, on record.

    It answers `parent` there, or nothing; `seen` is where it stood when that was
    chosen. Raise CannotCorrect, before anything is changed, for what cannot be, and
    ImportRunning.
    """
    seen = place_by_hand(comment) if seen is None else seen
    with import_lock(), long_write():
        now = _locked(comment, {target.pk}, seen)
        _check(now, target, parent)
        before = place_by_hand(now)
        after = f"{target.ref} {parent.ref}" if parent else target.ref
        made = record(now, Aspect.ARTICLE, (before, after, reason), by=by)
        follow_copies(now.copied_below_id)
    store_missing(comment.post.blog)
    return made


def move_back(correction: Correction, *, reason: str, by: By) -> Correction:
    """Take a move back, on record: where an earlier one stands, that one stands again.

    Raise CannotCorrect where that was done before, and ImportRunning.
    """
    comment = correction.comment
    if comment is None or correction.aspect != Aspect.ARTICLE:
        message = "Only a comment stands under an article."
        raise CannotCorrect(message)
    with import_lock(), long_write():
        now = _locked(comment, set(), place_by_hand(comment))
        check_stands(correction)
        _check_company(now)
        before = place_by_hand(now)
        others = Correction.objects.standing().filter(
            comment=now, aspect=Aspect.ARTICLE
        )
        earlier = others.exclude(pk=correction.pk).last()
        after = earlier.words.after if earlier else _place_in_copies(now)
        words = (before, after, reason)
        made = record(now, Aspect.ARTICLE, words, by=by, undoes=correction)
        if earlier is None:
            above = parent_in_copies(now, now.source_parent)
            Comment.objects.filter(pk=now.pk).update(parent=above)
        follow_copies(now.copied_below_id)
        # Where it has stood below another comment of the same article.
        put_in_order(now.copied_below_id)
        drop_segments([now.copied_below_id])
    store_missing(comment.post.blog)
    return made


def _place_in_copies(comment: Comment) -> str:
    post = comment.told_below or comment.post
    above = parent_in_copies(comment, comment.source_parent)
    parent = Comment.objects.filter(pk=above or 0).first()
    return f"{post.ref} {parent.ref}" if parent else post.ref


def _locked(comment: Comment, others: set[int], seen: str) -> Comment:
    """Lock every article that is concerned, and read the comment as it stands."""
    found = Comment.objects.select_related("post__blog", "told_below", "parent")
    before = found.get(pk=comment.pk)
    lock_around(before, others)
    now = found.get(pk=comment.pk)
    if place_by_hand(now) != seen:
        message = "It was put under another article meanwhile: look at it again."
        raise ChangedMeanwhile(message)
    if now.capture_id is None:
        message = "Nothing is known of this comment but its replies."
        raise CannotCorrect(message)
    if now.visibility == Visibility.ERASED:
        message = "What was erased cannot be corrected."
        raise CannotCorrect(message)
    return now


def _check(comment: Comment, target: Post, parent: Comment | None) -> None:
    """Raise CannotCorrect for a place at which a comment cannot stand."""
    if target.pk == comment.post_id:
        message = "It stands under that article already."
        raise CannotCorrect(message)
    if target.blog_id != comment.post.blog_id:
        message = "That article is on another blog."
        raise CannotCorrect(message)
    if comment.post.leader_id or target.leader_id:
        message = "Readers see one of the two in a thread from two sources."
        raise CannotCorrect(message)
    _check_company(comment)
    if parent is None:
        return
    below = with_replies(comment)
    if parent.pk in below:
        message = "A comment cannot answer itself, or one of its replies."
        raise CannotCorrect(message)
    if parent.post_id != target.pk:
        message = "The comment that it is to answer stands under another article."
        raise CannotCorrect(message)


def _check_company(comment: Comment) -> None:
    """Raise CannotCorrect where a comment of another article was put among its replies.

    That one would stand there without what it answers.
    """
    family = Comment.objects.filter(pk__in=with_replies(comment))
    told = {each.copied_below_id for each in family}
    if told != {comment.copied_below_id}:
        message = (
            "A comment that its copy has under another article was put among its "
            "replies: take that back first."
        )
        raise CannotCorrect(message)


def with_replies(comment: Comment) -> set[int]:
    """Return a comment and all the replies to it, whole levels at a time."""
    found = {comment.pk}
    level = found
    while level:
        below = Comment.objects.filter(parent__in=level).values_list("pk", flat=True)
        level = set(below) - found
        found |= level
    return found
