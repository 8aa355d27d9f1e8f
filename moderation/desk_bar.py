"""The bar above the pages of the desk: where everything is, for whom."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.urls import reverse

from commentarchive.ledger.models import Role

_LOOKING = frozenset({Role.OWNER, Role.MODERATOR, Role.AUDITOR})
_RELEASING = frozenset({Role.OWNER, Role.MODERATOR, Role.ARCHIVIST})
_IMPORTING = frozenset({Role.OWNER, Role.ARCHIVIST})
_DECIDING = frozenset({Role.OWNER, Role.MODERATOR})
_READING_ACCESS = frozenset({Role.OWNER, Role.AUDITOR})
_OWNING = frozenset({Role.OWNER})
_ALL = _LOOKING | _IMPORTING


@dataclass(frozen=True, slots=True)
class Link:
    """A page of the desk, and who may open it."""

    name: str
    text: str
    roles: frozenset[Role]
    # The number in the page's context that says how much waits there.
    count: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What belongs together in the work of the desk."""

    title: str
    links: tuple[Link, ...]


# One line a page, in the group in which somebody would look for it.
GROUPS = (
    Group(
        "Queue",
        (
            Link("moderation:desk", "The desk", _LOOKING),
            Link("moderation:dashboard", "At a glance", _LOOKING),
            Link("moderation:reported", "Reported by readers", _LOOKING, "reported"),
            Link("moderation:desk-claims", "Claims", _LOOKING, "claims"),
            Link("moderation:complaints", "Complaints", _LOOKING, "overdue"),
            Link("moderation:at-source", "To do at the blogs", _LOOKING),
        ),
    ),
    Group(
        "Decide",
        (
            Link("moderation:batches", "Decide on several", _LOOKING),
            Link("moderation:elsewhere", "Where else are these words?", _DECIDING),
            Link("moderation:parts", "Articles and names", _LOOKING),
            Link("moderation:consistency", "Same words, decided otherwise", _LOOKING),
            Link("moderation:hidden", "Hidden texts", _LOOKING),
            Link("moderation:erasures", "Erasures", _LOOKING),
        ),
    ),
    Group(
        "Sources",
        (
            Link("moderation:imports", "Imports", _IMPORTING),
            Link("moderation:left", "Left by imports", _RELEASING),
            Link("moderation:paste", "Paste a thread", _RELEASING),
            Link("moderation:hand", "Enter by hand", _RELEASING),
            Link(
                *("moderation:cross-posts", "Possible cross-posts"),
                *(_IMPORTING, "cross_posts"),
            ),
            Link("moderation:blogs", "Blogs", _ALL),
        ),
    ),
    Group(
        "Rules",
        (
            Link("moderation:policy-draft", "Draft of the house rules", _OWNING),
            Link("moderation:automatic-desk", "Automatic rules", _LOOKING),
            Link("moderation:policy", "House rules, as published", _ALL),
        ),
    ),
    Group(
        "People",
        (
            Link("moderation:people", "People", _OWNING),
            Link("moderation:letters", "Letters", _LOOKING),
            Link("moderation:own-names", "Names of the staff", _LOOKING),
            Link("moderation:work", "Work at the desk", _ALL),
            Link("moderation:persons", "All that is held of somebody", _OWNING),
            Link("moderation:addressed", "Spoken to by name", _IMPORTING),
            Link("mfa_index", "Your login", _ALL),
        ),
    ),
    Group(
        "Record",
        (
            Link("moderation:log", "Moderation log", _ALL),
            Link("moderation:issuing", "Issue a report", _OWNING),
            Link("ledger:index", "Public record", _ALL),
            Link("moderation:bundles", "Evidence bundle", _LOOKING),
            Link("moderation:access", "Who looked at what", _READING_ACCESS),
            Link("moderation:health", "Health", _OWNING),
            Link("admin:index", "Back office", _ALL),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link as one page shows it."""

    link: Link
    address: str
    # As aria-current has it: this very page, or one that is found by it.
    current: str


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A group as one page shows it."""

    title: str
    links: list[ShownLink]

    @property
    def is_current(self) -> bool:
        return any(each.current for each in self.links)


def shown_groups(roles: Collection[Role] | None, path: str) -> Iterator[ShownGroup]:
    """Return the groups that somebody sees on the page at a path; None sees all."""
    addresses = {link: reverse(link.name) for group in GROUPS for link in group.links}
    within = [each for each in addresses.values() if path.startswith(each)]
    nearest = max(within, key=len, default="")
    for group in GROUPS:
        links = [
            ShownLink(link, addresses[link], _current(addresses[link], nearest, path))
            for link in group.links
            if roles is None or not link.roles.isdisjoint(roles)
        ]
        if links:
            yield ShownGroup(group.title, links)


def _current(address: str, nearest: str, path: str) -> str:
    if address != nearest:
        return ""
    return "page" if address == path else "true"
