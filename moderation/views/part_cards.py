"""The desk's page of an article's parts, or of a name's, as it is shown again."""

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from commentarchive.discussion.part_notices import notice_lines
from commentarchive.models import Commenter, Part, Post
from commentarchive.models.part_notice import OF_ARTICLES, OF_NAMES
from moderation.actions.parts import (
    PartSubject,
    Target,
    name_target,
    read_part,
    target_of,
)
from moderation.actions.refusals import Refused
from moderation.forms.decisions import RewordForm
from moderation.forms.parts import PartForm, part_seen
from moderation.models import Decision
from moderation.views.gate import DECIDE, lacks_role

# What a moderator types and finds again when nothing could be recorded.
TYPED = ("clause", "ready", "facts", "note", "override", "override_reason")
_CALLED = {
    Part.TEXT: "Text",
    Part.TITLE: "Title",
    Part.THREAD: "Discussion",
    Part.NAME: "Shown name",
    Part.LINK: "Link of the name",
    Part.BAN: "Bar the name",
}


def page_of(decision: Decision) -> str:
    """Return the address of the desk's page for what a decision is about."""
    return address_of(target_of(decision))


def address_of(target: Target) -> str:
    """Return the address of the desk's page for a part."""
    page, row = "decide-post", target.row
    if isinstance(row, Commenter):
        page = "decide-name"
    return f"{reverse(f'moderation:{page}', args=[row.ref])}?part={target.part}"


def part_of_article(ref: str, word: str) -> PartSubject:
    """Read a part of an article for the desk. Raise Http404."""
    post = get_object_or_404(Post, ref=ref)
    return read_part(Target(post=post, part=_part(word or Part.TEXT, OF_ARTICLES)))


def part_of_name(ref: str, word: str) -> PartSubject:
    """Read a part of a name for the desk. Raise Http404."""
    commenter = get_object_or_404(Commenter, ref=ref, name__isnull=False)
    try:
        target = name_target(commenter, _part(word or Part.NAME, OF_NAMES))
    except Refused as error:
        raise Http404(str(error)) from error
    return read_part(target)


def _part(word: str, parts: tuple[Part, ...]) -> Part:
    if word not in parts:
        message = "There is no such part."
        raise Http404(message)
    return Part(word)


def fresh_part_form(subject: PartSubject) -> PartForm:
    """Return an empty form that knows what is seen now."""
    return PartForm(initial=part_seen(subject), subject=subject)


def show_part_conflict(
    request: HttpRequest,
    subject: PartSubject,
    *,
    winner: Decision | None,
    changed: str,
) -> HttpResponse:
    """Show the page as it is now, and who was first or what has changed.

    What the moderator had typed is in the form again.
    """
    subject = read_part(subject.target)
    form = fresh_part_form(subject)
    for name in TYPED:
        form.initial[name] = request.POST.get(name, "")
    return show_part(request, subject, form, status=409, winner=winner, changed=changed)


def show_part(
    request: HttpRequest,
    subject: PartSubject,
    form: PartForm,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    """Show what is decided on, the form and the decisions so far."""
    target = subject.target
    row, is_name = target.row, target.commenter is not None
    base = address_of(target).partition("?")[0]
    post = subject.post
    context = {
        "subject": subject,
        "row": row,
        "is_name": is_name,
        "part": target.part.value,
        "called": _CALLED[target.part],
        "parts": [
            (_CALLED[part], f"{base}?part={part}", part is target.part)
            for part in (OF_NAMES if is_name else OF_ARTICLES)
        ],
        "enter": f"{base}enter/",
        "form": form,
        "seen": part_seen(subject),
        "notices": [each for each in notice_lines(row) if each.part == target.part],
        "addresses": [] if is_name else post.addresses.order_by("pk"),
        "same": _same(post) if not is_name else [],
        "decisions": _decisions(subject),
        "may_decide": request.user.has_perm(DECIDE),
        "lacks_role": lacks_role(request),
        **more,
    }
    return render(request, "moderation/desk_part.html", context, status=status)


def _same(post: Post) -> list[Post]:
    """Return the same article as other sources of its thread tell it."""
    if post.leader_id is None:
        return []
    others = Post.objects.filter(leader=post.leader_id).exclude(pk=post.pk)
    return list(others.select_related("blog").order_by("pk"))


def _decisions(subject: PartSubject) -> list[tuple[Decision, RewordForm, bool]]:
    """List each decision with a form for other words, and whether it can be undone."""
    found = list(reversed(subject.decisions))
    prefetch_related_objects(found, "words", "undoes")
    undone = {decision.undoes_id for decision in found}
    return [
        (
            decision,
            RewordForm(initial={"seen_number": len(decision.wordings)}),
            decision.pk not in undone and decision == subject.latest,
        )
        for decision in found
    ]
