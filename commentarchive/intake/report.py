"""What came of one file: counted while it is read, printed, kept with the capture."""

from collections import Counter
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from commentarchive.captures.changes import Changes
from commentarchive.discussion.look_alikes import new_look_alikes
from commentarchive.importers.characters import printable
from commentarchive.importers.isolated_source import IsolatedSource
from commentarchive.importers.parsed import SOURCE_STATES, Remark
from commentarchive.intake.census import Census
from commentarchive.intake.id_gaps import IdGaps
from commentarchive.intake.new_articles import NewArticle
from commentarchive.intake.plan import ArticlePlan
from commentarchive.ledger.merkle.frontier import Frontier
from commentarchive.ledger.merkle.hashing import base64url
from commentarchive.models import Blog, Capture, CaptureState, Comment
from commentarchive.threads.thread_rows import Alike

# How many places of equal repairs or problems are named.
NAMED = 3
UNDATED = (
    "When it was made, unless that is said when it is imported: among other copies it "
    "is put after its newest comment."
)

WITHOUT = (
    "Whether there are comments: it holds none at all, and may have been made without "
    "them. Nothing is taken for gone by it."
)


@dataclass(slots=True)
class Tally:
    """How many articles or comments were seen, and what the file changed of them."""

    seen: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def count(self, change: str, number: int = 1) -> None:
        """Count `number` that were seen, all with one `change`."""
        self.seen += number
        setattr(self, change, getattr(self, change) + number)

    def as_dict(self) -> dict[str, int]:
        """Return the numbers in the order in which reports print them."""
        return {
            "seen": self.seen,
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
        }


@dataclass(slots=True)
class Counts:
    """The running totals of one file, and the hash trees that its entry commits to."""

    posts: Tally = field(default_factory=Tally)
    comments: Tally = field(default_factory=Tally)
    states: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(SOURCE_STATES, 0)
    )
    # How many comments of this file wait for each placeholder, by its primary key.
    orphans: dict[int, int] = field(default_factory=dict)
    max_depth: int = 0
    # How many comments stood in the file more than once, word for word.
    duplicates: int = 0
    census: Census = field(default_factory=Census)
    # Ids and keyed digests (hex) of texts that were left out: erased here before.
    suppressed: set[tuple[str, str]] = field(default_factory=set)
    remarks: list[Remark] = field(default_factory=list)
    # Primary keys of comments that refer to what is not there.
    quoted: list[int] = field(default_factory=list)
    over_posts: Frontier = field(default_factory=Frontier)
    over_comments: Frontier = field(default_factory=Frontier)

    def count_article(self, plan: ArticlePlan | NewArticle) -> None:
        """Count an article and the states of its comments."""
        self.posts.count(plan.change)
        self.max_depth = max(self.max_depth, plan.max_depth)
        self.remarks += plan.remarks
        self.comments.count("unchanged", plan.duplicates)
        self.duplicates += plan.duplicates
        for each in plan.parsed.comments:
            self.states[each.state] += 1
        self.census.count(plan.parsed.comments)

    def pack(self) -> dict[str, Any]:
        """Return everything as plain data, for the capture's row."""
        return {
            "posts": self.posts.as_dict(),
            "comments": self.comments.as_dict(),
            "states": self.states,
            "orphans": {str(key): number for key, number in self.orphans.items()},
            "max_depth": self.max_depth,
            "duplicates": self.duplicates,
            **self.census.pack(),
            "suppressed": sorted(map(list, self.suppressed)),
            "quoted": self.quoted,
            "remarks": [[each.place, each.reason] for each in self.remarks],
            "trees": [
                [tree.size, tree.pack().hex()]
                for tree in (self.over_posts, self.over_comments)
            ],
        }

    @classmethod
    def unpack(cls, packed: dict[str, Any]) -> "Counts":
        """Rebuild counts from what `pack` returned; an empty dict starts afresh."""
        if not packed:
            return cls()
        over_posts, over_comments = (
            Frontier(size, bytes.fromhex(hashes)) for size, hashes in packed["trees"]
        )
        return cls(
            posts=Tally(**packed["posts"]),
            comments=Tally(**packed["comments"]),
            states=dict(packed["states"]),
            orphans={int(key): number for key, number in packed["orphans"].items()},
            max_depth=packed["max_depth"],
            duplicates=packed.get("duplicates", 0),
            census=Census.unpack(packed),
            suppressed=set(map(tuple, packed.get("suppressed", ()))),
            remarks=[Remark(*each) for each in packed["remarks"]],
            quoted=list(packed.get("quoted", ())),
            over_posts=over_posts,
            over_comments=over_comments,
        )

    def tell_nothing_new(self) -> None:
        """Count all that was seen as unchanged."""
        for tally in (self.posts, self.comments):
            tally.new = tally.changed = 0
            tally.unchanged = tally.seen

    def root(self) -> str:
        """Return the root of the import's tree as its entry states it."""
        return base64url(self.over_posts.root())


@dataclass(slots=True, kw_only=True)
class Report:
    """What came of one file."""

    source: str
    path: Path
    blog: Blog | None
    capture: str | None
    sha256: str
    counts: Counts
    repairs: list[Remark]
    # By which rules it was read, in sentences.
    how: list[str]
    problems: list[Remark]
    cannot_tell: list[str]
    is_complete: bool
    was_known: bool = False
    # Against the copy before; None where there is none, and in a dry run.
    changes: Changes | None = None

    @property
    def orphans(self) -> int:
        """The number of comments whose parent no source has given yet; one query."""
        still = set(
            Comment.objects.filter(
                pk__in=list(self.counts.orphans), capture=None
            ).values_list("pk", flat=True)
        )
        return sum(
            number
            for key, number in self.counts.orphans.items()
            if key < 0 or key in still
        )

    @property
    def look_alikes(self) -> list[tuple[str, Alike]]:
        """The names that came with it, or that they pose as; three queries at most."""
        if self.capture is None or self.was_known:
            return []
        return new_look_alikes(Capture.objects.get(ref=self.capture))


def in_alikes(found: Sequence[tuple[str, Alike]]) -> str:
    """Return which new names look like others, in words; "" for none."""
    if not found:
        return ""
    said = [f"“{name}” like “{alike.name}”, {alike.by}" for name, alike in found]
    named, more = said[:NAMED], len(said) - NAMED
    tail = f"; and {more} more" if more > 0 else ""
    what = "name looks" if len(found) == 1 else "names look"
    like = "another one" if len(found) == 1 else "others"
    return f"{len(found)} new {what} like {like}: {'; '.join(named)}{tail}"


def pack_report(report: Report) -> dict[str, Any]:
    """Return what a report says as plain data, in the shape of a copy's progress."""
    counts = report.counts.pack()
    remarks = {
        "repairs": report.repairs,
        # With the remarks of the counts.
        "problems": report.problems,
    }
    return {
        **{name: counts[name] for name in ("posts", "comments", "states")},
        "max_depth": report.counts.max_depth,
        "duplicates": report.counts.duplicates,
        **report.counts.census.pack(),
        "orphans": report.orphans,
        **{
            name: [[each.place, each.reason] for each in found]
            for name, found in remarks.items()
        },
        "how": report.how,
        "cannot_tell": report.cannot_tell,
        "file": printable(report.path.name),
        "source": report.source,
        "sha256": report.sha256,
        "capture": report.capture or "",
        "blog": report.blog.slug if report.blog else "",
        "is_complete": report.is_complete,
        "was_known": report.was_known,
    }


def by_reason(remarks: Iterable[Remark]) -> dict[str, list[str]]:
    """Group remarks that say the same: the places of each, in the file's order."""
    places: dict[str, list[str]] = {}
    for remark in remarks:
        places.setdefault(remark.reason, []).append(remark.place)
    return places


def in_places(places: list[str]) -> str:
    """Return where something is, and how often if that is more than once."""
    if len(places) == 1:
        return places[0]
    named, more = places[:NAMED], len(places) - NAMED
    tail = f" and {more} more" if more > 0 else ""
    return f"{len(places)} times ({'; '.join(named)}{tail})"


def how_it_was_read(how: Iterable[str]) -> list[str]:
    """Return each sentence once, with its number where several parts are read so."""
    return [
        each if number == 1 else f"{each} ({number} times)"
        for each, number in Counter(how).items()
    ]


def cannot_tell(source: IsolatedSource, id_gaps: IdGaps, seen: int) -> list[str]:
    """Return what a source does not tell: a date, comments, the numbers left out.

    `seen` is the number of comments that it has.
    """
    # Each page of a web archive has its own date.
    is_dated = source.blog.written_at or source.importer.name == "warc"
    left_out = id_gaps.sentence() if source.importer.numbers_in_turn else ""
    more = ("" if is_dated else UNDATED, "" if seen else WITHOUT, left_out)
    return [*source.importer.cannot_tell, *(each for each in more if each)]


def known_report(source: IsolatedSource, capture: Capture) -> Report:
    """Report on bytes that were imported before: nothing in them is new."""
    packed = capture.progress
    counts = Counts.unpack(packed)
    counts.tell_nothing_new()
    problems = [Remark(*each) for each in packed["problems"]]
    return Report(
        source=capture.importer,
        path=source.path,
        blog=capture.blog,
        capture=capture.ref,
        sha256=capture.sha256,
        counts=counts,
        repairs=[Remark(*each) for each in packed["repairs"]],
        how=list(packed.get("how", ())),
        problems=[*problems, *counts.remarks],
        cannot_tell=packed["cannot_tell"],
        is_complete=capture.state == CaptureState.COMPLETE,
        was_known=True,
    )


def known_again(before: Report, source: IsolatedSource) -> Report:
    """Report on bytes that stand before in the same files."""
    counts = deepcopy(before.counts)
    counts.tell_nothing_new()
    return replace(before, path=source.path, counts=counts, was_known=True)
