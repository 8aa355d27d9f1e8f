"""docs/reports.md describes each figure, in the table's own words."""

from pathlib import Path

import pytest
from django.conf import settings

from moderation.reports.figures.table import FIGURES, SECTIONS

pytestmark = pytest.mark.once


def described():
    """Return the part of the page that the table of figures makes."""
    lines = []
    for section in SECTIONS:
        lines += [f"### {section}", "", "| figure | basis | what is counted |"]
        lines.append("|---|---|---|")
        lines += [
            f"| {figure.title} (`{figure.key}`) | {figure.basis.value} "
            f"| {figure.definition} |"
            for figure in FIGURES
            if figure.section == section
        ]
        lines.append("")
    return "\n".join(lines)


def test_the_page_describes_every_figure_as_it_is():
    page = Path(settings.BASE_DIR, "docs/reports.md").read_text()
    start = page.index("### ")
    assert page[start:].rstrip() == described().rstrip()


def test_no_two_figures_have_one_key():
    assert len({figure.key for figure in FIGURES}) == len(FIGURES)
