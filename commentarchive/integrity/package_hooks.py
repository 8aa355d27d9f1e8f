"""What reconcile and erasures call of the archive, which the ledger may not import."""

from collections.abc import Iterator

from django.db.models import Q

from commentarchive.actions.closed_again import close_blogs_again
from commentarchive.actions.drafts import forget_drafts
from commentarchive.actions.entered_words import remember_erased
from commentarchive.erasure.names_left import delete_links
from commentarchive.erasure.requests import forget_asker
from commentarchive.integrity.entries import ArchiveCheck
from commentarchive.ledger.models import Opening
from commentarchive.models import (
    Aspect,
    Capture,
    Comment,
    Commenter,
    CommenterName,
    CorrectionWords,
    PrivateAddress,
    Redaction,
    RevisionText,
    Testimony,
)
from commentarchive.storage.hidden_phrases import forget_phrases


class ArchiveHooks:
    """The archive's hooks, named in settings.PACKAGE_HOOKS."""

    def table_check(self) -> ArchiveCheck:
        """Start a comparison of the archive's tables with the record."""
        return ArchiveCheck()

    def hide_again(self, first: int, size: int) -> Iterator[str]:
        """Close blogs that entries closed whose rows are lost.

        What readers are kept from by copies, those tell anew when they are read again.
        """
        return close_blogs_again(first, size)

    def erase(self, subject: str) -> int:
        """Delete a comment's texts and addresses, or a name; return how many texts.

        With either goes what copies told of it otherwise than it stands, by what
        evidence a name was joined with others, and every open draft of a text that its
        blog was imported from.
        """
        comments = Comment.objects.filter(ref=subject)
        names = Commenter.objects.filter(ref=subject)
        copies = Capture.objects.filter(
            Q(blog__in=comments.values("post__blog"))
            | Q(blog__in=names.values("blog")),
            importer="transcript",
        )
        remember_erased(subject)
        forget_asker(subject)
        forget_drafts(copies.values_list("sha256", flat=True))
        texts, _tables = RevisionText.objects.filter(
            revision__comment__ref=subject
        ).delete()
        Redaction.objects.filter(revision__comment__ref=subject).delete()
        forget_phrases(subject)
        PrivateAddress.objects.filter(comment__ref=subject).delete()
        Testimony.objects.filter(comment__ref=subject).delete()
        CorrectionWords.objects.filter(correction__comment__ref=subject).delete()
        for name in CommenterName.objects.filter(commenter__ref=subject):
            told = Testimony.objects.filter(name=name.name)
            told.filter(comment__post__blog__commenters=name.pk).delete()
            _erase_corrections(name)
        delete_links(subject)
        CommenterName.objects.filter(commenter__ref=subject).delete()
        return texts


def _erase_corrections(name: CommenterName) -> None:
    """Delete what corrected a shown name from or to this one, and what opens it."""
    words = CorrectionWords.objects.filter(
        Q(before=name.name) | Q(after=name.name),
        correction__aspect=Aspect.NAME,
        correction__comment__post__blog__commenters=name.pk,
    )
    entries = list(words.values_list("correction__entry_index", flat=True))
    words.delete()
    Opening.objects.filter(entry__index__in=entries).delete()
