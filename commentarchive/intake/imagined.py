"""Articles that stand in one file again, as a dry run imagines what came before.

An import finds them in the tables; here nothing is written, and keys are negative.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count

from commentarchive.importers.parsed import UNKNOWN_STATUS, ParsedPost
from commentarchive.intake.plan import ArticlePlan, Change, PlannedComment
from commentarchive.intake.stored import StoredComment, StoredVersion, rank_of
from commentarchive.matching import Key, article_id, article_key
from commentarchive.models import Post
from commentarchive.text.addresses import normalise
from commentarchive.threads.evidence import Facts, told_kind

_keys = count(-1, -1)


@dataclass(slots=True)
class Imagined:
    """An article that occurs more than once, as the plans so far would leave it."""

    scheme: str
    source_id: str
    post: Post | None = None
    comments: dict[Key, StoredComment] = field(default_factory=dict)
    article: ParsedPost | None = None

    def take_in(self, plan: ArticlePlan) -> None:
        """Leave the article and its comments as a plan would."""
        keys = {
            planned.key: planned.stored.pk if planned.stored else next(_keys)
            for planned in plan.comments
        }
        self.comments = {
            planned.key: _as_if_written(planned, keys) for planned in plan.comments
        }
        self.article = _merged(self.article, plan.parsed)

    def change(self, now: ParsedPost) -> Change | None:
        """Return what another occurrence changes; None where this is the first one."""
        if self.article is None:
            return None
        same = now.status in {self.article.status, UNKNOWN_STATUS} and (
            not now.has_text
            or (self.article.title, self.article.raw) == (now.title, now.raw)
        )
        return "unchanged" if same else "changed"


class ImaginedArticles:
    """The articles of a file that occur again, found as an import would find them."""

    def __init__(self, posts: Iterable[ParsedPost]) -> None:
        """Go through all articles of a file once; only their names are remembered."""
        # A number in place of the words: most articles stand once.
        self._again = Counter(
            hash(name) for post in posts for name in set(_names_of(post))
        )
        self._by_id: dict[tuple[str, str], Imagined] = {}
        self._by_address: dict[str, list[Imagined]] = {}
        self._by_post: dict[int, Imagined] = {}

    def find(self, parsed: ParsedPost, post: Post | None) -> Imagined | None:
        """Return what stands of an article by now; None for one that stands once.

        By its id, else by its addresses; `post` is what the archive has of it.
        """
        names = list(_names_of(parsed))
        if not any(self._again[hash(name)] > 1 for name in names):
            return None
        own_id = article_id(parsed)
        found = self._by_id.get((parsed.scheme, own_id)) if own_id else None
        if found is None and post is not None:
            found = self._by_post.get(post.pk)
        if found is None and post is None:
            found = next(self._at(parsed), None)
        if found is None:
            found = Imagined(parsed.scheme, own_id, post)
        self._note(found, parsed, own_id)
        return found

    def is_waited_for(self, article: Imagined | None, parent: Key) -> bool:
        """Return whether a comment that replies lack has not come by the end."""
        known = article.comments.get(parent) if article else None
        return known is None or known.is_placeholder

    def _at(self, parsed: ParsedPost) -> Iterator[Imagined]:
        for each in map(normalise, parsed.addresses):
            for found in self._by_address.get(each, ()) if each else ():
                # An article with another id in the same id space is another article.
                is_other = found.source_id and found.scheme == parsed.scheme
                if not (parsed.source_id and is_other):
                    yield found

    def _note(self, found: Imagined, parsed: ParsedPost, own_id: str) -> None:
        if own_id and not found.source_id:
            found.source_id, found.scheme = own_id, parsed.scheme
        if found.source_id:
            self._by_id.setdefault((found.scheme, found.source_id), found)
        if found.post:
            self._by_post.setdefault(found.post.pk, found)
        for each in filter(None, map(normalise, parsed.addresses)):
            at = self._by_address.setdefault(each, [])
            if found not in at:
                at.append(found)


def _names_of(parsed: ParsedPost) -> Iterator[tuple[str, str]]:
    yield parsed.scheme, article_key(parsed)
    for each in filter(None, map(normalise, parsed.addresses)):
        yield "", each


def _merged(before: ParsedPost | None, now: ParsedPost) -> ParsedPost:
    """Return the article as both occurrences leave it; what is untold stays."""
    if before is None:
        return now
    status = before.status if now.status == UNKNOWN_STATUS else now.status
    telling = now if now.has_text else before
    return replace(now, status=status, title=telling.title, raw=telling.raw)


def _as_if_written(planned: PlannedComment, keys: dict[Key, int]) -> StoredComment:
    """Return a planned comment as the tables would have it."""
    parsed, stored = planned.parsed, planned.stored
    parent = keys[planned.parent] if planned.parent else None
    if parsed is None and stored is not None:
        return replace(stored, parent_pk=parent, position=planned.position)
    was_there = stored is not None and not stored.is_placeholder
    made = StoredComment(
        pk=keys[planned.key],
        ref="",
        parent_pk=parent,
        position=planned.position,
        depth=planned.depth,
        visibility=planned.visibility,
        source_state=parsed.source_state if parsed else "",
        source_parent=planned.source_parent,
        is_placeholder=parsed is None,
        when=rank_of(planned.when.utc),
        facts=_facts_of(planned),
    )
    if stored is not None and was_there:
        made.capture_pk, made.is_decided = stored.capture_pk, stored.is_decided
        made.when = rank_of(made.facts.moment)
        made.versions, made.best = dict(stored.versions), dict(stored.best)
        made.last, made.shown_pk = stored.last, stored.shown_pk
        if planned.change == "unchanged":
            made.visibility = stored.visibility
    if parsed is not None and planned.has_new_text:
        best = planned.best if planned.is_better else None
        version = StoredVersion(
            *(next(_keys), made.last.number + 1, ""),
            same_as=best.words if best else 0,
            form=parsed.form,
            plain=parsed.plain,
        )
        made.add_version(planned.fingerprint, version)
        is_shown = planned.change != "unchanged" or planned.is_better
        made.shown_pk = version.pk if is_shown else made.shown_pk
    elif planned.change == "changed" and planned.best:
        made.shown_pk = planned.best.pk
    return made


def _facts_of(planned: PlannedComment) -> Facts:
    parsed, stored, when = planned.parsed, planned.stored, planned.when
    if planned.weighed:
        return planned.weighed.facts
    if parsed is None:
        return Facts()
    if stored is not None and not stored.is_placeholder:
        return stored.facts
    return Facts(
        kind=told_kind(parsed.kind, parsed.source_type),
        name=parsed.name,
        link=parsed.link,
        person="" if parsed.email else parsed.person,
        moment=when.utc,
        printed=when.printed,
        offset=when.offset,
        parent=planned.source_parent,
        day_only=when.day_only,
    )
