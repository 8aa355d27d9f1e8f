"""Hidden texts that others quote, found by the index of their phrases."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import batched, islice
from typing import NamedTuple

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from commentarchive.matching import fingerprints
from commentarchive.models import BlogVisibility, HiddenPhrase, Revision, Visibility
from commentarchive.models.comment import is_hidden_elsewhere
from commentarchive.text.leaks import QUOTED_WORDS, SHARED_WORDS, Phrases

# How many digests are asked for by one query.
ASKED = 1000
# Rows of five that a text of eight words has: so many in one text are a quotation.
ROWS_OF_A_QUOTATION = QUOTED_WORDS - SHARED_WORDS + 1
# How many texts are looked at, those first that share most, and how many are counted;
# and how many rows of a very long text are looked for.
MOST_FOUND = 40
MOST_COUNTED = 500
MOST_ALIKE = 2
MOST_ROWS = 4000


class Quoted(NamedTuple):
    """A hidden text: its version, and the comment or the article that it is of."""

    revision: int
    comment: int | None
    post: int | None
    # The blog of a text that is hidden only because its whole blog is for staff.
    only_by_blog: int | None = None


def find_quoted(phrases: Phrases) -> list[Quoted]:
    """Find the hidden texts of which some phrases hold a quotation.

    By eight words in a row, or by what is enough by itself. A text of fewer words is
    looked for as a whole.
    """
    rows = sorted(phrases.rows)[:MOST_ROWS]
    enough = min(ROWS_OF_A_QUOTATION, len(rows))
    shared = _bearers(rows) if enough else Counter[int]()
    found = Counter({pk: count for pk, count in shared.items() if count >= enough})
    for pk, count in _bearers(sorted(phrases.marks)[:MOST_ROWS]).items():
        found[pk] += ROWS_OF_A_QUOTATION * count
    likeliest = sorted(found, key=lambda pk: (-found[pk], pk))[:MOST_COUNTED]
    return list(islice(_hidden(likeliest), MOST_FOUND))


def digests_of(phrases: Iterable[str]) -> list[int]:
    """Return the keyed digests of phrases, as the index has them."""
    return [
        int.from_bytes(digest[:8], signed=True)
        for digest in fingerprints(phrases, after="phrase")
    ]


def _hidden(revisions: Sequence[int]) -> Iterator[Quoted]:
    """Yield the texts of some versions that readers do not see, in the same order.

    Of several with the same words the first two: one may be the comment's own.
    """
    hidden_comment = Q(comment__isnull=False) & (
        ~Q(comment__visibility=Visibility.PUBLISHED)
        | ~Q(comment__current_revision=F("pk"))
        | Q(comment__post__is_public=False)
        | is_hidden_elsewhere("comment__leader")
    )
    staff = BlogVisibility.STAFF
    by_blog = Q(comment__post__blog__visibility=staff) | Q(post__blog__visibility=staff)
    told = Revision.objects.filter(pk__in=revisions)
    blog = Coalesce("comment__post__blog", "post__blog")
    of_staff = told.filter(by_blog).values_list("pk", "comment", "post", blog)
    found = {row[0]: Quoted(*row) for row in of_staff}
    of_article = ~Q(post__hidden_text="", post__hidden_title="")
    of_article |= Q(post__is_public=False) | Q(post__news_revision=F("pk"))
    hidden_article = Q(post__isnull=False) & of_article
    hidden = told.filter(hidden_comment | hidden_article)
    for row in hidden.values_list("pk", "comment", "post"):
        found[row[0]] = Quoted(*row)
    words = dict(told.values_list("pk", "fingerprint"))
    seen: Counter[tuple[bytes, int | None]] = Counter()
    for pk in revisions:
        if pk not in found:
            continue
        same = bytes(words[pk]), found[pk].only_by_blog
        seen[same] += 1
        if seen[same] <= MOST_ALIKE:
            yield found[pk]


def _bearers(phrases: Iterable[str]) -> Counter[int]:
    """Count phrases by version; of each part, only the versions that have most."""
    found: Counter[int] = Counter()
    for part in batched(digests_of(phrases), ASKED):
        rows = HiddenPhrase.objects.filter(digest__in=part).values_list("revision")
        counted = rows.annotate(n=Count("digest")).order_by("-n", "revision")
        found.update(dict(counted[:MOST_COUNTED]))
    return found
