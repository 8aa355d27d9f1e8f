"""The table of figures that say whether decisions hold together."""

from moderation.reports.figures import consistency
from moderation.reports.figures.declared import Basis, Figure, Unit

CONSISTENCY = "Consistency"
_FEW = f" A share of fewer than {consistency.FEWEST} is not given."

FIGURES: tuple[Figure, ...] = (
    Figure(
        key="share-reversed-by-rule",
        title="Share put back, by rule",
        section=CONSISTENCY,
        basis=Basis.TABLES,
        unit=Unit.PER_CENT,
        definition="How many of 100 decisions that hid a comment under a rule were "
        f"reversed.{_FEW}",
        work_out=consistency.reversed_by_rule,
    ),
    Figure(
        key="share-reversed-by-role",
        title="Share put back, by role",
        section=CONSISTENCY,
        basis=Basis.TABLES,
        unit=Unit.PER_CENT,
        definition="The same, by the role of whoever decided, never by person; what a "
        f"blog’s own records tell of nobody’s role stands last.{_FEW}",
        work_out=consistency.reversed_by_role,
    ),
    Figure(
        key="share-hidden-by-role",
        title="Share of decisions that hid a comment, by role",
        section=CONSISTENCY,
        basis=Basis.TABLES,
        unit=Unit.PER_CENT,
        definition="How many of 100 decisions in a role hid a comment: what came "
        f"before it differs, too, and says nothing of anybody’s judgement.{_FEW}",
        work_out=consistency.hidden_by_role,
    ),
    Figure(
        key="decisions-newer-rules",
        title="Decisions under rules newer than the comment",
        section=CONSISTENCY,
        basis=Basis.TABLES,
        definition="Decisions that name a version of the house rules which came into "
        "force after the comment was made; an older one may have had the rule, too.",
        work_out=consistency.count_newer_rules,
        rows=consistency.rows_newer_rules,
        is_compared=False,
        unsettled_by=("comment.correct", "archive.import"),
    ),
    Figure(
        key="same-text-otherwise",
        title="The same words, decided otherwise",
        section=CONSISTENCY,
        basis=Basis.TABLES,
        definition="Comments decided on in the period of which another one, decided on "
        "in it too, says the very same, and was shown, hidden or blacked out where "
        "this one was not. What was said around them may be the reason. They are not "
        "listed, and fewer than 5 are not counted: that would tell hidden words.",
        work_out=consistency.count_same_text,
        is_compared=False,
        unsettled_by=("erase.done",),
    ),
)
