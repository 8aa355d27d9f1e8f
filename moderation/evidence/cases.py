"""What a bundle is about: a comment, an article, a decision or a complaint."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from commentarchive.ledger.merkle.refs import PATTERN
from commentarchive.models import Comment, Post
from moderation.models import Complaint, Decision

_reference = re.compile(rf"(?<![a-z0-9]){PATTERN}(?![a-z0-9])")
_LETTERS = "cpde"


class NoCase(LookupError):
    """Nothing here has that reference; the message says so."""


class SealedOnly(ValueError):
    """Readers do not see what it is about, so that nobody else may have it either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a bundle is about, by primary keys: threads, comments in question, names."""

    ref: str
    called: str
    posts: Sequence[int]
    comments: Sequence[int]
    names: Sequence[int]
    # Whether all comments of the threads are in question.
    is_whole: bool = False
    complaint: Complaint | None = None

    @property
    def decisions(self) -> Q:
        """Select the decisions about what is in question."""
        if self.is_whole:
            return Q(post__in=self.posts)
        of_article = Q(comment=None, commenter=None, post__in=self.posts)
        chosen = Q(comment__in=self.comments) | Q(
            comment=None, commenter__in=self.names
        )
        return chosen | of_article


def find_case(words: str) -> Case:
    """Find what a reference is about, or the last one in a page's address.

    Raise NoCase.
    """
    refs = [ref for ref in _reference.findall(words.strip()) if ref[0] in _LETTERS]
    if not refs:
        message = (
            "Give the reference or the page of a comment, an article, a decision or a "
            "complaint."
        )
        raise NoCase(message)
    ref = refs[-1]
    found = _FINDERS[ref[0]](ref)
    if found is None:
        message = f"Nothing here has the reference {ref}."
        raise NoCase(message)
    return found


def check_readers_see(case: Case) -> None:
    """Raise SealedOnly for what the bundle for the other side may not be about."""
    if case.complaint is not None:
        message = (
            "What a complaint is about is for staff: ask for the sealed bundle, or for "
            "one of the comment or the article."
        )
        raise SealedOnly(message)
    threads = Post.objects.public().filter(pk__in=case.posts)
    shown = Comment.objects.public().filter(pk__in=case.comments)
    if not threads.exists() or not (case.is_whole or not case.comments or shown):
        message = (
            "Readers do not see that thread: ask for the sealed bundle, which owners "
            "and auditors make."
        )
        raise SealedOnly(message)


def _of_comment(ref: str) -> Case | None:
    comment = Comment.objects.filter(ref=ref).first()
    return None if comment is None else _of_comments(ref, "a comment", [comment])


def _of_comments(ref: str, called: str, comments: Sequence[Comment]) -> Case:
    leaders = {each.leader_id for each in comments} - {None}
    tied = Comment.objects.filter(leader__in=leaders) if leaders else ()
    every = {each.pk: each for each in (*comments, *tied)}
    return Case(
        ref=ref,
        called=called,
        posts=_tied_posts({each.post_id for each in every.values()}),
        comments=sorted(every),
        names=sorted({each.commenter_id or 0 for each in every.values()} - {0}),
    )


def _tied_posts(pks: set[int]) -> list[int]:
    """Return articles with those that are the same thread from another source."""
    led = Post.objects.filter(pk__in=pks).exclude(leader=None).values("leader")
    return sorted(
        Post.objects.filter(Q(pk__in=pks) | Q(leader__in=led)).values_list(
            "pk", flat=True
        )
    )


def _of_article(ref: str) -> Case | None:
    post = Post.objects.filter(ref=ref).first()
    return None if post is None else _of_articles(ref, "an article", {post.pk})


def _of_articles(ref: str, called: str, pks: set[int]) -> Case:
    posts = _tied_posts(pks)
    comments = Comment.objects.filter(post__in=posts)
    return Case(
        ref=ref,
        called=called,
        posts=posts,
        comments=list(comments.order_by("pk").values_list("pk", flat=True)),
        names=(),
        is_whole=True,
    )


def _of_decision(ref: str) -> Case | None:
    decision = Decision.objects.filter(ref=ref).select_related("comment").first()
    if decision is None:
        return None
    if decision.comment is not None:
        return _of_comments(ref, "a decision on a comment", [decision.comment])
    posts = _tied_posts({decision.post_id})
    if decision.commenter_id is None:
        called = "a decision on an article"
        return Case(ref=ref, called=called, posts=posts, comments=(), names=())
    under = Comment.objects.filter(commenter=decision.commenter_id)
    return Case(
        ref=ref,
        called="a decision on a name",
        posts=posts,
        comments=list(under.order_by("pk").values_list("pk", flat=True)),
        names=[decision.commenter_id],
    )


def _of_complaint(ref: str) -> Case | None:
    complaint = Complaint.objects.filter(ref=ref).prefetch_related("places").first()
    if complaint is None:
        return None
    places = complaint.places_now
    comments = [each.comment_id for each in places if each.comment_id]
    names = [each.commenter_id for each in places if each.commenter_id]
    chosen = Comment.objects.filter(Q(pk__in=comments) | Q(commenter__in=names))
    found = _of_comments(ref, "a complaint", list(chosen))
    posts = {each.post_id for each in places if each.post_id}
    return Case(
        ref=ref,
        called="a complaint",
        posts=sorted({*found.posts, *_tied_posts(posts)}),
        comments=found.comments,
        names=sorted({*found.names, *names}),
        complaint=complaint,
    )


_FINDERS = {
    "c": _of_comment,
    "p": _of_article,
    "d": _of_decision,
    "e": _of_complaint,
}
