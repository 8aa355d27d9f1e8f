"""A letter as a mail: one recipient, and headers in which nobody else has a say."""

from email.headerregistry import Address
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage

from moderation.actions.letters import can_be_written_to
from moderation.letters.texts import Written
from moderation.models import Letter


def mail_of(letter: Letter, written: Written) -> EmailMessage:
    """Return the mail that a letter is. Raise ValueError where it cannot be one.

    A letter that is sent again keeps its Message-ID, so that a reader's program can
    tell that it is the same.
    """
    if not letter.email:
        message = "Its address is erased."
        raise ValueError(message)
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    mail = EmailMessage(
        subject=written.subject,
        body=written.body,
        from_email=str(Address(written.sender, addr_spec=settings.CONTACT_EMAIL)),
        to=[letter.email],
        reply_to=[settings.CONTACT_EMAIL],
        headers={
            "Message-ID": f"<{letter.ref}@{host}>",
            "Auto-Submitted": "auto-generated",
            **written.headers,
        },
    )
    to = mail.message()["To"].addresses
    if len(to) != 1 or not can_be_written_to(letter.email):
        message = "That is no address of one person."
        raise ValueError(message)
    return mail
