"""What is entered by hand: blogs, articles, cross-posts, comments, and mails."""

import base64
import binascii
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header

from commentarchive.actions.blogs import BlogFacts, BlogKnown, add_blog
from commentarchive.actions.crossposts import CannotTie
from commentarchive.actions.staff import acting
from commentarchive.captures import files
from commentarchive.captures.history import ENTERED
from commentarchive.captures.scanner import NotScanned, virus_in
from commentarchive.importers.characters import printable
from commentarchive.importers.formats.by_hand import Evidence, evidence_in
from commentarchive.importers.formats.notification_mail import MailRead, read_mail
from commentarchive.importers.parsed import Unreadable
from commentarchive.intake.by_hand import (
    CannotEnter,
    Typed,
    alike,
    enter_article,
    enter_comment,
)
from commentarchive.models import AccessKind, Capture, Comment, Post
from commentarchive.storage.write_locks import ImportRunning
from commentarchive.views.login import take_kept_form
from moderation.actions.checks import HiddenTexts
from moderation.actions.origins import tie_to_blog
from moderation.actions.refusals import Refused
from moderation.forms.entering import (
    ArticleForm,
    BlogForm,
    CommentForm,
    CrossPostForm,
    MailForm,
    find_article,
    in_words,
)
from moderation.named_places import NoSuchPlace
from moderation.views.gate import RELEASE, desk_form, desk_page

LAST = 25
_HEADINGS = {
    "blog": "Add a blog",
    "article": "Add an article",
    "cross-post": "Record a cross-post",
    "mail": "Enter a comment from a mail",
    "comment": "Enter a comment",
}


@desk_page(RELEASE, sees=None)
def index(request: HttpRequest) -> HttpResponse:
    """Offer what can be entered, and list what was entered last."""
    entered = Capture.objects.filter(importer__in=ENTERED, entry_index__isnull=False)
    context = {"entered": entered.select_related("blog").order_by("-pk")[:LAST]}
    return render(request, "moderation/hand.html", context)


def _show(
    request: HttpRequest, name: str, form: forms.Form, **more: Any
) -> HttpResponse:
    """Show one form; with errors it comes back as it was typed, and says 422."""
    has_problem = bool(form.errors) or bool(more.get("alike"))
    action = "mail-read" if name == "mail" else f"{name}-save"
    context = {
        "form": form,
        "heading": _HEADINGS[name],
        "action": reverse(f"moderation:hand-{action}"),
        "has_files": form.is_multipart(),
        "was_chosen": bool(request.FILES) and has_problem,
        **more,
    }
    status = 422 if has_problem else 200
    return render(request, "moderation/hand_form.html", context, status=status)


def _fresh(request: HttpRequest, name: str, kind: type[forms.Form]) -> HttpResponse:
    kept = take_kept_form(request, reverse(f"moderation:hand-{name}-save"))
    return _show(request, name, kind(initial=kept))


@desk_page(RELEASE, sees=None)
def blog(request: HttpRequest) -> HttpResponse:
    """Show the form for a blog."""
    return _fresh(request, "blog", BlogForm)


@desk_form(RELEASE, page="moderation:hand-blog", is_list=True)
def save_blog(request: HttpRequest) -> HttpResponse:
    """Add a blog; on record."""
    form = BlogForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        facts = BlogFacts(title=values["title"], address=values["address"])
        try:
            add_blog(facts, source=values["source"], by=acting(request.user))
            return _done(request, "The blog was added. It is on record.")
        except BlogKnown as error:
            form.add_error("address", str(error))
    return _show(request, "blog", form)


@desk_page(RELEASE, sees=None)
def article(request: HttpRequest) -> HttpResponse:
    """Show the form for an article."""
    return _fresh(request, "article", ArticleForm)


@desk_form(RELEASE, page="moderation:hand-article", is_list=True)
def save_article(request: HttpRequest) -> HttpResponse:
    """Add an article; on record."""
    form = ArticleForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            enter_article(
                values["blog"],
                title=values["title"],
                address=values["address"],
                printed=in_words(values["day"]) if values["day"] else "",
                by=acting(request.user),
            )
            return _done(request, "The article was added. It is on record.")
        except CannotEnter as error:
            form.add_error("address", str(error))
        except ImportRunning as error:
            form.add_error(None, str(error))
    return _show(request, "article", form)


@desk_page(RELEASE, sees=None)
def cross_post(request: HttpRequest) -> HttpResponse:
    """Show the form for a cross-post."""
    return _fresh(request, "cross-post", CrossPostForm)


@desk_form(RELEASE, page="moderation:hand-cross-post", is_list=True)
def save_cross_post(request: HttpRequest) -> HttpResponse:
    """Record that an article is a cross-post of another."""
    form = CrossPostForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            HiddenTexts().check_article(values["article"], values["attribution"])
            tie_to_blog(
                values["article"],
                values["blog"],
                address=values["original"],
                told=values["attribution"],
                by=acting(request.user),
            )
            return _done(request, "The cross-post is on record.")
        except Refused as error:
            form.add_error("attribution", str(error))
        except CannotTie as error:
            form.add_error("original" if values["original"] else "blog", str(error))
        except NoSuchPlace as error:
            form.add_error("blog", str(error))
    return _show(request, "cross-post", form)


@desk_page(RELEASE, sees=None)
def mail(request: HttpRequest) -> HttpResponse:
    """Show the form for a mail that tells of a comment."""
    kept = take_kept_form(request, reverse("moderation:hand-mail-read"))
    return _show(request, "mail", MailForm(initial=kept))


@desk_form(RELEASE, page="moderation:hand-mail", is_list=True)
def read(request: HttpRequest) -> HttpResponse:
    """Read a mail into the form for a comment; nothing is stored yet."""
    form = MailForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, "mail", form)
    data = form.data_of_mail
    message = (
        "This is no mail of WordPress or Blogger, in English, that tells of a "
        "comment. It can be entered as a comment, with the mail as its file."
    )
    try:
        found = read_mail(data)
    except Unreadable as error:
        found, message = None, f"Nothing was read: {error.reason}."
    if found is None:
        form.add_error(None, message)
        return _show(request, "mail", form)
    filled = CommentForm(initial=_filled(found, data))
    return _show(request, "comment", filled, was_read=True)


def _filled(found: MailRead, data: bytes) -> dict[str, Any]:
    """Return what a mail tells, as the form for a comment has it."""
    post = find_article(found.address) if found.address else None
    if post is None and found.title:
        titled = Post.objects.filter(current_revision__text__title=found.title)
        several = list(titled.select_related("blog")[:2])
        post = several[0] if len(several) == 1 else None
    local, precision = found.local, "exact"
    if local is None and found.sent_at:
        # The mail's own time; the comment was made shortly before.
        zone = ZoneInfo(post.blog.time_zone) if post else None
        local, precision = found.sent_at.astimezone(zone), "about"
    answered = None
    if post and found.answers:
        told = {"scheme": found.scheme, "source_id": found.answers}
        answered = Comment.objects.filter(post=post, **told).first()
    return {
        "article": post.get_absolute_url() if post else found.address,
        "answers": answered.get_absolute_url() if answered else "",
        "name": found.name,
        "precision": precision if local else "",
        "day": local.date() if local else None,
        "clock": local.time() if local else None,
        "text": found.text,
        "state": found.state,
        "how": "email",
        "link": found.link,
        "email": found.email,
        "ip": found.ip,
        "scheme": found.scheme,
        "number": found.number,
        "mail": base64.b64encode(data).decode(),
        "sent_at": found.sent_at.isoformat() if found.sent_at else "",
    }


@desk_page(RELEASE, sees=None)
def comment(request: HttpRequest) -> HttpResponse:
    """Show the form for a comment, below an article that may be named."""
    kept = take_kept_form(request, reverse("moderation:hand-comment-save"))
    named = {name: request.GET.get(name, "") for name in ("article", "answers")}
    return _show(request, "comment", CommentForm(initial=kept or named))


@desk_form(RELEASE, page="moderation:hand-comment", is_list=True)
def save_comment(request: HttpRequest) -> HttpResponse:
    """Add a comment, once nothing here is like it or somebody says it is another."""
    form = CommentForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, "comment", form)
    try:
        typed = _typed(form)
        found = alike(typed, form.moment)
        if found and not form.cleaned_data["is_another"]:
            again = CommentForm(request.POST, request.FILES, has_alike=True)
            return _show(request, "comment", again, alike=found)
        entered = enter_comment(typed, by=acting(request.user))
    except (CannotEnter, ImportRunning) as error:
        form.add_error(None, str(error))
        return _show(request, "comment", form)
    words = f"The comment was saved: {entered.get_visibility_display()}. "
    return _done(request, f"{words}It is on record.")


def _typed(form: CommentForm) -> Typed:
    """Return what was typed. Raise CannotEnter for a mail that was changed."""
    values = form.cleaned_data
    upload, evidence = values["upload"], None
    try:
        if upload is not None:
            evidence = Evidence(printable(upload.name or "file")[:200], upload.read())
        elif values["mail"]:
            data = base64.b64decode(values["mail"], validate=True)
            evidence = Evidence("mail.eml", data)
        sent_at = values["sent_at"]
        made_at = datetime.fromisoformat(sent_at) if sent_at else None
    except (binascii.Error, ValueError) as error:
        message = "The mail did not come back whole; read it again."
        raise CannotEnter(message) from error
    return Typed(
        post=values["article"],
        answers=values["answers"],
        name=values["name"],
        link=values["link"],
        email=values["email"],
        ip=values["ip"] or "",
        printed=form.printed,
        local=form.local,
        text=values["text"],
        state=values["state"],
        how=values["how"],
        scheme=values["scheme"],
        number=values["number"] if values["scheme"] else "",
        evidence=evidence,
        made_at=made_at,
        token=values["token"],
    )


@desk_page(RELEASE, sees=AccessKind.FILE)
def file(request: HttpRequest, ref: str) -> HttpResponse:
    """Hand out the file that a comment was entered from: to keep, never to be shown.

    403 where a scanner finds a virus in it, 503 where it cannot be asked.
    """
    capture = get_object_or_404(Capture, ref=ref, importer__in=ENTERED)
    try:
        with files.opened(capture.digest_of_bytes) as stream:
            evidence = evidence_in(stream.read())
    except (OSError, Unreadable, *files.DAMAGE) as error:
        message = "Its bytes are not here any more."
        raise Http404(message) from error
    if evidence is None:
        message = "It was entered without a file."
        raise Http404(message)
    try:
        found = virus_in(evidence.data)
    except NotScanned as error:
        return render(request, "503.html", {"reason": str(error)}, status=503)
    if found:
        return render(request, "moderation/infected.html", {"found": found}, status=403)
    return _to_keep(evidence)


def _to_keep(evidence: Evidence) -> HttpResponse:
    """Return a file as something to store, whatever it is."""
    answer = HttpResponse(evidence.data, content_type="application/octet-stream")
    name = evidence.name.replace("\\", "/").rpartition("/")[2]
    header = content_disposition_header(as_attachment=True, filename=name or "file")
    answer["Content-Disposition"] = header or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _done(request: HttpRequest, message: str) -> HttpResponse:
    messages.success(request, message)
    return redirect("moderation:hand")
