"""What the pages have in common that black out words of a comment or an article."""

from collections.abc import Collection

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.utils.csp import CSP

from commentarchive.models import Blog, Revision
from commentarchive.settings import SECURE_CSP
from commentarchive.text.blacking_out import black_out
from moderation.actions.judgements import Blackened
from moderation.actions.places import spans_of
from moderation.forms.redactions import RedactionForm, read_places, rules_of
from moderation.views.desk import WRITTEN_BEFORE

# Their script marks words in the text.
POLICY = {**SECURE_CSP, "script-src": [CSP.SELF]}


def with_text(source: Revision | None) -> Revision | None:
    """Return a version whose text is kept, None for any other."""
    return source if source is not None and hasattr(source, "text") else None


def fill_in_kept(
    request: HttpRequest,
    form: RedactionForm,
    kept: QueryDict,
    source: Revision | None,
    typed: Collection[str],
) -> QueryDict:
    """Fill a form with what was sent before a login, and return that.

    Places of another text would be other words of this one: then only what was typed
    (the fields of these names) is taken over.
    """
    messages.warning(request, WRITTEN_BEFORE)
    names = set(form.fields)
    if source is None or kept.get("places_of") != source.commitment:
        messages.warning(request, "Its text has changed since: choose the words again.")
        names, kept = set(typed), kept.copy()
        kept.setlist("place", [])
    form.initial.update({name: kept[name] for name in kept if name in names})
    return kept


def read_chosen(
    request: HttpRequest, form: RedactionForm, source: Revision, blog: Blog
) -> tuple[list[Blackened], str] | None:
    """Return the places that were sent, and the text as readers will see it.

    None, with an error in the form, where they cannot be blacked out.
    """
    try:
        places = read_places(request.POST, rules_of(blog))
        return places, black_out(
            source.text.html, spans_of(tuple(places)), statement="#"
        )
    except ValueError as error:
        form.add_error(None, str(error))
        return None
