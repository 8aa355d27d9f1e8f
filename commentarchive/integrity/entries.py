"""Check entries against rows: what each of them speaks of is there, and is so."""

from collections.abc import Iterator, Sequence

from django.contrib.auth.models import User
from django.db.models import QuerySet

from commentarchive.integrity.absent_articles import compare_absences
from commentarchive.integrity.blog_settings import compare_settings
from commentarchive.integrity.capture_contents import compare_captures
from commentarchive.integrity.citing_rows import compare_citing_rows
from commentarchive.integrity.claims_and_gaps import compare_gaps
from commentarchive.integrity.comment_entries import check_comments, compare_notices
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
from commentarchive.ledger.models import Role
from commentarchive.models import (
    Blog,
    BlogVisibility,
    Capture,
    CaptureState,
)
from commentarchive.storage.prepared import Prepared


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
        yield from check_comments(entries)
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
        yield from compare_citing_rows()
        yield from compare_notices()
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
