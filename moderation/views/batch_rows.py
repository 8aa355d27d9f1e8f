"""What a list of many shows of each: where it stands, and what would become of it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.urls import reverse

from commentarchive.models import Comment, Part, Post, RevisionText, Visibility
from commentarchive.text.blacking_out import black_out
from commentarchive.text.plain import plain_text
from commentarchive.threads.part_words import PARTS, placeholder
from moderation.actions.batches import Foreseen, read_places
from moderation.actions.parts import PartSubject
from moderation.actions.rulings import Ruling
from moderation.actions.subjects import Subject
from moderation.forms.chosen import Chosen
from moderation.models import Action
from moderation.models.action import shown_action
from moderation.views.part_cards import address_of

# Characters that are shown around a mark, and of a text that is shown whole.
AROUND, WHOLE = 80, 400


class Row(NamedTuple):
    """A comment of a list, or a part: what staff see, and what would become of it."""

    key: str
    # None for a part of an article and for a name; `what` says which.
    comment: Comment | None
    post: Post
    what: str
    desk: str
    state: str
    beginning: str
    token: str = ""
    then: str = ""
    why_not: str = ""
    # What readers will see where words are blacked out.
    preview: str = ""


def rows_before(chosen: Sequence[Chosen]) -> list[Row]:
    """Return what a list shows before anything is decided; a few queries."""
    return _rows(read_places([each.about for each in chosen]))


def rows_of(found: Sequence[Foreseen]) -> list[Row]:
    """Return what a list shows of what was foreseen, hidden texts too."""
    listed = _rows([each.subject for each in found])
    return [
        row._replace(
            then=_then(each.ruling),
            why_not=each.why_not,
            preview=_preview(each.ruling),
        )
        for row, each in zip(listed, found, strict=True)
    ]


def _rows(subjects: Iterable[Subject | PartSubject]) -> list[Row]:
    subjects = list(subjects)
    newest = [each.newest.pk for each in subjects if each.newest]
    texts = RevisionText.objects.filter(revision__in=newest)
    plain = dict(texts.values_list("revision", "plain"))
    of_comments = [each.comment.pk for each in subjects if each.comment is not None]
    read = Comment.objects.filter(pk__in=of_comments).read().in_bulk()
    return [
        _of_comment(read[each.comment.pk], each, plain)
        if isinstance(each, Subject)
        else _of_part(each, plain)
        for each in subjects
    ]


def _of_comment(comment: Comment, subject: Subject, plain: dict[int, str]) -> Row:
    return Row(
        key=comment.ref,
        comment=comment,
        post=comment.post,
        what="",
        desk=reverse("moderation:desk-comment", args=[comment.ref]),
        state=comment.get_visibility_display(),
        beginning=plain.get(subject.newest.pk, "") if subject.newest else "",
    )


def _of_part(subject: PartSubject, plain: dict[int, str]) -> Row:
    target, newest = subject.target, subject.newest
    said = plain.get(newest.pk, "") if newest else ""
    if target.part is Part.TITLE:
        said = target.post.sealed_title
    return Row(
        key=target.key,
        comment=None,
        post=target.post,
        what=PARTS[target.part],
        desk=address_of(target),
        state=placeholder(target.part, target.kind) if target.kind else "published",
        beginning=said,
    )


def _then(ruling: Ruling | None) -> str:
    """Return what would become of a comment; "" where nothing would."""
    if ruling is None:
        return ""
    done = shown_action(ruling.judgement.action, ruling.after)
    waits = ruling.subject.visibility is Visibility.HELD
    if waits and ruling.judgement.action is Action.REDACT:
        return f"Published, {done[:1].lower()}{done[1:]}"
    return done


def _preview(ruling: Ruling | None) -> str:
    """Return what readers will see around the marks; "" where nothing is cut."""
    if ruling is None or not ruling.spans or ruling.judged is None:
        return ""
    cut = black_out(ruling.judged.text.html, ruling.spans, statement="")
    text = plain_text(cut)
    if len(text) <= WHOLE:
        return text
    return _around(text, [f"[{each.label}" for each in ruling.spans])


def _around(text: str, marks: Iterable[str]) -> str:
    """Return the parts of a long text that stand around some marks."""
    parts: list[tuple[int, int]] = []
    at = 0
    for mark in marks:
        found = text.find(mark, at)
        if found < 0:
            continue
        at = text.find("]", found) + 1 or len(text)
        start, end = max(0, found - AROUND), min(len(text), at + AROUND)
        if parts and start <= parts[-1][1]:
            parts[-1] = parts[-1][0], end
        else:
            parts.append((start, end))
    shown = " … ".join(text[start:end].strip() for start, end in parts)
    before = "… " if parts and parts[0][0] else ""
    after = " …" if parts and parts[-1][1] < len(text) else ""
    return f"{before}{shown}{after}"
