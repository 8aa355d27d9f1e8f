"""The table of all figures: what each counts, from what, and how it is worked out."""

from moderation.reports.figures import comments, decisions
from moderation.reports.figures.declared import COPIES, Basis, Figure, Unit

COMMENTS = "Comments"
DECISIONS = "Decisions"
WHY = "Rules and people"
AGAIN = "Reversals and conflicts of interest"
SECTIONS = (COMMENTS, DECISIONS, WHY, AGAIN)

FIGURES: tuple[Figure, ...] = (
    Figure(
        key="comments-received",
        title="Comments received",
        section=COMMENTS,
        basis=Basis.TABLES,
        definition="Comments made in the period, by their own time, that have a place "
        "in a public thread. Comments without a date are in no period, and those of an "
        "unfinished import in none yet.",
        work_out=comments.count_received,
        rows=comments.rows_received,
        unsettled_by=COPIES,
    ),
    Figure(
        key="comments-by-state",
        title="Where they stood",
        section=COMMENTS,
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
        section=COMMENTS,
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
        section=COMMENTS,
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
        section=COMMENTS,
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
        section=COMMENTS,
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
        section=COMMENTS,
        basis=Basis.TABLES,
        definition=f"Comments received below the {comments.MOST_ARTICLES} articles "
        "that had most of them in the period, and below all others.",
        work_out=comments.count_by_thread,
        rows=comments.rows_by_thread,
        is_compared=False,
        unsettled_by=COPIES,
    ),
    Figure(
        key="decisions",
        title="Decisions",
        section=DECISIONS,
        basis=Basis.RECORD,
        definition="Decisions of moderation made in the period at blogs that anybody "
        "may see: on comments, articles, names and discussions. What a blog’s own "
        "records tell counts by the time that they tell.",
        work_out=decisions.count_all,
        rows=decisions.rows_all,
    ),
    Figure(
        key="decisions-by-action",
        title="Decisions by action",
        section=DECISIONS,
        basis=Basis.RECORD,
        definition="What was done. What a legal rule hides is withheld, whatever word "
        "it was recorded under.",
        work_out=decisions.count_by_action,
        rows=decisions.rows_by_action,
    ),
    Figure(
        key="decisions-hiding",
        title="Decisions that hid a comment",
        section=DECISIONS,
        basis=Basis.TABLES,
        definition="Decisions not to publish, to take down or to withhold a comment, "
        "by whether readers had seen it. A comment that was hidden twice counts twice.",
        work_out=decisions.count_hiding,
        rows=decisions.rows_hiding,
    ),
    Figure(
        key="decisions-spam",
        title="Decisions that a comment is spam",
        section=DECISIONS,
        basis=Basis.RECORD,
        definition="Decisions under a rule on spam.",
        work_out=decisions.count_spam,
        rows=decisions.rows_spam,
    ),
    Figure(
        key="decisions-by-grade",
        title="Decisions by how they are known",
        section=DECISIONS,
        basis=Basis.RECORD,
        definition="Decided here, or known from the blog’s own records.",
        work_out=decisions.count_by_grade,
        rows=decisions.rows_by_grade,
    ),
    Figure(
        key="decisions-late",
        title="Decisions on record later",
        section=DECISIONS,
        basis=Basis.RECORD,
        definition="Decisions of the period that were recorded only after its end, and "
        "decisions without a date that were recorded in it: these count nowhere else.",
        work_out=decisions.count_late,
        rows=decisions.rows_late,
        is_compared=False,
    ),
    Figure(
        key="decisions-by-month",
        title="Decisions by month",
        section=DECISIONS,
        basis=Basis.RECORD,
        definition="Decisions, by the month in which they were made.",
        work_out=decisions.count_by_month,
        rows=decisions.rows_by_month,
        is_compared=False,
    ),
    Figure(
        key="decisions-by-blog",
        title="Decisions by blog",
        section=DECISIONS,
        basis=Basis.RECORD,
        definition="Decisions, by blog, each on its own blog’s clock.",
        work_out=decisions.count_by_blog,
        rows=decisions.rows_by_blog,
    ),
    Figure(
        key="decisions-by-thread",
        title="Decisions by discussion",
        section=DECISIONS,
        basis=Basis.RECORD,
        definition="Decisions below the articles that had most of them in the period, "
        "and below all others.",
        work_out=decisions.count_by_thread,
        rows=decisions.rows_by_thread,
        is_compared=False,
    ),
    Figure(
        key="decisions-by-rule",
        title="Decisions by rule",
        section=WHY,
        basis=Basis.RECORD,
        definition="Decisions, by the rule that their statements name: the one that "
        "was cited, or the one that it was put right by.",
        work_out=decisions.count_by_rule,
        rows=decisions.rows_by_rule,
    ),
    Figure(
        key="hidden-by-rule",
        title="Decisions that hid a comment, by rule",
        section=WHY,
        basis=Basis.RECORD,
        definition="The decisions that hid a comment, by the rule that they name.",
        work_out=decisions.count_hidden_by_rule,
        rows=decisions.rows_hidden_by_rule,
    ),
    Figure(
        key="decisions-by-hand",
        title="Automatic or by a person",
        section=WHY,
        basis=Basis.RECORD,
        definition="Whether a person decided, or an automatic rule or a time that had "
        "come; what the blogs’ own records tell stands apart.",
        work_out=decisions.count_taken,
        rows=decisions.rows_taken,
    ),
    Figure(
        key="decisions-by-decider",
        title="Decided by",
        section=WHY,
        basis=Basis.RECORD,
        definition="Who decided, as the statements name them: by handle or by role. In "
        "the order of the alphabet; it is no ranking.",
        work_out=decisions.count_by_decider,
        rows=decisions.rows_by_decider,
    ),
    Figure(
        key="decisions-reversed",
        title="Hidden and put back",
        section=AGAIN,
        basis=Basis.RECORD,
        definition="Decisions of the period that hid a comment, and those of them "
        "whose comment was put back at any time since.",
        work_out=decisions.count_reversed,
        rows=decisions.rows_reversed,
    ),
    Figure(
        key="share-reversed",
        title="Share put back",
        section=AGAIN,
        basis=Basis.RECORD,
        unit=Unit.PER_CENT,
        definition="How many of 100 decisions that hid a comment were reversed.",
        work_out=decisions.share_reversed,
    ),
    Figure(
        key="decisions-overriding",
        title="Decided in spite of a conflict of interest",
        section=AGAIN,
        basis=Basis.RECORD,
        definition="Decisions by somebody whom the matter concerned, by what they had "
        "to do with it: whoever decided …",
        work_out=decisions.count_overrides,
        rows=decisions.rows_overrides,
    ),
    Figure(
        key="decisions-reworded",
        title="Statements put in other words",
        section=AGAIN,
        basis=Basis.RECORD,
        definition="Later wordings of statements written in the period, and those by "
        "somebody whom the matter concerned.",
        work_out=decisions.count_rewordings,
        rows=decisions.rows_rewordings,
    ),
)
BY_KEY = {figure.key: figure for figure in FIGURES}
