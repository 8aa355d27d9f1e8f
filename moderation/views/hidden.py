"""The desk's search in hidden texts, and the journal of such searches."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commentarchive.actions.staff import acting
from commentarchive.ledger.models import Role
from commentarchive.models import Comment, RevisionText
from commentarchive.search.find import Found
from commentarchive.search.index import is_behind
from commentarchive.search.query import Query, QueryFault, parse
from commentarchive.search.snippets import snippet
from commentarchive.views.search import MAX_QUERY
from moderation.actions.searches import search_hidden
from moderation.models import SearchNote
from moderation.views.gate import DECIDE, desk_form, desk_page, may

RESULTS = 50
JOURNAL = frozenset({Role.OWNER, Role.AUDITOR})
SEARCH_OR_JOURNAL = JOURNAL | {Role.MODERATOR}


@desk_page(SEARCH_OR_JOURNAL, sees=None)
def index(request: HttpRequest) -> HttpResponse:
    """Show the form to those who decide, and the journal to owner and auditors."""
    return _show(request)


@desk_form(DECIDE, page="moderation:hidden", is_list=True)
def find(request: HttpRequest) -> HttpResponse:
    """Find hidden texts. Sent as a form: what is looked for is in no address."""
    typed = request.POST.get("q", "").strip()
    if len(typed) > MAX_QUERY:
        hint = f"A search can have {MAX_QUERY} characters at most."
        return _show(request, typed, hint=hint, status=422)
    try:
        query = parse(typed)
        found = search_hidden(query, by=acting(request.user))
    except QueryFault as fault:
        return _show(request, typed, hint=str(fault), status=422)
    hits = _hits(found, query)
    return _show(request, typed, found=found, hits=hits, is_behind=is_behind())


def _hits(found: Found, query: Query) -> list[tuple[Comment, str]]:
    """Return the first comments that were found, with a piece of the text of each."""
    first = found.hits[:RESULTS]
    texts = RevisionText.objects.in_bulk([hit.revision for hit in first])
    comments = Comment.objects.read().in_bulk([hit.subject for hit in first])
    return [
        (comments[hit.subject], snippet(texts[hit.revision].plain, query.wanted))
        for hit in first
        if hit.subject in comments and hit.revision in texts
    ]


def _show(
    request: HttpRequest, typed: str = "", *, status: int = 200, **more: object
) -> HttpResponse:
    notes = SearchNote.objects.select_related("actor").order_by("-pk")[:RESULTS]
    context = {
        "query": typed,
        "may_search": may(request, DECIDE),
        "journal": notes if may(request, JOURNAL) else None,
        **more,
    }
    return render(request, "moderation/hidden.html", context, status=status)
