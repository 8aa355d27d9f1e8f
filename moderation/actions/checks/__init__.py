"""Everything that may stand against a decision, one question a module.

Each `check` raises one of the exceptions of `refusals.py`, or returns nothing.
"""

from moderation.actions.checks import reasons, repeats, seen, times, transition

__all__ = ["reasons", "repeats", "seen", "times", "transition"]
