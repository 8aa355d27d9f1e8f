"""Put a fact right by hand, over what the copies tell, and take that back.

1. Lock the article; read its comments and what every copy told of this one.
2. Settle the facts anew, with the correction above all copies.
3. Write them, and what copies told otherwise: their word is kept and shown.
4. Put the thread into order, and append the entry.

A later import settles facts in the same way (`weighing.py`), so that it neither undoes
nor repeats a correction.
"""

from collections.abc import Mapping
from typing import NamedTuple

from django.db.models import F

from commentarchive.actions.commenters import Commenters
from commentarchive.discussion.stored_pages import drop_segments, store_missing
from commentarchive.intake.kept_corrections import (
    CannotCorrect,
    check_stands,
    record,
    valid_moment,
)
from commentarchive.intake.other_article import move_back
from commentarchive.intake.other_copies import (
    NO_COPY,
    OtherCopies,
    standing_corrections,
)
from commentarchive.intake.stored import StoredComment, stored_comments
from commentarchive.intake.thread_places import (
    follow_copies,
    lock_around,
    parent_in_copies,
    put_in_order,
)
from commentarchive.intake.weighing import Weighed, testimony_row, weigh
from commentarchive.ledger.append import By
from commentarchive.matching import Key
from commentarchive.models import (
    Aspect,
    Comment,
    Correction,
    Testimony,
    Visibility,
)
from commentarchive.storage.bulk_insert import Rows
from commentarchive.storage.import_tables import TABLES
from commentarchive.storage.write_locks import import_lock, long_write
from commentarchive.threads.evidence import APART, Facts, aspect_of, corrected

MAX_NAME = 200


class _Name(NamedTuple):
    """To which name a comment belongs."""

    name: str
    link: str
    email: str
    person: str


def correct_comment(
    comment: Comment, aspect: Aspect, after: str, *, reason: str, by: By
) -> Correction:
    """Put one fact of a comment right, on record.

    `after` is the name as shown, the time as ISO 8601 with its offset, or the id of the
    comment that is answered; "" is "not known", or for a parent "answers none". Raise
    CannotCorrect, before anything is changed, for what cannot be, and ImportRunning.
    """
    after = _valid(aspect, after)
    with import_lock(), long_write():
        made = put_right(comment, aspect, after, reason=reason, by=by)
    store_missing(comment.post.blog)
    return made


def keep_parent(comment: Comment, *, reason: str, by: By) -> Correction:
    """Keep what a comment answers as it reads, on record, whatever later copies tell.

    Raise CannotCorrect and ImportRunning as `correct_comment` does.
    """
    with import_lock(), long_write():
        made = put_right(comment, Aspect.PARENT, None, reason=reason, by=by)
    store_missing(comment.post.blog)
    return made


def put_right(
    comment: Comment, aspect: Aspect, after: str | None, *, reason: str, by: By
) -> Correction:
    """Put one fact right within the caller's locks and transaction.

    Or keep it as it reads, where `after` is None.
    """
    thread, stored = _locked(comment)
    before = aspect_of(stored.facts, aspect)
    if after is None:
        after = before
    elif before == after:
        message = "That is how it reads already."
        raise CannotCorrect(message)
    if aspect is Aspect.PARENT:
        _check_parent(comment, thread, stored, after)
    corrections = standing_corrections(comment.copied_below_id).get(comment.pk, {})
    _settle(comment, stored, stored.facts, {**corrections, aspect: after})
    return record(comment, aspect, (before, after, reason), by=by)


def undo_correction(correction: Correction, *, reason: str, by: By) -> Correction:
    """Take a comment's correction back, on record; return the correction that does.

    The fact reads as the copies tell it again. Raise CannotCorrect where that was done
    before, and ImportRunning.
    """
    comment = correction.comment
    if comment is None:
        message = "Only a correction of a comment can be taken back here."
        raise CannotCorrect(message)
    if correction.aspect == Aspect.ARTICLE:
        return move_back(correction, reason=reason, by=by)
    with import_lock(), long_write():
        made = put_back(comment, correction, reason=reason, by=by)
    store_missing(comment.post.blog)
    return made


def put_back(
    comment: Comment, correction: Correction, *, reason: str, by: By
) -> Correction:
    """Take a correction back within the caller's locks and transaction."""
    aspect = Aspect(correction.aspect)
    _thread, stored = _locked(comment)
    check_stands(correction)
    others = Correction.objects.standing().filter(comment=comment)
    corrections = dict(
        others.exclude(pk=correction.pk).values_list("aspect", "words__after")
    )
    # Where no copy tells it, it reads as it did before.
    base = corrected(stored.facts, {aspect: correction.words.before})
    facts = _settle(comment, stored, base, corrections)
    words = (aspect_of(stored.facts, aspect), aspect_of(facts, aspect), reason)
    return record(comment, aspect, words, by=by, undoes=correction)


def _valid(aspect: Aspect, after: str) -> str:
    """Return a value in its one form. Raise CannotCorrect for what is none."""
    if aspect is Aspect.TIME:
        return valid_moment(after)
    if aspect not in {Aspect.NAME, Aspect.PARENT}:
        message = "That is no fact of one comment."
        raise CannotCorrect(message)
    after = after.strip()
    if aspect is Aspect.NAME and len(after) > MAX_NAME:
        message = f"A name has at most {MAX_NAME} characters."
        raise CannotCorrect(message)
    return after


def _locked(comment: Comment) -> tuple[dict[Key, StoredComment], StoredComment]:
    """Lock the article; return its comments, and the one that is to be corrected."""
    posts = lock_around(comment)
    thread = stored_comments(posts[comment.copied_below_id])
    stored = next(each for each in thread.values() if each.pk == comment.pk)
    if stored.is_placeholder:
        message = "Nothing is known of this comment but its replies."
        raise CannotCorrect(message)
    if stored.visibility == Visibility.ERASED:
        message = "What was erased cannot be corrected."
        raise CannotCorrect(message)
    return thread, stored


def _check_parent(
    comment: Comment,
    thread: Mapping[Key, StoredComment],
    stored: StoredComment,
    parent_id: str,
) -> None:
    """Raise CannotCorrect where the parent is not here, or is the comment's reply."""
    if Correction.objects.standing().filter(comment=comment, aspect=Aspect.ARTICLE):
        message = (
            "It stands under another article than in its copy: take that back first, "
            "or choose there what it answers."
        )
        raise CannotCorrect(message)
    if not parent_id:
        return
    by_pk = {each.pk: each for each in thread.values()}
    [scheme] = {key.scheme for key, each in thread.items() if each.pk == stored.pk}
    above = thread.get(Key(scheme, parent_id, 0))
    if above is None:
        message = "There is no such comment under this article."
        raise CannotCorrect(message)
    while above is not None:
        if above.pk == stored.pk:
            message = "A comment cannot answer itself, or one of its replies."
            raise CannotCorrect(message)
        above = by_pk.get(above.parent_pk or 0)


def _settle(
    comment: Comment,
    stored: StoredComment,
    base: Facts,
    corrections: Mapping[str, str],
) -> Facts:
    """Write the facts as copies and corrections tell them; return them.

    `base` is what stands where no copy tells a fact.
    """
    others = OtherCopies(comment.copied_below_id, NO_COPY)
    told = others.of_comment(stored.pk, stored.facts, stored.capture_pk)
    weighed = weigh(base, told, corrections)
    _write(comment, stored, weighed)
    places = (weighed.facts.parent, weighed.facts.moment)
    if places != (stored.facts.parent, stored.facts.moment):
        follow_copies(comment.copied_below_id)
        put_in_order(comment.post_id)
    drop_segments([comment.post_id])
    return weighed.facts


def _write(comment: Comment, stored: StoredComment, weighed: Weighed) -> None:
    facts, stands, rows = weighed.facts, stored.facts, Rows(TABLES)
    values: dict[str, object] = {
        "posted_at": facts.moment,
        "printed_at": facts.printed,
        "utc_offset": facts.offset,
        "day_only": facts.day_only,
        "settlings": F("settlings") + 1,
    }
    if (facts.name, facts.link, facts.person) != (
        *(stands.name, stands.link, stands.person),
    ):
        # Whom people told apart has the address of the other one, for all we know.
        email = "" if facts.person.startswith(APART) else stored.email
        name = _Name(facts.name, facts.link or "", email, facts.person)
        commenters = Commenters(comment.post.blog_id)
        [values["commenter_id"]] = commenters.ids([name], stored.capture_pk, rows)
        rows.flush()
    if facts.parent != stands.parent:
        values["source_parent"] = facts.parent or ""
        values["parent_id"] = parent_in_copies(comment, facts.parent or "")
    Comment.objects.filter(pk=stored.pk).update(**values)
    told = weighed.otherwise
    rows.add(
        Testimony, [testimony_row(each, comment=stored.pk, post=None) for each in told]
    )
    rows.flush()
