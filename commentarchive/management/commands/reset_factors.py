"""Take a login's second factors away, for somebody who lost them all."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser

from commentarchive.archive_command import ArchiveCommand
from commentarchive.login_lines import tell
from commentarchive.storage.sessions import end_logins
from commentarchive.storage.write_locks import short_write


class Command(ArchiveCommand):
    help = "Take a login's second factors away; the next login sets up new ones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login", help="the name that is typed at the login")

    def handle(self, *, login: str, **_: Any) -> None:
        user = User.objects.filter(username=login).first()
        if user is None:
            message = f"There is no login called {login}."
            raise CommandError(message)
        with short_write():
            Authenticator.objects.filter(user=user).delete()
            end_logins(user)
        tell(user.pk, "its second factors were taken away on the server.")
        self.stdout.write(f"{login} has no second factor now, and is logged out.")
