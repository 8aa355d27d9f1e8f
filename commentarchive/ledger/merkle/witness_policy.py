"""Which witnesses a log asks, and how many have to agree (C2SP tlog-policy)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from commentarchive.ledger.merkle.notes import COSIGNATURE, BadNote, VerifyingKey

_NONE = "none"
# Words of the longest line that has a fixed length.
_WITNESS, _WITH_ADDRESS = 3, 4


class BadPolicy(ValueError):
    """The file is not a policy; the message names the line."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness: its key, and the address that takes checkpoints, if known."""

    verifier: VerifyingKey
    address: str


@dataclass(frozen=True, slots=True)
class Group:
    """How many of some witnesses and groups have to agree."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WitnessPolicy:
    """Witnesses and groups by name, and the one whose agreement is needed."""

    witnesses: Mapping[str, Witness]
    groups: Mapping[str, Group]
    quorum: str

    @property
    def needs_witnesses(self) -> bool:
        """Return whether a checkpoint needs any cosignature."""
        return self.quorum != _NONE

    @property
    def vkeys(self) -> list[str]:
        """Return the keys of the witnesses."""
        return [witness.verifier.vkey for witness in self.witnesses.values()]

    def is_met(self, vkeys: Sequence[str]) -> bool:
        """Return whether the witnesses with these keys are enough."""
        return not self.needs_witnesses or self._agrees(self.quorum, vkeys)

    def _agrees(self, name: str, vkeys: Sequence[str]) -> bool:
        if name in self.witnesses:
            return self.witnesses[name].verifier.vkey in vkeys
        group = self.groups[name]
        return group.least <= sum(self._agrees(name, vkeys) for name in group.members)


NOBODY = WitnessPolicy({}, {}, _NONE)


def read_policy(text: str) -> WitnessPolicy:
    """Parse a policy. Raise BadPolicy with the line that is wrong."""
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        try:
            reader.take(words)
        except (BadNote, ValueError) as error:
            message = f"line {number}: {error}"
            raise BadPolicy(message) from error
    if reader.quorum is None:
        message = "there is no quorum line"
        raise BadPolicy(message)
    return WitnessPolicy(reader.witnesses, reader.groups, reader.quorum)


class _Reader:
    """Reads a policy line by line. Raises ValueError for a wrong one."""

    def __init__(self) -> None:
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None
        self._members: set[str] = set()

    def take(self, words: Sequence[str]) -> None:
        """Read one line, split into words."""
        kind, *rest = words
        if kind == "witness" and len(words) in {_WITNESS, _WITH_ADDRESS}:
            self._witness(*rest)
        elif kind == "group" and len(words) > _WITNESS:
            self._group(*rest)
        elif kind == "quorum" and len(rest) == 1:
            self._quorum(rest[0])
        elif kind == "log":
            # This record knows its own keys, and judges no others.
            return
        else:
            message = f"{' '.join(words)[:80]!r} is not a line of a policy"
            raise ValueError(message)

    def _witness(self, name: str, vkey: str, address: str = "") -> None:
        self._new(name)
        verifier = VerifyingKey.parse(vkey, COSIGNATURE)
        known = {witness.verifier.public for witness in self.witnesses.values()}
        if verifier.public in known:
            message = f"the key of {name} is given twice"
            raise ValueError(message)
        if address and not address.startswith(("http://", "https://")):
            message = f"{address!r} is not an address on the web"
            raise ValueError(message)
        self.witnesses[name] = Witness(verifier, address.rstrip("/"))

    def _group(self, name: str, least: str, *members: str) -> None:
        self._new(name)
        for member in members:
            self._known(member)
            if member in self._members:
                message = f"{member} is a member twice"
                raise ValueError(message)
            self._members.add(member)
        words = {"any": 1, "all": len(members)}
        number = words[least] if least in words else int(least)
        if not 1 <= number <= len(members):
            message = f"{least} of {len(members)} cannot agree"
            raise ValueError(message)
        self.groups[name] = Group(number, members)

    def _quorum(self, name: str) -> None:
        if self.quorum is not None:
            message = "there are two quorum lines"
            raise ValueError(message)
        if name != _NONE:
            self._known(name)
        self.quorum = name

    def _new(self, name: str) -> None:
        if name == _NONE or name in self.witnesses or name in self.groups:
            message = f"the name {name} is taken"
            raise ValueError(message)

    def _known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            message = f"{name} is not one of the witnesses and groups before it"
            raise ValueError(message)
