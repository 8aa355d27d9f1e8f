"""The desk's pages for many comments at once: chosen, looked at, recorded."""

from collections.abc import Sequence
from typing import NamedTuple

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from commentarchive.actions.staff import acting
from commentarchive.models import (
    AccessKind,
    Comment,
    Commenter,
    Post,
    Visibility,
)
from commentarchive.views.pagination import paginate
from moderation.actions.batches import (
    MOST,
    BatchChanged,
    Foreseen,
    check_size,
    decide_batch,
    foresee,
)
from moderation.actions.judgements import Case, PartCase
from moderation.actions.refusals import LeaksHiddenWords, Refused
from moderation.actions.second_person import (
    BY_ONE,
    ask_for_second,
    needs_second,
    takes_two,
)
from moderation.forms.batches import BatchForm
from moderation.forms.chosen import Chosen, DamagedForm, choose, read_chosen
from moderation.models import Action, Decision, PendingBatch
from moderation.views.batch_rows import rows_before, rows_of
from moderation.views.gate import DECIDE, LOOK, desk_form, desk_page
from moderation.waiting.changes import changed_at_source

ROWS = 100
_NO_CHOICE = (Visibility.INTERNAL, Visibility.UNKNOWN, Visibility.ERASED)


class Source(NamedTuple):
    """A list to choose from: what it is of, its comments, its part of an address."""

    title: str
    comments: "QuerySet[Comment]"
    query: str

    @property
    def fields(self) -> list[list[str]]:
        """Return the fields by which a form names it."""
        return [self.query.split("=")]


@desk_page(LOOK, sees=AccessKind.HIDDEN)
def index(request: HttpRequest) -> HttpResponse:
    """Show a list with a box at each comment, and the batches that wait."""
    source = _source(request.GET.get("name", ""), request.GET.get("list", ""))
    context = {
        "source": source,
        "page": paginate(request, source.comments, ROWS),
        "pending": PendingBatch.objects.waiting(timezone.now()).order_by("pk"),
        "most": MOST,
        "may_decide": request.user.has_perm(DECIDE),
    }
    return render(request, "moderation/batch_choose.html", context)


def _source(name: str, of: str) -> Source:
    """Return the list that is asked for. Raise Http404 for a name that is not here."""
    every = Comment.objects.exclude(visibility__in=_NO_CHOICE).read()
    if name.startswith("p"):
        post = get_object_or_404(Post.objects.titled(), ref=name)
        on_it = every.filter(post=post).in_thread_order()
        return Source(f"Comments on {post.title}", on_it, f"name={name}")
    if name:
        said = get_object_or_404(Commenter.objects.select_related("name"), ref=name)
        by_it = every.filter(commenter=said).newest_first()
        shown = said.name.name if hasattr(said, "name") else "a name that was erased"
        return Source(f"Comments by {shown}", by_it, f"name={name}")
    if of == "changed":
        changed = changed_at_source(every.with_news()).order_by("pk")
        title = "Changed at their blog after a decision here"
        return Source(title, changed, "list=changed")
    held = every.filter(visibility=Visibility.HELD).oldest_first()
    return Source("Waiting or on hold", held, "list=waiting")


@desk_form(DECIDE, page="moderation:batches", is_list=True)
def review(request: HttpRequest) -> HttpResponse:
    """Show all that was chosen, then what would become of each; record it when asked.

    422 for what cannot be recorded, 409 where some of it changed since it was shown.
    """
    sent = request.POST
    try:
        chosen = _chosen(request)
    except Refused as error:
        messages.error(request, str(error))
        return redirect(_list_of(request))
    except DamagedForm:
        messages.error(request, "That form was not whole; choose the comments again.")
        return redirect(_list_of(request, damaged=True))
    blogs = {each.post.blog for each in chosen}
    blacks_out = any(each.places for each in chosen)
    if "look" not in sent and "record" not in sent:
        form = BatchForm(blogs=blogs, initial={"note": sent.get("note", "")})
        return _show(request, chosen, form)
    form = BatchForm(sent, blogs=blogs, blacks_out=blacks_out)
    if not form.is_valid():
        return _show(request, chosen, form, status=422)
    if "record" not in sent or sent.get("looked_at") != form.digest:
        return _look(request, chosen, form)
    return _record(request, chosen, form)


def _list_of(request: HttpRequest, *, damaged: bool = False) -> str:
    """Return the address of the list of the desk that boxes were ticked in."""
    sent = request.POST
    back, choose_page = sent.get("back", ""), reverse("moderation:batches")
    if back.startswith(reverse("moderation:desk")) and url_has_allowed_host_and_scheme(
        back, allowed_hosts=None
    ):
        return back
    if damaged:
        return choose_page
    source = _source(sent.get("name", ""), sent.get("list", ""))
    return f"{choose_page}?{source.query}"


def _chosen(request: HttpRequest) -> list[Chosen]:
    """Read what was chosen: boxes, a whole list, or what a page had sent along."""
    sent = request.POST
    if tokens := sent.getlist("seen"):
        check_size(len(tokens))
        return read_chosen(tokens)
    if "all" in sent:
        comments = _source(sent.get("name", ""), sent.get("list", "")).comments
        check_size(comments.count())
        return choose(list(comments))
    refs = list(dict.fromkeys(sent.getlist("comment")))
    check_size(len(refs))
    found = Comment.objects.in_bulk(refs, field_name="ref")
    if len(found) < len(refs):
        raise DamagedForm
    return choose([found[ref] for ref in refs])


def _look(
    request: HttpRequest, chosen: Sequence[Chosen], form: BatchForm
) -> HttpResponse:
    """Show what would become of each comment."""
    by = acting(request.user)
    found = foresee(_cases(chosen, form), by=by)
    leaks = _leaks(found)
    if not any(each.ruling for each in found):
        reasons = {each.why_not for each in found if each.error is not leaks}
        if reasons := reasons - {str(leaks)}:
            form.add_error(None, " ".join(sorted(reasons)))
        return _show(request, chosen, form, leaks=leaks, status=422)
    pairs = list(zip(chosen, found, strict=True))
    left_out = [each for each in found if each.ruling is None]
    status = 409 if left_out and "record" in request.POST else 200
    return _show(
        request,
        [each for each, then in pairs if then.ruling is not None],
        form,
        [then for then in found if then.ruling is not None],
        left_out=left_out,
        leaks=leaks,
        digest=form.digest,
        status=status,
    )


def _cases(chosen: Sequence[Chosen], form: BatchForm) -> list[Case | PartCase]:
    """Return what is to be decided on each as a form that is valid wants it."""
    judgement = form.judgement
    rules = form.rules if judgement.action is Action.REDACT else {}
    return [each.case(judgement, rules) for each in chosen]


def _leaks(found: Sequence[Foreseen]) -> LeaksHiddenWords | None:
    """Return the first refusal of facts that repeat what they would hide."""
    errors = (each.error for each in found)
    return next((each for each in errors if isinstance(each, LeaksHiddenWords)), None)


def _record(
    request: HttpRequest, chosen: Sequence[Chosen], form: BatchForm
) -> HttpResponse:
    by, judgement = acting(request.user), form.judgement
    cases = _cases(chosen, form)
    if needs_second(len(cases), judgement.clause):
        if not all(each.ruling for each in foresee(cases, by=by)):
            return _look(request, chosen, form)
        waiting = ask_for_second(cases, by=by)
        return redirect("moderation:batch-waiting", waiting.ref)
    try:
        made = decide_batch(cases, by=by)
    except BatchChanged:
        return _look(request, chosen, form)
    except Refused as error:
        form.add_error(None, str(error))
        return _show(request, chosen, form, status=422)
    return recorded(request, made)


def recorded(request: HttpRequest, made: Sequence[Decision]) -> HttpResponse:
    """Lead to the public page of a batch that is on record, with a word of it."""
    if len(made) == 1:
        messages.success(request, "One decision is on record.")
        return redirect(made[0])
    messages.success(request, f"{len(made)} decisions are on record.")
    return redirect("moderation:batch", made[0].batch)


def _show(
    request: HttpRequest,
    chosen: Sequence[Chosen],
    form: BatchForm,
    found: Sequence[Foreseen] = (),
    *,
    left_out: Sequence[Foreseen] = (),
    leaks: LeaksHiddenWords | None = None,
    digest: str = "",
    status: int = 200,
) -> HttpResponse:
    tokens = {each.key: each.token for each in chosen}
    listed = rows_of(found) if found else rows_before(chosen)
    clause = form.cleaned_data.get("clause") if digest else None
    is_large = needs_second(len(chosen), clause)
    context = {
        "form": form,
        "rows": [each._replace(token=tokens[each.key]) for each in listed],
        "left_out": rows_of(left_out),
        "is_conflict": bool(left_out) and "record" in request.POST,
        "digest": digest,
        "leaks": leaks,
        "takes_second": is_large and takes_two(),
        "takes_login": is_large and not takes_two(),
        "by_one": BY_ONE,
    }
    return render(request, "moderation/batch.html", context, status=status)
