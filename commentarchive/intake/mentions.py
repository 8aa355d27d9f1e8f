"""Comments that quote words which their thread does not hold."""

from collections.abc import Sequence

from commentarchive.importers.parsed import ParsedComment, ParsedPost
from commentarchive.intake.plan import ArticlePlan
from commentarchive.matching import Key
from commentarchive.text.references import quotations, unmet


def unmet_mentions_of_plan(plan: ArticlePlan) -> list[Key]:
    """Find unmet quotations in an article of which something may be stored already.

    None are found where stored comments were not read: those may be what is meant.
    """
    read = [
        (planned.key, planned.parsed) for planned in plan.comments if planned.parsed
    ]
    unread = (planned.stored for planned in plan.comments if not planned.parsed)
    if any(stored and not stored.is_placeholder for stored in unread):
        return []
    unmet = unmet_mentions(plan.parsed, [comment for _key, comment in read])
    return [read[place][0] for place in unmet]


def unmet_mentions(article: ParsedPost, comments: Sequence[ParsedComment]) -> list[int]:
    """Find the places of comments that quote what the thread lacks.

    Only in an article that was captured whole: elsewhere it may be what was not read.
    """
    if not article.is_whole:
        return []
    quoting = {
        number: found
        for number, comment in enumerate(comments)
        if comment.state == "live"
        and "<blockquote>" in comment.html
        and (found := list(quotations(comment.html)))
    }
    if not quoting:
        return []
    texts = ((number, comment.plain) for number, comment in enumerate(comments))
    return unmet(quoting, [(None, article.plain), *texts])
