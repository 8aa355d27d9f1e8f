"""The table of figures of decisions."""

from moderation.reports.figures import decisions
from moderation.reports.figures.declared import Basis, Figure, Unit

DECISIONS = "Decisions"
WHY = "Rules and people"
AGAIN = "Reversals and conflicts of interest"

FIGURES: tuple[Figure, ...] = (
    Figure(
        key="decisions",
        title="Decisions",
        section=DECISIONS,
        basis=Basis.TABLES,
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
        basis=Basis.TABLES,
        definition="What was done. What a legal rule hides is withheld, whatever word "
        "it was recorded under.",
        work_out=decisions.count_by_action,
        rows=decisions.rows_by_action,
        is_charted=True,
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
        is_charted=True,
    ),
    Figure(
        key="decisions-spam",
        title="Decisions that a comment is spam",
        section=DECISIONS,
        basis=Basis.TABLES,
        definition="Decisions under a rule on spam.",
        work_out=decisions.count_spam,
        rows=decisions.rows_spam,
    ),
    Figure(
        key="decisions-by-grade",
        title="Decisions by how they are known",
        section=DECISIONS,
        basis=Basis.TABLES,
        definition="Decided here, or known from the blog’s own records.",
        work_out=decisions.count_by_grade,
        rows=decisions.rows_by_grade,
        is_charted=True,
    ),
    Figure(
        key="decisions-late",
        title="Decisions on record later",
        section=DECISIONS,
        basis=Basis.TABLES,
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
        basis=Basis.TABLES,
        definition="Decisions, by the month in which they were made.",
        work_out=decisions.count_by_month,
        rows=decisions.rows_by_month,
        is_compared=False,
    ),
    Figure(
        key="decisions-by-blog",
        title="Decisions by blog",
        section=DECISIONS,
        basis=Basis.TABLES,
        definition="Decisions, by blog, each on its own blog’s clock.",
        work_out=decisions.count_by_blog,
        rows=decisions.rows_by_blog,
    ),
    Figure(
        key="decisions-by-thread",
        title="Decisions by discussion",
        section=DECISIONS,
        basis=Basis.TABLES,
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
        basis=Basis.TABLES,
        definition="Decisions, by the rule that their statements name: the one that "
        "was cited, or the one that it was put right by.",
        work_out=decisions.count_by_rule,
        rows=decisions.rows_by_rule,
        is_charted=True,
    ),
    Figure(
        key="hidden-by-rule",
        title="Decisions that hid a comment, by rule",
        section=WHY,
        basis=Basis.TABLES,
        definition="The decisions that hid a comment, by the rule that they name.",
        work_out=decisions.count_hidden_by_rule,
        rows=decisions.rows_hidden_by_rule,
        is_charted=True,
    ),
    Figure(
        key="decisions-by-hand",
        title="Automatic or by a person",
        section=WHY,
        basis=Basis.TABLES,
        definition="Whether a person decided, or an automatic rule or a time that had "
        "come; what the blogs’ own records tell stands apart.",
        work_out=decisions.count_taken,
        rows=decisions.rows_taken,
        is_charted=True,
    ),
    Figure(
        key="decisions-by-decider",
        title="Decided by",
        section=WHY,
        basis=Basis.TABLES,
        definition="Who decided, as the statements name them: by handle or by role. In "
        "the order of the alphabet; it is no ranking.",
        work_out=decisions.count_by_decider,
        rows=decisions.rows_by_decider,
    ),
    Figure(
        key="decisions-reversed",
        title="Hidden and put back",
        section=AGAIN,
        basis=Basis.TABLES,
        definition="Decisions of the period that hid a comment, and those of them "
        "whose comment was put back at any time since.",
        work_out=decisions.count_reversed,
        rows=decisions.rows_reversed,
        is_charted=True,
    ),
    Figure(
        key="share-reversed",
        title="Share put back",
        section=AGAIN,
        basis=Basis.TABLES,
        unit=Unit.PER_CENT,
        definition="How many of 100 decisions that hid a comment were reversed.",
        work_out=decisions.share_reversed,
        is_charted=True,
    ),
    Figure(
        key="decisions-overriding",
        title="Decided in spite of a conflict of interest",
        section=AGAIN,
        basis=Basis.TABLES,
        definition="Decisions by somebody whom the matter concerned, by what they had "
        "to do with it: whoever decided …",
        work_out=decisions.count_overrides,
        rows=decisions.rows_overrides,
    ),
    Figure(
        key="decisions-reworded",
        title="Statements put in other words",
        section=AGAIN,
        basis=Basis.TABLES,
        definition="Later wordings of statements written in the period, and those by "
        "somebody whom the matter concerned.",
        work_out=decisions.count_rewordings,
        rows=decisions.rows_rewordings,
    ),
)
