"""Versions of automatic rules, compared with the entries that published them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from commentarchive.ledger.comparison import Difference, ReadEntry
from commentarchive.ledger.models import Entry
from commentarchive.storage.prepared import Prepared
from moderation.models import AutomaticRule, AutomaticVersion, Decision

EVENT = "automation.publish"


def compare_rules(entries: Sequence[ReadEntry]) -> Iterator[Difference]:
    """Compare versions of automatic rules with what their entries committed to."""
    said_of = [said for said in entries if said.event == EVENT]
    if not said_of:
        return
    found = AutomaticVersion.objects.filter(
        entry_index__in=[said.index for said in said_of]
    ).select_related("blog")
    rows = {
        version.entry_index: version
        for version in found.prefetch_related("automatic_rules")
    }
    for said in said_of:
        version = rows.get(said.index)
        if version is None or version.ref != said.subject:
            reason = "the automatic rules it speaks of are not there"
            yield Difference(said.index, reason)
            continue
        rules = list(version.automatic_rules.all())
        blog = version.blog.ref if version.blog else None
        told = (said.public["number"], said.public["rules"], said.public.get("blog"))
        if told != (version.number, len(rules), blog):
            reason = f"{version} has another number, blog or number of rules"
            yield Difference(said.index, reason)
        text = {
            "takes_common": version.common_from is not None,
            "rules": [rule.words for rule in rules],
        }
        if "text" in said.opened and said.value("text") != text:
            yield Difference(
                said.index, f"{version}: a rule is not as it was published"
            )


def misplaced_rules() -> Iterator[Difference]:
    """Find versions and decisions without entries, and rules that act too early."""
    for ref, index in _unpublished():
        yield Difference(index, f"it says nothing of {ref}, which refers to it")
    yield from _wrong_times()
    for ref, index in _by_no_rule():
        yield Difference(
            index, f"decision {ref} names an automatic rule that is not there"
        )


@Prepared
def _unpublished() -> QuerySet[AutomaticVersion, tuple[str, int]]:
    published = Entry.objects.filter(index=OuterRef("entry_index"), event=EVENT)
    unknown = AutomaticVersion.objects.filter(~Exists(published))
    return unknown.values_list("ref", "entry_index")


@Prepared
def _by_no_rule() -> QuerySet[Decision, tuple[str, int]]:
    rule = AutomaticRule.objects.filter(
        version__ref=OuterRef("automatic_rules"), number=OuterRef("automatic_rule")
    )
    decided = Decision.objects.exclude(automatic_rules="").filter(~Exists(rule))
    return decided.values_list("ref", "entry_index")


@Prepared
def _versions() -> QuerySet[AutomaticVersion]:
    versions = AutomaticVersion.objects.order_by("number")
    return versions.prefetch_related("automatic_rules")


def _wrong_times() -> Iterator[Difference]:
    """Find rules that act on what was written before they were published."""
    before: dict[int | None, AutomaticVersion] = {}
    for version in _versions():
        last = before.get(version.blog_id)
        if not _is_continued(
            version.common_from,
            last.common_from if last else None,
            version.published_at,
        ):
            reason = f"{version}: the common rules act from another day"
            yield Difference(version.entry_index, reason)
        earlier = (
            {rule.number: rule for rule in last.automatic_rules.all()} if last else {}
        )
        for rule in version.automatic_rules.all():
            same = earlier.get(rule.number)
            if same and (same.what, same.action) != (rule.what, rule.action):
                same = None
            if rule.acts_from != (same.acts_from if same else version.published_at):
                reason = f"{version}: rule {rule.number} acts from another day"
                yield Difference(version.entry_index, reason)
        before[version.blog_id] = version


def _is_continued(
    stated: datetime | None, before: datetime | None, published: datetime
) -> bool:
    return stated is None or stated == (before or published)
