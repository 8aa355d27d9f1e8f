"""The mail server: Django's own way to it, which notes how far a delivery came."""

import smtplib
from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend


class _Noting:
    """Remembers whether the text of a mail was begun to be handed over."""

    text_was_begun = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.text_was_begun = True
        return super().data(msg)  # type: ignore[misc, no-any-return]  # of smtplib.SMTP


class _Plain(_Noting, smtplib.SMTP):
    pass


class _Encrypted(_Noting, smtplib.SMTP_SSL):
    pass


class Mailer(EmailBackend):
    """Django's mailer, which remembers whether the server had begun to read a mail."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _Encrypted if self.use_ssl else _Plain

    @property
    def text_was_begun(self) -> bool:
        """Whether the server may have the whole of a mail."""
        return getattr(self.connection, "text_was_begun", False)


class NoMailer(BaseEmailBackend):
    """In the place of a mail server where none is set up: nothing is lost unseen."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:  # noqa: ARG002  # Django's
        """Raise OSError, as where a mail server cannot be reached."""
        message = "No mail server is set up (EMAIL_URL)."
        raise OSError(message)
