"""The demo's blog whose host is closed: what somebody copied out of it, and one mail.

All of it is made as people make it at the desk: a pasted text, a mailed comment,
decisions of then and of now, claims, a correction.
"""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import commentarchive
from commentarchive.actions.blogs import add_known_blog
from commentarchive.actions.claimed_gaps import answer_claim
from commentarchive.actions.drafts import save_step
from commentarchive.importers.formats.by_hand import Evidence
from commentarchive.importers.formats.notification_mail import read_mail
from commentarchive.importers.plain_text import plain_text
from commentarchive.intake.by_hand import Typed, article_at, enter_comment
from commentarchive.intake.corrections import correct_comment
from commentarchive.intake.drafts import confirm_draft, start_draft
from commentarchive.ledger.append import By
from commentarchive.ledger.models import Role
from commentarchive.models import Answer, Aspect, Blog, Capture, Comment, Post
from commentarchive.transcripts import marks
from commentarchive.transcripts.marks import (
    ArticleFacts,
    CommentFacts,
    CrossPost,
    Marks,
    Time,
)
from commentarchive.transcripts.paragraphs import Place, paragraphs
from commentarchive.transcripts.suggestions.every import suggestions
from commentarchive.transcripts.suggestions.suggestion import Kind
from moderation.actions.claims import Told, accept_claim, send_claim
from moderation.actions.decisions import Judgement, Record, decide
from moderation.actions.origins import record_origin
from moderation.actions.pasted_claims import record_claims
from moderation.drafts.form import with_button
from moderation.forms.entering import in_words
from moderation.models import Action, Clause

FOLDER: Final = Path(commentarchive.__file__).parent / "demo"
TEXT, MAIL = "tide-table-new-gardeners.txt", "tide-table-strand.eml"
# What each paragraph is, by the key that decides it at the desk.
KEYS = "xx aaaaqaaaaaaqa sss sn s sgggqgg sgn sxqqqg ssss ss ss ss s sggn ss x"
_ROLES = {
    "a": marks.Role.ARTICLE,
    "s": marks.Role.START,
    "g": marks.Role.MORE,
    "q": marks.Role.QUOTATION,
    "n": marks.Role.SIGNATURE,
    "x": marks.Role.NO_PART,
}
# Which comment answers which, by the lines where they start.
ANSWERS = {17: 16, 18: 17, 21: 19, 40: 39, 41: 40, 43: 42, 45: 44, 47: 46, 54: 53}
BLOG = "https://tidetable.example"
# Where it was first published, and where comments are said to have been blocked.
HEADLAND, HEADLAND_TITLE = "https://headland.example", "The Headland Post"
ARTICLE = ArticleFacts(
    title="Thirty-one new gardeners",
    blog="The Tide Table",
    address=f"{BLOG}/2012/06/thirty-one-new-gardeners/",
    author="Corin Maddern",
    date=Time("exact", "13 June 2012, 7.45 am", "2012-06-13T07:45+01:00"),
    cross_post=CrossPost(
        blog=HEADLAND_TITLE,
        author="Corin Maddern",
        address=f"{HEADLAND}/2012/06/thirty-one-new-gardeners/",
    ),
)
_CLOCK = ZoneInfo("Europe/London")
# Any form's mark would do; the same one each time makes the same copy.
_TOKEN = "tidetable".ljust(26, "a")


def load(*, owner: By, moderator: By) -> None:
    """Make everything of it that is not there yet."""
    add_known_blog(HEADLAND, title=HEADLAND_TITLE, by=owner)
    blog = add_known_blog(BLOG, title=ARTICLE.blog, by=owner)
    post = article_at(ARTICLE.address) or _paste(blog, owner)
    _decide(post, moderator)
    mailed = _enter_mail(post, owner)
    _put_right(mailed, owner)
    _prove(post, mailed.capture, moderator)
    _ask(post, moderator)


def decided(data: bytes) -> tuple[Marks, Marks]:
    """Return what is decided about the text: by keys, then with all suggestions."""
    text = plain_text(data)
    read = marks.undecided(text.sha256, text.lines)
    keys = KEYS.replace(" ", "")
    for place, key in zip(read.places, keys, strict=True):
        read = marks.with_role(read, place, _ROLES[key])
    for line, answered in ANSWERS.items():
        facts = CommentFacts(answers=Place(answered))
        read = marks.with_facts(read, Place(line), facts)
    by_keys = replace(read, article=ARTICLE)
    read = by_keys
    blocks = paragraphs(text.lines, read.places, read.width)
    made = suggestions(blocks, read)
    for kind in Kind:
        read = with_button(read, blocks, made, {"accept_kind": kind})
    # The line that says where it is from has no address; somebody typed it.
    return by_keys, replace(read, article=ARTICLE)


def _paste(blog: Blog, by: By) -> Post:
    """Paste the text, decide it in two steps, and confirm it."""
    data = (FOLDER / TEXT).read_bytes()
    draft = start_draft(data, TEXT, by=by)
    for step in decided(data):
        draft = save_step(draft, step, seen=draft.version, by=by)
    report, confirmed = confirm_draft(draft, blog, seen=draft.version)
    capture = Capture.objects.get(ref=report.capture)
    record_origin(capture, confirmed, by=by)
    record_claims(capture, confirmed, by=by)
    return Post.objects.get(manifests__capture__ref=report.capture)


def _at_line(post: Post, line: int) -> Comment:
    return post.comments.get(scheme="transcript", source_id__contains=f":L{line}-")


def _decide(post: Post, by: By) -> None:
    """Enter what the blog's own notebook says of two comments, and decide on another.

    One of the two stays quoted in an answer: its words are left public.
    """
    told, quoted = (
        Judgement(
            action=Action.REMOVE,
            clause=Clause.objects.get(policy__number=1, number=2),
            facts=facts,
            record=Record(
                decided_at=datetime(2012, 6, 18, 8, minute, tzinfo=_CLOCK),
                role=Role.OWNER,
                known_from="the notebook of the page’s owner",
            ),
        )
        for minute, facts in (
            (20, "It was meant as a joke and could be read as a threat."),
            (25, "It mocks a man by name, and adds nothing to the argument."),
        )
    )
    here = Judgement(
        action=Action.REMOVE,
        clause=Clause.objects.get(policy__number=2, number=4),
        facts="It accuses a named person of theft, and nobody could show it to be so.",
    )
    for line, judgement in ((46, told), (39, quoted), (42, here)):
        comment = _at_line(post, line)
        if not comment.decisions.exists():
            decide(comment, judgement, by=by)


def _enter_mail(post: Post, by: By) -> Comment:
    """Enter the comment that one mail tells of; the mail is kept with it."""
    data = (FOLDER / MAIL).read_bytes()
    mail = read_mail(data)
    if mail is None or mail.sent_at is None:
        message = f"{MAIL} is no mail of a blog."
        raise ValueError(message)
    if known := post.comments.filter(scheme=mail.scheme, source_id=mail.number).first():
        return known
    sent = mail.sent_at.astimezone(_CLOCK)
    typed = Typed(
        post=post,
        name=mail.name,
        email=mail.email,
        ip=mail.ip,
        printed=f"about {in_words(sent.date(), sent.time())}",
        text=mail.text,
        state=mail.state,
        how="email",
        scheme=mail.scheme,
        number=mail.number,
        evidence=Evidence(MAIL, data),
        made_at=mail.sent_at,
        token=_TOKEN,
    )
    return enter_comment(typed, by=by)


def _put_right(mailed: Comment, by: By) -> None:
    """Correct the time that was taken from the mail."""
    if not mailed.corrections.exists():
        correct_comment(
            mailed,
            Aspect.TIME,
            "2012-06-14T21:37:00+01:00",
            reason="The page sent its mails in batches; a list kept by its host has "
            "the minute.",
            by=by,
        )


def _prove(post: Post, proof: Capture | None, by: By) -> None:
    """Send a claim as a visitor does, and accept it by the mail that proves it."""
    told = Told(
        blog=post.blog,
        post=post,
        number=1,
        about="2012-06",
        text="It was up on the Thursday night and gone before breakfast.",
    )
    claim, _secret = send_claim(told, "demo, of the mailed comment")
    if claim.gap is None:
        accept_claim(
            claim,
            proof=proof,
            evidence="The mail tells of the comment; the page that was copied two days "
            "later does not have it.",
            reply="The mail about it was kept: your comment is back in its place.",
            by=by,
        )


def _ask(post: Post, by: By) -> None:
    """Record that the blog which is said to have blocked comments has not answered."""
    [claimed] = _at_line(post, 44).gaps_said.all()
    if not claimed.answers.exists():
        answer_claim(claimed, Answer.NONE, answered_at=None, text="", by=by)
