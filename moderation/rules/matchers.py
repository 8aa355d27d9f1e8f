"""Which automatic rules a comment meets: plain values in, rules out.

All rules are put together once, so that a comment costs about the same whether there
is one rule or a hundred.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from commentarchive.text.link_hosts import addresses_in, host_of, hosts_named
from moderation.models import Kind
from moderation.rules.patterns import Patterns, literal
from moderation.rules.word_looks import (
    Words,
    look_of_words,
    readings,
    run_together,
    sought_forms,
    words_in,
)

# Characters of the shortest part of a word that is looked for in disguised ones.
FEWEST = 3
_bare_link = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
_PLACES = ("name", "text", "link")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What one rule looks for, and where."""

    number: int
    kind: Kind
    lines: tuple[str, ...] = ()
    least: int = 0
    in_name: bool = False
    in_text: bool = True
    in_link: bool = False

    def is_in(self, place: str) -> bool:
        """Return whether it looks in the "name", the "text" or the "link"."""
        return {"name": self.in_name, "text": self.in_text, "link": self.in_link}[place]


@dataclass(frozen=True, kw_only=True)
class Remark:
    """A comment as rules see it."""

    name: str = ""
    link: str = ""
    plain: str = ""
    html: str = ""
    # Whether readers see no earlier comment of the name.
    is_first: bool = False
    # How many times the text was written lately, this time included.
    times: int = 1

    @cached_property
    def words(self) -> Words:
        """The words of the text."""
        return words_in(self.plain)

    @cached_property
    def addresses(self) -> list[str]:
        """The addresses that its name and its text link to."""
        return [*filter(None, [self.link]), *addresses_in(self.html)]

    def read(self, place: str) -> str:
        """Return what stands in the name, the text or the links."""
        if place == "link":
            return "\n".join(self.addresses)
        return self.plain if place == "text" else self.name

    def words_of(self, place: str) -> Words:
        return self.words if place == "text" else words_in(self.read(place))

    def hosts(self) -> set[str]:
        """Return the hosts that it links to or names."""
        named = hosts_named(self.plain)
        return named | {host for each in self.addresses if (host := host_of(each))}

    def links(self) -> int:
        """Return how many links its text has, as links or written out."""
        return max(self.html.count("<a "), len(_bare_link.findall(self.plain)))


class Matcher:
    """Several rules, put together."""

    def __init__(self, rules: Iterable[Sought]) -> None:
        rules = sorted(rules, key=lambda rule: rule.number)
        of_kind: dict[Kind, list[Sought]] = defaultdict(list)
        for rule in rules:
            of_kind[Kind(rule.kind)].append(rule)
        self._in_places = [
            (place, found) for place in _PLACES if (found := _InPlace(place, rules))
        ]
        self._hosts: dict[str, list[int]] = defaultdict(list)
        for rule in of_kind[Kind.HOSTS]:
            for line in rule.lines:
                self._hosts[host_sought(line)].append(rule.number)
        self._links = of_kind[Kind.LINKS]
        self._first = [rule.number for rule in of_kind[Kind.FIRST]]
        self._repeated = of_kind[Kind.REPEATED]

    def matched(self, remark: Remark) -> list[int]:
        """Return the numbers of the rules that a comment meets, in their order."""
        found: set[int] = set()
        for place, rules in self._in_places:
            found |= rules.matched(remark, place)
        if self._hosts:
            found.update(self._of_hosts(remark.hosts()))
        if self._links:
            links = remark.links()
            found |= {rule.number for rule in self._links if links >= rule.least}
        if self._first and remark.is_first:
            found.update(self._first)
        found |= {rule.number for rule in self._repeated if remark.times >= rule.least}
        return sorted(found)

    def _of_hosts(self, hosts: Iterable[str]) -> Iterator[int]:
        for host in hosts:
            rest = host
            while rest:
                yield from self._hosts.get(rest, ())
                rest = rest.partition(".")[2]


class _InPlace:
    """The rules that look for words, parts of words and patterns in one place."""

    def __init__(self, place: str, rules: Iterable[Sought]) -> None:
        rules = [rule for rule in rules if rule.is_in(place)]
        self._words: dict[str, list[tuple[int, list[tuple[str, str]]]]]
        self._words = defaultdict(list)
        for rule in rules:
            for line in rule.lines if rule.kind == Kind.WORDS else ():
                forms = sought_forms(line)
                for form in forms[0] if forms else ():
                    self._words[form].append((rule.number, forms))
        parts = [rule for rule in rules if rule.kind == Kind.PARTS]
        self._parts = Patterns({rule.number: _parts(rule) for rule in parts})
        self._looks = Patterns({rule.number: _looks(rule) for rule in parts})
        self._patterns = Patterns(
            {rule.number: rule.lines for rule in rules if rule.kind == Kind.PATTERN}
        )

    def __bool__(self) -> bool:
        return bool(self._words or self._parts or self._patterns)

    def matched(self, remark: Remark, place: str) -> set[int]:
        """Return the numbers of the rules that find something in a comment's place."""
        found: set[int] = set()
        if self._words or self._looks:
            words = remark.words_of(place)
            found.update(self._of_words(words))
            if words.disguised:
                look = " ".join(words.disguised.values())
                found.update(self._looks.found_in([look]))
        if self._parts:
            found.update(self._parts.found_in([run_together(remark.read(place))]))
        if self._patterns:
            found.update(self._patterns.found_in(readings(remark.read(place))))
        return found

    def _of_words(self, words: Words) -> Iterator[int]:
        if not words.disguised and self._words.keys().isdisjoint(words.spelled):
            return
        for place in range(len(words.spelled)):
            for form in words.forms(place):
                for number, sought in self._words.get(form, ()):
                    if _follow(words, place, sought):
                        yield number


def _parts(rule: Sought) -> list[str]:
    return [literal(part) for line in rule.lines if (part := run_together(line))]


def _looks(rule: Sought) -> list[str]:
    """Return what parts of words look like, where they are long enough to tell."""
    looks = (look_of_words(line) for line in rule.lines)
    return [literal(look) for look in looks if len(look) >= FEWEST]


def _follow(words: Words, place: int, sought: Sequence[tuple[str, str]]) -> bool:
    """Return whether all words of a phrase follow each other from a place on."""
    if place + len(sought) > len(words.spelled):
        return False
    return all(
        not set(forms).isdisjoint(words.forms(place + at))
        for at, forms in enumerate(sought)
    )


def host_sought(line: str) -> str:
    """Return the host that a line of a rule names; "" where it names none.

    A star or a point before it makes no difference: what is below a host goes with it.
    """
    return host_of(line.strip().removeprefix("*").lstrip(".")).removeprefix("www.")


def repeats_itself(rule: Sought, public: str) -> bool:
    """Return whether public words hold what their own rule looks for."""
    if rule.kind in {Kind.LINKS, Kind.FIRST, Kind.REPEATED}:
        return False
    anywhere = replace(rule, in_name=False, in_text=True, in_link=False)
    return bool(Matcher([anywhere]).matched(Remark(plain=public)))
