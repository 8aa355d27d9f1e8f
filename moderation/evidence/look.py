"""For whom a bundle is, and the signed state of the record that it goes up to."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from commentarchive.ledger.append import read_leaf
from commentarchive.ledger.models import Checkpoint, Entry
from commentarchive.ledger.tiles import last_checkpoint
from commentarchive.threads.days import in_words


class NoSuchState(LookupError):
    """No such state of the record was ever signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a bundle may hold: whether it is sealed, and up to which signed state."""

    is_sealed: bool
    signed: Checkpoint
    # The time of the last entry of that state: the bundle's own, whenever it is made.
    moment: datetime
    # The record's last entry when the bundle was made, signed or not, and its time:
    # the tables are as they stood then.
    last: int
    last_moment: datetime

    @property
    def size(self) -> int:
        """Return how many entries the signed state has."""
        return self.signed.size

    @property
    def is_of_now(self) -> bool:
        """Return whether nothing was entered since the signed state."""
        return self.last == self.signed.last_index

    def on_record(self, field: str = "entry_index") -> Q:
        """Keep rows of which the signed state tells."""
        return Q(**{f"{field}__lt": self.size})


def look_at(size: int | None, *, is_sealed: bool) -> Look:
    """Return the look at one signed state, the last one for None.

    Raise NoSuchState.
    """
    if size is None:
        signed = last_checkpoint()
        message = "Nothing has been signed yet: a bundle needs a signed state."
    else:
        signed = Checkpoint.objects.filter(size=size).first()
        message = f"No state of {size} entries was ever signed."
    if signed is None:
        raise NoSuchState(message)
    last = Entry.objects.latest("index")
    return Look(
        is_sealed=is_sealed,
        signed=signed,
        moment=_entered(Entry.objects.get(pk=signed.last_index)),
        last=last.index,
        last_moment=_entered(last),
    )


def _entered(entry: Entry) -> datetime:
    told = read_leaf(bytes(entry.leaf))["ts"]
    return datetime.fromisoformat(f"{told}").astimezone(UTC)


def on_clock(moment: datetime | None, zone: str, unknown: str = "not known") -> str:
    """Return a moment in words, on a blog's clock."""
    return in_words(moment.astimezone(ZoneInfo(zone))) if moment else unknown
