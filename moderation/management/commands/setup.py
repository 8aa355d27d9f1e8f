"""Set up an archive: its settings, its tables, its owner, its first house rules."""

import os
import sys
from collections.abc import Iterator, Mapping
from getpass import getpass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from commentarchive.actions.staff import HandleTaken
from commentarchive.env import is_loopback
from commentarchive.settings_file import (
    NAME,
    own_environment,
    read_settings,
    write_settings,
)
from moderation.setting_up import owner
from moderation.setting_up.answers import QUESTIONS, Question, check

PASSWORD = "OWNER_PASSWORD"  # noqa: S105  # the name of a variable
LONGEST_PASSWORD = 4096


class Command(BaseCommand):
    help = (
        "Ask what an archive needs, write its settings, make its tables and its owner. "
        "Run again, it changes only what is answered otherwise."
    )
    requires_system_checks: list[str] = []  # noqa: RUF012  # Django's own form

    def add_arguments(self, parser: CommandParser) -> None:
        for each in QUESTIONS:
            parser.add_argument(f"--{each.option}", metavar="…", help=each.text)
        parser.add_argument("--owner", metavar="LOGIN", help="the owner's login")
        parser.add_argument("--handle", help="the owner's name on record", default="")
        parser.add_argument(
            "--password-file",
            type=Path,
            help=f"its first line is the owner's password; or set {PASSWORD}",
        )
        parser.add_argument(
            "--starter-rules",
            action="store_true",
            help="publish the starter set of house rules, where there are none",
        )
        parser.add_argument(
            "--no-input", action="store_false", dest="asks", help="ask nothing"
        )

    def handle(self, *, asks: bool, **given: Any) -> None:
        if asks and not _is_somebody_there():
            message = "Nobody can be asked here: answer by options, with --no-input."
            raise CommandError(message)
        try:
            self._set_up(asks=asks, given=given)
        except (KeyboardInterrupt, EOFError) as error:
            message = "Broken off; what was said before is kept. Run it again."
            raise CommandError(message) from error

    def _set_up(self, *, asks: bool, given: Mapping[str, Any]) -> None:
        path = settings.VAR_DIR / NAME
        before = read_settings(path)
        after = {**before, **self._answers(before, asks=asks, given=given)}
        if after.get("BASE_URL", "").startswith("https:"):
            # A web server on this machine holds the certificate.
            after.setdefault("TRUSTED_PROXIES", "1")
            # Only with a new address: hosts below an old one may be in use by now.
            if after.get("BASE_URL") != before.get("BASE_URL"):
                after.setdefault("HSTS", "subdomains")
        if after != before or not path.exists():
            write_settings(path, after)
            self.stdout.write(f"Written: {path}")
        call_command("migrate", verbosity=0)
        self.stdout.write("The tables are up to date.")
        contact = after.get("CONTACT_EMAIL", "")
        login = self._owner(asks=asks, given=given, contact=contact)
        self._rules(login, asks=asks, is_wanted=given["starter_rules"])
        self.stdout.write("\nWhat is left to do:")
        for each in _left(after):
            self.stdout.write(f"  - {each}")

    def _answers(
        self, before: Mapping[str, str], *, asks: bool, given: Mapping[str, Any]
    ) -> dict[str, str]:
        """Return the answers that differ from what holds without them."""
        answers = {}
        for question in QUESTIONS:
            answer = given[question.option.replace("-", "_")]
            if answer is not None:
                _check(question, answer)
            elif asks:
                answer = self._asked(question)
            now = before.get(question.name, question.now())
            if answer is None or (answer == now and question.name not in before):
                continue
            answers[question.name] = answer
            if question.name in own_environment():
                self.stderr.write(
                    f"{question.name} is set in the environment, too, which comes "
                    "before the file."
                )
        return answers

    def _asked(self, question: Question) -> str:
        while True:
            now = question.now()
            said = input(f"{question.text} [{now}]: ").strip() or now
            try:
                _check(question, said)
            except CommandError as error:
                self.stderr.write(str(error))
            else:
                return said

    def _owner(self, *, asks: bool, given: Mapping[str, Any], contact: str) -> str:
        """Return the login of the owner, who is made where there is none; or ""."""
        login = given["owner"]
        if found := owner.owners():
            if login and login not in found:
                message = (
                    f"{found[0]} is owner already: he invites others at "
                    f"{settings.BASE_URL}/moderation/desk/people/."
                )
                raise CommandError(message)
            return found[0]
        waiting = owner.superusers_without_role()
        if login is None and asks:
            suggested = waiting[0] if waiting else "owner"
            login = input(f"The owner's login [{suggested}]: ").strip() or suggested
        if not login:
            return ""
        password = _password(given["password_file"])
        if not password and not owner.is_known(login):
            if not asks:
                message = f"Give the password by --password-file or {PASSWORD}."
                raise CommandError(message)
            password = _asked_password()
        try:
            handle = given["handle"]
            owner.make_owner(login, password=password, handle=handle, email=contact)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except HandleTaken as error:
            raise CommandError(str(error)) from error
        except owner.HasOwner as error:
            message = f"{error} has become owner meanwhile."
            raise CommandError(message) from error
        self.stdout.write(f"{login} is owner, on record.")
        return str(login)

    def _rules(self, login: str, *, asks: bool, is_wanted: bool) -> None:
        if owner.has_rules() or not login:
            return
        if not is_wanted and asks:
            said = input("Publish the starter set of house rules now? [Y/n]: ")
            is_wanted = said.strip().lower() in {"", "y", "yes"}
        if is_wanted:
            published = owner.publish_starter_rules(login)
            self.stdout.write(f"Version {published.number} of the rules is published.")


def _is_somebody_there() -> bool:
    return sys.stdin.isatty()


def _check(question: Question, answer: str) -> None:
    try:
        check(question, answer)
    except ImproperlyConfigured as error:
        raise CommandError(str(error)) from error


def _password(path: Path | None) -> str:
    if path is None:
        return os.environ.get(PASSWORD, "")
    try:
        with path.open(encoding="utf-8") as file:
            password = file.readline(LONGEST_PASSWORD).rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: no password can be read from it."
        raise CommandError(message) from error
    if not password:
        message = f"{path}: its first line is empty."
        raise CommandError(message)
    return password


def _asked_password() -> str:
    while True:
        password = getpass("The owner's password: ")
        if password and password == getpass("Once more: "):
            return password


def _left(values: Mapping[str, str]) -> Iterator[str]:
    """Yield what an archive with these settings needs before others can use it."""
    address = values.get("BASE_URL") or settings.BASE_URL
    if is_loopback(address.partition("://")[2].partition("/")[0].partition(":")[0]):
        yield "A public address: run setup again with --base-url https://…"
    else:
        yield "HTTPS: a web server before this one, docs/deployment.md, “The proxy”."
    if values.get("HSTS") == "subdomains":
        host = urlsplit(address).hostname
        yield (
            f"Hosts below {host}, if there are any: browsers will ask for them by "
            f"https only. If one has none, HSTS=host in {settings.VAR_DIR / NAME}."
        )
    yield "Start it: manage.py serve (as a service: docs/deployment.md)."
    if not owner.owners():
        yield "An owner: run setup again."
    elif settings.STAFF_SECOND_FACTOR:
        yield f"A second factor: log in at {address}/login/ and set one up."
    if not owner.has_rules():
        yield "House rules: nothing can be decided before they are published."
    if not settings.HAS_MAIL:
        yield f"Letters: EMAIL_URL in {settings.VAR_DIR / NAME}, docs/deployment.md."
    yield "Backups, by a timer: docs/backup.md, “Every night”."
    yield "Then manage.py doctor says how it is, and imports are made at the desk."
