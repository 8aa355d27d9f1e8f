"""The archive's keeper: which words it holds, and whose the public may not see."""

from collections.abc import Iterator

from django.db.models import Q

from commentarchive.integrity.entries import ArchiveFold
from commentarchive.ledger.keeper import named_columns
from commentarchive.models import (
    CaptureFile,
    Comment,
    CommenterName,
    Hold,
    PrivateAddress,
    RevisionText,
    Visibility,
)

_COLUMNS = {
    "commentarchive_blog": "slug title address normal_address time_zone language",
    "commentarchive_post": "source_id printed_at status scheme live_with copies",
    "commentarchive_postaddress": "address normal_address",
    "commentarchive_crosspost": "other_address normal_address",
    "commentarchive_comment": "scheme source_id printed_at source_state source_parent",
    "commentarchive_commentername": "name link person",
    "commentarchive_privateaddress": "email ip",
    "commentarchive_capture": "importer sha256 kept_sha256 reading root progress",
    "commentarchive_capturefile": "name",
    "commentarchive_hold": "reason",
    "commentarchive_manifest": "post_status scheme",
    "commentarchive_revision": "commitment",
    "commentarchive_revisiontext": "salt title byline raw form html plain cleaner",
    "commentarchive_tombstone": (
        "actor_label clause_label statement_path closing_path"
    ),
}


class ArchiveKeeper:
    """Reaches the archive's tables for whoever may not import it."""

    def text_columns(self) -> frozenset[str]:
        """Name every column that may hold words."""
        return named_columns(_COLUMNS)

    def fold(self) -> ArchiveFold:
        """Begin to compare the archive's rows with the record."""
        return ArchiveFold()

    def erase(self, subject: str) -> int:
        """Delete a comment's texts and addresses, or a name."""
        texts, _tables = RevisionText.objects.filter(
            revision__comment__ref=subject
        ).delete()
        PrivateAddress.objects.filter(comment__ref=subject).delete()
        CommenterName.objects.filter(commenter__ref=subject).delete()
        return texts

    def private_words(self, subject: str) -> Iterator[str]:
        """Give the hidden texts, names and addresses of a comment, or of all for ""."""
        hidden = ~Q(visibility=Visibility.PUBLISHED) | Q(post__is_public=False)
        comments = Comment.objects.filter(hidden)
        addresses = PrivateAddress.objects.all()
        if subject:
            comments = comments.filter(ref=subject)
            addresses = addresses.filter(comment__ref=subject)
        texts = RevisionText.objects.filter(revision__comment__in=comments)
        yield from texts.values_list("plain", flat=True)
        shown = Comment.objects.shown().values("commenter")
        names = CommenterName.objects.filter(commenter__comments__in=comments)
        # A name that somebody else is shown by is no secret.
        public = CommenterName.objects.filter(commenter__in=shown).values("name")
        yield from names.exclude(name__in=public).values_list("name", flat=True)
        for email, ip in addresses.values_list("email", "ip"):
            yield from (word for word in (email, ip) if word)
        if not subject:
            yield from Hold.objects.values_list("reason", flat=True)
            yield from CaptureFile.objects.values_list("name", flat=True)
