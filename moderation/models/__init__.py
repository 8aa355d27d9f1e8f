"""The judgement's rows, one module a noun."""

from moderation.models.decision import Action, Decision, DecisionWords
from moderation.models.policy import Clause, ClauseDraft, PolicyVersion

__all__ = [
    "Action",
    "Clause",
    "ClauseDraft",
    "Decision",
    "DecisionWords",
    "PolicyVersion",
]
