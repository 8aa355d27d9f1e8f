"""The table of all figures, section by section."""

from moderation.reports.figures import (
    comment_table,
    consistency_table,
    decision_table,
    other_table,
    record_table,
)
from moderation.reports.figures.declared import Figure

FIGURES: tuple[Figure, ...] = (
    *comment_table.FIGURES,
    *decision_table.FIGURES,
    *consistency_table.FIGURES,
    *other_table.FIGURES,
    *record_table.FIGURES,
)
SECTIONS = tuple(dict.fromkeys(figure.section for figure in FIGURES))
BY_KEY = {figure.key: figure for figure in FIGURES}
