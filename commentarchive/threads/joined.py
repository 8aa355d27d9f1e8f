"""The rows of a discussion at several places: each says where, a comment at two once.

Where readers may not read a comment at one of its places, nothing of its words and of
its name is shown: only what became of it at each.
"""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from commentarchive.threads.notice_words import notice_facts
from commentarchive.threads.thread_rows import THEN, ThenRow, ThreadRow

_FATES = {
    "published": "published",
    "held": "waiting",
    "blocked": "not published",
    "removed": "taken down",
    "spam": "not published, as spam,",
    "trashed": "in the trash",
    "deleted_by_author": "deleted by its author",
    "gone_at_source": "gone",
    "withheld": "withheld on legal grounds",
    "erased": "erased",
    "unknown": "never seen",
}
# Of these nobody is led to where the words can still be read.
LEADS_NOWHERE = frozenset({"withheld", "erased"})


class Standing(NamedTuple):
    """A comment at one place, and the name of the place."""

    row: ThreadRow
    place: str


def joined_row(group: Sequence[Standing], *, has_same_words: bool) -> ThreadRow:
    """Return one row for the same comment at one place or at several."""
    if len(group) == 1:
        row, place = group[0]
        return row._replace(depth=0, place=_at(place))
    is_shown = all(row.is_shown and row.notice is None for row, _place in group)
    if not (is_shown and has_same_words):
        return _fates(group)
    places = ", ".join(_link(each.place, each.row.ref) for each in group)
    label = f' <span class="place">at {places}</span>'
    return group[0].row._replace(depth=0, place=label)


def _at(place: str) -> str:
    return f' <span class="place">at <bdi>{escape(place)}</bdi></span>'


def _link(place: str, ref: str) -> str:
    name = f"<bdi>{escape(place)}</bdi>"
    return f'<a href="/comments/{ref}/in-thread/">{name}</a>' if ref else name


def _fates(group: Sequence[Standing]) -> ThreadRow:
    """Return a row that says what became of one comment at each place, no words."""
    is_withheld = any(_kind(row) in LEADS_NOWHERE for row, _place in group)
    said, facts = [], []
    for row, place in group:
        fate = _FATES[_kind(row)]
        is_led_to = not (is_withheld and row.is_shown)
        said.append(f"{fate} at {_link(place, row.ref if is_led_to else '')}")
        if row.notice:
            facts.append(f"<bdi>{escape(place)}</bdi>: {notice_facts(row.notice)}")
    if not facts:
        facts = ["Its words are not the same everywhere; read them at each place."]
    hidden = next((row for row, _place in group if not row.is_shown), group[0].row)
    return hidden._replace(
        depth=0,
        visibility=THEN,
        name="",
        name_ref="",
        html="",
        notice=None,
        parent_ref="",
        parent_name="",
        alike=None,
        then=ThenRow("One comment at several places", " ".join(facts)),
        place=f' <span class="place">{"; ".join(said)}</span>',
    )


def _kind(row: ThreadRow) -> str:
    """Return what became of a comment: of one still shown, what its notice says."""
    kind = row.notice.kind if row.notice else row.visibility
    return kind if kind in _FATES else "unknown"
