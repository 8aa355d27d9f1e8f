"""Which comments on the places of one article are the same: one name, the same words.

Any version of a text counts, and what readers do not see as well: what became of one
comment at two places is all that pages make of it. Nameless comments are never joined.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from commentarchive.models import (
    Comment,
    RepeatedComment,
    RevisionText,
    Visibility,
)
from commentarchive.storage.write_locks import long_write
from commentarchive.text.compared_words import compared_words
from commentarchive.text.similar import bare_words

# Fewer words are said by anybody: they count only within one minute.
TELLING = 5
type _Key = tuple[str, str, str]


def keep_repeated(post_pks: Collection[int]) -> None:
    """Find the comments that stand below several articles, and keep their pairs."""
    places, texts = _places(post_pks), _texts(post_pks)
    wanted = _pairs(places, texts)
    stored = set(
        RepeatedComment.objects.filter(
            comment__post__in=post_pks, other__post__in=post_pks
        ).values_list("comment", "other")
    )
    # Of what was erased nobody can tell any more: what was known of it stays.
    stale = {pair for pair in stored - wanted if all(pk in texts for pk in pair)}
    new = sorted(wanted - stored)
    if not (new or stale):
        return
    with long_write():
        for pair in stale:
            RepeatedComment.objects.filter(comment=pair[0], other=pair[1]).delete()
        RepeatedComment.objects.bulk_create(
            (RepeatedComment(comment_id=one, other_id=other) for one, other in new),
            ignore_conflicts=True,
        )


def _places(
    post_pks: Collection[int],
) -> dict[int, tuple[int, str, datetime | None]]:
    """Return article, name and minute of each named comment, the oldest first."""
    named = Comment.objects.filter(
        post__in=post_pks, commenter__name__isnull=False
    ).exclude(visibility=Visibility.UNKNOWN)
    rows = named.oldest_first().values_list(
        "pk", "post", "commenter__name__name", "posted_at", "day_only"
    )
    return {
        pk: (post, bare_words(name), None if day_only else at)
        for pk, post, name, at, day_only in rows
    }


def _texts(post_pks: Collection[int]) -> dict[int, set[tuple[str, bool]]]:
    """Return every wording of each comment, and whether it is long enough to tell."""
    found: dict[int, set[tuple[str, bool]]] = defaultdict(set)
    rows = RevisionText.objects.filter(revision__comment__post__in=post_pks)
    for pk, plain in rows.values_list("revision__comment", "plain"):
        is_telling = len(compared_words(plain)) >= TELLING
        if pk is not None and plain:
            found[pk].add((bare_words(plain), is_telling))
    return found


def _pairs(
    places: dict[int, tuple[int, str, datetime | None]],
    texts: dict[int, set[tuple[str, bool]]],
) -> set[tuple[int, int]]:
    alike: dict[_Key, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for pk, (post, name, at) in places.items():
        for words, is_telling in texts.get(pk, ()):
            minute = f"{at:%Y-%m-%d %H:%M}" if at and not is_telling else ""
            if name and (is_telling or minute):
                alike[name, words, minute][post].append(pk)
    found: set[tuple[int, int]] = set()
    for by_post in alike.values():
        # What somebody said twice at both places is paired in turn.
        first, *others = (by_post[post] for post in sorted(by_post))
        for other in others:
            found |= {
                (min(pair), max(pair)) for pair in zip(first, other, strict=False)
            }
    return found
