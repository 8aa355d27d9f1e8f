"""The judgement's rows, one module a noun."""

from moderation.models.claim import (
    Claim,
    ClaimReply,
    ClaimState,
    ClaimWords,
    JournalAct,
    JournalNote,
)
from moderation.models.decision import (
    HIDING,
    Action,
    Aspect,
    Conflict,
    Decision,
    DecisionWords,
    FactsWord,
)
from moderation.models.flag import Flag, FlagWords, is_reported
from moderation.models.own_name import OwnName
from moderation.models.policy import Clause, ClauseDraft, PolicyVersion
from moderation.models.queue import DeskNote, OpenCard, QueueItem
from moderation.models.search_note import SearchNote

__all__ = [
    "HIDING",
    "Action",
    "Aspect",
    "Claim",
    "ClaimReply",
    "ClaimState",
    "ClaimWords",
    "Clause",
    "ClauseDraft",
    "Conflict",
    "Decision",
    "DecisionWords",
    "DeskNote",
    "FactsWord",
    "Flag",
    "FlagWords",
    "JournalAct",
    "JournalNote",
    "OpenCard",
    "OwnName",
    "PolicyVersion",
    "QueueItem",
    "SearchNote",
    "is_reported",
]
