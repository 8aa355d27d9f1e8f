"""Put an article's date, title or author right by hand, and take that back.

As `corrections.py` does for comments: the facts are settled anew, with what was put
right above all copies, and so they are by every later import.
"""

from collections.abc import Mapping

from commentarchive.captures.absent import mark_absent
from commentarchive.importers.characters import printable
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
from commentarchive.models import Aspect, CorrectedWords, Correction, Post
from commentarchive.storage.bulk_insert import Rows
from commentarchive.storage.import_tables import TABLES
from commentarchive.storage.write_locks import import_lock, long_write
from commentarchive.threads.evidence import Facts, aspect_of, corrected

# How long a title and the name of an author can be.
MOST = {Aspect.TITLE: 500, Aspect.AUTHOR: 200}


def correct_article(
    post: Post, aspect: Aspect, after: str, *, reason: str, by: By
) -> Correction:
    """Put one fact of an article right, on record.

    `after` is the time as ISO 8601 with its offset, the title, or the author; "" is
    "not known". Raise CannotCorrect, before anything is changed, for what cannot be,
    and ImportRunning.
    """
    after = _valid(aspect, after)
    with import_lock():
        with long_write():
            stored = _locked(post)
            before = _reads(stored, aspect)
            if before == after:
                message = "That is how it reads already."
                raise CannotCorrect(message)
            corrections = standing_corrections(post.pk).get(0, {})
            _settle(stored, facts_of_article(stored), {**corrections, aspect: after})
            made = record(stored, aspect, (before, after, reason), by=by)
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
            before = _reads(stored, aspect)
            # Where no copy tells it, it reads as it did before.
            base = corrected(
                facts_of_article(stored), {aspect: correction.words.before}
            )
            _settle(stored, base, corrections)
            words = (before, _reads(_locked(post), aspect), reason)
            made = record(stored, aspect, words, by=by, undoes=correction)
        mark_absent([post.blog_id])
    return made


def _valid(aspect: Aspect, after: str) -> str:
    """Return a value in its one form. Raise CannotCorrect for what is none."""
    if aspect is Aspect.TIME:
        return valid_moment(after)
    after = printable(" ".join(after.split()))
    if aspect not in MOST:
        message = "That is no fact of an article."
        raise CannotCorrect(message)
    if len(after) > MOST[aspect]:
        message = f"It has at most {MOST[aspect]} characters."
        raise CannotCorrect(message)
    if aspect is Aspect.TITLE and not after:
        message = "An article is shown with a title; say which."
        raise CannotCorrect(message)
    return after


def _locked(post: Post) -> Post:
    return Post.objects.select_for_update(no_key=True).get(pk=post.pk)


def _reads(post: Post, aspect: Aspect) -> str:
    """Return a fact of an article as corrections write it."""
    if aspect is Aspect.AUTHOR:
        return post.author
    return aspect_of(facts_of_article(post), aspect)


def _settle(post: Post, base: Facts, corrections: Mapping[str, str]) -> None:
    """Write the facts as copies and corrections tell them.

    `base` is what stands where no copy tells a fact. Titles and authors are words: what
    the copies tell of them stays where it is, and what was put right lies beside it.
    """
    told = OtherCopies(post.pk, NO_COPY).of_article(
        facts_of_article(post), post.capture_id
    )
    weighed = weigh(base, told, corrections, title=post.told_title)
    rows = Rows(TABLES)
    settle_facts(weighed, post, rows)
    rows.flush()
    title, author = corrections.get(Aspect.TITLE), corrections.get(Aspect.AUTHOR)
    is_put_right = title is not None or author is not None
    CorrectedWords.objects.filter(post=post).delete()
    if is_put_right:
        CorrectedWords.objects.create(post=post, title=title, author=author)
    Post.objects.filter(pk=post.pk).update(is_put_right=is_put_right)
