"""Tell two people of one name apart, comment by comment, and take them for one again.

Each comment that is somebody else's gets a correction, which stands above every copy,
so that a later import neither undoes nor repeats it; the name as shown stays the same.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from commentarchive.actions.joined_names import CannotJoin, lock_names, record_link
from commentarchive.discussion.stored_pages import store_missing
from commentarchive.intake.corrections import put_back, put_right
from commentarchive.ledger.append import By
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import (
    Aspect,
    Comment,
    Commenter,
    Confidence,
    Correction,
    NameLink,
    Post,
    Visibility,
)
from commentarchive.storage.write_locks import import_lock, long_write
from commentarchive.threads.evidence import APART

# So many comments at once; each is an entry of the record.
MOST = 100
# Not the evidence, which is kept with the names and erased with them.
_WHY = "Two people wrote under this name; the name’s page says how that is known."
_WHY_BACK = "They are one person after all; the name’s page says how that is known."


def told_apart(name: Commenter) -> list[Commenter]:
    """Return those of the same name who were told apart from one here."""
    links = NameLink.objects.of(name).select_related("one", "other__name")
    first: dict[frozenset[int], NameLink] = {}
    for link in links:
        first.setdefault(link.pair, link)
    # Whoever was told apart was not here before: the first link of two says who.
    found = (link.other for link in first.values() if link.one_id == name.pk)
    return [other for other in found if _is_apart(other)]


def split_person(
    name: Commenter,
    comments: Sequence[Comment],
    other: Commenter | None = None,
    *,
    facts: str,
    note: str = "",
    by: By,
) -> Commenter:
    """Record that comments under a name are somebody else's; return that one.

    `other` is somebody who was told apart before, else the first such person of that
    name. Raise CannotJoin, CannotCorrect or ImportRunning; nothing is changed then.
    """
    _check(name, comments, other, facts)
    with _locked(comments):
        lock_names(name, other or name)
        mark = other.name.person if other else f"{APART}{new_ref('n')}"
        for comment in comments:
            put_right(comment, Aspect.PERSON, mark, reason=_WHY, by=by)
        if other is None:
            first = Comment.objects.select_related("commenter__name")
            other = first.get(pk=comments[0].pk).commenter
        if other is None:  # pragma: no cover  # a comment of a name has one
            raise AssertionError
        last = NameLink.objects.between(name, other).last()
        if last is None or last.confidence:
            record_link(name, other, ("", ""), (facts, note), by)
    store_missing(name.blog)
    return other


def take_for_one(
    name: Commenter, other: Commenter, *, facts: str, note: str = "", by: By
) -> None:
    """Take back that comments are somebody else's: they are one person after all.

    Whichever of the two was told apart from the other. Raise as `split_person`.
    """
    if name in told_apart(other):
        name, other = other, name
    corrections: list[Correction] = []
    if other in told_apart(name):
        made = Correction.objects.standing().filter(
            aspect=Aspect.PERSON,
            comment__commenter=other,
            words__after=other.name.person,
        )
        corrections = list(made.select_related("comment__post__blog", "words"))
    if not corrections:
        message = "They were not told apart."
        raise CannotJoin(message)
    if not facts.strip():
        message = "Say by what evidence."
        raise CannotJoin(message)
    comments = [each.comment for each in corrections if each.comment]
    with _locked(comments):
        lock_names(name, other)
        for correction in reversed(corrections):
            if comment := correction.comment:
                put_back(comment, correction, reason=_WHY_BACK, by=by)
        record_link(name, other, (Confidence.CERTAIN, ""), (facts, note), by)
    store_missing(name.blog)


@contextmanager
def _locked(comments: Sequence[Comment]) -> Iterator[None]:
    """Lock the articles of comments, in order, before anything goes on record."""
    with import_lock(), long_write():
        posts = Post.objects.filter(comments__in=comments).values("pk")
        list(
            Post.objects.filter(pk__in=posts)
            .order_by("pk")
            .select_for_update(no_key=True)
        )
        yield


def _check(
    name: Commenter, comments: Sequence[Comment], other: Commenter | None, facts: str
) -> None:
    """Raise CannotJoin for what is no part of a name's comments."""
    message = ""
    left = name.comments.exclude(pk__in=[each.pk for each in comments])
    if not facts.strip():
        message = "Say by what evidence."
    elif not comments:
        message = "Choose at least one comment."
    elif len(comments) > MOST:
        message = f"Choose at most {MOST} comments at once."
    elif any(each.commenter_id != name.pk for each in comments):
        message = "A comment of these is under another name."
    elif any(each.visibility == Visibility.ERASED for each in comments):
        message = "What was erased cannot be corrected."
    elif not left.exists():
        message = "Leave at least one comment; else it is still one person."
    elif other is not None and (other not in told_apart(name)):
        message = "That is nobody who was told apart from this name."
    if message:
        raise CannotJoin(message)


def _is_apart(name: Commenter) -> bool:
    words = getattr(name, "name", None)
    return words is not None and words.person.startswith(APART)
