"""Remember by keyed digests which words of a comment entered by hand are erased.

And under which name they were typed: the same words of somebody else are not erased.
"""

from commentarchive.importers.formats.by_hand import OWN_ID
from commentarchive.matching import name_fingerprint, words_fingerprint
from commentarchive.models import Comment, ErasedWords, RevisionText


def remember_erased(subject: str) -> None:
    """Remember a comment's words before they are deleted; again changes nothing.

    Only where it was entered without a number of its blog: by a number a comment is
    found again without its words.
    """
    typed = Comment.objects.filter(ref=subject, source_id__startswith=OWN_ID)
    comment = typed.values_list("pk", "commenter__name__name").first()
    if comment is None:
        return
    pk, name = comment
    texts = RevisionText.objects.filter(revision__comment=pk)
    digests = {
        words_fingerprint(plain): False
        for plain in texts.values_list("plain", flat=True)
    }
    if digests and name:
        digests[name_fingerprint(name)] = True
    for digest, is_name in digests.items():
        ErasedWords.objects.get_or_create(
            comment_id=pk, digest=digest, defaults={"is_name": is_name}
        )
