"""The table of figures of comments."""

from moderation.reports.figures import comments
from moderation.reports.figures.declared import COPIES, Basis, Figure

SECTION = "Comments"

FIGURES: tuple[Figure, ...] = (
    Figure(
        key="comments-received",
        title="Comments received",
        section=SECTION,
        basis=Basis.TABLES,
        definition="Comments made in the period, by their own time, that have a place "
        "in a public thread. Comments without a date are in no period, and those of an "
        "unfinished import in none yet.",
        work_out=comments.count_received,
        rows=comments.rows_received,
        unsettled_by=COPIES,
        is_charted=True,
    ),
    Figure(
        key="comments-by-state",
        title="Where they stood",
        section=SECTION,
        basis=Basis.TABLES,
        definition="The same comments, by what readers saw in their place at the state "
        "of the record that the report is of, not at the end of the period.",
        work_out=comments.count_by_state,
        rows=comments.rows_by_state,
        unsettled_by=COPIES,
    ),
    Figure(
        key="comments-hidden",
        title="Hidden, by whether readers had seen them",
        section=SECTION,
        basis=Basis.TABLES,
        definition="Those of the comments that are not published, taken down, spam, in "
        "the trash or withheld. Only what readers had seen was taken down.",
        work_out=comments.count_taken_down,
        rows=comments.rows_taken_down,
        unsettled_by=COPIES,
    ),
    Figure(
        key="comments-withheld",
        title="Withheld on legal grounds",
        section=SECTION,
        basis=Basis.TABLES,
        definition="Those of the comments that are withheld on legal grounds, by "
        "whether readers had seen them before. No view is taken on the complaints.",
        work_out=comments.count_withheld,
        rows=comments.rows_withheld,
        unsettled_by=COPIES,
    ),
    Figure(
        key="comments-by-blog",
        title="Comments by blog",
        section=SECTION,
        basis=Basis.TABLES,
        definition="Comments received, by blog, each on its own blog’s clock: the "
        "blogs add up to the whole.",
        work_out=comments.count_by_blog,
        rows=comments.rows_by_blog,
        unsettled_by=COPIES,
    ),
    Figure(
        key="comments-by-month",
        title="Comments by month",
        section=SECTION,
        basis=Basis.TABLES,
        definition="Comments received, by the month in which they were made.",
        work_out=comments.count_by_month,
        rows=comments.rows_by_month,
        is_compared=False,
        unsettled_by=COPIES,
    ),
    Figure(
        key="comments-by-thread",
        title="Comments by discussion",
        section=SECTION,
        basis=Basis.TABLES,
        definition=f"Comments received below the {comments.MOST_ARTICLES} articles "
        "that had most of them in the period, and below all others.",
        work_out=comments.count_by_thread,
        rows=comments.rows_by_thread,
        is_compared=False,
        unsettled_by=COPIES,
    ),
)
