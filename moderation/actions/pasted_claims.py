"""What comments of a pasted text say of blocked comments, once it was imported."""

from commentarchive.actions.claimed_gaps import NoSuchClaim, claim_gap
from commentarchive.ledger.append import By
from commentarchive.models import Blog, Capture, Comment
from commentarchive.transcripts.marks import Claim, Marks, comments_around
from commentarchive.transcripts.paragraphs import Place
from moderation.named_places import NoSuchPlace, blog_named


def record_claims(capture: Capture, marks: Marks, *, by: By) -> list[str]:
    """Record the claims that were accepted, each against a blog that is here.

    Return a sentence for each that could not be recorded: it is left for the desk.
    """
    left = []
    starts = comments_around(marks)
    for mark in marks.paragraphs:
        start = starts[mark.place]
        if mark.claim is None or start is None:
            continue
        try:
            _record(capture, start, mark.claim, by)
        except (NoSuchPlace, NoSuchClaim) as error:
            left.append(
                f"The claim at line {mark.place}, against {mark.claim.blog}, is not "
                f"recorded: {error} Record it on the comment’s own page of the desk."
            )
    return left


def _record(capture: Capture, start: Place, claim: Claim, by: By) -> None:
    blog = blog_named(claim.blog, Blog.objects.all())
    said_in = Comment.objects.get(
        post__manifests__capture=capture,
        scheme="transcript",
        source_id__startswith=f"{capture.sha256[:12]}:L{start}-",
    )
    claim_gap(blog, number=claim.number, said_in=said_in, by=by)
