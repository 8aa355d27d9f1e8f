"""Put back what was hidden for some time only, when its time has come."""

from typing import Any

from django.utils import timezone

from commentarchive.management.watching import WatchingCommand
from moderation.actions.measures import end_due


class Command(WatchingCommand):
    help = "End what was hidden for some time only and is due, on record."
    not_done = "Nothing is ended"

    def handle(self, *, watch: float | None, **_: Any) -> None:
        self.work(watch)

    def once(self) -> None:
        for decision in end_due(timezone.now()):
            page = decision.get_absolute_url()
            self.stdout.write(f"{decision.get_action_display()}: {page}")
