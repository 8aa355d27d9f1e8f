"""How stored rows may change: stated beside each model, enforced by triggers."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRule:
    """How rows of one table may change.

    fact: rows are never deleted. `derived` columns may change at any time,
    `filled_once` columns while they are empty, `forward` columns while `open_while`
    (an SQL condition on OLD and NEW) holds, `settled` columns while they are empty or
    together with a growing `counter` of the times that they changed, all others never.
    side: erasable content. Rows may be inserted or deleted, never changed.
    """

    kind: Literal["fact", "side"]
    derived: frozenset[str] = frozenset()
    filled_once: frozenset[str] = frozenset()
    forward: frozenset[str] = frozenset()
    open_while: str = ""
    settled: frozenset[str] = frozenset()
    counter: str = ""


def fact(
    *,
    derived: tuple[str, ...] = (),
    filled_once: tuple[str, ...] = (),
    forward: tuple[str, ...] = (),
    open_while: str = "",
    settled: tuple[str, ...] = (),
    counter: str = "",
) -> RowRule:
    """Return the rule of a table of facts; columns by their names in the database."""
    return RowRule(
        kind="fact",
        derived=frozenset(derived),
        filled_once=frozenset(filled_once),
        forward=frozenset(forward),
        open_while=open_while,
        settled=frozenset(settled),
        counter=counter,
    )


SIDE = RowRule(kind="side")
