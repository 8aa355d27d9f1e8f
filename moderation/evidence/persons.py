"""Everything that is held of one person, for that person: under a name or an address.

Never what belongs to others: who reported a comment and in which words, notes of staff,
and texts that are not theirs stay out.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone

from commentarchive.ledger.merkle.refs import last_ref
from commentarchive.ledger.snapshot import snapshot
from commentarchive.models import (
    Capture,
    Comment,
    Commenter,
    Correction,
    ErasureRequest,
    Manifest,
    Revision,
    Testimony,
)
from commentarchive.models.comment import CommentQuerySet
from commentarchive.text.unseen import escaped_json
from moderation.evidence.packing import pack
from moderation.evidence.person_pages import blocks_of
from moderation.evidence.sent_in import Row, sent_in
from moderation.models import (
    Decision,
    DeskNote,
    Flag,
    Letter,
    LetterKind,
    LetterState,
)

FORMAT = "commentarchive personal file 1"
# Corrections whose words may name somebody else.
_OF_OTHERS = ("person", "name")
_SENT = (LetterState.SENT, LetterState.CAME_BACK, LetterState.UNSURE)


class NobodyFound(LookupError):
    """Nothing is held under that name or address; the message says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Under what somebody is held: names, an address, and the comments of either."""

    names: Sequence[Commenter]
    # "" where only a name was given.
    email: str
    comments: CommentQuerySet
    # For the private journal: a name's reference; "" for an address.
    ref: str = ""


def find_person(words: str) -> Person:
    """Find a name by its reference or page, or what came with an e-mail address.

    Raise NobodyFound.
    """
    words = words.strip()
    if "@" in words and "/" not in words:
        return _by_address(words)
    ref = last_ref(words, "n")
    name = Commenter.objects.filter(ref=ref).select_related("blog", "name").first()
    if name is None:
        message = "Give the reference or the page of a name here, or an e-mail address."
        raise NobodyFound(message)
    comments = Comment.objects.filter(commenter=name)
    return Person(names=[name], email="", comments=comments, ref=name.ref)


def _by_address(email: str) -> Person:
    comments = Comment.objects.filter(private_address__email__iexact=email)
    names = Commenter.objects.filter(comments__in=comments).distinct()
    person = Person(
        names=list(names.select_related("blog", "name").order_by("pk")),
        email=email,
        comments=comments,
    )
    if not comments.exists() and not any(sent_in(email).values()):
        message = "Nothing is held here under that address."
        raise NobodyFound(message)
    return person


def build_person_file(person: Person) -> bytes:
    """Return a ZIP of all that is held: for programs, and as a page."""
    with snapshot():
        told = _told(person)
    shown = {**told, "blocks": blocks_of(told), "up": ""}
    written = escaped_json(json.dumps(told, ensure_ascii=False, indent=1))
    style = settings.SITE_DIR / "static" / "css"
    files = {
        "person.json": written.encode(),
        "index.html": render_to_string("evidence/person.html", shown).encode(),
        "style.css": b"\n".join(
            (style / name).read_bytes() for name in ("site.css", "bundle.css")
        ),
    }
    return pack("held", files)


def _told(person: Person) -> Row:
    read = person.comments.read().select_related("private_address")
    comments = list(read.order_by("post_id", "position"))
    keys = [each.pk for each in comments]
    beside = _Beside(keys)
    return {
        "format": FORMAT,
        "archive": settings.BASE_URL,
        "made_at": timezone.now().isoformat(timespec="minutes"),
        "address": person.email,
        "names": [_name(each) for each in person.names],
        "comments": [_comment(each, beside) for each in comments],
        "decisions_on_names": [
            _decision(each)
            for each in _decisions(Q(comment=None, commenter__in=person.names))
        ],
        "letters": _letters(person, comments),
        "erasures": _erasures(person, keys),
        **sent_in(person.email),
        "copies": _copies(comments),
        # That there are some; what they say may be about others, too.
        "notes_of_staff": DeskNote.objects.filter(comment__in=keys).count(),
    }


def _name(name: Commenter) -> Row:
    told = getattr(name, "name", None)
    return {
        "ref": name.ref,
        "blog": name.blog.title,
        "name": told.name if told else None,
        "link": told.link if told else None,
        "is_withheld": bool(name.hidden_name),
        "is_barred": name.is_barred,
    }


class _Beside:
    """What lies beside some comments, each kind read once."""

    def __init__(self, keys: Sequence[int]) -> None:
        self.versions = _by_comment(
            Revision.objects.filter(comment__in=keys)
            .select_related("text", "capture")
            .order_by("number")
        )
        self.decisions = _by_comment(_decisions(Q(comment__in=keys)))
        self.flags = _by_comment(
            Flag.objects.filter(comment__in=keys)
            .select_related("clause")
            .order_by("pk")
        )
        self.corrections = _by_comment(
            Correction.objects.filter(comment__in=keys)
            .select_related("words")
            .order_by("entry_index")
        )
        self.told = _by_comment(
            Testimony.objects.filter(comment__in=keys)
            .select_related("capture")
            .order_by("pk")
        )


def _by_comment(rows: Any) -> dict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.comment_id].append(row)
    return found


def _decisions(chosen: Q) -> Any:
    made = Decision.objects.filter(chosen).with_context().prefetch_related("words")
    return made.order_by("entry_index")


def _comment(comment: Comment, beside: _Beside) -> Row:
    name = comment.commenter.name if comment.commenter else None
    private = getattr(comment, "private_address", None)
    return {
        "ref": comment.ref,
        "page": f"{settings.BASE_URL}{comment.get_absolute_url()}",
        "blog": comment.post.blog.title,
        "article": comment.post.title,
        "made_at": comment.posted_at.isoformat() if comment.posted_at else None,
        "printed_at": comment.printed_at,
        "number_at_blog": comment.source_id,
        "state_at_blog": comment.source_state,
        "readers_see_it_as": comment.get_visibility_display(),
        "name": name.name if name else None,
        "link": name.link if name else None,
        "email": private.email if private else None,
        "ip": private.ip if private else None,
        "versions": [_version(each) for each in beside.versions.get(comment.pk, ())],
        "decisions": [_decision(each) for each in beside.decisions.get(comment.pk, ())],
        # Neither when they came nor what they say: that could tell who sent them.
        "reports": [
            each.clause.label if each.clause else "no rule"
            for each in beside.flags.get(comment.pk, ())
        ],
        "corrections": [
            _correction(each) for each in beside.corrections.get(comment.pk, ())
        ],
        "copies_told_otherwise": [
            _testimony(each) for each in beside.told.get(comment.pk, ())
        ],
    }


def _version(version: Revision) -> Row:
    text = getattr(version, "text", None)
    return {
        "number": version.number,
        "how": version.get_origin_display(),
        "copy": version.capture.ref if version.capture else None,
        # Null where it was erased.
        "text": text.plain if text else None,
        "as_it_came": text.raw if text else None,
    }


def _decision(decision: Decision) -> Row:
    when = decision.decided_at or decision.recorded_at
    return {
        "ref": decision.ref,
        "what": decision.sentence,
        "when": when.isoformat(),
        "by": decision.decided_by,
        "reason": decision.facts,
        "statement": f"{settings.BASE_URL}{decision.get_absolute_url()}",
        "record_no": decision.entry_index,
    }


def _correction(correction: Correction) -> Row:
    words = getattr(correction, "words", None)
    is_told = words is not None and correction.aspect not in _OF_OTHERS
    return {
        "what": correction.get_aspect_display(),
        "when": correction.made_at.isoformat(),
        "before": words.before if words and is_told else None,
        "after": words.after if words and is_told else None,
        "record_no": correction.entry_index,
    }


def _testimony(testimony: Testimony) -> Row:
    moment = testimony.posted_at
    return {
        "copy": testimony.capture.ref,
        "name": testimony.name,
        "link": testimony.link,
        "made_at": moment.isoformat() if moment else None,
        "printed_at": testimony.printed_at,
    }


def _addresses(comments: Collection[Comment]) -> set[str]:
    found = (getattr(each, "private_address", None) for each in comments)
    return {each.email.strip().casefold() for each in found if each and each.email}


def _letters(person: Person, comments: Sequence[Comment]) -> list[Row]:
    """Return letters that went to the address, or to those of the comments."""
    chosen = Q(kind=LetterKind.STATEMENT, case__in=[each.ref for each in comments])
    own = _addresses(comments)
    if person.email:
        chosen |= Q(address__email__iexact=person.email)
        own = {person.email.casefold()}
    letters = Letter.objects.filter(chosen, state__in=_SENT)
    read = letters.select_related("address", "text").order_by("pk")
    return [_letter(each) for each in read if each.email.strip().casefold() in own]


def _letter(letter: Letter) -> Row:
    text = getattr(letter, "text", None)
    return {
        "what": letter.get_kind_display(),
        "to": letter.email,
        "state": letter.get_state_display(),
        "when": letter.ended_at.isoformat() if letter.ended_at else None,
        "subject": text.subject if text else None,
        "body": text.body if text else None,
    }


def _erasures(person: Person, keys: Sequence[int]) -> list[Row]:
    asked = ErasureRequest.objects.filter(
        Q(comment__in=keys) | Q(commenter__in=person.names)
    )
    return [
        {
            "about": each.subject.ref,
            "asked_at": each.asked_at.isoformat(),
            "because": each.get_basis_display(),
            "state": str(each.state.label),
        }
        for each in asked.with_subject().order_by("pk")
    ]


def _copies(comments: Sequence[Comment]) -> list[Row]:
    """Return which copies hold some of the comments, and how many of them."""
    keys = {each.pk for each in comments}
    posts = {each.copied_below_id for each in comments}
    held: defaultdict[int, set[int]] = defaultdict(set)
    for manifest in Manifest.objects.filter(post__in=posts).iterator():
        held[manifest.capture_id] |= manifest.holding(keys)
    copies = Capture.objects.filter(pk__in=[pk for pk, own in held.items() if own])
    return [
        {
            "ref": each.ref,
            "from": each.importer,
            "read_at": each.taken_at.isoformat(),
            "comments": len(held[each.pk]),
        }
        for each in copies.order_by("pk")
    ]
