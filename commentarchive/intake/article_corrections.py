"""Put an article's date right by hand, over what the copies tell; take that back.

As `corrections.py` does for comments: the facts are settled anew, with what was put
right above all copies, and so they are by every later import.
"""

from collections.abc import Mapping

from commentarchive.captures.absent import mark_absent
from commentarchive.intake.kept_corrections import (
    CannotCorrect,
    check_stands,
    record,
    valid_moment,
)
from commentarchive.intake.other_copies import (
    NO_COPY,
    OtherCopies,
    standing_corrections,
)
from commentarchive.intake.weighing import facts_of_article, weigh
from commentarchive.intake.write_article import settle_facts
from commentarchive.ledger.append import By
from commentarchive.models import Aspect, Correction, Post
from commentarchive.storage.bulk_insert import Rows
from commentarchive.storage.import_tables import TABLES
from commentarchive.storage.write_locks import import_lock, long_write
from commentarchive.threads.evidence import Facts, aspect_of, corrected


def correct_article(post: Post, after: str, *, reason: str, by: By) -> Correction:
    """Put the date of an article right, on record.

    `after` is the time as ISO 8601 with its offset; "" is "not known". Raise
    CannotCorrect, before anything is changed, for what cannot be, and ImportRunning.
    """
    after = valid_moment(after)
    with import_lock():
        with long_write():
            stored = _locked(post)
            stands = facts_of_article(stored)
            before = aspect_of(stands, Aspect.TIME)
            if before == after:
                message = "That is how it reads already."
                raise CannotCorrect(message)
            corrections = standing_corrections(post.pk).get(0, {})
            _settle(stored, stands, {**corrections, Aspect.TIME: after})
            made = record(stored, Aspect.TIME, (before, after, reason), by=by)
        # An export that is older than an article does not lack it.
        mark_absent([post.blog_id])
    return made


def undo_article_correction(
    correction: Correction, *, reason: str, by: By
) -> Correction:
    """Take a correction of an article back, on record; as `undo_correction`."""
    post, aspect = correction.post, Aspect(correction.aspect)
    if post is None:
        message = "Only a correction of an article can be taken back here."
        raise CannotCorrect(message)
    with import_lock():
        with long_write():
            stored = _locked(post)
            check_stands(correction)
            others = Correction.objects.standing().filter(post=post)
            corrections = dict(
                others.exclude(pk=correction.pk).values_list("aspect", "words__after")
            )
            stands = facts_of_article(stored)
            # Where no copy tells it, it reads as it did before.
            base = corrected(stands, {aspect: correction.words.before})
            facts = _settle(stored, base, corrections)
            words = (aspect_of(stands, aspect), aspect_of(facts, aspect), reason)
            made = record(stored, aspect, words, by=by, undoes=correction)
        mark_absent([post.blog_id])
    return made


def _locked(post: Post) -> Post:
    return Post.objects.select_for_update().get(pk=post.pk)


def _settle(post: Post, base: Facts, corrections: Mapping[str, str]) -> Facts:
    """Write the facts as copies and corrections tell them; return them.

    `base` is what stands where no copy tells a fact.
    """
    told = OtherCopies(post.pk, NO_COPY).of_article(
        facts_of_article(post), post.capture_id
    )
    weighed = weigh(base, told, corrections, title=base.title)
    rows = Rows(TABLES)
    settle_facts(weighed, post, rows)
    rows.flush()
    return weighed.facts
