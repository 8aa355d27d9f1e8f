"""The archive's rows, one module a noun."""

from commentarchive.models.access_note import AccessKind, AccessNote
from commentarchive.models.alike import ArticlePhrase, RepeatedComment
from commentarchive.models.blog import Blog, BlogVisibility
from commentarchive.models.capture import Capture, CaptureFile, CaptureState, Manifest
from commentarchive.models.comment import Comment
from commentarchive.models.comment_words import CommentKind, Visibility
from commentarchive.models.commenter import Commenter, CommenterName, PrivateAddress
from commentarchive.models.correction import (
    Aspect,
    CorrectedWords,
    Correction,
    CorrectionWords,
)
from commentarchive.models.cross_post import (
    CrossPost,
    CrossPostCue,
    CrossPostFinding,
    CrossPostWords,
    CueKind,
)
from commentarchive.models.draft import DraftFile, DraftStep, TranscriptDraft
from commentarchive.models.erased_words import ErasedWords
from commentarchive.models.erasure_request import (
    ErasureAsker,
    ErasureBasis,
    ErasureRefusal,
    ErasureRequest,
    ErasureState,
    ErasureWords,
    IdentityCheck,
)
from commentarchive.models.gap import Answer, Gap, GapAnswer, GapKind
from commentarchive.models.hidden_phrase import HiddenPhrase
from commentarchive.models.hold import Hold
from commentarchive.models.import_job import ImportJob, JobState
from commentarchive.models.invitation import Invitation
from commentarchive.models.name_link import Confidence, NameLink, NameLinkWords
from commentarchive.models.other_number import OtherNumber, PossibleMove
from commentarchive.models.part_notice import Part, PartNotice, PartNoticeKind
from commentarchive.models.post import Post, PostAddress, PostKind
from commentarchive.models.redaction import Redaction
from commentarchive.models.renewal import PageRenewal, RenewalState
from commentarchive.models.revision import Revision, RevisionOrigin, RevisionText
from commentarchive.models.same_thread import SamePair, SameThread, SameThreadWords
from commentarchive.models.search import (
    ArticleWords,
    PublicWords,
    SealedWords,
    SearchChange,
    TitleWords,
)
from commentarchive.models.segment import Segment
from commentarchive.models.testimony import Testimony
from commentarchive.models.tombstone import Grade, Tombstone, TombstoneKind
from commentarchive.models.version import ArchiveVersion

__all__ = [
    "AccessKind",
    "AccessNote",
    "Answer",
    "ArchiveVersion",
    "ArticlePhrase",
    "ArticleWords",
    "Aspect",
    "Blog",
    "BlogVisibility",
    "Capture",
    "CaptureFile",
    "CaptureState",
    "Comment",
    "CommentKind",
    "Commenter",
    "CommenterName",
    "Confidence",
    "CorrectedWords",
    "Correction",
    "CorrectionWords",
    "CrossPost",
    "CrossPostCue",
    "CrossPostFinding",
    "CrossPostWords",
    "CueKind",
    "DraftFile",
    "DraftStep",
    "ErasedWords",
    "ErasureAsker",
    "ErasureBasis",
    "ErasureRefusal",
    "ErasureRequest",
    "ErasureState",
    "ErasureWords",
    "Gap",
    "GapAnswer",
    "GapKind",
    "Grade",
    "HiddenPhrase",
    "Hold",
    "IdentityCheck",
    "ImportJob",
    "Invitation",
    "JobState",
    "Manifest",
    "NameLink",
    "NameLinkWords",
    "OtherNumber",
    "PageRenewal",
    "Part",
    "PartNotice",
    "PartNoticeKind",
    "PossibleMove",
    "Post",
    "PostAddress",
    "PostKind",
    "PrivateAddress",
    "PublicWords",
    "Redaction",
    "RenewalState",
    "RepeatedComment",
    "Revision",
    "RevisionOrigin",
    "RevisionText",
    "SamePair",
    "SameThread",
    "SameThreadWords",
    "SealedWords",
    "SearchChange",
    "Segment",
    "Testimony",
    "TitleWords",
    "Tombstone",
    "TombstoneKind",
    "TranscriptDraft",
    "Visibility",
]
