"""The archive's keeper: which words it holds, and whose the public may not see."""

from collections.abc import Iterator

from django.db.models import Q

from commentarchive.ledger.append import read_leaf
from commentarchive.ledger.keeper import Expected, named_columns
from commentarchive.ledger.models import Entry
from commentarchive.models import (
    Capture,
    CaptureFile,
    Comment,
    CommenterName,
    PrivateAddress,
    RevisionText,
    Visibility,
)

_COLUMNS = {
    "commentarchive_blog": "slug title address normal_address time_zone language",
    "commentarchive_post": "source_id printed_at status scheme live_with",
    "commentarchive_postaddress": "address normal_address",
    "commentarchive_crosspost": "other_address normal_address",
    "commentarchive_comment": "scheme source_id printed_at source_state source_parent",
    "commentarchive_commentername": "name link",
    "commentarchive_privateaddress": "email ip",
    "commentarchive_capture": "importer sha256 reading root progress",
    "commentarchive_capturefile": "name",
    "commentarchive_manifest": "post_status",
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

    def fold(self) -> Iterator[tuple[Expected, object]]:
        """Pair each decision's and import's last entry with the row it speaks of."""
        last: dict[str, Expected] = {}
        for entry in Entry.objects.order_by("index").iterator(chunk_size=2000):
            said = read_leaf(bytes(entry.leaf))
            public = said["d"]
            if isinstance(public, dict) and entry.event == "archive.import":
                last[entry.subject] = Expected(
                    subject=entry.subject,
                    column="root",
                    value=public["root"],
                    index=entry.index,
                )
            elif isinstance(public, dict) and entry.event.startswith("comment."):
                last[entry.subject] = Expected(
                    subject=entry.subject,
                    column="visibility",
                    value=public["to"],
                    index=entry.index,
                )
        for expected in last.values():
            model = Capture if expected.column == "root" else Comment
            found = model.objects.filter(ref=expected.subject)
            yield expected, found.values_list(expected.column, flat=True).first()

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
            yield from CaptureFile.objects.values_list("name", flat=True)
