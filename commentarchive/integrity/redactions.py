"""Check that redacted texts come of their sources by the places on file."""

from collections.abc import Iterator

from commentarchive.models import Revision, RevisionText
from commentarchive.text.blacking_out import SpanError, black_out
from commentarchive.text.plain import plain_text


def compare_redacted(revision: Revision, text: RevisionText) -> Iterator[str]:
    """Yield what is wrong with a redacted version; as its source makes it anew."""
    if (text.html, text.plain) != (text.raw, plain_text(text.raw)):
        yield "pages show it otherwise than it was committed to"
    redaction = getattr(revision, "redaction", None)
    if redaction is None:
        yield "it is not on file what was blacked out in it"
        return
    source = getattr(redaction.source, "text", None)
    if source is None or _owner(redaction.source) != _owner(revision):
        yield "the text that it was made of is not there"
        return
    if (text.title, text.byline) != (source.title, source.byline):
        yield "its title or author is not that of the text that it was made of"
    try:
        made = black_out(
            source.html, redaction.places, statement=redaction.statement_path
        )
    except SpanError:
        made = ""
    if made != text.raw:
        yield "the places on file make another text of its source"


def _owner(revision: Revision) -> tuple[int | None, int | None]:
    return revision.comment_id, revision.post_id
