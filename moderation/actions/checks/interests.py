"""What whoever decides has to do with the comments that they decide on.

Somebody is known by the names that they or an owner have put down (`OwnName`), by their
handle, by names that are joined with one of these, and by the e-mail address of their
login. What is not put down is not found: a conflict can also be declared.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Self

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from commentarchive.discussion.look_alikes import joined_pairs
from commentarchive.ledger.append import By
from commentarchive.ledger.models import Actor, Role
from commentarchive.models import Comment, CommenterName, Post, Revision, RevisionText
from commentarchive.storage.prepared import Prepared
from commentarchive.text.alike_names import name_look
from commentarchive.text.lookalikes import spelled
from moderation.actions.parts import Target
from moderation.actions.refusals import CannotConfirm, ConflictOfInterest
from moderation.actions.rulings import Ruling
from moderation.models import Conflict, OwnName

_word = re.compile(r"\w+")
# A single name that is shorter is a word of too many sentences.
FEWEST_LETTERS = 3
# A comment and its newest version, which is the one that is judged.
type Judged = tuple[Comment, Revision | None]


class Interests:
    """What one person has to do with some comments; a few queries for them all."""

    def __init__(self, by: By, judged: Sequence[Judged]) -> None:
        self._actor = by.actor
        self._found: dict[int, Conflict] = {}
        # What the program decides by itself is nobody's.
        if self._actor is not None:
            self._found.update(_look(self._actor, judged))

    @classmethod
    def in_part(cls, by: By, target: Target) -> Self:
        """Return what one person has to do with an article, or with a name."""
        interests = cls(by, [])
        found = _look_at_part(by.actor, target) if by.actor else None
        if found:
            interests._found[0] = found
        return interests

    def conflict(self, comment: Comment | None) -> Conflict | None:
        """Return the weightiest conflict of interest that is known, if there is any.

        Without a comment, that with the part in question.
        """
        return self._found.get(comment.pk if comment else 0)

    def settle(self, ruling: Ruling) -> Ruling:
        """Return a ruling with the conflict of interest that is to be recorded.

        The one that is known, else the one that is declared. Raise ConflictOfInterest
        where a public reason to decide anyway is missing. Whoever wrote the article
        needs none while nobody else may decide; the statement says who it was.
        """
        said = ruling.judgement
        conflict = self.conflict(ruling.subject.comment) or said.override
        reason = self.reason(conflict, said.override_reason)
        judgement = replace(said, override=conflict, override_reason=reason)
        return replace(ruling, judgement=judgement)

    def reason(self, conflict: Conflict | None, given: str) -> str:
        """Return the reason that is to be recorded with a conflict, "" for none.

        Raise ConflictOfInterest as `settle`.
        """
        asks = conflict is not Conflict.OWN_ARTICLE or self.others_decide
        if conflict and asks and not given:
            raise ConflictOfInterest(conflict, others_decide=self.others_decide)
        return given if conflict else ""

    def check_confirming(self, comment: Comment | None) -> None:
        """Raise CannotConfirm where they have to do with what somebody else decides."""
        if conflict := self.conflict(comment):
            raise CannotConfirm(conflict)

    @cached_property
    def others_decide(self) -> bool:
        """Return whether anybody else may decide."""
        deciders = User.objects.filter(
            is_active=True,
            groups__name__in=[Role.OWNER.value, Role.MODERATOR.value],
            actor_link__isnull=False,
        )
        return deciders.exclude(actor_link__actor=self._actor).exists()


def _look_at_part(actor: Actor, target: Target) -> Conflict | None:
    """Find whether somebody goes by a name themselves, or else wrote an article."""
    rows = OwnName.objects.filter(actor=actor).values_list("looks", flat=True)
    looks = {name_look(actor.handle).looks, *rows}
    if target.commenter is not None:
        is_own = target.commenter.pk in _commenters(looks)
        return Conflict.OWN_COMMENT if is_own else None
    byline = target.post.author
    wrote = byline and name_look(byline).looks in looks
    return Conflict.OWN_ARTICLE if wrote else None


def _look(actor: Actor, judged: Sequence[Judged]) -> dict[int, Conflict]:
    """Find the weightiest conflict of each comment, by its primary key."""
    rows = _own_names(actor.pk)
    names = [actor.handle, *(own.name for own in rows)]
    looks = {name_look(actor.handle).looks, *(own.looks for own in rows)}
    email = _email_of(actor)
    own = _commenters(looks)
    comments = [comment for comment, _newest in judged]
    branches = _Branches(comments, own, email)
    said, bylines = _plain_texts(judged), _bylines(comments)
    found: dict[int, Conflict] = {}
    for comment in comments:
        byline = bylines.get(comment.post_id, "")
        if _wrote(comment, own, email):
            found[comment.pk] = Conflict.OWN_COMMENT
        elif _names_one_of(names, said.get(comment.pk, "")):
            found[comment.pk] = Conflict.NAMED_IN_IT
        elif branches.has_own(comment):
            found[comment.pk] = Conflict.TOOK_PART
        elif byline and name_look(byline).looks in looks:
            found[comment.pk] = Conflict.OWN_ARTICLE
    return found


@Prepared
def _own_names(actor_pk: int) -> QuerySet[OwnName]:
    return OwnName.objects.filter(actor=actor_pk).order_by("pk")


def _email_of(actor: Actor) -> str:
    return (_emails.first(actor.pk) or "").strip().casefold()


@Prepared
def _emails(actor_pk: int) -> QuerySet[User, str]:
    found = User.objects.filter(actor_link__actor=actor_pk).order_by("pk")
    return found.values_list("email", flat=True)


def _commenters(looks: Collection[int]) -> set[int]:
    """Find the commenters of names that look so, and those joined with one of them."""
    own = set(_looking_so(tuple(looks)))
    if not own:
        return own
    return own.union(*joined_pairs(own))


@Prepared
def _looking_so(looks: tuple[int, ...]) -> QuerySet[CommenterName, int]:
    names = CommenterName.objects.filter(looks__in=looks)
    return names.values_list("commenter", flat=True)


def _wrote(comment: Comment, own: Collection[int], email: str) -> bool:
    if comment.commenter_id in own:
        return True
    private = getattr(comment, "private_address", None)
    return bool(email) and private is not None and private.email.casefold() == email


def _plain_texts(judged: Iterable[Judged]) -> dict[int, str]:
    """Return the newest text of each comment, by the comment's primary key."""
    newest = {version.pk: comment.pk for comment, version in judged if version}
    return {newest[pk]: plain for pk, plain in _texts_in(tuple(newest))}


@Prepared
def _texts_in(versions: tuple[int, ...]) -> QuerySet[RevisionText, tuple[int, str]]:
    texts = RevisionText.objects.filter(revision__in=versions)
    return texts.values_list("revision", "plain")


def _bylines(comments: Iterable[Comment]) -> dict[int, str]:
    """Return who wrote each article, as put right or else as told."""
    told = _authors_of(tuple({comment.post_id for comment in comments}))
    return {
        pk: (right or "") if right is not None else (byline or "")
        for pk, right, byline in told
    }


@Prepared
def _authors_of(posts: tuple[int, ...]) -> QuerySet[Post, Any]:
    return Post.objects.filter(pk__in=posts).values_list(
        *("pk", "put_right__author", "current_revision__text__byline")
    )


def _names_one_of(names: Iterable[str], text: str) -> bool:
    words = f" {' '.join(_words(text))} "
    for name in names:
        said = " ".join(_words(name))
        if len(said) >= FEWEST_LETTERS and f" {said} " in words:
            return True
    return False


def _words(text: str) -> list[str]:
    return _word.findall(spelled(text))


class _Branches:
    """The parts of threads below one top-level comment in which somebody wrote."""

    def __init__(
        self, comments: Sequence[Comment], own: Collection[int], email: str
    ) -> None:
        posts = {comment.post_id for comment in comments}
        wrote = Q(commenter__in=own)
        if email:
            wrote |= Q(private_address__email__iexact=email)
        in_them = Comment.objects.filter(post__in=posts).order_by()
        told = in_them.filter(wrote).values_list("post", "position")
        self._roots: dict[int, list[int]] = {}
        self._own: set[tuple[int, int]] = set()
        own_places = list(told) if own or email else []
        if not own_places:
            return
        with_own = {post for post, _position in own_places}
        roots = in_them.filter(post__in=with_own, depth=0).order_by("post", "position")
        for post, position in roots.values_list("post", "position"):
            self._roots.setdefault(post, []).append(position)
        self._own = {(post, self._branch(post, place)) for post, place in own_places}

    def has_own(self, comment: Comment) -> bool:
        """Return whether they wrote in a comment's part of its thread."""
        post = comment.post_id
        return (post, self._branch(post, comment.position)) in self._own

    def _branch(self, post: int, position: int) -> int:
        return bisect_right(self._roots.get(post, []), position)
