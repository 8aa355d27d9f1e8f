"""The settings that `setup` asks for, with their questions and what is right."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

from commentarchive import env


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A setting that is asked for."""

    name: str
    text: str
    # What it is now, as the setting says it.
    now: Callable[[], str]
    # Reads it from the environment; raises ImproperlyConfigured.
    read: Callable[[str], object]

    @property
    def option(self) -> str:
        """Return the name of the command's option."""
        return self.name.lower().replace("_", "-")


def _contact(name: str) -> None:
    word = os.environ.get(name, "")
    try:
        validate_email(word)
    except ValidationError as error:
        message = f"{name}={word!r} is no e-mail address."
        raise ImproperlyConfigured(message) from error


QUESTIONS = (
    Question(
        name="SITE_NAME",
        text="What the site is called",
        now=lambda: settings.SITE_NAME,
        read=lambda name: env.line(name, default="", most=env.LONGEST_NAME),
    ),
    Question(
        name="BASE_URL",
        text="Its address, such as https://archive.example",
        now=lambda: settings.BASE_URL,
        read=lambda name: env.base_url(name, default=""),
    ),
    Question(
        name="CONTACT_EMAIL",
        text="The e-mail address for complaints",
        now=lambda: settings.CONTACT_EMAIL,
        read=_contact,
    ),
    Question(
        name="TIME_ZONE",
        text="Its time zone",
        now=lambda: settings.TIME_ZONE,
        read=lambda name: env.time_zone(name, default=""),
    ),
)


def check(question: Question, answer: str) -> None:
    """Raise ImproperlyConfigured where an answer is wrong, as the start would."""
    with _as_if(question.name, answer):
        question.read(question.name)


@contextmanager
def _as_if(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
