"""What the back office calls the fields of rows: by the words of the screen."""

from django.db import models

_PHRASES = {
    "ID": "key",
    "current revision": "version that readers see",
    "decided entry": "record of the decision that stands",
    "entry index": "record no.",
    "has news": "changed since it was decided on",
    "has phrases": "looked through for hidden words",
    "judged": "version that was judged",
    "leader": "shown in the place of",
    "live with": "shown with the article",
    "news revision": "version that copies tell by now",
    "second": "confirmed by",
    "shown": "version shown since",
    "shown before": "version shown before",
    "source id": "number at its blog",
    "source parent": "number of what it answers",
    "source state": "state at its blog",
    "source type": "type at its blog",
    "told below": "told below the article",
    "told revision": "version that copies tell by now",
    "twin": "which of one number",
    "visibility": "what readers see",
}
_WORDS = {
    "capture": "copy",
    "clause": "rule",
    "commenter": "name",
    "entry": "record",
    "policy": "house rules",
    "post": "article",
    "ref": "reference",
    "revision": "version",
    "scheme": "kind of number",
    "sha256": "digest",
    "visibility": "state",
}


def on_screen(name: str) -> str:
    """Return the name of a field as people read it."""
    if name in _PHRASES:
        return _PHRASES[name]
    return " ".join(_WORDS.get(word, word) for word in name.split())


def name_fields(model: type[models.Model]) -> None:
    """Let a model's fields be called by the words of the screen.

    Migrations go by the names that fields were given: for them nothing changes.
    """
    for field in model._meta.fields:  # noqa: SLF001  # as everybody reads it
        field.verbose_name = on_screen(str(field.verbose_name))
