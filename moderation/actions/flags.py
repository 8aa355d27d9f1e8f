"""Readers' reports of comments: taken in, looked up, and forgotten by an erasure.

What answers them is a decision on the comment, and nothing here.
"""

from dataclasses import dataclass

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.crypto import salted_hmac

from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import Comment, Revision
from commentarchive.storage.write_locks import short_write
from moderation.actions.letters import receipt
from moderation.actions.receipts import bare, digest_of, opens, secret_of
from moderation.models import Clause, Flag, FlagWords, LetterKind

_SALT = "moderation.flags"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What a reader says of a comment, and which version they had before them."""

    comment: Comment
    revision: Revision
    clause: Clause | None
    text: str = ""
    email: str = ""


def send_flag(reported: Reported, *, visitor: str, key: str) -> tuple[Flag, str]:
    """Take in a reader's report; return it and its secret.

    `key` is the form's own: the same form sent again is the same report. `visitor` is
    kept as a digest that tells people apart for this one comment.
    """
    secret, comment = secret_of(_SALT, key), reported.comment
    person = salted_hmac(_SALT, f"{comment.ref} {visitor}", algorithm="sha256")
    with short_write():
        flag, is_new = Flag.objects.get_or_create(
            secret_digest=digest_of(secret),
            defaults={
                "ref": new_ref("e"),
                "comment": comment,
                "revision": reported.revision,
                "clause": reported.clause,
                "person": person.digest(),
                "received_at": timezone.now(),
            },
        )
        if is_new and (reported.text or reported.email):
            FlagWords.objects.create(
                flag=flag, text=reported.text, email=reported.email
            )
        if is_new and reported.email:
            receipt(
                LetterKind.FLAG_RECEIPT,
                case=comment.ref,
                about=flag.ref,
                email=reported.email,
                blog=comment.post.blog,
            )
    return flag, secret


def find_flag(ref: str, secret: str) -> Flag | None:
    """Find a report by its reference and its secret, as `find_claim` does."""
    found = Flag.objects.select_related("comment__post__blog", "clause")
    flag = found.filter(ref=bare(ref)).first()
    return flag if opens(flag.secret_digest if flag else None, secret) else None


def reported_comments() -> QuerySet[Comment]:
    """Return the comments with reports that nothing has answered, most reported first.

    With `persons`, who count once each, and `reported_at`, the time of the first.
    """
    waiting = Flag.objects.waiting().order_by()
    of_each = (
        waiting.filter(comment=OuterRef("pk"))
        .values("comment")
        .annotate(persons=Count("person", distinct=True), first=Min("received_at"))
    )
    own = Comment.objects.filter(pk__in=waiting.values("comment")).select_related(
        *("commenter__name", "current_revision__text", "post__blog"),
        "post__current_revision__text",
    )
    return own.annotate(
        persons=Subquery(of_each.values("persons")),
        reported_at=Subquery(of_each.values("first")),
    ).order_by("-persons", "reported_at", "pk")


def number_reported() -> int:
    """Count the comments with reports that nothing has answered."""
    return Flag.objects.waiting().order_by().values("comment").distinct().count()


def flags_of(comment: Comment) -> list[Flag]:
    """Return the reports of a comment that wait for an answer, oldest first."""
    waiting = Flag.objects.filter(comment=comment).waiting()
    told = waiting.select_related("words", "clause", "revision")
    return list(told.order_by("received_at", "pk"))


def forget_flags(subject: str) -> None:
    """Delete what was sent with reports of an erased comment, or with one report."""
    of_it = Q(flag__comment__ref=subject) | Q(flag__ref=subject)
    FlagWords.objects.filter(of_it).delete()
