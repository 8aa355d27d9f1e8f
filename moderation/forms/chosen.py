"""What a list of many has chosen, as its page sends it along: seen, and blacked out.

A page sends places as numbers, and no word of a hidden text.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from commentarchive.models import Comment, Part, Post
from commentarchive.text.blacking_out import MOST_SPANS
from moderation.actions.judgements import Blackened, Case, Judgement, PartCase, Seen
from moderation.actions.parts import PartSubject, Target
from moderation.actions.subjects import Subject, read_subjects
from moderation.models import Action, Clause

_PARTS, _WITH_PLACES = 4, 6
_place = re.compile(r"(\d{1,7})-(\d{1,7}):(\d{1,6})", re.ASCII)


class DamagedForm(ValueError):
    """What a page had sent along did not come back whole."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A comment of a list, or an article's text, and what was seen of it then."""

    subject: Comment | Post
    seen: Seen
    # What would be blacked out in it: start, end, and the rule's number, 0 for the
    # rule that the form names; and the commitment to the text that they are of.
    places: tuple[tuple[int, int, int], ...] = ()
    places_of: str = ""

    @property
    def post(self) -> Post:
        """Return the article, or that of the comment."""
        return self.subject if isinstance(self.subject, Post) else self.subject.post

    @property
    def about(self) -> Comment | Target:
        """Return what is decided on."""
        if isinstance(self.subject, Comment):
            return self.subject
        return Target(post=self.subject, part=Part.TEXT)

    @property
    def key(self) -> str:
        """Return by what a list tells it from others."""
        about = self.about
        return about.key if isinstance(about, Target) else about.ref

    @property
    def token(self) -> str:
        """Return it as a page sends it along."""
        seen = self.seen
        parts = [self.subject.ref, str(seen.revision), seen.decision, seen.state]
        if self.places:
            places = ",".join(f"{s}-{e}:{rule}" for s, e, rule in self.places)
            parts += [places, self.places_of]
        return "|".join(parts)

    def case(
        self, judgement: Judgement, rules: Mapping[int, Clause] | None = None
    ) -> Case | PartCase:
        """Return it with what is to be decided on it.

        `rules` are those that places may be blacked out under, by their numbers.
        """
        if judgement.action is Action.REDACT:
            places = self._blackened(judgement.clause, rules or {})
            judgement = replace(judgement, places=places, places_of=self.places_of)
        about = self.about
        if isinstance(about, Target):
            return PartCase(target=about, judgement=judgement, seen=self.seen)
        return Case(comment=about, judgement=judgement, seen=self.seen)

    def _blackened(
        self, clause: Clause | None, rules: Mapping[int, Clause]
    ) -> tuple[Blackened, ...]:
        """Return its places with their rules; none where one is not in force."""
        found = []
        for start, end, number in self.places:
            rule = rules.get(number) if number else clause
            if rule is None:
                return ()
            found.append(Blackened(start=start, end=end, clause=rule))
        return tuple(found)


def choose(comments: Sequence[Comment]) -> list[Chosen]:
    """Return comments with what is seen of them now."""
    return [as_seen(subject) for subject in read_subjects(comments)]


def as_seen(subject: Subject | PartSubject) -> Chosen:
    """Return a comment, or an article's text, with what is seen of it."""
    seen = Seen(
        revision=subject.newest.number if subject.newest else 0,
        decision=subject.latest.ref if subject.latest else "",
        state=subject.state,
    )
    about = subject.comment if isinstance(subject, Subject) else subject.post
    return Chosen(about, seen)


def read_chosen(tokens: Sequence[str]) -> list[Chosen]:
    """Read what a page had sent along. Raise DamagedForm for what no page sends."""
    parts = [token.split("|") for token in dict.fromkeys(tokens)]
    if any(
        len(each) not in {_PARTS, _WITH_PLACES} or not _is_number(each[1])
        for each in parts
    ):
        raise DamagedForm
    refs = [each[0] for each in parts]
    found: dict[str, Comment | Post] = {}
    found.update(Comment.objects.in_bulk(refs, field_name="ref"))
    found.update(Post.objects.in_bulk(refs, field_name="ref"))
    if len(set(refs)) < len(parts) or len(found) < len(parts):
        raise DamagedForm
    return [
        Chosen(
            found[ref],
            Seen(revision=int(revision), decision=latest, state=state),
            *_places_of(more),
        )
        for ref, revision, latest, state, *more in parts
    ]


def _places_of(more: Sequence[str]) -> tuple[tuple[tuple[int, int, int], ...], str]:
    if not more:
        return (), ""
    places, of = more
    each = [_place.fullmatch(place) for place in places.split(",")]
    if not all(each) or len(each) > MOST_SPANS:
        raise DamagedForm
    found = ((int(m[1]), int(m[2]), int(m[3])) for m in each if m)
    return tuple(found), of


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len("999999")
