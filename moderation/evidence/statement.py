"""A draft of the statement of whoever keeps the record, for a court."""

from collections.abc import Sequence

from django.conf import settings
from django.template.loader import render_to_string

from moderation.evidence.blocks import Exhibit
from moderation.evidence.look import Look

# What nobody here knows.
BLANK = "[                    ]"


def statement_text(look: Look, exhibits: Sequence[Exhibit]) -> str:
    """Return the draft as plain text, to be edited: its words are in the template."""
    context = {
        "archive": settings.BASE_URL,
        "blank": BLANK,
        "exhibits": [each.title for each in exhibits],
        "is_sealed": look.is_sealed,
        "size": look.size,
    }
    return render_to_string("evidence/statement.txt", context)
