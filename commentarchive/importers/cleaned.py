"""Articles with their texts cleaned, and what is noted and found in these."""

from dataclasses import replace

from commentarchive.importers.origins import LINE
from commentarchive.importers.parsed import ParsedPost, Reading
from commentarchive.text.attributions import attributions
from commentarchive.text.clean_html import BEYOND_LIMITS, clean

_REASON = "not all of its markup can be shown; its words can, and it is kept as it was"


def with_clean_text(post: ParsedPost, reading: Reading) -> ParsedPost:
    """Return an article with its text cleaned; its comments' texts are clean already.

    Notes each text whose markup goes beyond what can be cleaned.
    """
    for comment in post.comments:
        if comment.html.endswith(BEYOND_LIMITS):
            reading.repair(comment.byte, f"comment {comment.source_id}: {_REASON}")
    if not post.raw:
        # A title alone is no text as its blog stores it: whatever has one is better.
        return post if post.has_text else replace(post, form="page")
    text = clean(post.raw, post.form, article=True)
    if text.html.endswith(BEYOND_LIMITS):
        reading.repair(post.byte, f"article {post.source_id}: {_REASON}")
    lines = ((LINE, each.address) for each in attributions(text.html) if each.address)
    origins = tuple(dict.fromkeys((*post.origins, *lines)))
    return replace(post, html=text.html, plain=text.plain, origins=origins)
