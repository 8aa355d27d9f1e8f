"""How many complaints came, on what ground, and how they ended: for readers."""

from typing import NamedTuple

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commentarchive.views.public_page import public_page
from moderation.models import Complaint, ComplaintEnd, Ground, Outcome


class Row(NamedTuple):
    """The complaints on one ground: those that are open, and each outcome's."""

    ground: str
    total: int
    numbers: tuple[int, ...]


@require_safe
@public_page
def counts(request: HttpRequest) -> HttpResponse:
    """Show what the record says of complaints, and nothing else."""
    counted = Complaint.objects.order_by().values_list("ground", "outcome")
    found = {(ground, of): n for ground, of, n in counted.annotate(n=Count("pk"))}
    # None is closed without an outcome.
    outcomes = ["", *Outcome.values]
    rows = []
    for ground in Ground:
        numbers = tuple(found.get((ground.value, each), 0) for each in outcomes)
        if sum(numbers):
            rows.append(Row(str(ground.label), sum(numbers), numbers))
    again = ComplaintEnd.objects.aggregate(n=Count("complaint", distinct=True))
    context = {
        "rows": rows,
        "outcomes": ["not closed yet", *Outcome.labels],
        "again": again["n"],
    }
    return render(request, "moderation/complaint_counts.html", context)
