"""How the archive stands, on one page for staff."""

import shutil
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Min, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from commentarchive.ledger.models import Checkpoint, Head
from commentarchive.models import Blog, Capture
from moderation.actions.flags import number_reported
from moderation.clocks import Days, on_days
from moderation.desk.queue import TABS, numbers
from moderation.models import Claim, Decision, QueueItem
from moderation.views.gate import LOOK, desk_page, lacks_role
from moderation.views.letters import PARTS


@desk_page(LOOK, sees=None)
def index(request: HttpRequest) -> HttpResponse:
    """Show what waits, since when, and what was done, signed and imported last."""
    counted, now = numbers(), timezone.now()
    signed = Checkpoint.objects.order_by("-size").first()
    head = Head.objects.first()
    waiting = QueueItem.objects.filter(tab="waiting")
    copies = Capture.objects.filter(closed_at__isnull=False).select_related("blog")
    context = {
        "lists": [(tab, counted[tab.key]) for tab in TABS],
        "oldest": waiting.aggregate(first=Min("since"))["first"],
        "reported": number_reported(),
        "claims": Claim.objects.waiting().count(),
        "letters": [(part, part.holds(now).count()) for part in PARTS if part.is_due],
        "today": decisions_today(now),
        "signed": signed,
        "unsigned": (head.size if head else 0) - (signed.size if signed else 0),
        "copy": copies.order_by("-pk").first(),
        "free": shutil.disk_usage(settings.VAR_DIR).free,
        "lacks_role": lacks_role(request),
    }
    return render(request, "moderation/dashboard.html", context)


def decisions_today(now: datetime) -> int:
    """Count what was decided here since midnight, by the clock of each blog."""
    zones = set(Blog.objects.order_by().values_list("time_zone", flat=True))
    today = Q(pk__in=[])
    for zone in zones:
        day = now.astimezone(ZoneInfo(zone)).date()
        days = Days(day, day + timedelta(days=1))
        today |= on_days("decided_at", days, [zone])
    return Decision.objects.filter(today, grade="decided").count()
