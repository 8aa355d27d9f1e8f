"""WordPress's lists of words, one a line, read as parts of words for a rule.

They are its options `disallowed_keys` (`blacklist_keys` before 5.5) and
`moderation_keys`. WordPress looks for each within name, e-mail, address, text, IP and
browser, in any case. Here they are looked for in names, texts and links; e-mails, IPs
and browsers are private, and no rule looks at them.
"""

import ipaddress
import re
from dataclasses import dataclass

from moderation.rules.matchers import FEWEST
from moderation.rules.word_looks import run_together

MOST_LINES = 20_000
LONGEST_LINE = 500
_email = re.compile(r"[^\s@]+@[^\s@]+")


@dataclass(frozen=True, slots=True)
class Keys:
    """The lines of a list that a rule can look for, and counts of the others."""

    lines: tuple[str, ...]
    repeated: int
    short: tuple[str, ...]
    long: int
    # Among the lines: looked for in texts and links, not where WordPress meant them.
    private: int

    @property
    def remarks(self) -> list[str]:
        """Return in sentences what is not as it was in WordPress."""
        found = []
        if self.repeated:
            found.append(f"{_lines(self.repeated)} there already, and left out.")
        if self.short:
            shown = ", ".join(f"“{each}”" for each in self.short[:5])
            more = ", …" if len(self.short) > 5 else ""
            found.append(
                f"{_lines(len(self.short))} left out, as so few letters are found "
                f"nearly everywhere: {shown}{more}."
            )
        if self.long:
            found.append(
                f"{_lines(self.long)} left out: longer than {LONGEST_LINE} characters, "
                f"or after the first {MOST_LINES:,}."
            )
        if self.private:
            found.append(
                f"{_lines(self.private)} an e-mail or IP address: WordPress looks for "
                "them in addresses that are private here. They are looked for in "
                "names, texts and links alone."
            )
        return found


def read_keys(text: str) -> Keys:
    """Read a list as WordPress stores it."""
    lines: dict[str, str] = {}
    short: list[str] = []
    repeated = long = private = 0
    for line in map(str.strip, text.lstrip("\ufeff").replace("\0", "").splitlines()):
        part = run_together(line)
        if not line:
            continue
        if is_short(part):
            short.append(line[:20])
        elif part in lines:
            repeated += 1
        elif len(line) > LONGEST_LINE or len(lines) == MOST_LINES:
            long += 1
        else:
            lines[part] = line
            private += _is_address(line)
    return Keys(tuple(lines.values()), repeated, tuple(short), long, private)


def is_short(part: str) -> bool:
    """Return whether a part of a word is too short to tell anything.

    In scripts of syllables two signs are a word.
    """
    return len(part) < (FEWEST if part.isascii() else FEWEST - 1)


def _is_address(line: str) -> bool:
    if _email.fullmatch(line):
        return True
    try:
        ipaddress.ip_network(line, strict=False)
    except ValueError:
        return bool(re.fullmatch(r"(\d{1,3}\.){1,3}", line))
    return True


def _lines(number: int) -> str:
    return "One line was" if number == 1 else f"{number:,} lines were"
