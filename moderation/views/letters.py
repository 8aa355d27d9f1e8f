"""The outbox at the desk: what waits, what was sent, and a look at each letter."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from commentarchive.actions.staff import acting
from commentarchive.ledger.models import Role
from commentarchive.models import Blog
from commentarchive.views.pagination import paginate
from commentarchive.views.query import choice
from moderation.actions.letter_switch import mail_is_set_up, switch_letters
from moderation.actions.letters import has_come_back, wordings_of
from moderation.actions.news import choose_news
from moderation.actions.outbox import (
    CHOICES,
    MAY_CANCEL,
    MAY_COME_BACK,
    MAY_RETRY,
    MAY_SEND,
    LetterRefused,
    ask_for_test,
    send_it,
    state_now,
)
from moderation.forms.letters import NewsForm, SendForm
from moderation.letters.texts import Untold, Written, compose
from moderation.models import Letter, LetterState, NewsChoice
from moderation.models.letter import LetterQuerySet
from moderation.views.gate import DECIDE, LOOK, desk_form, desk_page

ROWS = 50
CHANGE = frozenset({Role.OWNER})
_S = LetterState
DONE = {
    "retry": "It is sent again.",
    "cancel": "It is set aside, and not sent.",
    "came-back": "Noted. Nothing is sent to that address until somebody clears it.",
    "clear": "That address may be written to again.",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the outbox."""

    key: str
    title: str
    states: tuple[LetterState, ...]
    # Whether somebody has to do something about what is in it.
    is_due: bool = False

    def holds(self, now: datetime) -> LetterQuerySet:
        """Return the letters in it; one whose delivery was broken off is in doubt."""
        doubt = Q(pk__in=Letter.objects.in_doubt(now).values("pk"))
        if self.key == "doubt":
            return Letter.objects.filter(doubt)
        return Letter.objects.filter(state__in=self.states).exclude(doubt)


PARTS = (
    Part("look", "To be looked at", (_S.DRAFTED,), is_due=True),
    Part("doubt", "May have been sent", (_S.UNSURE,), is_due=True),
    Part(
        *("refused", "Refused or given up"),
        (_S.REFUSED, _S.GIVEN_UP, _S.CAME_BACK),
        is_due=True,
    ),
    Part("waiting", "Waiting to be sent", (_S.QUEUED, _S.SENDING)),
    Part("sent", "Sent", (_S.SENT,)),
    Part("aside", "Set aside", (_S.CANCELLED,)),
)


@desk_page(LOOK, sees=None)
def index(request: HttpRequest) -> HttpResponse:
    """List one part of the outbox, newest first, and count the others."""
    now = timezone.now()
    asked = choice(request, "part", ["", *(part.key for part in PARTS)], "")
    numbers = [(part, part.holds(now).count()) for part in PARTS]
    filled = (part for part, number in numbers if number)
    shown = next((part for part in PARTS if part.key == asked), next(filled, PARTS[0]))
    letters = shown.holds(now).with_context().order_by("-made_at", "-pk")
    context = {
        "parts": numbers,
        "part": shown,
        "page": paginate(request, letters, ROWS),
        "has_mail": mail_is_set_up(),
        "sender": settings.CONTACT_EMAIL,
        "own_email": getattr(request.user, "email", ""),
        "may_decide": request.user.has_perm(DECIDE),
    }
    return render(request, "moderation/letters.html", context)


@desk_page(LOOK, sees=None)
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one letter as it is or was sent, what came of it, and what can be done."""
    return _show(request, _letter(ref))


@desk_form(DECIDE, page="moderation:letter")
def send(request: HttpRequest, ref: str) -> HttpResponse:
    """Queue a letter that somebody has looked at; 409 where it changed meanwhile."""
    letter, form = _letter(ref), SendForm(request.POST)
    seen = form.cleaned_data["seen_wording"] if form.is_valid() else None
    try:
        send_it(letter, seen_wording=seen, by=acting(request.user))
    except LetterRefused as error:
        return _show(request, _letter(ref), status=409, problem=str(error))
    messages.success(request, "It is in the queue.")
    return redirect("moderation:letters")


@desk_form(DECIDE, page="moderation:letter")
def choose(request: HttpRequest, ref: str) -> HttpResponse:
    """Do what somebody chose for a letter; 409 where that cannot be done any more."""
    letter, what = _letter(ref), request.POST.get("what", "")
    if what not in CHOICES:
        return _show(request, letter, status=422, problem="Choose what to do.")
    try:
        CHOICES[what](letter, by=acting(request.user))
    except LetterRefused as error:
        return _show(request, _letter(ref), status=409, problem=str(error))
    messages.success(request, DONE[what])
    return redirect("moderation:letter", ref)


@desk_form(DECIDE, page="moderation:letters", is_list=True)
def test(request: HttpRequest) -> HttpResponse:
    """Queue a test letter to whoever asks for it."""
    try:
        ask_for_test(getattr(request.user, "email", ""), by=acting(request.user))
    except LetterRefused as error:
        messages.error(request, str(error))
        return redirect("moderation:letters")
    messages.success(request, "A test letter is on its way to you.")
    return redirect("moderation:letters")


@desk_page(LOOK, sees=None)
def news(request: HttpRequest) -> HttpResponse:
    """Show how somebody hears of news at the desk."""
    return _show_news(request, NewsForm(initial={"how": _how(request)}))


@desk_form(LOOK, page="moderation:news", is_list=True)
def choose_how(request: HttpRequest) -> HttpResponse:
    """Change how somebody hears of news at the desk."""
    form, by = NewsForm(request.POST), acting(request.user)
    if not form.is_valid() or by.actor is None:
        return _show_news(request, form, status=422)
    choose_news(by.actor, form.cleaned_data["how"])
    messages.success(request, "Kept.")
    return redirect("moderation:news")


@desk_form(CHANGE, page="moderation:blog")
def switch(request: HttpRequest, ref: str) -> HttpResponse:
    """Switch the letters about a blog on or off."""
    blog, word = get_object_or_404(Blog, ref=ref), request.POST.get("letters", "")
    if word not in {"on", "off"}:
        messages.error(request, "Choose whether letters go out.")
        return redirect("moderation:blog", ref)
    switch_letters(blog, is_on=word == "on", by=acting(request.user))
    messages.success(request, f"Letters about this blog are switched {word}.")
    return redirect("moderation:blog", ref)


def _how(request: HttpRequest) -> str:
    chosen = NewsChoice.objects.filter(actor__link__user=request.user.pk).first()
    return chosen.how if chosen else ""


def _show_news(
    request: HttpRequest, form: NewsForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "has_mail": mail_is_set_up(),
        "own_email": getattr(request.user, "email", ""),
    }
    return render(request, "moderation/news.html", context, status=status)


def _letter(ref: str) -> Letter:
    found = Letter.objects.with_context().select_related(
        *("text", "chosen_by", "decision__comment__post__blog"),
        *("decision__clause__policy", "decision__clause_since__policy"),
    )
    return get_object_or_404(found, ref=ref)


def _show(
    request: HttpRequest, letter: Letter, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    state, decision = state_now(letter), letter.decision
    is_to_come = state in {_S.DRAFTED, _S.QUEUED}
    written, untold = _written(letter, is_to_come=is_to_come)
    is_returned = bool(letter.email) and has_come_back(letter.email)
    seen = wordings_of(decision) if decision else None
    context = {
        "letter": letter,
        "state": state,
        "written": written,
        "untold": untold,
        "is_to_come": is_to_come,
        "sender": settings.CONTACT_EMAIL,
        "history": letter.history.all(),
        "problem": problem,
        "form": SendForm(initial={"seen_wording": seen}),
        "may_decide": request.user.has_perm(DECIDE),
        "may_send": state in MAY_SEND and written is not None,
        "may": {
            "retry": state in MAY_RETRY and bool(letter.email),
            "cancel": state in MAY_CANCEL,
            "came_back": state in MAY_COME_BACK and bool(letter.email),
        },
        "is_returned": is_returned,
    }
    return render(request, "moderation/letter.html", context, status=status)


def _written(letter: Letter, *, is_to_come: bool) -> tuple[Written | None, str]:
    """Return what a letter will say, or said; or why there is nothing to show."""
    if not is_to_come:
        kept = getattr(letter, "text", None)
        if kept is None:
            return None, "What it said is not kept: it was never sent, or is erased."
        return Written(subject=kept.subject, body=kept.body, sender=""), ""
    try:
        return compose(letter), ""
    except Untold as error:
        return None, str(error)
