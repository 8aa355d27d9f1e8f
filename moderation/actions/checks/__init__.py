"""Everything that may stand against a decision, one question a module.

Each `check` raises one of the exceptions of `refusals.py`, or returns nothing.
"""

from moderation.actions.checks import news, reasons, seen, times, transition
from moderation.actions.checks.interests import Interests
from moderation.actions.checks.repeats import HiddenTexts

__all__ = ["HiddenTexts", "Interests", "news", "reasons", "seen", "times", "transition"]
