"""Write planned articles in short transactions, and remember how far they got.

Each batch commits its rows, its counts and the capture's cursor together, so that an
import that was killed goes on where it stopped.
"""

import time
from collections import Counter, deque
from collections.abc import Callable, Sequence

from commentarchive.actions.cross_post_proposals import Hint, propose_hinted
from commentarchive.actions.crossposts import record_cross_posts, tie_cross_posts
from commentarchive.discussion.stored_pages import drop_segments
from commentarchive.importers.parsed import ParsedPost
from commentarchive.intake.arrivals import arrivals_of_new, arrivals_of_slice
from commentarchive.intake.decision_watch import DecisionWatch
from commentarchive.intake.judges import Arrival, judges
from commentarchive.intake.mentions import unmet_mentions, unmet_mentions_of_plan
from commentarchive.intake.new_articles import NewArticle, NewArticleWriter
from commentarchive.intake.plan import ArticlePlan, hold_decided
from commentarchive.intake.report import Counts
from commentarchive.intake.thread_places import (
    articles_with_moves,
    follow_copies,
    put_in_order,
)
from commentarchive.intake.update_stored import StoredUpdate
from commentarchive.intake.write_article import (
    WrittenArticle,
    add_article,
    update_article,
)
from commentarchive.intake.write_thread import (
    VISIBLE_CHANGES,
    Destination,
    Slice,
    ThreadWriter,
)
from commentarchive.models import Blog, Post
from commentarchive.storage.write_locks import Turn, long_write

BATCH_COMMENTS = 2500
# A moderator waits for a batch no longer than 150 ms. The clock is looked at while
# rows are made; to insert them takes about as long again.
BATCH_SECONDS = 0.07
# While somebody decides, batches take a third of that, for some seconds after each
# time that one was waited for: the rows of a long one cannot be inserted half.
AWAITED_SECONDS = BATCH_SECONDS / 3
AWAITED_FOR = 10
# After so many comments of new articles a batch looks whether somebody waits for it.
PART_COMMENTS = 250
# An article's own rows take about as long as so many comments.
ARTICLE_COST = 4

type Plan = ArticlePlan | NewArticle


class BatchWriter:
    """Collects plans and writes them in batches, in the order of the file."""

    def __init__(
        self,
        blog: Blog,
        to: Destination,
        *,
        counts: Counts,
        decisions: DecisionWatch,
        replan: Callable[[ParsedPost, int], ArticlePlan],
        before_insert: Callable[[], None],
    ) -> None:
        """`replan` plans an article the general way, once a decision concerns it.

        `before_insert` starts what can be done while the database is at work.
        """
        self._blog = blog
        self._to = to
        self._counts = counts
        self._decisions = decisions
        self._replan = replan
        self._before_insert = before_insert
        self._new_articles = NewArticleWriter(blog, to)
        self._judges = judges(blog)
        # None is moved meanwhile: that takes the lock that an import holds.
        self._with_moves = articles_with_moves()
        self._arrivals: list[Arrival] = []
        self._waiting: deque[Plan] = deque()
        self._cost_waiting = 0
        # The article that is being written slice by slice.
        self._article: WrittenArticle | None = None
        # What one batch can write in time, estimated from the last one.
        self._fitting = BATCH_COMMENTS // 5
        # Until when batches are short.
        self._short_until = 0.0

    def add(self, plan: Plan) -> None:
        """Take a plan; write what waited before it once both would overfill a batch."""
        cost = _cost(plan)
        if self._cost_waiting + cost > BATCH_COMMENTS:
            self.flush()
        # It may have been planned before the last look at the decisions.
        self._waiting.append(self._revised(plan))
        self._cost_waiting += cost

    def has_waiting(self, post_pk: int) -> bool:
        """Return whether a plan for a stored article is not written yet."""
        plans = (each for each in self._waiting if isinstance(each, ArticlePlan))
        return any(each.post and each.post.pk == post_pk for each in plans)

    def flush(self) -> None:
        """Write every plan that waits."""
        while self._waiting:
            self._to.commenters.start_batch()
            with long_write() as turn:
                self._write_batch(turn)
        self._cost_waiting = 0

    def _write_batch(self, turn: Turn) -> None:
        """Write as many waiting plans as fit into one transaction, oldest first.

        Fewer when somebody waits to write: the next transaction lets them go first.
        """
        began = time.monotonic()
        if self._decisions.refresh():
            self._waiting = deque(map(self._revised, self._waiting))
        begun = self._write_new_articles(turn) or self._write_slices(began, turn)
        self._before_insert()
        self._to.rows.flush()
        self._tie_cross_posts(begun)
        capture = self._to.capture
        capture.progress = self._counts.pack()
        capture.save(update_fields=["progress", "cursor_post", "cursor_position"])
        for judge in self._judges:
            judge.judge(self._arrivals)
        self._arrivals = []
        if turn.is_awaited():
            self._short_until = time.monotonic() + AWAITED_FOR

    def _seconds(self) -> float:
        """Return how long rows of a batch may be made."""
        is_short = time.monotonic() < self._short_until
        return AWAITED_SECONDS if is_short else BATCH_SECONDS

    def _revised(self, plan: Plan) -> Plan:
        """Return a plan as decisions made since it was planned want it."""
        snapshot = self._decisions.snapshot
        if isinstance(plan, ArticlePlan):
            hold_decided(plan, snapshot)
        elif plan.was_decided_on(snapshot):
            return self._replan(plan.parsed, plan.ordinal)
        return plan

    def _write_new_articles(
        self, turn: Turn
    ) -> list[tuple[WrittenArticle, ParsedPost]]:
        """Write the new articles that stand first, as many as fit."""
        begun: list[tuple[WrittenArticle, ParsedPost]] = []
        cost = 0
        began = time.monotonic()
        part = PART_COMMENTS if turn.may_be_awaited else BATCH_COMMENTS
        while articles := self._next_new_articles(
            self._fitting - cost, part, has_some=bool(begun)
        ):
            cost += sum(map(_cost, articles))
            begun += self._write_some(articles)
            if turn.is_awaited():
                break
        if begun:
            self._learn_pace(cost, time.monotonic() - began)
        return begun

    def _next_new_articles(
        self, most: int, part: int, *, has_some: bool
    ) -> list[NewArticle]:
        """Take a part of the new articles that stand first.

        `most` is what the batch can still take; one alone may cost more if it has none.
        """
        articles: list[NewArticle] = []
        cost = 0
        while (
            cost < part
            and self._waiting
            and isinstance(plan := self._waiting[0], NewArticle)
        ):
            cost += _cost(plan)
            if (articles or has_some) and cost > most:
                break
            articles.append(plan)
            self._waiting.popleft()
        return articles

    def _write_some(
        self, articles: Sequence[NewArticle]
    ) -> list[tuple[WrittenArticle, ParsedPost]]:
        """Write new articles, and count what they bring."""
        written = self._new_articles.write(articles)
        for article, (_post, pks, leaf) in zip(articles, written, strict=True):
            self._counts.count_article(article)
            self._counts.comments.count("new", len(pks))
            comments_read = [place.comment for place in article.places]
            unmet = unmet_mentions(article.parsed, comments_read)
            self._counts.quoted += [pks[place] for place in unmet]
            if self._judges:
                self._arrivals += arrivals_of_new(article, pks)
            self._end_article(leaf, article.ordinal)
        return [
            (post, article.parsed)
            for article, (post, _pks, _leaf) in zip(articles, written, strict=True)
        ]

    def _learn_pace(self, cost: int, seconds: float) -> None:
        fitting = int(cost / max(seconds, 0.001) * self._seconds())
        self._fitting = max(BATCH_COMMENTS // 25, min(BATCH_COMMENTS, fitting))

    def _write_slices(
        self, began: float, turn: Turn
    ) -> list[tuple[WrittenArticle, ParsedPost]]:
        """Write slices of planned articles until the batch is full."""
        until = began + self._seconds()
        begun: list[tuple[WrittenArticle, ParsedPost]] = []
        comments = 0
        while self._waiting and isinstance(plan := self._waiting[0], ArticlePlan):
            start = self._start_of(plan)
            size = len(plan.comments[start : start + BATCH_COMMENTS])
            if comments and (
                comments + size > BATCH_COMMENTS
                or time.monotonic() > until
                or turn.is_awaited()
            ):
                break
            article = self._write_slice(plan, start)
            if start == 0:
                begun.append((article, plan.parsed))
            comments += max(1, size)
        return begun

    def _start_of(self, plan: ArticlePlan) -> int:
        """Return the index of the article's first comment that is not written yet."""
        capture = self._to.capture
        return capture.cursor_position if plan.ordinal == capture.cursor_post else 0

    def _write_slice(self, plan: ArticlePlan, start: int) -> WrittenArticle:
        counts, capture, to = self._counts, self._to.capture, self._to
        if self._article is None:
            self._article = self._begin_article(plan)
        article = self._article
        if start == 0:
            counts.count_article(plan)
        else:
            # Earlier slices may have been written before the import was killed.
            article.has_new_times = True
        comments = plan.comments[start : start + BATCH_COMMENTS]
        is_last = start + BATCH_COMMENTS >= len(plan.comments)
        part = Slice(comments, plan.ordinal, start // BATCH_COMMENTS, is_last)
        writer = ThreadWriter(article, to)
        writer.add(part)
        is_better = False
        if any(comment.stored for comment in comments):
            to.rows.flush()
            is_better = StoredUpdate(part, article, writer.texts, to).apply()
        leaf = writer.add_manifest(part, counts.over_comments)
        is_visible_change = is_better or any(
            each.is_repositioned or each.change in VISIBLE_CHANGES for each in comments
        )
        if is_visible_change and (plan.post or start):
            drop_segments([article.pk])
        if plan.post or start:
            Post.objects.filter(pk=article.pk).note_texts()
        if self._judges:
            self._arrivals += arrivals_of_slice(comments, article.rows)
        counts.suppressed |= {
            (comment.parsed.source_id, comment.fingerprint.hex())
            for comment in comments
            if comment.parsed and comment.is_suppressed
        }
        changes = Counter([each.change for each in comments if each.parsed])
        for change, number in changes.items():
            counts.comments.count(change, number)
        capture.cursor_post = plan.ordinal
        capture.cursor_position = start + BATCH_COMMENTS
        if is_last:
            self._end_plan(plan, article, leaf)
        return article

    def _begin_article(self, plan: ArticlePlan) -> WrittenArticle:
        to = self._to
        if plan.post is not None:
            return update_article(plan, plan.post, capture=to.capture, rows=to.rows)
        return add_article(
            plan.parsed,
            newest_at=plan.newest_at,
            blog=self._blog,
            capture=to.capture,
            rows=to.rows,
        )

    def _end_plan(
        self, plan: ArticlePlan, article: WrittenArticle, leaf: bytes
    ) -> None:
        counts = self._counts
        for key in plan.missing_parents:
            pk, _ref = article.rows[key]
            counts.orphans[pk] = counts.orphans.get(pk, 0) + 1
        unmet = unmet_mentions_of_plan(plan)
        counts.quoted += [article.rows[key][0] for key in unmet]
        self._end_article(leaf, plan.ordinal)
        if article.pk in self._with_moves:
            self._to.rows.flush()
            follow_copies(article.pk)
            put_in_order(article.pk)
        self._article = None
        self._waiting.popleft()

    def _end_article(self, leaf: bytes, ordinal: int) -> None:
        self._counts.over_posts.add(leaf)
        self._counts.over_comments = type(self._counts.over_comments)()
        self._to.capture.cursor_post = ordinal + 1
        self._to.capture.cursor_position = 0

    def _tie_cross_posts(
        self, begun: Sequence[tuple[WrittenArticle, ParsedPost]]
    ) -> None:
        """Tie cross-posts, now that the articles and their addresses are inserted."""
        addresses: list[str] = []
        hints: list[Hint] = []
        for article, parsed in begun:
            if parsed.cross_posts:
                record_cross_posts(article.pk, parsed.cross_posts)
            hints += (Hint(article.pk, *each) for each in parsed.origins)
            addresses += article.addresses
        propose_hinted(hints, self._blog)
        tie_cross_posts(self._blog.pk, addresses)


def _cost(plan: Plan) -> int:
    """Return what writing an article costs, in comments."""
    places = plan.places if isinstance(plan, NewArticle) else plan.comments
    return ARTICLE_COST + len(places)
