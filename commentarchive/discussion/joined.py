"""The discussions of one article at its several places, in one time line.

A page costs the same wherever it is: keys and pairs of all the places' comments are
read, and the rows of one page. Of the discussion that was read last, keys and pairs are
kept until the archive is written to: who leafs through it has only the rows read.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from commentarchive.discussion.article_places import Place, posts_at
from commentarchive.discussion.query import rows_by_key
from commentarchive.discussion.windows import pages_in
from commentarchive.models import Comment, CrossPost, RepeatedComment
from commentarchive.storage.prepared import Prepared
from commentarchive.storage.remembered import public_state
from commentarchive.text.plain import plain_text
from commentarchive.text.similar import same_words
from commentarchive.threads.joined import LEADS_NOWHERE, Standing, joined_row
from commentarchive.threads.render import WINDOW_SIZE, join, render_window


class JoinedPage(NamedTuple):
    """One page of a joined discussion, and what the whole of it holds."""

    html: str
    number: int
    pages: int
    # Comments with those at several places counted once, and how many these are.
    comments: int
    repeated: int


def joined_page(places: Sequence[Place], number: int) -> JoinedPage | None:
    """Return one page of the places' comments by time; None beyond the end.

    Six queries, four where the discussion was kept; one more where notices of other
    sources are shown, and for each further 512 comments at several places.
    """
    by_post = posts_at(places)
    said = _said(tuple(by_post))
    pages = pages_in(len(said.firsts))
    if not 1 <= number <= pages:
        return None
    start = (number - 1) * WINDOW_SIZE
    shown = said.groups(start, start + WINDOW_SIZE)
    rows = rows_by_key([pk for group in shown for pk in group])
    names = _names(places)
    # What was hidden since the keys were read is shown at none of its places.
    standing = [
        [Standing(rows[pk], names[id(by_post[said.post_of[pk]])]) for pk in group]
        for group in shown
        if rows.keys() >= set(group)
    ]
    made = [
        joined_row(group, has_same_words=_have_same_words(group)) for group in standing
    ]
    window = render_window(made, is_flat=True, folds=False) if made else None
    return JoinedPage(
        html=join([window]).decode() if window else "",
        number=number,
        pages=pages,
        comments=len(said.firsts),
        repeated=sum(pk in said.group_of for pk in said.firsts),
    )


def _have_same_words(group: Sequence[Standing]) -> bool:
    """Return whether what readers see of a comment is the same at each place."""
    if len({each.row.html for each in group}) == 1:
        return True
    texts = [plain_text(each.row.html) for each in group]
    return all(same_words(texts[0], text) for text in texts[1:])


@Prepared
def _by_time(posts: Sequence[int]) -> QuerySet[Comment, tuple[int, int]]:
    public = Comment.objects.public().filter(post__in=posts)
    return public.oldest_first().values_list("pk", "post")


@Prepared
def _pairs(posts: Sequence[int]) -> QuerySet[RepeatedComment, tuple[Any, ...]]:
    pairs = RepeatedComment.objects.filter(
        comment__post__in=posts, other__post__in=posts
    )
    # Of one thread from two sources, what readers see in its place.
    ends = (
        Coalesce(F(f"{end}__leader"), F(f"{end}__pk")) for end in ("comment", "other")
    )
    return pairs.order_by().values_list(*ends)


class _Said(NamedTuple):
    """All that was said at some places, each once.

    Keys alone: lists of each comment's own would take longer than to ask for them.
    """

    # By time, what is said nowhere else and the first of each that is: a page is some
    # of these.
    firsts: Sequence[int]
    # Of comments at several places, which of them stands for all.
    group_of: Mapping[int, int]
    post_of: Mapping[int, int]

    @classmethod
    def of(
        cls, post_of: Mapping[int, int], pairs: Iterable[tuple[int, int]]
    ) -> "_Said":
        """Find what is the same; `post_of` is in order of time.

        What is a note for staff at any place is shown at none.
        """
        group_of = _joined(pairs)
        left_out = {group_of[pk] for pk in group_of.keys() - post_of.keys()}
        firsts, met = [], set(left_out)
        for pk in post_of:
            group = group_of.get(pk)
            if group is None:
                firsts.append(pk)
            elif group not in met:
                met.add(group)
                firsts.append(pk)
        return cls(firsts, group_of, post_of)

    def groups(self, start: int, end: int) -> list[list[int]]:
        """Return some of the firsts, each with the same of other places, by time."""
        found: dict[int, list[int]] = {
            self.group_of.get(pk, pk): [] for pk in self.firsts[start:end]
        }
        there = {pk for pk, group in self.group_of.items() if group in found}
        there.update(self.firsts[start:end])
        for pk in self.post_of:
            if pk in there:
                found[self.group_of.get(pk, pk)].append(pk)
        return list(found.values())


@lru_cache(maxsize=1)
def said_at(posts: tuple[int, ...], _state: str) -> _Said:
    """Return all that was said at places, in a state of the archive; two queries."""
    return _Said.of(dict(_by_time.stream(posts)), _pairs(posts))


def _said(posts: tuple[int, ...]) -> _Said:
    # The state is read before them: what changes meanwhile has another.
    return said_at(posts, public_state())


def _joined(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return which key stands for each that is in a pair: one for all that hang on."""
    above: dict[int, int] = {}

    def top(pk: int) -> int:
        while (higher := above.setdefault(pk, pk)) != pk:
            pk = higher
        return pk

    for one, other in pairs:
        if one == other:
            continue
        if one not in above and other not in above:
            # As nearly all are.
            above[one] = above[other] = one
        else:
            above[top(other)] = top(one)
    return {
        pk: higher if above[higher] == higher else top(higher)
        for pk, higher in above.items()
    }


def _names(places: Sequence[Place]) -> dict[int, str]:
    """Return what each place is called: its blog, and more where two are alike."""
    called = [place.name for place in places]
    blogs = [place.post.blog_id for place in places if place.post]
    found = {}
    for place in places:
        name = place.name
        if place.post and called.count(name) > 1:
            is_one_blog = blogs.count(place.post.blog_id) > 1
            more = place.post.title if is_one_blog else place.post.blog.slug
            name = f"{name} ({more})"
        found[id(place)] = name
    return found


def page_of_places() -> Case:
    """Ask for the page of all places of a comment that stands at several of them.

    Its reference; null where readers see the comment at one place alone, and where
    its words were erased or withheld at another: these do not say whose they were.
    """
    there = RepeatedComment.objects.filter(comment=OuterRef("pk"))
    back = RepeatedComment.objects.filter(other=OuterRef("pk"))
    # Looked up for each: a list of all public comments would be made first.
    public = Comment.objects.public()
    is_told = Exists(
        there.filter(Exists(public.filter(pk=OuterRef("other"))))
    ) | Exists(back.filter(Exists(public.filter(pk=OuterRef("comment")))))
    is_kept = Exists(there.filter(other__visibility__in=LEADS_NOWHERE)) | Exists(
        back.filter(comment__visibility__in=LEADS_NOWHERE)
    )
    at_it = Q(post=OuterRef("post")) | Q(other_post=OuterRef("post"))
    told = CrossPost.objects.public().filter(at_it, is_withdrawn=False)
    ref = Subquery(told.order_by("pk").values("ref")[:1])
    return Case(When(is_told & ~is_kept, then=ref))
