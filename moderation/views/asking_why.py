"""Forms of the desk that undo something and ask only why."""

from collections.abc import Callable

from django import forms

from commentarchive.actions.joined_names import CannotJoin
from commentarchive.intake.kept_corrections import CannotCorrect
from commentarchive.storage.write_locks import ImportRunning
from moderation.actions.refusals import Refused

_REFUSALS = (Refused, CannotJoin, CannotCorrect, ImportRunning)


def why_not(form: forms.Form, act: Callable[..., None]) -> str:
    """Do what a form is for, by its fields; return why it was not, "" if it was."""
    if not form.is_valid():
        return "Say why, in some words."
    try:
        act(**form.cleaned_data)
    except _REFUSALS as error:
        return str(error)
    return ""
