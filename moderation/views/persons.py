"""All that is held of one person, as a file that an owner asks for at the desk."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commentarchive.ledger.models import Role
from commentarchive.models import AccessKind
from commentarchive.views.login import take_kept_form
from moderation.evidence.persons import NobodyFound, build_person_file, find_person
from moderation.forms.evidence import PersonForm
from moderation.views.gate import desk_form, desk_page, look

# It answers for what is held, and it holds private addresses.
ANSWER = frozenset({Role.OWNER})


@desk_page(ANSWER, sees=None)
def index(request: HttpRequest) -> HttpResponse:
    """Ask whose file it is to be."""
    kept = take_kept_form(request, f"{request.path}make/")
    initial: dict[str, Any] = kept or {"whose": request.GET.get("subject", "")}
    return _show(request, PersonForm(initial=initial))


@desk_form(ANSWER, page="moderation:persons", is_list=True, fresh=True)
def make(request: HttpRequest) -> HttpResponse:
    """Send the file, noted in the private journal first; 422 for nobody."""
    form = PersonForm(request.POST)
    if form.is_valid():
        try:
            person = find_person(form.cleaned_data["whose"])
        except NobodyFound as error:
            form.add_error("whose", str(error))
        else:
            look(request, AccessKind.PRIVATE, person.ref)
            answer = HttpResponse(
                build_person_file(person), content_type="application/zip"
            )
            answer["Content-Disposition"] = 'attachment; filename="held.zip"'
            return answer
    return _show(request, form, status=422)


def _show(request: HttpRequest, form: PersonForm, *, status: int = 200) -> HttpResponse:
    return render(request, "moderation/persons.html", {"form": form}, status=status)
