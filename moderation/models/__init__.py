"""The judgement's rows, one module a noun."""

from moderation.models.action import HIDING, Action, Aspect, Conflict
from moderation.models.automation import (
    AutomaticDraft,
    AutomaticRule,
    AutomaticRuleText,
    AutomaticVersion,
    Kind,
    RuleAction,
)
from moderation.models.batch import PendingBatch, PendingCase
from moderation.models.claim import (
    Claim,
    ClaimReply,
    ClaimState,
    ClaimWords,
    JournalAct,
    JournalNote,
)
from moderation.models.complaint import (
    Channel,
    Complaint,
    ComplaintAnswer,
    ComplaintEnd,
    ComplaintNote,
    ComplaintPlace,
    ComplaintWording,
    ComplaintWords,
    Ground,
    Outcome,
)
from moderation.models.decision import Decision, DecisionWords
from moderation.models.facts_word import FactsWord
from moderation.models.flag import Flag, FlagWords
from moderation.models.issued_report import IssuedReport, ReportSubscription
from moderation.models.letter import (
    TO_STAFF,
    Letter,
    LetterAddress,
    LetterAttempt,
    LetterKind,
    LetterState,
    LetterSwitch,
    LetterText,
    NewsChoice,
    ReturnedAddress,
)
from moderation.models.own_name import OwnName
from moderation.models.policy import Clause, ClauseDraft, PolicyEnd, PolicyVersion
from moderation.models.queue import DeskNote, OpenCard, QueueItem
from moderation.models.search_note import SearchNote
from moderation.models.source_note import GoneThere, SourceAct, SourceNote

__all__ = [
    "HIDING",
    "TO_STAFF",
    "Action",
    "Aspect",
    "AutomaticDraft",
    "AutomaticRule",
    "AutomaticRuleText",
    "AutomaticVersion",
    "Channel",
    "Claim",
    "ClaimReply",
    "ClaimState",
    "ClaimWords",
    "Clause",
    "ClauseDraft",
    "Complaint",
    "ComplaintAnswer",
    "ComplaintEnd",
    "ComplaintNote",
    "ComplaintPlace",
    "ComplaintWording",
    "ComplaintWords",
    "Conflict",
    "Decision",
    "DecisionWords",
    "DeskNote",
    "FactsWord",
    "Flag",
    "FlagWords",
    "GoneThere",
    "Ground",
    "IssuedReport",
    "JournalAct",
    "JournalNote",
    "Kind",
    "Letter",
    "LetterAddress",
    "LetterAttempt",
    "LetterKind",
    "LetterState",
    "LetterSwitch",
    "LetterText",
    "NewsChoice",
    "OpenCard",
    "Outcome",
    "OwnName",
    "PendingBatch",
    "PendingCase",
    "PolicyEnd",
    "PolicyVersion",
    "QueueItem",
    "ReportSubscription",
    "ReturnedAddress",
    "RuleAction",
    "SearchNote",
    "SourceAct",
    "SourceNote",
]
