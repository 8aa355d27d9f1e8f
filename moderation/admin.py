"""The back office of moderation: the draft rules, and decisions to look at."""

from django.contrib import admin

from commentarchive.admin import ReadOnlyAdmin
from moderation.models import Clause, ClauseDraft, Decision, PolicyVersion


@admin.register(ClauseDraft)
class ClauseDraftAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # of one model
    """The next version of the house rules; it is published at the desk."""

    list_display = ("number", "title", "is_spam", "is_legal")


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ("ref", "action", "clause", "grade", "decided_at", "entry_index")
    list_filter = ("action", "grade")
    list_select_related = ("clause",)
    search_fields = ("ref",)


for model in (PolicyVersion, Clause):
    admin.site.register(model, ReadOnlyAdmin)
