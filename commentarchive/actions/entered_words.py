"""Remember by a keyed digest which words of a comment entered by hand are erased."""

from commentarchive.importers.formats.by_hand import OWN_ID
from commentarchive.matching import words_fingerprint
from commentarchive.models import ErasedWords, RevisionText


def remember_erased(subject: str) -> None:
    """Remember a comment's words before they are deleted; again changes nothing.

    Only where it was entered without a number of its blog: by a number a comment is
    found again without its words.
    """
    texts = RevisionText.objects.filter(
        revision__comment__ref=subject, revision__comment__source_id__startswith=OWN_ID
    )
    for comment, plain in texts.values_list("revision__comment", "plain"):
        if comment is not None:
            ErasedWords.objects.get_or_create(
                comment_id=comment, digest=words_fingerprint(plain)
            )
