"""Where else words are said, as the desk lists it: in what, seen by whom, and since.

The archive finds the places (`discussion/repeats.py`). Here they get what staff need to
decide on them: a piece of the text with the words marked, the notice that stands, the
way to the form that decides.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import NamedTuple, TypedDict

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from commentarchive.discussion.repeated_texts import Kind, Place
from commentarchive.discussion.repeats import Places
from commentarchive.models import (
    Blog,
    Comment,
    Commenter,
    Part,
    Post,
    Tombstone,
    Visibility,
)
from commentarchive.text.leaks import PublicText
from commentarchive.text.passages import Passage
from commentarchive.text.unseen import marked
from moderation.actions.parts import PartSubject, Target, read_part
from moderation.actions.subjects import Subject, read_subjects
from moderation.desk.black_out_there import Said, There, black_out_there

# Places that a page lists, and characters of a text around the words.
SHOWN, BEFORE, LENGTH = 200, 100, 400
_EARLIER = "In an earlier version, which readers do not see"
_OF_COMMENTS = frozenset({Kind.COMMENT, Kind.QUOTATION})
# Headings in their order, and what stands below each.
_GROUPS: Sequence[tuple[str, frozenset[Kind]]] = (
    ("Comments", frozenset({Kind.COMMENT})),
    ("Quotations in comments", frozenset({Kind.QUOTATION})),
    ("Texts of articles", frozenset({Kind.ARTICLE})),
    ("Titles", frozenset({Kind.TITLE})),
    ("Names", frozenset({Kind.NAME})),
)
AT_OTHERS = "At other blogs"


class Row(NamedTuple):
    """One place: what it is, what it says, and what there is to do about it."""

    place: Place
    # The comment, the article or the name.
    subject: Comment | Post | Commenter
    blog: Blog
    piece: SafeString
    # How readers see it, and the statement of reasons; "" where there is none.
    state: str
    statement: str
    # Where staff decide on it.
    desk: str
    # By which a batch takes it; "" for what only its own form decides on.
    token: str
    # Why its words are not blacked out with the others, or not all of them; "" if so.
    alone: str = ""


class Group(NamedTuple):
    """Places of one kind, what readers see first."""

    heading: str
    rows: Sequence[Row]


def groups_of(places: Places, said: Sequence[Said], own: Blog | None) -> list[Group]:
    """Return the first places by kind; those at other blogs than its own apart."""
    rows = list(_rows(places.found[:SHOWN], said))
    here = [row for row in rows if own is None or row.blog == own]
    apart = [row for row in rows if own is not None and row.blog != own]
    found = [
        Group(heading, [row for row in here if row.place.kind in kinds])
        for heading, kinds in _GROUPS
    ]
    found.append(Group(AT_OTHERS, apart))
    return [group for group in found if group.rows]


def _rows(places: Sequence[Place], said: Sequence[Said]) -> Iterator[Row]:
    """Yield places with what is shown of each.

    A few queries for them all, and a few for each article.
    """
    comments = Comment.objects.read().in_bulk(_keys(places, _OF_COMMENTS))
    posts = Post.objects.titled().in_bulk(_keys(places, {Kind.ARTICLE, Kind.TITLE}))
    named = Commenter.objects.select_related("name", "blog")
    names = named.in_bulk(_keys(places, {Kind.NAME}))
    open_ones = Tombstone.objects.filter(comment__in=comments, is_open=True)
    notices = {each.comment_id: each for each in open_ones}
    passages = [each.passage for each in said]
    there = _there(places, comments, posts, said)
    for place in places:
        if place.kind in _OF_COMMENTS:
            comment = comments[place.pk]
            notice = notices.get(place.pk)
            yield Row(
                place=place,
                subject=comment,
                blog=comment.post.blog,
                piece=piece_of(place.text, passages[place.passage]),
                state=_state(place, comment),
                statement=notice.statement_path if notice else "",
                desk=reverse("moderation:desk-comment", args=[comment.ref]),
                **_as_chosen(there.get(comment.ref)),
            )
            continue
        is_name = place.kind is Kind.NAME
        subject = names[place.pk] if is_name else posts[place.pk]
        page = "decide-name" if is_name else "decide-post"
        part = {Kind.NAME: Part.NAME, Kind.TITLE: Part.TITLE}.get(place.kind, Part.TEXT)
        yield Row(
            place=place,
            subject=subject,
            blog=subject.blog,
            piece=piece_of(place.text, passages[place.passage]),
            state=_state_of_part(place),
            statement="",
            desk=f"{reverse(f'moderation:{page}', args=[subject.ref])}?part={part}",
            **_as_chosen(there.get(subject.ref) if part is Part.TEXT else None),
        )


def _there(
    places: Iterable[Place],
    comments: Mapping[int, Comment],
    posts: Mapping[int, Post],
    said: Sequence[Said],
) -> dict[str, There]:
    """Return what a batch may take, by reference: what readers see by now."""
    public = [each for each in places if each.is_public]
    of_comments = [comments[pk] for pk in _keys(public, _OF_COMMENTS)]
    articles = [posts[pk] for pk in _keys(public, {Kind.ARTICLE})]
    subjects: list[Subject | PartSubject] = [
        *read_subjects(of_comments),
        *(read_part(Target(post=post, part=Part.TEXT)) for post in articles),
    ]
    return {each.chosen.subject.ref: each for each in black_out_there(subjects, said)}


class _Taken(TypedDict):
    token: str
    alone: str


def _as_chosen(there: There | None) -> _Taken:
    if there is None:
        return {"token": "", "alone": ""}
    return {"token": there.chosen.token, "alone": there.alone}


def _keys(places: Iterable[Place], kinds: frozenset[Kind] | set[Kind]) -> set[int]:
    return {place.pk for place in places if place.kind in kinds}


def _state(place: Place, comment: Comment) -> str:
    """Return how readers see the words in a comment."""
    if place.is_public:
        return (
            "Readers see it among the earlier versions"
            if place.is_earlier
            else "Readers see it"
        )
    if comment.visibility != Visibility.PUBLISHED:
        return Visibility(comment.visibility).label
    if place.is_earlier:
        return _EARLIER
    return "Readers do not see its article, its blog or its other source"


def _state_of_part(place: Place) -> str:
    """Return how readers see the words in an article or in a name."""
    if place.is_public:
        return "Readers see it"
    return _EARLIER if place.is_earlier else "Readers do not see it"


def piece_of(text: str, passage: Passage) -> SafeString:
    """Return a piece of a text as HTML, around the words, with these marked."""
    leaks = PublicText(text).leaks(passage.text)
    words = [leak for leak in leaks if leak.why == "the words"]
    start = max(0, words[0].start - BEFORE) if words else 0
    end = min(len(text), max(start + LENGTH, words[0].end if words else 0))
    made, place = ["… " if start else ""], start
    for leak in words:
        if place <= leak.start and leak.end <= end:
            made += [_shown(text[place : leak.start])]
            made += [f"<mark>{_shown(text[leak.start : leak.end])}</mark>"]
            place = leak.end
    made += [_shown(text[place:end]), " …" if end < len(text) else ""]
    return mark_safe("".join(made))  # noqa: S308  # every part is escaped


def _shown(text: str) -> str:
    return escape(marked(text))
