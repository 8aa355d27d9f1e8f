"""The judgement's rows, one module a noun."""

from moderation.models.decision import HIDING, Action, Decision, DecisionWords
from moderation.models.policy import Clause, ClauseDraft, PolicyVersion

__all__ = [
    "HIDING",
    "Action",
    "Clause",
    "ClauseDraft",
    "Decision",
    "DecisionWords",
    "PolicyVersion",
]
