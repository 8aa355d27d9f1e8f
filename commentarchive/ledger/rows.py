"""What may happen to a stored row: stated beside each model, held by triggers."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRule:
    """How rows of one table may change.

    fact: no row goes; only `derived` columns change, `filled_once` columns may be
    filled while empty, `forward` columns may change while `open_while` (an SQL
    condition on the old row) holds.
    side: erasable content; a row may be added or deleted, never changed.
    """

    kind: Literal["fact", "side"]
    derived: frozenset[str] = frozenset()
    filled_once: frozenset[str] = frozenset()
    forward: frozenset[str] = frozenset()
    open_while: str = ""


def fact(
    *,
    derived: tuple[str, ...] = (),
    filled_once: tuple[str, ...] = (),
    forward: tuple[str, ...] = (),
    open_while: str = "",
) -> RowRule:
    """State the rule of a table of facts, by column names of the database."""
    return RowRule(
        kind="fact",
        derived=frozenset(derived),
        filled_once=frozenset(filled_once),
        forward=frozenset(forward),
        open_while=open_while,
    )


SIDE = RowRule(kind="side")
