"""What letters say: put together from what is public when they are sent.

Nothing of a comment's text, no name of its author and no word that somebody typed into
a public form is in any of them. Every link begins with the address of this archive.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template import Context, Engine
from django.urls import reverse

from commentarchive.models import Blog, Post
from commentarchive.text.unseen import marked
from commentarchive.threads.notice_words import day
from moderation.actions.checks import HiddenTexts
from moderation.actions.refusals import Refused
from moderation.actions.subscriptions import secret_for
from moderation.letters.desk_news import news_lines
from moderation.models import (
    Claim,
    Complaint,
    Decision,
    Flag,
    IssuedReport,
    Letter,
    LetterKind,
    ReportSubscription,
)

FOLDER = settings.SITE_DIR / "templates" / "moderation" / "letters"
# Of what others named: titles and the like, on one line; and of a statement's reasons.
LONGEST_LINE, LONGEST_FACTS = 200, 4000


class Untold(ValueError):
    """There is nothing to tell any more; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A letter's own words, the name of its sender, and headers beside the usual ones.

    `secret` is what nobody but its reader may have of it.
    """

    subject: str
    body: str
    sender: str
    headers: Mapping[str, str] = field(default_factory=dict)
    secret: str = ""

    @property
    def kept(self) -> str:
        """What staff may read of it later."""
        return self.body.replace(self.secret, "…") if self.secret else self.body


def one_line(words: str, longest: int = LONGEST_LINE) -> str:
    """Return words that others chose as one line in which nothing deceives."""
    line = marked(" ".join(words.split()))
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def lines(words: str) -> str:
    """Return reasons as their lines; "" for those that are too long for a letter."""
    told = "\n".join(marked(line.rstrip()) for line in words.splitlines())
    return told.strip() if len(told) <= LONGEST_FACTS else ""


def link(path: str) -> str:
    """Return an address of this archive as a mail needs it."""
    return f"{settings.BASE_URL}{path}"


@cache
def _engine() -> Engine:
    # Not the one of pages: a mail is plain text, in which nothing is escaped.
    return Engine(dirs=[str(FOLDER)])


def compose(letter: Letter) -> Written:
    """Return what a letter says now. Raise Untold where it has nothing to tell."""
    blog = one_line(letter.blog.title, 60) if letter.blog else ""
    context: dict[str, Any] = {
        "blog": blog,
        "ref": letter.ref,
        "home": link("/"),
        "archive": settings.SITE_NAME,
        "contact": settings.CONTACT_EMAIL,
        **_facts(letter),
    }
    template = _engine().get_template(f"{letter.kind}.txt")
    subject, _blank, body = template.render(
        Context(context, autoescape=False)
    ).partition("\n\n")
    return Written(
        subject=one_line(subject),
        body=body.strip() + "\n",
        sender=blog or settings.SITE_NAME,
        headers=context.get("headers", {}),
        secret=context.get("secret", ""),
    )


def _facts(letter: Letter) -> dict[str, Any]:
    kind, decision = letter.kind, letter.decision
    if kind == LetterKind.NEWS:
        return {"news": news_lines(), "desk": link(reverse("moderation:desk"))}
    if kind == LetterKind.TEST:
        return {"outbox": link(reverse("moderation:letters"))}
    look_up = {"look_up": link(reverse("moderation:claims"))}
    if kind == LetterKind.FLAG_RECEIPT:
        flag = Flag.objects.select_related("comment__post__blog")
        return _receipt(flag.filter(ref=letter.about).first()) | look_up
    if kind in {
        *(LetterKind.CLAIM_RECEIPT, LetterKind.CLAIM_OUTCOME),
        LetterKind.CLAIM_ANSWER,
    }:
        claim = Claim.objects.with_context().filter(ref=letter.case).first()
        return _receipt(claim) | look_up | {"became": claim and claim.state.label}
    if kind in {LetterKind.SUBSCRIPTION, LetterKind.REPORT}:
        return _of_subscription(letter)
    if decision is not None:
        return _of_decision(decision, kind)
    if kind == LetterKind.COMPLAINT_RECEIPT:
        return {"reference": letter.case}
    complaint = Complaint.objects.filter(ref=letter.case).first()
    outcome = complaint.get_outcome_display() if complaint else ""
    return {"reference": letter.case, "outcome": outcome}


def _receipt(sent: Flag | Claim | None) -> dict[str, Any]:
    if sent is None:
        message = "What it tells of is not there."
        raise Untold(message)
    blog = sent.comment.post.blog if isinstance(sent, Flag) else sent.blog
    return {"reference": sent.ref, "received": day_at(sent.received_at, blog)}


def _of_subscription(letter: Letter) -> dict[str, Any]:
    """Return what a subscriber is told, with the links that only they may have."""
    found = ReportSubscription.objects.select_related("blog").filter(ref=letter.case)
    subscription = found.first()
    if subscription is None:
        message = "The subscription was ended."
        raise Untold(message)
    secret, blog = secret_for(subscription), subscription.blog
    names = [subscription.ref, secret]
    leave = link(reverse("moderation:subscription-leave", args=names))
    told = {
        "secret": secret,
        "whose": one_line(blog.title) if blog else "",
        "leave": leave,
        "confirm": link(reverse("moderation:subscription-confirm", args=names)),
    }
    if letter.kind == LetterKind.SUBSCRIPTION:
        return told
    report = IssuedReport.objects.public().filter(ref=letter.about).first()
    if report is None:
        message = "The report that it tells of is not public."
        raise Untold(message)
    return told | {
        "period": report.period,
        "first": day(report.first),
        "last": day(report.after - timedelta(days=1)),
        "corrects": report.corrects_id is not None,
        "page": link(report.get_absolute_url()),
        # RFC 2369 and RFC 8058: readers' programs end it by one click.
        "headers": {
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    }


def day_at(moment: datetime, blog: Blog | None) -> str:
    """Return a day on a blog's own clock."""
    zone = blog.time_zone if blog else settings.TIME_ZONE
    return day(moment.astimezone(ZoneInfo(zone)))


def _of_decision(decision: Decision, kind: str) -> dict[str, Any]:
    post, rule = decision.post, decision.rule
    is_reachable = Post.objects.reachable().filter(pk=post.pk).exists()
    context: dict[str, Any] = {
        "sentence": one_line(decision.sentence),
        "statement": link(decision.get_absolute_url()),
        "decided": day_at(decision.recorded_at, post.blog),
        "article": one_line(post.title) if is_reachable else "",
        "is_legal": rule is not None and rule.is_legal,
    }
    if kind == LetterKind.STATEMENT:
        context["by"] = one_line(decision.decided_by)
        until = decision.until
        context["until"] = day_at(until, post.blog) if until else ""
        context["facts"] = lines(facts_of(decision))
        context["is_automatic"] = decision.is_automatic
    return context


def facts_of(decision: Decision) -> str:
    """Return the public reasons of a decision; "" where they repeat what is hidden.

    They were held against the hidden texts when they were written. More may be hidden
    since, and a letter cannot be called back.
    """
    facts = decision.facts
    if decision.comment is None or not facts:
        return facts
    try:
        HiddenTexts().check(decision.comment, facts)
    except Refused:
        return ""
    return facts
