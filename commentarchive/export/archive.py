"""Make a copy of the whole public archive: a site that is read from disk."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shutil import rmtree

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from commentarchive.captures.text_proof import proof_file, prove_all
from commentarchive.export import links, places
from commentarchive.export.asking import NoAnswer, Site
from commentarchive.export.folder import FRONT, CopyFolder, Counts, Held, digest
from commentarchive.export.word_index import Entry, index_files
from commentarchive.ledger.models import Entry as RecordEntry
from commentarchive.ledger.record_export import NothingSigned, export
from commentarchive.ledger.snapshot import snapshot
from commentarchive.models import Blog, Comment, Post
from commentarchive.storage.remembered import public_state

# How often a copy is begun again because the archive was written to meanwhile.
ROUNDS = 3
_STARTS = (
    *("/", "/about/", "/moderation/log/", "/moderation/log/otherwise/"),
    *("/moderation/log.csv", "/moderation/policy/", "/moderation/reports/"),
    "/ledger/",
)
_STYLE, _SCRIPT = "copy/copy.css", "search/search.js"
# Is told how many pages were made, and of how many that are known by then.
type Progress = Callable[[int, int], None]
_OWN = {_STYLE: "css/copy.css", _SCRIPT: "js/copy_search.js"}


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of a run: what was done, how far the copy goes, what is open."""

    counts: Counts
    pages: int
    record: int | None
    is_signed: bool
    # Whether something was written to the archive while even the last round was made.
    is_behind: bool


def copy_archive(path: Path, progress: Progress = lambda *_: None) -> Copied:
    """Write or bring up to date a copy. Raise NotOurs, NoAnswer or OSError.

    Until every page has been made nothing in the folder changes.
    """
    folder = CopyFolder(path, archive_digest())
    with folder.drafts() as drafts:
        for _round in range(ROUNDS):
            rmtree(drafts)
            drafts.mkdir()
            with snapshot():
                state = public_state()
                making = Making(folder, drafts, progress)
                making.make()
            is_behind = public_state() != state
            if not is_behind:
                break
        counts = folder.bring_up_to_date(
            drafts, making.changed, frozenset(making.kept), making.facts
        )
    return Copied(
        counts, making.pages, making.record, making.is_signed, is_behind=is_behind
    )


def archive_digest() -> str:
    """Return what tells this archive from others: the digest of its first entry."""
    first = RecordEntry.objects.order_by("pk").first()
    return digest(bytes(first.leaf)) if first else ""


class Making:
    """One round: ask for every page, then put each in its final form as a draft."""

    def __init__(self, folder: CopyFolder, drafts: Path, progress: Progress) -> None:
        last = RecordEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
        self._folder, self._drafts, self._site = folder, drafts, Site()
        self._progress = progress
        self._at: datetime = timezone.localtime()
        self.record: int | None = last
        self.facts = {
            "address": settings.BASE_URL,
            "copied_at": self._at.isoformat(timespec="seconds"),
            "record": last,
        }
        self.changed: dict[str, Held] = {}
        self.kept: set[str] = set()
        self.pages = 0
        self.is_signed = True
        # Which address lies in which file, and where redirects lead.
        self._files: dict[str, str] = {}
        self._redirects: dict[str, str] = {}
        # What was answered: by file, the raw bytes' number and whether it is a page.
        self._raw: dict[str, tuple[str, int, bool]] = {}
        self._static: set[str] = set()
        self._names: set[str] = {places.SEARCH_PAGE, *_OWN}

    def make(self) -> None:
        """Fill `changed` and `kept`; the drafts of what changed lie in the folder."""
        self._ask_for_all()
        self._add_record()
        for address in sorted(self._static):
            self._add_static(address)
        for name, source in _OWN.items():
            self._add(name, _static_file(source))
        for name, data in index_files(self._entries()):
            self._add(name, data)
        self._finish(places.SEARCH_PAGE, "/search/", self._search_page())
        for name, (address, number, is_page) in sorted(self._raw.items()):
            raw = self._raw_path(number)
            if is_page and name != FRONT:
                self._finish(name, address, raw.read_text())
            elif not is_page:
                self._add(name, raw.read_bytes())
        self._finish_front()

    # Asking.

    def _ask_for_all(self) -> None:
        waiting = [*reversed(self._starts())]
        seen: set[str] = set()
        proofs: set[str] = set()
        while waiting:
            address = waiting.pop()
            if address in seen:
                continue
            seen.add(address)
            self._progress(len(seen), len(seen) + len(waiting))
            answer = self._site.ask(address)
            if answer.location:
                self._redirects[address] = answer.location
                found = [answer.location]
            elif answer.body is None:
                continue
            else:
                self._keep_raw(address, answer.body, is_page=answer.is_page)
                found = links.links_of(answer.body.decode()) if answer.is_page else []
            for link in found:
                own = places.own_address(link, address)
                if own is None or own in seen:
                    continue
                if places.is_static(own):
                    self._static.add(own)
                elif places.name_of(own) == places.PROOF:
                    proofs.add(own)
                elif places.is_asked(own):
                    waiting.append(own)
        self._add_proofs(proofs)

    def _add_proofs(self, asked: set[str]) -> None:
        """Add the proofs that pages name; from the site each would cost its article."""
        if not asked:
            return
        for ref, proof in prove_all():
            address = reverse(places.PROOF, args=[ref])
            if address in asked and (name := places.file_of(address)):
                self._files[address] = name
                self._add(name, proof_file(proof))

    def _starts(self) -> list[str]:
        """Return the addresses from which every public page can be reached."""
        record = [] if self.record is None else [f"/ledger/entries/{self.record}/"]
        blogs = [each.get_absolute_url() for each in Blog.objects.public()]
        posts = Post.objects.public().order_by("pk").only("ref")
        return [*_STARTS, *record, *blogs, *(each.get_absolute_url() for each in posts)]

    def _keep_raw(self, address: str, body: bytes, *, is_page: bool) -> None:
        name = places.file_of(address)
        if name is None:
            return
        number = len(self._raw)
        self._raw_path(number).write_bytes(body)
        self._raw[name] = (address, number, is_page)
        self._files[address] = name
        self._names.add(name)
        self.pages += is_page

    def _raw_path(self, number: int) -> Path:
        path = self._drafts / ".raw" / str(number % 256) / str(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    # Files that are no pages.

    def _add(self, name: str, data: bytes) -> None:
        """Add a file that shows no date, so that it changes only with its own bytes."""
        self._names.add(name)
        self._put(name, data, digest(data))

    def _put(self, name: str, data: bytes, source: str) -> None:
        if self._folder.holds(name, source):
            self.kept.add(name)
            return
        path = self._drafts / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.changed[name] = Held(digest(data), source)

    def _add_record(self) -> None:
        """Add the record as its own export writes it, as far as it is signed."""
        made = self._drafts / ".record"
        try:
            export(made)
        except NothingSigned:
            self.is_signed = False
            return
        for path in sorted(each for each in made.rglob("*") if each.is_file()):
            self._add(f"ledger/{path.relative_to(made).as_posix()}", path.read_bytes())

    def _add_static(self, address: str) -> None:
        name = places.file_of(address)
        if name is not None:
            self._files[address] = name
            prefix = settings.STATIC_URL.removeprefix("/")
            self._add(name, _static_file(name.removeprefix(prefix)))

    def _entries(self) -> Iterator[Entry]:
        """Yield what can be searched for: articles and comments with a page here."""
        posts = Post.objects.public().titled().order_by("pk")
        for post in posts.iterator():
            if name := self._files.get(post.get_absolute_url()):
                text = post.shown_text
                plain = text.plain if text else ""
                yield Entry(name, post.title, "", _day(post.local_time), plain)
        comments = Comment.objects.shown().read().order_by("pk")
        for comment in comments.iterator():
            name = self._files.get(comment.get_absolute_url())
            shown = comment.current_revision
            if name and shown:
                who = comment.commenter.name.shown if comment.commenter else ""
                at = _day(comment.local_time)
                yield Entry(name, comment.post.title, who, at, shown.text.plain)

    # Pages in their final form.

    def _search_page(self) -> str:
        posts = Post.objects.public().titled().newest_first()
        return render_to_string("copy/search.html", {"posts": posts})

    def _finish(self, name: str, address: str, html: str) -> None:
        linked = links.with_links(html, lambda *link: self._link(name, address, *link))
        # Its date alone makes no page a new one.
        source = digest(linked.encode())
        if self._folder.holds(name, source):
            self.kept.add(name)
        else:
            self._put(name, self._dated(name, address, linked), source)

    def _finish_front(self) -> None:
        """Date the front page anew whenever anything changed: it speaks for all."""
        address, number, _is_page = self._raw[FRONT]
        html = self._raw_path(number).read_text()
        linked = links.with_links(html, lambda *link: self._link(FRONT, address, *link))
        source = digest(linked.encode())
        gone = self._folder.files.keys() - self.changed.keys() - self.kept - {FRONT}
        is_old = self._folder.holds(FRONT, source) and self._folder.is_whole
        if is_old and not self.changed and not gone:
            self.kept.add(FRONT)
            return
        path = self._drafts / FRONT
        data = self._dated(FRONT, address, linked)
        path.write_bytes(data)
        self.changed[FRONT] = Held(digest(data), source)

    def _dated(self, name: str, address: str, html: str) -> bytes:
        entry = self._files.get(f"/ledger/entries/{self.record}/")
        note = render_to_string(
            "copy/_note.html",
            {
                "at": self._at,
                "record": self.record,
                "entry": entry and places.relative(entry, name),
                "address": settings.BASE_URL + address,
                "check": places.relative("ledger/index.html", name),
                "is_front": name == FRONT,
            },
        )
        return links.with_note(html, note, places.relative(_STYLE, name)).encode()

    def _link(self, name: str, page: str, element: str, link: str) -> tuple[str, bool]:
        """Return a link of a page as it stands in the copy, and if it leads outside."""
        if link.startswith("#"):
            return link, False
        own = places.own_address(link, page)
        if own is None:
            return link, False
        target, fragment = own, link.partition("#")[2]
        if own in self._redirects:
            location = self._redirects[own]
            target = places.own_address(location, own) or own
            fragment = location.partition("#")[2] or fragment
        file = self._files.get(target) or places.file_of(target)
        file = file or target.removeprefix("/")
        at = f"#{fragment}" if fragment else ""
        is_for_programs = element == "link" and not places.is_static(target)
        if file in self._names and not is_for_programs:
            return places.relative(file, name) + at, False
        return settings.BASE_URL + own + at, True


def _static_file(name: str) -> bytes:
    """Return a file of the site's own, as collected or as it stands in the source."""
    collected = settings.STATIC_ROOT / name
    found = str(collected) if collected.is_file() else finders.find(name)
    if found is None:
        message = f"the file {name} of the site is not there"
        raise NoAnswer(message)
    return Path(found).read_bytes()


def _day(moment: datetime | None) -> str:
    return f"{moment:%-d %B %Y}" if moment else ""
