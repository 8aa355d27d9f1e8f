"""The back office of moderation: the draft rules, and decisions to look at."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from commentarchive.admin.archive import ReadOnlyAdmin
from moderation.actions.rule_drafts import delete_drafts, save_draft
from moderation.models import (
    Claim,
    Clause,
    ClauseDraft,
    Decision,
    JournalNote,
    PolicyEnd,
    PolicyVersion,
)


@admin.register(ClauseDraft)
class ClauseDraftAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # of one model
    """The next version of the house rules; it is published at the desk."""

    list_display = ("number", "title", "blog", "is_spam", "is_legal", "is_out")
    list_select_related = ("blog",)

    def save_model(
        self, request: HttpRequest, obj: ClauseDraft, form: Any, change: Any
    ) -> None:
        save_draft(obj)

    def delete_model(self, request: HttpRequest, obj: ClauseDraft) -> None:
        delete_drafts(ClauseDraft.objects.filter(pk=obj.pk))

    def delete_queryset(
        self, request: HttpRequest, queryset: QuerySet[ClauseDraft]
    ) -> None:
        delete_drafts(queryset)


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ("ref", "action", "clause", "grade", "decided_at", "entry_index")
    list_select_related = ("clause",)
    kind, desk_page = "d", "moderation:desk-decision"


@admin.register(Claim)
class ClaimAdmin(ReadOnlyAdmin):
    # Its sealed words are read at the desk, where that is noted.
    list_display = ("ref", "blog", "number", "about", "received_at", "refused_at")
    list_select_related = ("blog",)
    kind, desk_page = "e", "moderation:desk-claim"
    exclude = ("secret_digest",)


@admin.register(JournalNote)
class JournalNoteAdmin(ReadOnlyAdmin):
    list_display = ("claim", "complaint", "act", "role", "actor", "noted_at")
    list_select_related = ("claim", "complaint", "actor")


for model in (PolicyVersion, PolicyEnd, Clause):
    admin.site.register(model, ReadOnlyAdmin)
