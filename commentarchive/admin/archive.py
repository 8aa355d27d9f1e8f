"""The back office: facts to look at, users and blogs to manage."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, User
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from commentarchive.actions.staff import (
    LAST_OWNER,
    STAFF_ROLES,
    HandleTaken,
    LastOwner,
    acting,
    check_handle,
    is_last_owner,
    roles_of,
    save_login,
    set_roles,
)
from commentarchive.admin.site import MOST_DIGITS
from commentarchive.admin.uncounted import BoundedPaginator
from commentarchive.admin.words import name_fields
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.merkle.refs import last_ref
from commentarchive.ledger.models import Actor, Entry, Head, Node, Opening, Role
from commentarchive.models import (
    Blog,
    Capture,
    Comment,
    Commenter,
    CrossPost,
    Gap,
    GapAnswer,
    NameLink,
    PartNotice,
    Post,
    Revision,
    SameThread,
    Tombstone,
)
from commentarchive.storage import sessions

PROVE_FIRST = "Prove that it is you; then send the form again, nothing was changed yet."


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # for models of every kind
    """Rows that are looked at here and written by actions only."""

    show_full_result_count = False
    paginator = BoundedPaginator
    # By the key alone: every other order may have no index.
    ordering = ("-pk",)
    sortable_by = ()
    list_per_page = 50
    # Its own link says which page it leads to.
    view_on_site = False
    search_help_text = "Its reference, or the address of its page."
    # The letter of its references; "" where it has none.
    kind = ""
    # The page of the desk about it, by its reference; "" where there is none.
    desk_page = ""

    def __init__(self, model: type[models.Model], admin_site: admin.AdminSite) -> None:
        name_fields(model)
        super().__init__(model, admin_site)

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return ("ref",) if self.kind else ()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if self.kind and search_term.strip():
            ref = last_ref(search_term.strip(), self.kind)
            queryset = queryset.filter(ref=ref or search_term.strip())
        return queryset, False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = super().get_fields(request, obj)
        return ("pages", *(name for name in shown if name != "pages"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("pages", *super().get_readonly_fields(request, obj))

    @admin.display(description="its pages")
    def pages(self, row: Any) -> str:
        links = []
        if hasattr(row, "get_absolute_url"):
            links.append((row.get_absolute_url(), "Public page"))
        if self.desk_page:
            links.append((reverse(self.desk_page, args=[row.ref]), "At the desk"))
        shown = [(address, words) for address, words in links if address]
        return format_html_join(" · ", '<a href="{}">{}</a>', shown) or "–"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return False


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ("index", "event", "subject", "subject_number")
    search_help_text = "The number of a record, or the reference it is about."
    fields = ("index", "event", "subject", "subject_number", "leaf_text")
    readonly_fields = ("leaf_text",)

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return ("subject",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        asked = search_term.strip()
        if asked.isascii() and asked.isdecimal() and len(asked) <= MOST_DIGITS:
            queryset = queryset.filter(index=int(asked))
        elif asked:
            queryset = queryset.filter(subject=asked)
        return queryset, False

    @admin.display(description="leaf")
    def leaf_text(self, entry: Entry) -> str:
        return bytes(entry.leaf).decode()


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    list_display = ("ref", "post", "visibility", "posted_at", "day_only")
    list_select_related = ("post__current_revision__text", "post__put_right")
    kind, desk_page = "c", "moderation:desk-comment"


@admin.register(Post)
class PostAdmin(ReadOnlyAdmin):
    list_display = ("title", "blog", "status", "is_public", "published_at")
    fields = ("title", "blog", "kind", "status", "is_public", "published_at", "words")
    readonly_fields = ("title", "words")
    list_select_related = ("blog", "current_revision__text", "put_right")
    kind, desk_page = "p", "moderation:correct-post"

    @admin.display(description="text")
    def words(self, post: Post) -> str:
        revision = post.current_revision
        return revision.text.plain if revision else ""


@admin.register(Capture)
class CaptureAdmin(ReadOnlyAdmin):
    list_display = ("ref", "blog", "importer", "state", "taken_at", "entry_index")
    list_select_related = ("blog",)
    kind = "k"


@admin.register(Commenter)
class CommenterAdmin(ReadOnlyAdmin):
    kind, desk_page = "n", "moderation:names"


@admin.register(Gap)
class GapAdmin(ReadOnlyAdmin):
    kind = "g"


for model in (
    *(Actor, CrossPost, GapAnswer, Head, NameLink, Node),
    *(PartNotice, Revision, SameThread, Tombstone),
):
    admin.site.register(model, ReadOnlyAdmin)


@admin.register(Opening)
class OpeningAdmin(ReadOnlyAdmin):
    # What it opens may be private: named here, not shown.
    fields = ("entry", "field")
    list_display = ("entry", "field")


@admin.register(Blog)
class BlogAdmin(ReadOnlyAdmin):
    """How a blog is shown; that is changed at the desk."""

    list_display = ("title", "slug", "visibility", "address")
    fields = (
        *("settings", "title", "slug", "ref", "address", "time_zone", "language"),
        *("visibility", "show_gone_text", "show_hidden_names"),
        *("comment_types", "article_types"),
    )
    readonly_fields = ("settings",)
    kind = "b"

    @admin.display(description="to change it")
    def settings(self, blog: Blog) -> str:
        # The archive never imports moderation; it knows the name of its page.
        page = reverse("moderation:blog", args=[blog.ref])
        return format_html('<a href="{}">Its settings at the desk</a>', page)


class StaffForm(UserChangeForm):  # type: ignore[type-arg]  # of the one user model
    """A login, its roles, and the handle it acts under."""

    roles = forms.MultipleChoiceField(
        choices=[(role.value, role.label) for role in STAFF_ROLES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    handle = forms.CharField(
        required=False,
        max_length=40,
        help_text="Chosen once, with the first role; never used for somebody else. "
        "Left empty, one is made up.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user: User = self.instance
        self.fields["roles"].initial = [role.value for role in roles_of(user)]
        actor = Actor.objects.filter(link__user=user.pk).first()
        if actor is not None:
            self.fields["handle"].initial = actor.handle
            self.fields["handle"].disabled = True

    def clean_handle(self) -> str:
        """Refuse a handle that is or was somebody else's."""
        handle: str = self.cleaned_data["handle"]
        if handle:
            try:
                check_handle(handle, of=self.instance)
            except HandleTaken as error:
                raise forms.ValidationError(str(error)) from error
        return handle

    def clean(self) -> dict[str, Any]:
        """Refuse to shut out the last owner."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        stays = Role.OWNER.value in values.get("roles", []) and (
            values.get("is_active") and values.get("is_staff")
        )
        if self.instance.pk and not stays and is_last_owner(self.instance):
            raise forms.ValidationError(LAST_OWNER)
        return values


class StaffAdmin(UserAdmin):  # type: ignore[type-arg]  # of the one user model
    """Logins; roles given or taken are entered in the public record."""

    form = StaffForm
    filter_horizontal = ()
    list_display = ("username", "is_active", "is_staff", "last_login")
    fieldsets = (
        (None, {"fields": ("username", "password", "email")}),
        ("Staff", {"fields": ("is_active", "is_staff", "roles", "handle")}),
    )

    def has_delete_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        # What somebody decided stays theirs: a login is made inactive.
        return False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> Any:
        """Answer in a sentence what somebody else has made impossible meanwhile."""
        if asked := _proof_first(request):
            return asked
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (LastOwner, HandleTaken) as error:
            messages.error(request, f"{error} Nothing was changed.")
            return redirect(request.path)

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002  # as its address calls it
        form_url: str = "",
    ) -> HttpResponse:
        """Let somebody have a new password, once it is proved who gives it."""
        return _proof_first(request) or super().user_change_password(
            request, id, form_url
        )

    def save_model(
        self, request: HttpRequest, obj: User, form: Any, change: Any
    ) -> None:
        save_login(obj)

    def save_related(self, request: Any, form: Any, formsets: Any, change: Any) -> None:
        if change:
            set_roles(
                form.instance,
                roles=[Role(value) for value in form.cleaned_data["roles"]],
                handle=form.cleaned_data["handle"],
                # The first login of all has no role yet and gives itself one.
                by=acting(request.user) if roles_of(request.user) else SYSTEM,
                session=request.session.session_key,
            )


def _proof_first(request: HttpRequest) -> HttpResponse | None:
    """Lead whoever sends a form about logins to prove once more who they are.

    None where they have done so a few minutes ago, as the desk asks for roles.
    """
    if request.method != "POST" or sessions.is_fresh(request.session):
        return None
    messages.info(request, PROVE_FIRST)
    asked = urlencode({"next": request.path})
    return redirect(f"{reverse('account_reauthenticate')}?{asked}")


# Secrets of factors are shown to nobody; addresses stand in the login itself.
admin.site.unregister((Authenticator, EmailAddress))
admin.site.unregister(User)
admin.site.unregister(Group)
admin.site.register(User, StaffAdmin)
