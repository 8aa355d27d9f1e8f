"""Write the redacted version of a text: the only way in which one comes to be."""

from collections.abc import Sequence

from django.db.models import Max

from commentarchive.ledger.merkle.hashing import commit_article, commit_text, new_salt
from commentarchive.models import Redaction, Revision, RevisionOrigin, RevisionText
from commentarchive.text.blacking_out import Span, black_out
from commentarchive.text.clean_html import CLEANER
from commentarchive.text.plain import plain_text

# How the text of a redacted version is written: cleaned already, with our own marks.
FORM = "redacted"


def add_redacted(
    source: Revision, spans: Sequence[Span], *, statement: str
) -> Revision:
    """Add a version of a comment's or an article's text with places blacked out.

    An article keeps its title and who wrote it. Nobody sees the version before a
    decision shows it. `statement` is where the reasons are. The caller holds the lock
    of the comment, or of the article. Return it; raise SpanError as `black_out`.
    """
    told = source.text
    html = black_out(told.html, spans, statement=statement)
    salt = new_salt()
    numbers = Revision.objects.filter(comment=source.comment_id, post=source.post_id)
    last = numbers.aggregate(last=Max("number"))["last"] or 0
    made = Revision.objects.create(
        comment=source.comment,
        post=source.post,
        number=last + 1,
        origin=RevisionOrigin.REDACTED,
        commitment=commit_text(html, salt)
        if source.post_id is None
        else commit_article(told.title, html, salt),
        # By this a copy's text is known again: it is that of its source.
        fingerprint=source.fingerprint,
    )
    RevisionText.objects.create(
        revision=made,
        salt=salt,
        title=told.title,
        byline=told.byline,
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
