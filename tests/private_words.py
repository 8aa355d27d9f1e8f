"""Which words each package stores, and which of them nobody outside may read."""

import re
from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Exists, OuterRef, Q

from commentarchive.models import (
    CaptureFile,
    Comment,
    CommenterName,
    CorrectedWords,
    DraftFile,
    DraftStep,
    ErasureWords,
    Hold,
    NameLinkWords,
    Post,
    PostAddress,
    PrivateAddress,
    RevisionText,
    SameThreadWords,
    Testimony,
    Visibility,
)
from moderation.models import (
    AutomaticDraft,
    AutomaticRule,
    ClaimReply,
    ClaimWords,
    ComplaintAnswer,
    ComplaintNote,
    ComplaintWords,
    DecisionWords,
    DeskNote,
    FlagWords,
    LetterAddress,
    OwnName,
    PendingBatch,
    ReportSubscription,
    SearchNote,
)

_RULE = "title text ready_sentences against allowed"
_AUTOMATIC = "title lines sentence"
# Every column that may hold words. A column that is missing here fails a test, so that
# nobody adds one without asking whether an erasure and the leak tests have to know it.
_COLUMNS = {
    "commentarchive_accessnote": "subject page",
    "commentarchive_articlewords": "words",
    "commentarchive_blog": (
        "slug title address normal_address time_zone language comment_types "
        "article_types"
    ),
    "commentarchive_partnotice": (
        "actor_label clause_label statement_path closing_path"
    ),
    "commentarchive_post": (
        "source_id source_type printed_at status scheme live_with copies absences"
    ),
    "commentarchive_postaddress": "address normal_address",
    "commentarchive_correctedwords": "title author",
    "commentarchive_correction": "role",
    "commentarchive_correctionwords": "before after reason",
    "commentarchive_namelink": "confidence likely_ref role",
    "commentarchive_namelinkwords": "facts note",
    "commentarchive_crosspost": "other_address normal_address",
    "commentarchive_crosspostfinding": "role",
    "commentarchive_crosspostwords": "attribution reason",
    "commentarchive_comment": (
        "scheme source_id source_type printed_at source_state source_parent"
    ),
    "commentarchive_commentername": "name link person",
    "commentarchive_privateaddress": "email ip",
    "commentarchive_capture": "importer sha256 kept_sha256 reading root progress",
    "commentarchive_capturefile": "name",
    "commentarchive_draftfile": "name",
    "commentarchive_draftstep": "marks",
    "commentarchive_erasurerequest": "remark",
    "commentarchive_erasurewords": "asker note",
    "commentarchive_hold": "reason",
    "commentarchive_invitation": "handle digest",
    "commentarchive_importjob": "blog_slug files reports remark",
    "commentarchive_manifest": "post_status scheme",
    "commentarchive_othernumber": "scheme source_id",
    "commentarchive_pagerenewal": "remark",
    "commentarchive_samethreadwords": "evidence",
    "commentarchive_publicwords": "words",
    "commentarchive_revision": "commitment",
    "commentarchive_redaction": "spans statement_path",
    "commentarchive_revisiontext": "salt title byline raw form html plain cleaner",
    "commentarchive_sealedwords": "words",
    "commentarchive_testimony": "kind name link person printed_at parent title",
    "commentarchive_titlewords": "words",
    "commentarchive_tombstone": (
        "actor_label clause_label statement_path closing_path"
    ),
    "commentarchive_transcriptdraft": "sha256",
    "moderation_automaticdraft": _AUTOMATIC,
    "moderation_automaticrule": _AUTOMATIC,
    "moderation_claim": "about",
    "moderation_claimreply": "words",
    "moderation_claimwords": "text email claimant named_blog named_article",
    "moderation_complaint": "time_zone",
    "moderation_complaintanswer": "words",
    "moderation_complaintnote": "words",
    "moderation_complaintwording": "time_zone",
    "moderation_complaintwords": "from_name from_address text reason",
    "moderation_clausedraft": _RULE,
    "moderation_clause": _RULE,
    "moderation_desknote": "words",
    "moderation_issuedreport": "period digest changed",
    "moderation_reportsubscription": "email",
    "moderation_letter": "case about",
    "moderation_letteraddress": "email",
    "moderation_lettertext": "subject body",
    "moderation_letterattempt": "answer",
    "moderation_queueitem": "tab",
    "moderation_decision": "decided_by batch automatic_rules source_state",
    "moderation_flagwords": "text email",
    "moderation_ownname": "name",
    "moderation_pendingbatch": "facts note undoes",
    "moderation_pendingcase": "seen_decision seen_state places places_of",
    "moderation_searchnote": "words",
    "moderation_decisionwords": "facts note override_reason",
}


def text_columns() -> frozenset[str]:
    """Return every column that may hold words, as "table.column"."""
    return frozenset(
        f"{table}.{column}"
        for table, columns in _COLUMNS.items()
        for column in columns.split()
    )


def private_words() -> set[str]:
    """Return every stored text, name, address, note and reason that is not public."""
    return {word for word in (*_archive_words(), *_moderation_words()) if word}


def find_in(texts: Mapping[str, str], words: Iterable[str]) -> list[tuple[str, str]]:
    """Return which of these words are in which text, by the names of the texts.

    Pages of one site repeat most of their pieces, so each piece is looked through once.
    A text that holds a word holds the longest piece of that word within one of its own.
    """
    pieces = "\n".join({each for text in texts.values() for each in _pieces(text)})
    return [
        (name, word)
        for word in words
        if max(_pieces(word), key=len) in pieces
        for name, text in texts.items()
        if word in text
    ]


def _pieces(text: str) -> list[str]:
    return re.split(r'["\n]', text)


def _archive_words() -> Iterator[str]:
    hidden = ~Q(visibility=Visibility.PUBLISHED) | Q(post__is_public=False)
    comments = Comment.objects.filter(hidden)
    texts = RevisionText.objects.filter(revision__comment__in=comments)
    # Nor are words that another place of the same article publishes.
    published = Comment.objects.shown().values("current_revision__text__plain")
    texts = texts.exclude(plain__in=published)
    yield from texts.values_list("plain", flat=True)
    shown = Comment.objects.shown().values("commenter")
    names = CommenterName.objects.filter(commenter__comments__in=comments)
    # A name under which somebody else's comment is shown is no secret.
    public = CommenterName.objects.filter(commenter__in=shown).values("name")
    yield from names.exclude(name__in=public).values_list("name", flat=True)
    told = Testimony.objects.filter(comment__in=comments).exclude(name__in=public)
    yield from told.values_list("name", flat=True)
    yield from _words_of_parts()
    for addresses in PrivateAddress.objects.values_list("email", "ip"):
        yield from addresses
    yield from Hold.objects.values_list("reason", flat=True)
    for words in ErasureWords.objects.values_list("asker", "note"):
        yield from words
    yield from NameLinkWords.objects.values_list("note", flat=True)
    unsure = NameLinkWords.objects.exclude(link__confidence="certain")
    yield from unsure.values_list("facts", flat=True)
    yield from SameThreadWords.objects.values_list("evidence", flat=True)
    yield from CaptureFile.objects.values_list("name", flat=True)
    yield from DraftFile.objects.values_list("name", flat=True)
    yield from DraftStep.objects.values_list("marks", flat=True)


def _words_of_parts() -> Iterator[str]:
    """Yield what notices stand for: texts and titles of articles, names and links."""
    for column, words in (("hidden_text", "plain"), ("hidden_title", "title")):
        posts = Post.objects.exclude(**{column: ""})
        texts = RevisionText.objects.filter(revision__post__in=posts)
        yield from texts.values_list(words, flat=True)
    untitled = Post.objects.exclude(hidden_title="")
    put_right = CorrectedWords.objects.filter(post__in=untitled).exclude(title=None)
    yield from put_right.values_list("title", flat=True)
    yield from PostAddress.objects.filter(post__in=untitled).values_list(
        "address", flat=True
    )
    names = CommenterName.objects.exclude(commenter__hidden_name="")
    yield from names.values_list("name", flat=True)
    is_hidden = ~Q(commenter__hidden_name="", commenter__hidden_link="")
    links = CommenterName.objects.filter(is_hidden)
    yield from links.values_list("link", flat=True)


def _moderation_words() -> Iterator[str]:
    yield from DecisionWords.objects.values_list("note", flat=True)
    yield from SearchNote.objects.values_list("words", flat=True)
    for sent in FlagWords.objects.values_list("text", "email"):
        yield from sent
    # Whose name it is, is what nobody is told; that somebody has it may be seen.
    seen = CommenterName.objects.filter(
        commenter__in=Comment.objects.shown().values("commenter")
    )
    own = OwnName.objects.exclude(name__in=seen.values("name"))
    yield from own.values_list("name", flat=True)
    for rules in (AutomaticDraft, AutomaticRule):
        yield from rules.objects.values_list("lines", flat=True)
    for words in PendingBatch.objects.values_list("facts", "note"):
        yield from words
    yield from DeskNote.objects.values_list("words", flat=True)
    for addresses in (LetterAddress, ReportSubscription):
        yield from addresses.objects.values_list("email", flat=True)
    later = DecisionWords.objects.filter(
        decision=OuterRef("decision"), number__gt=OuterRef("number")
    )
    replaced = DecisionWords.objects.filter(Exists(later))
    yield from replaced.values_list("facts", flat=True)
    for words in ClaimWords.objects.values_list("text", "email", "named_article"):
        yield from words
    # Once the claim is accepted, readers see which blog it is about.
    waiting = ClaimWords.objects.filter(claim__blog=None)
    yield from waiting.values_list("named_blog", flat=True)
    # As above: whoever's comments are shown under a name has no secret in it.
    named = ClaimWords.objects.exclude(
        claimant__in=CommenterName.objects.filter(
            commenter__in=Comment.objects.shown().values("commenter")
        ).values("name")
    )
    yield from named.values_list("claimant", flat=True)
    yield from ClaimReply.objects.values_list("words", flat=True)
    sealed = ("from_name", "from_address", "text", "reason")
    for words in ComplaintWords.objects.values_list(*sealed):
        yield from words
    for rows in (ComplaintAnswer, ComplaintNote):
        yield from rows.objects.values_list("words", flat=True)
