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


def test_what_counts_the_whole_record_is_in_no_report_of_a_blog():
    of_all = {each.key for each in FIGURES if "Of the whole record" in each.definition}
    assert of_all == {each.key for each in FIGURES if not each.has_blogs}


def test_nothing_is_beside_what_other_periods_cannot_be_compared_with():
    """Months, threads, what was found since, and differences that would tell words."""
    assert {each.key for each in FIGURES if not each.is_compared} == {
        *("comments-by-month", "comments-by-thread", "wait-by-month", "wait-by-thread"),
        *("decisions-by-month", "decisions-by-thread", "decisions-late"),
        *("decisions-newer-rules", "same-text-otherwise", "left-public"),
    }


def test_no_two_figures_have_one_key():
    assert len({figure.key for figure in FIGURES}) == len(FIGURES)
