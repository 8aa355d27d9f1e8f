"""The judgement's rows, one module a noun."""

from moderation.models.decision import (
    HIDING,
    Action,
    Aspect,
    Conflict,
    Decision,
    DecisionWords,
)
from moderation.models.policy import Clause, ClauseDraft, PolicyVersion

__all__ = [
    "HIDING",
    "Action",
    "Aspect",
    "Clause",
    "ClauseDraft",
    "Conflict",
    "Decision",
    "DecisionWords",
    "PolicyVersion",
]
