"""The table of figures of waits, readers' reports, what is missing, and copies."""

from moderation.reports.figures import copies, left, missing, readers, waiting
from moderation.reports.figures.declared import COPIES, PRESENT, Basis, Figure, Unit

WAIT = "Time to decide"
READERS = "Reports by readers"
MISSING = "Missing without a decision"
LEFT = "Quotations"
COPIES_READ = "Copies"

FIGURES: tuple[Figure, ...] = (
    Figure(
        key="waits",
        title="Comments first decided",
        section=WAIT,
        basis=Basis.TABLES,
        definition="Comments whose first decision here, or at the blog, was made in "
        "the period and whose wait is known: from when the comment was "
        "made, and for a decision here not before its copy was read. A "
        "comment of a day without an hour is left out.",
        work_out=waiting.count_firsts,
        rows=waiting.rows_firsts,
        unsettled_by=COPIES,
    ),
    Figure(
        key="wait-here",
        title="Time to the first decision here",
        section=WAIT,
        basis=Basis.TABLES,
        unit=Unit.HOURS,
        definition="Hours from a comment’s arrival to the first decision here.",
        work_out=waiting.waits_here,
        rows=waiting.rows_here,
        unsettled_by=COPIES,
        is_charted=True,
    ),
    Figure(
        key="wait-there",
        title="Time to the first decision at the blog",
        section=WAIT,
        basis=Basis.IMPORTED,
        unit=Unit.HOURS,
        definition="Hours from when a comment was made to the first decision that its "
        "blog’s own records tell of.",
        work_out=waiting.waits_there,
        rows=waiting.rows_there,
        unsettled_by=COPIES,
        is_charted=True,
    ),
    Figure(
        key="wait-by-month",
        title="Median time to decide here, by month",
        section=WAIT,
        basis=Basis.TABLES,
        unit=Unit.HOURS,
        definition="Median hours to the first decision here, by the month of the "
        "decision.",
        work_out=waiting.waits_by_month,
        rows=waiting.rows_by_month,
        is_compared=False,
        unsettled_by=COPIES,
    ),
    Figure(
        key="wait-by-thread",
        title="Median time to decide here, by discussion",
        section=WAIT,
        basis=Basis.TABLES,
        unit=Unit.HOURS,
        definition="Median hours to the first decision here, below the articles that "
        "had most first decisions in the period.",
        work_out=waiting.waits_by_thread,
        rows=waiting.rows_by_thread,
        is_compared=False,
        unsettled_by=COPIES,
    ),
    Figure(
        key="reports-by-outcome",
        title="Reports by readers",
        section=READERS,
        basis=Basis.TABLES,
        definition="Comments that readers reported in the period, by the first "
        "decision here on the comment since; to put it on hold only gains "
        "time and is none. No entry tells of a report.",
        work_out=readers.count,
        rows=readers.rows,
    ),
    Figure(
        key="comments-vanished",
        title="Seen to vanish",
        section=MISSING,
        basis=Basis.IMPORTED,
        definition="Comments of an earlier copy that a later whole copy lacks, by when "
        "the later copy was made. No decision is known.",
        work_out=missing.count_vanished,
        rows=missing.rows_vanished,
        unsettled_by=COPIES,
    ),
    Figure(
        key="gaps-by-grade",
        title="Places where something may be missing",
        section=MISSING,
        basis=Basis.TABLES,
        definition="Places below articles of the period, by how it is known: inferred "
        "from what is there, or claimed by somebody; claims that a copy "
        "proves were seen to vanish. What is missing from a blog as a whole "
        "counts by when it was recorded. Withdrawn ones are left out.",
        work_out=missing.count_by_grade,
        rows=missing.rows_by_grade,
        unsettled_by=COPIES,
    ),
    Figure(
        key="gaps-by-kind",
        title="What makes it likely",
        section=MISSING,
        basis=Basis.TABLES,
        definition="The same places, by the kind of evidence; numbers that are left "
        "out are the gaps in the ids of comments.",
        work_out=missing.count_by_kind,
        rows=missing.rows_by_kind,
        unsettled_by=COPIES,
    ),
    Figure(
        key="gaps-at-least",
        title="Comments missing there, at least",
        section=MISSING,
        basis=Basis.TABLES,
        definition="How many comments are missing at these places at the least, added "
        "up.",
        work_out=missing.count_at_least,
        unsettled_by=COPIES,
    ),
    Figure(
        key="left-public",
        title="Hidden words still public",
        section=LEFT,
        basis=Basis.TABLES,
        definition="Public places that repeat, today, what decisions of the period "
        "hide: other comments, articles and titles. Which ones is for staff "
        "alone, since a list would repeat the words.",
        work_out=left.count,
        is_compared=False,
        unsettled_by=PRESENT,
    ),
    Figure(
        key="copies-read",
        title="Copies read",
        section=COPIES_READ,
        basis=Basis.TABLES,
        definition="Copies whose reading began in the period and has ended, by how far "
        "they were read. The page of each has the report of what was lost.",
        work_out=copies.count_by_outcome,
        rows=copies.rows_by_outcome,
    ),
    Figure(
        key="copies-comments",
        title="Comments in the copies",
        section=COPIES_READ,
        basis=Basis.IMPORTED,
        definition="How many comments the copies held, and what of them was new; a "
        "comment of two copies counts twice.",
        work_out=copies.count_comments,
    ),
    Figure(
        key="copies-with-losses",
        title="Copies with losses or gaps",
        section=COPIES_READ,
        basis=Basis.IMPORTED,
        definition="Copies whose reports name problems or repairs, or numbers of "
        "comments that are left out: at most so many comments are missing, "
        "since numbers are also given to other things.",
        work_out=copies.count_losses,
        rows=copies.rows_losses,
    ),
)
