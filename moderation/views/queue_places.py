"""Where in a list of the desk a card stands: who has it open, what comes next."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override

from commentarchive.actions.staff import acting
from commentarchive.models import Comment
from moderation.actions.queue import open_card
from moderation.desk.queue import QueueFilter, Selection, chosen_tab, numbers
from moderation.forms.decisions import SeenForm, what_is_seen
from moderation.models import Decision
from moderation.views.gate import lacks_role

# What was decided last from a list, until the next card has said so.
JUST = "just_decided"
_POLICY = {
    **settings.SECURE_CSP,
    "script-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
}


def with_script(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Let a page of the desk run our own scripts, which ask this site alone."""
    return csp_override(_POLICY)(lambda _request: answer)(request)


def selection_of(asked: QueryDict) -> tuple[Selection, str] | None:
    """Read which list a card was opened from, and the query that asks for it."""
    form = QueueFilter(asked)
    tab = chosen_tab(form)
    if tab is None or not form.is_valid():
        return None
    return Selection(tab, form.cleaned_data), form.query(tab)


def asked_list(request: HttpRequest) -> QueryDict:
    """Return how a form or an address names the list of its card."""
    return QueryDict(request.POST.get("queue", "")) if request.POST else request.GET


def place_in_queue(
    request: HttpRequest, comment: Comment, *, may_decide: bool
) -> dict[str, Any]:
    """Return what a card shows of its list, and note that it is open."""
    may_act = may_decide and not lacks_role(request)
    by = acting(request.user) if may_act else None
    other = open_card(comment, by=by) if by else None
    found = selection_of(asked_list(request))
    if found is None:
        return {"opened_by": other}
    selection, query = found
    row = selection.row_of(comment)
    actor = by.actor.pk if by and by.actor else None
    following = selection.beside(row, actor=actor)
    before = selection.beside(row, actor=actor, backwards=True) if row else None
    return {
        "opened_by": other,
        "tab": selection.tab,
        "query": query,
        "number": numbers()[selection.tab.key],
        "following": following if following != comment else None,
        "before": before,
        "just": just_decided(request),
    }


def just_decided(request: HttpRequest) -> tuple[Decision, SeenForm] | None:
    """Return what was decided on the card before, with a form that undoes it."""
    ref = request.session.pop(JUST, None) if JUST in request.session else None
    made = Decision.objects.filter(ref=ref).select_related("comment").first()
    if made is None or made.comment is None:
        return None
    return made, SeenForm(initial=what_is_seen(made.comment), auto_id=False)


def next_address(request: HttpRequest, comment: Comment) -> str | None:
    """Return the address of the card after this one, before it leaves its list.

    The end of a list leads to its beginning, and then to the list itself.
    """
    found = selection_of(asked_list(request))
    if found is None:
        return None
    selection, query = found
    actor = acting(request.user).actor
    pk = actor.pk if actor else None
    following = selection.beside(selection.row_of(comment), actor=pk)
    following = following or selection.beside(None, actor=pk)
    if following is None or following == comment:
        return f"{reverse('moderation:desk')}?{query}"
    return f"{reverse('moderation:desk-comment', args=[following.ref])}?{query}"
