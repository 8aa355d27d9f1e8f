"""Versions of the house rules, and ends of blogs' own, compared with their entries."""

from collections.abc import Iterator, Sequence

from django.db.models import Exists, OuterRef, QuerySet

from commentarchive.ledger.append import minute
from commentarchive.ledger.comparison import Difference, ReadEntry
from commentarchive.ledger.models import Entry
from commentarchive.storage.prepared import Prepared
from moderation.models import PolicyEnd, PolicyVersion

PUBLISHED, ENDED = "policy.publish", "policy.end"


def compare_house_rules(entries: Sequence[ReadEntry]) -> Iterator[Difference]:
    """Compare versions and ends with what their entries say and committed to."""
    yield from _versions([said for said in entries if said.event == PUBLISHED])
    yield from _ends([said for said in entries if said.event == ENDED])


def _versions(entries: Sequence[ReadEntry]) -> Iterator[Difference]:
    if not entries:
        return
    indexes = tuple(said.index for said in entries)
    rows = {version.entry_index: version for version in _published_by(indexes)}
    for said in entries:
        version = rows.get(said.index)
        if version is None or version.ref != said.subject:
            yield Difference(said.index, "the house rules it speaks of are not there")
            continue
        same = (version.number, minute(version.in_force_at))
        if same != (said.public["number"], said.public["in_force"]):
            yield Difference(said.index, f"{version} has another number or date")
        blog = version.blog.ref if version.blog else None
        if blog != said.public.get("blog"):
            yield Difference(said.index, f"{version} is of another blog or of none")
        if version.as_told != said.public.get("as_told", False):
            reason = f"{version} is marked otherwise, as rules of the past or not"
            yield Difference(said.index, reason)
        words = [clause.words for clause in version.clauses.all()]
        if "text" in said.opened and said.value("text") != words:
            yield Difference(
                said.index, f"{version}: a rule is not as it was published"
            )


@Prepared
def _published_by(indexes: tuple[int, ...]) -> QuerySet[PolicyVersion]:
    found = PolicyVersion.objects.filter(entry_index__in=indexes)
    return found.select_related("blog").prefetch_related("clauses")


def _ends(entries: Sequence[ReadEntry]) -> Iterator[Difference]:
    if not entries:
        return
    indexes = [said.index for said in entries]
    found = PolicyEnd.objects.filter(entry_index__in=indexes)
    rows = {end.entry_index: end for end in found.select_related("policy__blog")}
    for said in entries:
        end = rows.get(said.index)
        if end is None or end.policy.ref != said.subject:
            reason = "the end of a blog’s own rules that it speaks of is not there"
            yield Difference(said.index, reason)
            continue
        blog = end.policy.blog.ref if end.policy.blog else None
        told = (said.public["blog"], said.public["ends"])
        if told != (blog, minute(end.ends_at)):
            reason = f"{end.policy} ends at another time, or is of another blog"
            yield Difference(said.index, reason)


def unsaid_house_rules() -> Iterator[Difference]:
    """Find versions and ends of which no entry tells."""
    for ref, index in (*_unpublished(), *_unsaid_ends()):
        yield Difference(index, f"it says nothing of {ref}, which refers to it")


def _entry(event: str) -> Exists:
    return Exists(Entry.objects.filter(index=OuterRef("entry_index"), event=event))


@Prepared
def _unpublished() -> QuerySet[PolicyVersion, tuple[str, int]]:
    unsaid = PolicyVersion.objects.filter(~_entry(PUBLISHED))
    return unsaid.values_list("ref", "entry_index")


@Prepared
def _unsaid_ends() -> QuerySet[PolicyEnd, tuple[str, int]]:
    unsaid = PolicyEnd.objects.filter(~_entry(ENDED))
    return unsaid.values_list("policy__ref", "entry_index")
