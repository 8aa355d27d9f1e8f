"""Send the letters of the outbox that are due."""

from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from commentarchive.management.watching import WatchingCommand
from moderation.actions.letter_switch import mail_is_set_up
from moderation.letters.delivery import send_due
from moderation.letters.desk_news import queue_news


class Command(WatchingCommand):
    help = "Send the letters of the outbox that are due, each once."
    not_done = "Nothing is sent"

    def handle(self, *, watch: float | None, **_: Any) -> None:
        if not mail_is_set_up():
            message = "No mail server is set up: name one in EMAIL_URL."
            raise CommandError(message)
        self.work(watch)

    def once(self) -> None:
        queue_news(timezone.now())
        is_reached = send_due(self.stdout.write)
        if not self.is_watching and not is_reached:
            message = "Letters wait: the mail server cannot be used."
            raise CommandError(message)
