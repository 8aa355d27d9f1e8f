"""Check entries against rows: each one has the row that it speaks of."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet

from commentarchive.actions.notices import grade_and_actor
from commentarchive.integrity.absent_articles import compare_absences
from commentarchive.integrity.blog_settings import compare_settings
from commentarchive.integrity.capture_contents import compare_captures
from commentarchive.integrity.claims_and_gaps import compare_gaps
from commentarchive.integrity.corrections import Corrections
from commentarchive.integrity.cross_posts import CrossPosts
from commentarchive.integrity.entered import check_entered, compare_entered
from commentarchive.integrity.erasure_requests import compare_erasures
from commentarchive.integrity.hidden_phrases import compare_phrases
from commentarchive.integrity.joined_names import JoinedNames
from commentarchive.integrity.name_looks import compare_looks
from commentarchive.integrity.other_articles import compare_articles
from commentarchive.integrity.part_notices import PartNotices
from commentarchive.integrity.releases import Releases
from commentarchive.integrity.renumbered import compare_numbers
from commentarchive.integrity.same_thread import SameThreads
from commentarchive.integrity.search_rows import compare_search
from commentarchive.integrity.shown_articles import compare_shown
from commentarchive.integrity.stored_page_bytes import compare_pages
from commentarchive.integrity.stored_times import compare_times, has_its_times
from commentarchive.integrity.text_commitments import (
    compare_addresses,
    compare_names,
    compare_texts,
)
from commentarchive.integrity.thread_order import compare_order
from commentarchive.ledger.comparison import Difference, ReadEntry
from commentarchive.ledger.models import Entry, Role
from commentarchive.models import (
    Blog,
    BlogVisibility,
    Capture,
    CaptureState,
    Comment,
    Gap,
    GapAnswer,
    Grade,
    Tombstone,
    TombstoneKind,
    Visibility,
)
from commentarchive.storage.prepared import Prepared

# Times in entries are cut to the minute, and it may turn while one is written.
CLOCK_TOLERANCE = timedelta(minutes=2)


class ArchiveCheck:
    """Compares the archive's rows with the record."""

    def __init__(self) -> None:
        self._roles: dict[str, set[str]] = {}
        self._erased_names: dict[str, int] = {}
        # Who may see each blog, by the last entry that says so.
        self._published: dict[str, ReadEntry] = {}
        # What else was changed of each blog, by the last entry on each field.
        self._changed: dict[tuple[str, str], ReadEntry] = {}
        self._releases = Releases()
        self._corrections = Corrections()
        self._cross_posts = CrossPosts()
        self._joined = JoinedNames()
        self._same_threads = SameThreads()
        self._parts = PartNotices()
        # Blogs that were added without a copy of theirs.
        self._added: dict[str, int] = {}

    def check(self, entries: Sequence[ReadEntry]) -> Iterator[Difference]:
        yield from _comments(
            [said for said in entries if _visibility_after(said) is not None]
        )
        if imported := [said for said in entries if said.event == "archive.import"]:
            yield from _captures(imported)
        yield from compare_gaps(entries)
        yield from check_entered(entries)
        yield from self._parts.check(entries)
        self._releases.follow(entries)
        self._corrections.follow(entries)
        self._cross_posts.follow(entries)
        self._joined.follow(entries)
        self._same_threads.follow(entries)
        for said in entries:
            if said.event == "staff.grant":
                self._roles.setdefault(said.subject, set()).add(said.public["role"])
            elif said.event == "staff.revoke":
                self._roles.get(said.subject, set()).discard(said.public["role"])
            elif said.event == "archive.publish" and said.subject.startswith("b"):
                self._published[said.subject] = said
            elif said.event == "blog.new":
                self._added[said.subject] = said.index
            elif said.event == "blog.change":
                self._changed[said.subject, said.public["field"]] = said
            elif said.event == "erase.done" and said.subject.startswith("n"):
                self._erased_names[said.subject] = said.index

    def finish(self) -> Iterator[Difference]:
        yield from _unlogged()
        yield from _other_notices()
        yield from self._other_roles()
        yield from self._other_visibilities()
        yield from compare_settings(self._changed)
        yield from compare_entered()
        yield from self._releases.compare()
        yield from self._corrections.compare()
        yield from self._cross_posts.compare()
        yield from self._joined.compare()
        yield from self._same_threads.compare()
        yield from self._parts.compare()
        yield from compare_captures()
        yield from compare_order()
        yield from compare_articles()
        yield from compare_absences()
        yield from compare_numbers()
        yield from compare_shown()
        yield from compare_phrases()
        yield from compare_times()
        yield from compare_texts()
        yield from compare_addresses()
        yield from compare_names(self._erased_names)
        yield from compare_looks()
        yield from compare_pages()
        yield from compare_search()
        yield from compare_erasures()

    def _other_visibilities(self) -> Iterator[Difference]:
        """Find blogs that others may see, or not see, than the record says.

        Where it says nothing of a blog, nobody has changed what a new one begins with.
        """
        lost = dict(self._added)
        for ref, visibility in _blogs():
            lost.pop(ref, None)
            said = self._published.get(ref)
            expected = said.public["to"] if said else BlogVisibility.UNLISTED
            if visibility != expected:
                index = said.index if said else None
                reason = f"blog {ref} is {visibility}; the record says {expected}"
                yield Difference(index, reason)
        for index in lost.values():
            yield Difference(index, "the blog it speaks of is not there")

    def _other_roles(self) -> Iterator[Difference]:
        """Find logins with other roles than the record gives them."""
        names = {role.value for role in Role}
        for user in _logins():
            held = {group.name for group in user.groups.all()} & names
            link = getattr(user, "actor_link", None)
            ref = link.actor.ref if link else ""
            given = self._roles.get(ref, set())
            if held != given:
                has = ", ".join(sorted(held)) or "no role"
                had = ", ".join(sorted(given)) or "none"
                who = f"person {ref}" if ref else "a login that is no person on record"
                yield Difference(None, f"{who} has {has}; the record gives {had}")


@Prepared
def _blogs() -> QuerySet[Blog, tuple[str, str]]:
    return Blog.objects.values_list("ref", "visibility")


@Prepared
def _logins() -> QuerySet[User]:
    logins = User.objects.select_related("actor_link__actor")
    return logins.prefetch_related("groups")


def _visibility_after(said: ReadEntry) -> str | None:
    """Return the visibility that an entry gives its comment; None for other entries."""
    if said.event == "erase.done" and said.subject.startswith("c"):
        return Visibility.ERASED.value
    if said.event == "comment.release":
        shown = Visibility.PUBLISHED if said.public["released"] else Visibility.INTERNAL
        return shown.value
    if said.event.startswith("comment.") and "to" in said.public:
        return str(said.public["to"])
    return None


@Prepared
def _states_of(refs: tuple[str, ...]) -> QuerySet[Comment, Any]:
    columns = "ref", "visibility", "decided_entry", "current_revision__commitment"
    return Comment.objects.filter(ref__in=refs).values_list(*columns)


@Prepared
def _opened_in(first: int, last: int) -> QuerySet[Tombstone]:
    opened = Tombstone.objects.filter(opened_entry__range=(first, last))
    return opened.select_related("comment")


def _comments(entries: Sequence[ReadEntry]) -> Iterator[Difference]:
    if not entries:
        return
    rows = {
        ref: rest
        for ref, *rest in _states_of(tuple({said.subject for said in entries}))
    }
    span = (entries[0].index, entries[-1].index)
    opened = {notice.opened_entry: notice for notice in _opened_in(*span)}
    for said in entries:
        if said.subject not in rows:
            yield Difference(said.index, "the comment it speaks of is not there")
            continue
        yield from _comment(said, *rows[said.subject])
        target = _visibility_after(said)
        turns = said.event == "erase.done" or said.public.get("from") != target
        if not turns or target not in TombstoneKind:
            continue
        notice = opened.get(said.index)
        if notice is None or (notice.comment.ref, notice.kind) != (
            said.subject,
            target,
        ):
            reason = f"the notice of comment {said.subject} that it opened is not there"
            yield Difference(said.index, reason)
        elif said.event == "erase.done" and not _says_erased(notice, said.time):
            reason = f"the notice of comment {said.subject} says more than it did"
            yield Difference(said.index, reason)


def _says_erased(notice: Tombstone, time: str) -> bool:
    """Return whether a notice says no more than an erasure does."""
    said = (notice.grade, notice.actor_label, notice.clause_label)
    grade, actor = grade_and_actor(Visibility.ERASED)
    return (
        said == (grade, actor, "")
        and notice.statement_path == ""
        and not notice.shows_name
        and notice.since_not_before is not None
        and abs(notice.since_not_before - datetime.fromisoformat(time))
        < CLOCK_TOLERANCE
    )


def _is_history(said: ReadEntry) -> bool:
    """Return whether an entry tells of a blog's past and changed nothing here."""
    states = said.public.get("from"), said.public.get("grade")
    return states == (_visibility_after(said), Grade.IMPORTED)


def _comment(
    said: ReadEntry, visibility: str, decided: int | None, commitment: str | None
) -> Iterator[Difference]:
    where = f"comment {said.subject}"
    if _is_history(said):
        return
    # What a blog's own records tell gives way to later copies, which are compared with
    # the comment then; whoever keeps decisions knows when that is right.
    gave_way = decided is None and said.public.get("grade") == Grade.IMPORTED
    if not gave_way and (decided is None or decided < said.index):
        yield Difference(said.index, f"{where} does not know of it")
    if decided != said.index:
        return
    target = _visibility_after(said)
    if visibility != target:
        yield Difference(said.index, f"{where} is {visibility}, not {target}")
    moves = said.public.get("from") != target or target == Visibility.PUBLISHED
    if said.event in {"comment.no_action", "erase.done"} or not moves:
        return
    # What is blacked out is judged in one version, and another one is shown.
    name = "shown" if said.event == "comment.redact" else "text"
    if (commitment or None) != said.public[name]:
        yield Difference(said.index, f"{where} shows another text than was decided on")


@Prepared
def _copies(refs: tuple[str, ...]) -> QuerySet[Capture]:
    return Capture.objects.filter(ref__in=refs).select_related("file")


def _captures(entries: Sequence[ReadEntry]) -> Iterator[Difference]:
    rows = {each.ref: each for each in _copies(tuple(s.subject for s in entries))}
    for said in entries:
        capture = rows.get(said.subject)
        if capture is None:
            yield Difference(said.index, "the copy it speaks of is not there")
            continue
        state = CaptureState.PARTIAL
        if capture.state == CaptureState.ABANDONED:
            # The entry says no more than that it is not complete.
            state = CaptureState.ABANDONED
        if said.public["complete"]:
            state = CaptureState.COMPLETE
        for column, value in (
            ("entry_index", said.index),
            ("root", said.public["root"]),
            ("importer", said.public["adapter"]),
            ("state", state),
        ):
            if getattr(capture, column) != value:
                reason = f"the {column} of copy {capture.ref} is another"
                yield Difference(said.index, reason)
        if not has_its_times(said, capture):
            reason = f"the digests of times that copy {capture.ref} left are others"
            yield Difference(said.index, reason)
        file = getattr(capture, "file", None)
        for name, value in (
            ("bytes_sha256", capture.sha256),
            ("file_name", file.name if file else None),
        ):
            # The name of a file may have been erased.
            if value is not None and not said.is_text(name, value):
                reason = f"the {name} of copy {capture.ref} is another"
                yield Difference(said.index, reason)


def _citing_others(
    rows: type[Model], index: str, subject: str, *events: str
) -> QuerySet[Any, tuple[str, int]]:
    """Select rows at whose index no entry of some events is about their subject."""
    wanted = Q()
    for event in events:
        wanted |= Q(event__startswith=event)
    found = Entry.objects.filter(wanted, index=OuterRef(index))
    fitting = Exists(found.filter(subject=OuterRef(subject)))
    cited: QuerySet[Any] = QuerySet(rows).filter(
        ~fitting, **{f"{index}__isnull": False}
    )
    return cited.values_list(subject, index)


_DECIDING = ("comment.", "erase.done")
_UNLOGGED = [
    (name, Prepared(partial(_citing_others, *columns, *events)))
    for name, columns, events in (
        ("comment", (Comment, "decided_entry", "ref"), _DECIDING),
        ("copy", (Capture, "entry_index", "ref"), ("archive.import",)),
        ("gap", (Gap, "entry_index", "ref"), ("gap.found", "gap.claimed")),
        ("gap", (Gap, "proven_entry", "ref"), ("gap.proven",)),
        ("gap", (Gap, "withdrawn_entry", "ref"), ("gap.withdrawn", "gap.refused")),
        ("answer", (GapAnswer, "entry_index", "gap__ref"), ("gap.answered",)),
        ("notice", (Tombstone, "opened_entry", "comment__ref"), _DECIDING),
        ("notice", (Tombstone, "closed_entry", "comment__ref"), _DECIDING),
    )
]


def _unlogged() -> Iterator[Difference]:
    """Find rows that cite an entry about something else, and unfinished imports."""
    for name, citing_others in _UNLOGGED:
        for ref, number in citing_others():
            reason = f"it says nothing of the {name} of {ref}, which refers to it"
            yield Difference(number, reason)
    for ref in _reading():
        yield Difference(None, f"the import of copy {ref} was left unfinished")


@Prepared
def _reading() -> QuerySet[Capture, str]:
    reading = Capture.objects.filter(state=CaptureState.READING)
    return reading.values_list("ref", flat=True)


def _other_notices() -> Iterator[Difference]:
    """Find notices that do not match their comment, or that nothing opened."""
    for ref, visibility, index in _unlike_their_notices.stream():
        reason = f"comment {ref} is {visibility}, and its notice says something else"
        yield Difference(index, reason)
    for ref in _opened_by_nothing():
        yield Difference(None, f"nothing opened a notice of comment {ref}")
    for ref, index in _open_again():
        yield Difference(index, f"a closed notice of comment {ref} is open again")


@Prepared
def _unlike_their_notices() -> QuerySet[Comment, tuple[str, str, int | None]]:
    of_it = Tombstone.objects.filter(comment=OuterRef("pk"), is_open=True)
    fitting = Exists(of_it.filter(kind=OuterRef("visibility")))
    hidden = Q(visibility__in=TombstoneKind.values)
    # A blog may go on showing what was seen to vanish there.
    observed = of_it.filter(grade=Grade.OBSERVED)
    is_left = Q(post__blog__show_gone_text=True) & Exists(observed)
    unlike = ~hidden & Exists(of_it) & ~is_left
    wrong = Comment.objects.filter((hidden & ~fitting) | unlike)
    return wrong.values_list("ref", "visibility", "decided_entry")


@Prepared
def _opened_by_nothing() -> QuerySet[Tombstone, str]:
    sourceless = Tombstone.objects.filter(opened_entry=None, opened_capture=None)
    return sourceless.values_list("comment__ref", flat=True)


@Prepared
def _open_again() -> QuerySet[Tombstone, tuple[str, int | None]]:
    backwards = Tombstone.objects.filter(is_open=True).exclude(
        closed_entry=None, closed_capture=None
    )
    return backwards.values_list("comment__ref", F("closed_entry"))
