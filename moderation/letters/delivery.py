"""Letters handed to the mail server, one by one, and its answer to each."""

import smtplib
from collections.abc import Callable
from contextlib import suppress

from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from moderation.actions import sending
from moderation.actions.letter_switch import mail_is_set_up
from moderation.letters.mail import mail_of
from moderation.letters.texts import Untold, compose
from moderation.models import Letter

# An answer of the server that is final; below, it may say otherwise later.
FINAL = 500


def send_due(tell: Callable[[str], None]) -> bool:
    """Send what is due; return whether the mail server could be reached at all.

    Where it cannot be, what else is due waits for the next look.
    """
    now = timezone.now()
    sending.note_broken_off(now)
    if not mail_is_set_up():
        return False
    while (letter := sending.take_next(now)) is not None:
        try:
            written = compose(letter)
            mail = mail_of(letter, written)
        except (Untold, ValueError) as error:
            sending.note_refused(letter, str(error))
            # Python's own words quote the address or the subject.
            is_ours = isinstance(error, Untold)
            tell(
                f"letter {letter.ref}: {error if is_ours else 'refused, see the desk'}"
            )
            continue
        sending.keep_text(letter, written.subject, written.kept)
        mailer = mailers["default"]
        if not _open(mailer, letter, tell):
            return False
        _deliver(mailer, letter, mail, tell)
        with suppress(OSError, smtplib.SMTPException):
            mailer.close()
    return True


def _open(
    mailer: BaseEmailBackend, letter: Letter, tell: Callable[[str], None]
) -> bool:
    """Reach the server. Nothing of the letter was said yet, whatever goes wrong."""
    try:
        mailer.open()
    except OSError as error:
        # smtplib's own exceptions are of this kind, too.
        sending.note_put_off(letter, answer_of(error))
        tell(f"The mail server cannot be used: {answer_of(error)}")
        return False
    return True


def _deliver(
    mailer: BaseEmailBackend,
    letter: Letter,
    mail: EmailMessage,
    tell: Callable[[str], None],
) -> None:
    try:
        mailer.send_messages([mail])
    except smtplib.SMTPSenderRefused as error:
        # It would refuse every letter: what is wrong is here, and can be put right.
        sending.note_put_off(letter, answer_of(error))
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        if _code(error) >= FINAL:
            sending.note_refused(letter, answer_of(error))
        else:
            sending.note_put_off(letter, answer_of(error))
    except OSError as error:
        if getattr(mailer, "text_was_begun", False):
            sending.note_in_doubt(letter, answer_of(error))
        else:
            sending.note_put_off(letter, answer_of(error))
    else:
        sending.note_sent(letter)
        tell(f"letter {letter.ref}: sent")
        return
    tell(f"letter {letter.ref}: not sent, see the desk")


def _code(error: Exception) -> int:
    """Return the server's number, which is below 500 for what may pass."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(code for code, _words in error.recipients.values())
    return int(getattr(error, "smtp_code", 0))


def answer_of(error: Exception) -> str:
    """Return what went wrong in the server's words, or else the machine's."""
    words: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        [(code, words), *_others] = error.recipients.values()
    elif isinstance(error, smtplib.SMTPResponseException):
        code, words = error.smtp_code, error.smtp_error
    elif isinstance(error, TimeoutError):
        return "It did not answer in time."
    else:
        return str(error) or type(error).__name__
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {said}"
