"""Check texts and names against their commitments and against what pages show."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from django.db.models import Max, Model, QuerySet

from commentarchive.erasure.names_left import all_erased
from commentarchive.integrity.redactions import compare_redacted
from commentarchive.ledger.comparison import Difference
from commentarchive.ledger.merkle.hashing import commit_article, commit_text
from commentarchive.matching import fingerprint
from commentarchive.models import (
    Comment,
    Commenter,
    CommenterName,
    PrivateAddress,
    Revision,
    RevisionOrigin,
    Testimony,
    Visibility,
)
from commentarchive.storage.prepared import Prepared
from commentarchive.text.clean_html import Form, clean, is_cleaned_alike


def compare_texts() -> Iterator[Difference]:
    """Report texts that do not open their commitment, or are shown otherwise."""
    for revision in _versions.stream():
        comment, post, capture = revision.comment, revision.post, revision.capture
        index = capture.entry_index if capture else None
        subject = comment.ref if comment else post.ref if post else ""
        where = f"version {revision.number} of {subject}"
        text = getattr(revision, "text", None)
        if text is None:
            if comment is None or comment.visibility != Visibility.ERASED:
                yield Difference(index, f"the text of {where} is gone")
            continue
        if comment is not None and comment.visibility == Visibility.ERASED:
            reason = f"the text of {where} is there, although it was erased"
            yield Difference(comment.decided_entry, reason)
        commitment = (
            commit_text(text.raw, text.salt)
            if comment is not None
            else commit_article(text.title, text.raw, text.salt)
        )
        if commitment != revision.commitment:
            yield Difference(index, f"the text of {where} is not the one committed to")
        elif revision.origin == RevisionOrigin.REDACTED:
            for reason in compare_redacted(revision, text):
                yield Difference(index, f"{where} is redacted, and {reason}")
        elif is_cleaned_alike(text.raw, form := cast("Form", text.form), text.cleaner):
            cleaned = clean(text.raw, form, article=comment is None)
            if (cleaned.html, cleaned.plain) != (text.html, text.plain):
                reason = f"pages show {where} otherwise than it was committed to"
                yield Difference(index, reason)


# All that is looked at here, and of redactions whatever `compare_redacted` looks at.
_COMPARED = (
    *("comment", "post", "capture", "number", "origin", "commitment"),
    *("comment__ref", "comment__visibility", "comment__decided_entry"),
    *("post__ref", "capture__entry_index"),
    *("text__salt", "text__title", "text__byline", "text__raw", "text__form"),
    *("text__html", "text__plain", "text__cleaner"),
    *("redaction__source", "redaction__spans", "redaction__statement_path"),
    *("redaction__source__comment", "redaction__source__post"),
    "redaction__source__text__html",
    *("redaction__source__text__title", "redaction__source__text__byline"),
)


@Prepared
def _versions() -> QuerySet[Revision]:
    related = ("text", "comment", "post", "capture", "redaction__source__text")
    versions = Revision.objects.select_related(*related).order_by("pk")
    # A copy's report is long, and would be parsed again for each of its versions.
    return versions.only(*_COMPARED)


def compare_addresses() -> Iterator[Difference]:
    """Report addresses and testimonies that came back after an erasure."""
    for ref, index in _left_of_erased(PrivateAddress):
        yield Difference(index, f"an address of {ref} is there, although it was erased")
    for ref, index in _left_of_erased(Testimony):
        reason = f"what a copy told of {ref} is there, although it was erased"
        yield Difference(index, reason)


@Prepared
def _left_of_erased(
    rows: type[Model],
) -> QuerySet[Any, tuple[str, int | None]]:
    left: QuerySet[Any] = QuerySet(rows).filter(comment__visibility=Visibility.ERASED)
    return left.values_list("comment__ref", "comment__decided_entry")


def compare_names(erased: Mapping[str, int]) -> Iterator[Difference]:
    """Report names that differ from those which came with the comments.

    `erased` maps each erased name to the entry that says so.
    """
    # The name of comments that were all erased may have gone with the last of them, and
    # with it the same name that had lost its own to better evidence.
    for ref, index in _nameless.stream():
        if ref not in erased:
            yield Difference(index, f"the name of {ref} is gone")
    for ref in CommenterName.objects.filter(commenter__ref__in=erased).values_list(
        "commenter__ref", flat=True
    ):
        yield Difference(erased[ref], f"the name of {ref} is there, although erased")
    for name in _names_with_addresses.stream():
        commenter = name.commenter
        # A comment may have got its address from a later copy than its name.
        if any(
            fingerprint(name.name, name.link, key) == bytes(commenter.fingerprint)
            for key in {name.person, name.mail or "", ""}
        ):
            continue
        # A name that better evidence left without comments is shown nowhere, and the
        # address that may be part of its digest is known from its comments alone.
        if not commenter.comments.exists():
            continue
        # With an erased comment the address has gone that is part of the digest.
        if Comment.objects.filter(
            commenter=commenter, visibility=Visibility.ERASED
        ).exists():
            continue
        reason = f"the name or link of {commenter.ref} is not as the copy held it"
        yield Difference(commenter.capture.entry_index, reason)


@Prepared
def _names_with_addresses() -> QuerySet[Any]:
    mails = CommenterName.objects.annotate(
        mail=Max("commenter__comments__private_address__email")
    )
    return mails.select_related("commenter__capture").order_by("pk")


@Prepared
def _nameless() -> QuerySet[Commenter, tuple[str, int | None]]:
    nameless = Commenter.objects.filter(name=None).exclude(comments=None)
    nameless = nameless.exclude(pk__in=all_erased().values("pk"))
    return nameless.values_list("ref", "capture__entry_index")
