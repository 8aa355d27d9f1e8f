"""Write the redacted version of a text: the only way in which one comes to be."""

from collections.abc import Sequence

from django.db.models import Max

from commentarchive.ledger.merkle.hashing import commit_text, new_salt
from commentarchive.models import Redaction, Revision, RevisionOrigin, RevisionText
from commentarchive.text.blacking_out import Span, black_out
from commentarchive.text.clean_html import CLEANER
from commentarchive.text.plain import plain_text

# How the text of a redacted version is written: cleaned already, with our own marks.
FORM = "redacted"


def add_redacted(
    source: Revision, spans: Sequence[Span], *, statement: str
) -> Revision:
    """Add a version of a comment's text with places blacked out; return it.

    Nobody sees it before a decision shows it. `statement` is where the reasons are.
    The caller holds the comment's lock. Raise SpanError as `black_out`.
    """
    html = black_out(source.text.html, spans, statement=statement)
    salt = new_salt()
    numbers = Revision.objects.filter(comment=source.comment_id)
    last = numbers.aggregate(last=Max("number"))["last"] or 0
    made = Revision.objects.create(
        comment=source.comment,
        number=last + 1,
        origin=RevisionOrigin.REDACTED,
        commitment=commit_text(html, salt),
        # By this a copy's text is known again: it is that of its source.
        fingerprint=source.fingerprint,
    )
    RevisionText.objects.create(
        revision=made,
        salt=salt,
        raw=html,
        form=FORM,
        html=html,
        plain=plain_text(html),
        cleaner=CLEANER,
    )
    Redaction.objects.create(
        revision=made,
        source=source,
        spans=[[span.start, span.end, span.label, span.rule] for span in spans],
        statement_path=statement,
    )
    return made
