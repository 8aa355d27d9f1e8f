"""The desk's page "Where else are these words?", and the way to decide on them all.

What is looked for is sent as a form: hidden words are in no address.
"""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from commentarchive.actions.staff import acting
from commentarchive.discussion.repeats import Places
from commentarchive.models import AccessKind, Comment, Part, Post
from commentarchive.search.index import number_behind
from commentarchive.text.blacking_out import MOST_SPANS
from commentarchive.text.leaks import QUOTED_WORDS, SHARED_WORDS
from commentarchive.text.passages import Passage
from commentarchive.views.login import keep_fields, take_kept_fields
from moderation.actions.searches import find_all_repeats
from moderation.desk.black_out_there import Said, own_there
from moderation.desk.elsewhere import SHOWN, Group, groups_of
from moderation.forms.batches import BatchForm
from moderation.forms.elsewhere import (
    ElsewhereForm,
    Source,
    comment_source,
    part_source,
)
from moderation.forms.redactions import sent_places
from moderation.left_public import left_by_comment
from moderation.models import Action
from moderation.views.cards import the_comment
from moderation.views.desk import WRITTEN_BEFORE
from moderation.views.gate import DECIDE, desk_form, desk_page, look

# What a card's form holds already, and by which name a list of many calls a verb.
_CARRIED = ("action", "clause", "ready", "facts", "note")
_AS_IN_LISTS = {Action.REMOVE.value: Action.BLOCK.value, Action.RESTORE.value: ""}


@desk_page(DECIDE, sees=None)
def index(request: HttpRequest) -> HttpResponse:
    """Show the form for words that somebody types."""
    kept = take_kept_fields(request, reverse("moderation:elsewhere-find"))
    if kept is None:
        return _show(request, Source(), ElsewhereForm(source=Source()))
    if ref := kept.get("comment"):
        return _back_to_its_form(request, the_comment(ref), kept)
    if "places_of" in kept:
        post = get_object_or_404(Post, ref=kept.get("post", ""))
        form = reverse("moderation:redact-post-enter", args=[post.ref])
        keep_fields(request, form, kept.urlencode())
        return redirect("moderation:redact-post", post.ref)
    messages.warning(request, WRITTEN_BEFORE)
    return _show(request, Source(), ElsewhereForm(initial=kept, source=Source()))


def _back_to_its_form(
    request: HttpRequest, comment: Comment, kept: QueryDict
) -> HttpResponse:
    """Lead to the form of a comment that was left for this page after its login."""
    pages = ("desk-redact", "desk-redact-enter")
    page, form = pages if "places_of" in kept else ("desk-comment", "desk-decide")
    address = reverse(f"moderation:{form}", args=[comment.ref])
    keep_fields(request, address, kept.urlencode())
    return redirect(f"moderation:{page}", comment.ref)


@desk_form(DECIDE, page="moderation:elsewhere", is_list=True)
def find(request: HttpRequest) -> HttpResponse:
    """List where the words of a text, or those that were typed, stand elsewhere.

    422 for a form that names nothing to look for, 400 for one that no page sends.
    """
    source = _source(request)
    form = ElsewhereForm(request.POST, source=source)
    if not form.is_valid():
        return _show(request, source, form, status=422)
    passages = [Passage(words) for words in form.words_to_find()]
    own = _same(source.comment)
    look(request, AccessKind.HIDDEN, source.comment.ref if source.comment else "")
    found = find_all_repeats(passages, by=acting(request.user), but=own)
    if source.post is not None:
        found = _but_part(found, source)
    return _show(request, source, form, said=_said(form, source, passages), found=found)


def _said(
    form: ElsewhereForm, source: Source, passages: Sequence[Passage]
) -> list[Said]:
    """Return the words with the rules that they were chosen to be blacked out under.

    Where that is one rule, the form that decides on them all has it.
    """
    rules = [rule for _start, _end, rule in source.places]
    if not form.seeks_chosen or len(set(rules)) == 1:
        return [Said(passage) for passage in passages]
    return [Said(*each) for each in zip(passages, rules, strict=True)]


@desk_page(DECIDE, sees=AccessKind.HIDDEN)
def left(request: HttpRequest) -> HttpResponse:
    """List the hidden comments that public places still say again."""
    rows, is_all = left_by_comment()
    context = {"rows": rows, "is_all": is_all, "behind": number_behind()}
    return render(request, "moderation/left_public.html", context)


def _source(request: HttpRequest) -> Source:
    """Return the text that is asked about. Raise Http404, BadRequest."""
    sent = request.POST
    of, places = sent.get("places_of", ""), sent_places(sent)
    if ref := sent.get("comment", ""):
        return comment_source(the_comment(ref), of, places)
    if not (ref := sent.get("post", "")):
        return Source()
    part = sent.get("part", "")
    if part not in {Part.TEXT, Part.TITLE}:
        message = "There is no such part."
        raise BadRequest(message)
    posts = Post.objects.titled().select_related("news_revision__text")
    return part_source(get_object_or_404(posts, ref=ref), part, of, places)


def _same(comment: Comment | None) -> set[int]:
    """Return a comment, and what other sources of its thread tell of it."""
    if comment is None:
        return set()
    if comment.leader_id is None:
        return {comment.pk}
    same = Comment.objects.filter(leader=comment.leader_id)
    return set(same.values_list("pk", flat=True))


def _but_part(found: Places, source: Source) -> Places:
    """Leave out the part of an article whose words are looked for."""
    pk = source.post.pk if source.post else 0
    kind = "title" if source.part == Part.TITLE else "article"
    others = [each for each in found.found if (each.kind, each.pk) != (kind, pk)]
    return found._replace(found=others)


def _show(
    request: HttpRequest,
    source: Source,
    form: ElsewhereForm,
    *,
    said: Sequence[Said] = (),
    found: Places | None = None,
    status: int = 200,
) -> HttpResponse:
    groups = groups_of(found, said, source.blog) if found else []
    passages = [each.passage for each in said]
    context = {
        "source": source,
        "form": form,
        "chosen": request.POST.get("sentence") or source.sought,
        # For another look; what stands blacked out is known without them.
        "places": request.POST.getlist("place")[:MOST_SPANS] if source.chosen else [],
        "places_of": request.POST.get("places_of", ""),
        "groups": groups,
        "found": found,
        "is_short": any(passage.is_short for passage in passages),
        "is_tiny": any(not passage.rows for passage in passages),
        "quoted_words": QUOTED_WORDS,
        "shared_words": SHARED_WORDS,
        "shown": SHOWN,
        "behind": number_behind() if found is not None else 0,
        **_deciding(request, source, form, groups, said),
    }
    return render(request, "moderation/elsewhere.html", context, status=status)


def _deciding(
    request: HttpRequest,
    source: Source,
    form: ElsewhereForm,
    groups: Sequence[Group],
    said: Sequence[Said],
) -> dict[str, object]:
    """Return the form that decides on what is ticked, as a list of many has it."""
    rows = [row for group in groups for row in group.rows]
    others = [row for row in rows if row.place.is_public and not row.token]
    if not any(row.token for row in rows):
        return {"others": others}
    seeks_chosen = form.is_bound and form.is_valid() and form.seeks_chosen
    own = own_there(source, said, is_chosen=seeks_chosen)
    blogs = {row.blog for row in rows if row.token}
    blogs |= {own.post.blog} if own else set()
    carried = {name: request.POST.get(name, "") for name in _CARRIED}
    carried["action"] = _AS_IN_LISTS.get(carried["action"], carried["action"])
    if seeks_chosen and not carried["action"]:
        carried["action"] = Action.REDACT.value
    batch = BatchForm(blogs=blogs, blacks_out=True, initial=carried)
    rules = {rule for _start, _end, rule in source.places}
    if seeks_chosen and len(rules) == 1 and not carried["clause"]:
        batch.initial["clause"] = batch.rules.get(rules.pop())
    return {"own": own, "batch": batch, "others": others}
