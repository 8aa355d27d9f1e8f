"""Django's templates, in whose pages no character turns words around unseen.

Whoever adds a template has not to think of it: whatever a page prints, who typed it and
where, is gone over once when the page is made. Names, titles and texts come marked more
strictly (`text/unseen.py`).
"""

from typing import Any

from django.template.backends.django import DjangoTemplates
from django.utils.safestring import SafeString

from commentarchive.text.unseen import marked_page


class _Marked:
    """A template whose page is gone over; else as it is."""

    def __init__(self, made: Any) -> None:
        self._made = made

    def __getattr__(self, name: str) -> Any:
        return getattr(self._made, name)

    def render(self, context: Any = None, request: Any = None) -> SafeString:
        return SafeString(marked_page(self._made.render(context, request)))


class MarkedTemplates(DjangoTemplates):
    """The engine of `settings.TEMPLATES`."""

    def from_string(self, template_code: str) -> Any:
        return _Marked(super().from_string(template_code))

    def get_template(self, template_name: str) -> Any:
        return _Marked(super().get_template(template_name))
