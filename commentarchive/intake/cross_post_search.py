"""Look for cross-posts among the articles of each copy, after it has been imported.

Articles of other blogs with nearly the same words, lines that name a blog without an
address, and comments that stand at several places. What it costs grows with the number
of articles alone: each is compared with the few that share rows of its words.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from itertools import batched, islice

from django.db.models import Count, Q

from commentarchive.actions.cross_post_proposals import (
    Likeness,
    propose_alike,
    propose_named,
)
from commentarchive.actions.crossposts import follow_places
from commentarchive.matching import fingerprint
from commentarchive.models import (
    ArticlePhrase,
    Blog,
    Capture,
    CaptureState,
    CrossPost,
    Manifest,
    Post,
)
from commentarchive.storage import bulk_insert
from commentarchive.storage.write_locks import long_write
from commentarchive.text.alike import ALIKE, SHARED, likeness, sketch
from commentarchive.text.attributions import attributions

# Articles whose rows are kept, and compared, in one step.
KEPT_AT_ONCE, COMPARED_AT_ONCE = 500, 100
# A row of words that more articles share is no cross-post, but what a blog prints
# below each of its articles; and how many of the likeliest are compared.
MOST_SHARING, MOST_COMPARED = 50, 10
# Shorter names of blogs are words.
SHORTEST_NAME = 6


class CrossPostSearch:
    """Goes through the copies that were not searched, a step at a time."""

    def __init__(self) -> None:
        self._steps: Iterator[None] = iter(())

    def step(self) -> bool:
        """Do the next step; return whether there was any."""
        for _done in islice(self._steps, 1):
            return True
        capture = (
            Capture.objects.filter(is_searched=False)
            .exclude(state=CaptureState.READING)
            .order_by("pk")
            .first()
        )
        if capture is None:
            return False
        self._steps = _search(capture)
        return True


def search_all() -> None:
    """Search every copy that was not searched."""
    search = CrossPostSearch()
    while search.step():
        pass


def _search(capture: Capture) -> Iterator[None]:
    """Search one copy; cut short, it is begun anew, and finds the same."""
    held = Manifest.objects.filter(capture=capture, part=0).order_by("post")
    posts = list(held.values_list("post", flat=True).distinct())
    for part in batched(posts, KEPT_AT_ONCE, strict=False):
        _keep_phrases(part)
        yield
    for part in batched(posts, COMPARED_AT_ONCE, strict=False):
        _compare(part)
        _name_blogs(part)
        yield
    for part in batched(posts, KEPT_AT_ONCE, strict=False):
        ties = CrossPost.objects.filter(
            Q(post__in=part) | Q(other_post__in=part),
            is_proposal=False,
            is_withdrawn=False,
            other_post__isnull=False,
        )
        for tie in ties:
            follow_places(tie)
        yield
    with long_write():
        Capture.objects.filter(pk=capture.pk).update(is_searched=True)


def _texts(posts: Collection[int]) -> dict[int, str]:
    rows = Post.objects.filter(pk__in=posts, current_revision__text__isnull=False)
    return dict(rows.values_list("pk", "current_revision__text__plain"))


def _keep_phrases(posts: Collection[int]) -> None:
    """Keep a few rows of words of each article, but not those that many share."""
    wanted = {pk: sketch(plain, _digest) for pk, plain in _texts(posts).items()}
    rows = {(digest, pk) for pk, digests in wanted.items() for digest in digests}
    digests = {digest for digest, _pk in rows}
    with long_write():
        stored: set[tuple[int, int]] = set()
        bearers: Counter[int] = Counter()
        for part in batched(sorted(digests), 5000, strict=False):
            found = ArticlePhrase.objects.filter(digest__in=part)
            counted = found.values("digest").annotate(number=Count("post"))
            bearers.update(dict(counted.values_list("digest", "number")))
            mine = found.filter(post__in=posts)
            stored.update(mine.values_list("digest", "post"))
        new = []
        for digest, pk in sorted(rows - stored):
            bearers[digest] += 1
            if bearers[digest] <= MOST_SHARING:
                new.append((digest, pk))
        bulk_insert.insert(ArticlePhrase, ("digest", "post_id"), new)


def _compare(posts: Collection[int]) -> None:
    """Propose those of other blogs whose words are nearly the same."""
    found = [pair for pair in _candidates(posts) if not _are_one_thread(*pair)]
    texts = _texts({post.pk for pair in found for post in pair})
    alike = []
    for one, other in found:
        score = likeness(texts.get(one.pk, ""), texts.get(other.pk, ""))
        if score >= ALIKE:
            copy, original = sorted((one, other), key=_turn, reverse=True)
            alike.append(Likeness(copy.pk, original.pk, original.blog, score))
    if alike:
        with long_write():
            for each in alike:
                propose_alike(each)


def _candidates(posts: Collection[int]) -> Iterator[tuple[Post, Post]]:
    """Yield pairs of articles of two blogs that share enough rows of words."""
    own: dict[int, set[int]] = {}
    for digest, pk in ArticlePhrase.objects.filter(post__in=posts).values_list(
        "digest", "post"
    ):
        own.setdefault(digest, set()).add(pk)
    shared: Counter[tuple[int, int]] = Counter()
    rows = ArticlePhrase.objects.filter(digest__in=list(own))
    for digest, other in rows.values_list("digest", "post"):
        shared.update((pk, other) for pk in own[digest] if pk != other)
    pairs = {
        (min(pair), max(pair)): number
        for pair, number in shared.items()
        if number >= SHARED
    }
    known = Post.objects.select_related("blog").in_bulk(
        {pk for pair in pairs for pk in pair}
    )
    taken: Counter[int] = Counter()
    for one, other in sorted(pairs, key=lambda pair: (-pairs[pair], pair)):
        first, second = known[one], known[other]
        if first.blog_id == second.blog_id or taken[one] >= MOST_COMPARED:
            continue
        taken[one] += 1
        yield first, second


def _are_one_thread(one: Post, other: Post) -> bool:
    return one.leader_id is not None and one.leader_id == other.leader_id


def _turn(post: Post) -> tuple[bool, float, str, str]:
    """Return the key that sorts an original before its copies, the undated last."""
    at = post.published_at
    return (at is None, at.timestamp() if at else 0, post.blog.slug, post.source_id)


def _name_blogs(posts: Collection[int]) -> None:
    """Propose what lines say that name a blog which is known here, and no address."""
    rows = Post.objects.filter(pk__in=posts).values_list(
        "pk", "blog", "current_revision__text__html"
    )
    told = [
        (pk, blog, each.words.casefold())
        for pk, blog, html in rows
        for each in attributions(html or "")
        if not each.address
    ]
    if not told:
        return
    names = {
        blog.title.casefold(): blog
        for blog in Blog.objects.order_by("-pk")
        if len(blog.title) >= SHORTEST_NAME
    }
    with long_write():
        for pk, own, words in told:
            named = [name for name in names if name in words and names[name].pk != own]
            if named:
                propose_named(pk, names[max(named, key=len)])


def _digest(row: str) -> int:
    return int.from_bytes(fingerprint("article", row)[:8], signed=True)
