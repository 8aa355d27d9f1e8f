"""What a report counts, for tests that are about something else."""

from moderation.reports.periods import parse_period
from moderation.reports.report import build
from moderation.reports.scope import Scope


def report_on(word, blog=None):
    """Work out the report of a period as the record stands."""
    return build(Scope.now(parse_period(word), blog))


def numbers_of(word, figure, blog=None):
    """Return the numbers of a figure in a period, by line."""
    lines = report_on(word, blog).lines
    return {line.key: line.now for line in lines if line.figure.key == figure}
