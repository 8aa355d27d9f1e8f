"""The table of figures that anybody can recompute from the entries alone."""

from moderation.reports.figures import entries
from moderation.reports.figures.declared import Basis, Figure

SECTION = "What the public record alone says"

FIGURES: tuple[Figure, ...] = (
    Figure(
        key="record-decisions-by-event",
        title="Entries of decisions",
        section=SECTION,
        basis=Basis.RECORD,
        definition="Entries of decisions, by event and by the time that they name as "
        "decided. Of the whole record, by days of UTC.",
        work_out=entries.count_events,
        rows=entries.rows_events,
        has_blogs=False,
    ),
    Figure(
        key="record-decisions-by-grade",
        title="By how they are known",
        section=SECTION,
        basis=Basis.RECORD,
        definition="The same entries, by grade. Of the whole record, by days of UTC.",
        work_out=entries.count_grades,
        rows=entries.rows_grades,
        has_blogs=False,
    ),
    Figure(
        key="record-decisions-by-role",
        title="By the role that decided",
        section=SECTION,
        basis=Basis.RECORD,
        definition="The same entries that name a role, by it. Of the whole record, by "
        "days of UTC.",
        work_out=entries.count_roles,
        rows=entries.rows_roles,
        has_blogs=False,
    ),
    Figure(
        key="record-decisions-by-rule",
        title="By the rule that is cited",
        section=SECTION,
        basis=Basis.RECORD,
        definition="The same entries, by version and number of the rule. Of the whole "
        "record, by days of UTC.",
        work_out=entries.count_rules,
        rows=entries.rows_rules,
        has_blogs=False,
    ),
    Figure(
        key="record-decisions-auto",
        title="Automatic or not",
        section=SECTION,
        basis=Basis.RECORD,
        definition="The same entries, by whether they say that no person decided. Of "
        "the whole record, by days of UTC.",
        work_out=entries.count_auto,
        rows=entries.rows_auto,
        has_blogs=False,
    ),
    Figure(
        key="record-decisions-override",
        title="In spite of a conflict of interest",
        section=SECTION,
        basis=Basis.RECORD,
        definition="The same entries that name a conflict of interest, by it. Of the "
        "whole record, by days of UTC.",
        work_out=entries.count_overrides,
        rows=entries.rows_overrides,
        has_blogs=False,
    ),
    Figure(
        key="record-decisions-undoing",
        title="Undoing",
        section=SECTION,
        basis=Basis.RECORD,
        definition="The same entries that take an earlier decision back. Of the whole "
        "record, by days of UTC.",
        work_out=entries.count_undoing,
        rows=entries.rows_undoing,
        has_blogs=False,
    ),
    Figure(
        key="record-complaints",
        title="Complaints",
        section=SECTION,
        basis=Basis.RECORD,
        definition="Entries of complaints, by their ground and by the time of the "
        "entry. Of the whole record, by days of UTC.",
        work_out=entries.count_complaints,
        rows=entries.rows_complaints,
        has_blogs=False,
    ),
    Figure(
        key="record-complaints-closed",
        title="Complaints closed",
        section=SECTION,
        basis=Basis.RECORD,
        definition="Entries by which complaints were closed, by outcome. Of the whole "
        "record, by days of UTC.",
        work_out=entries.count_closed,
        rows=entries.rows_closed,
        has_blogs=False,
    ),
    Figure(
        key="record-gaps",
        title="What may be missing",
        section=SECTION,
        basis=Basis.RECORD,
        definition="Entries of what may be missing, by how it was known when they were "
        "made. Of the whole record, by days of UTC.",
        work_out=entries.count_claims,
        rows=entries.rows_claims,
        has_blogs=False,
    ),
    Figure(
        key="record-imports",
        title="Imports",
        section=SECTION,
        basis=Basis.RECORD,
        definition="Entries of imports. Of the whole record, by days of UTC.",
        work_out=entries.count_imports,
        rows=entries.rows_imports,
        has_blogs=False,
    ),
    Figure(
        key="record-imported-comments",
        title="Comments of imports",
        section=SECTION,
        basis=Basis.RECORD,
        definition="The numbers of comments that these entries name, added up. Of the "
        "whole record, by days of UTC.",
        work_out=entries.count_imported,
        has_blogs=False,
    ),
)
