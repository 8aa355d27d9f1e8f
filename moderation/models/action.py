"""What can be decided on what, and the words for it."""

from django.db import models

from commentarchive.ledger.models import Role
from commentarchive.models import Visibility


class Action(models.TextChoices):
    """What was done. "Block" on the desk is block or remove."""

    APPROVE = "approve", "Approved"
    HOLD = "hold", "Put on hold"
    BLOCK = "block", "Not published"
    REMOVE = "remove", "Taken down"
    WITHHOLD = "withhold", "Withheld on legal grounds"
    REDACT = "redact", "Blacked out in part"
    RESTORE = "restore", "Put back"
    NO_ACTION = "no_action", "Left as it is"
    CLOSE_THREAD = "close_thread", "Discussion closed"
    REOPEN_THREAD = "reopen_thread", "Discussion opened again"
    BAN = "ban", "Name barred"
    UNBAN = "unban", "Name admitted again"


class Aspect(models.TextChoices):
    """What of its subject a decision is about."""

    TEXT = "text", "text"
    TITLE = "title", "title"
    NAME = "name", "shown name"
    LINK = "link", "link of the name"
    THREAD = "thread", "discussion"


class Conflict(models.TextChoices):
    """A conflict of interest in spite of which somebody decided."""

    OWN_COMMENT = "own_comment", "wrote the comment"
    NAMED_IN_IT = "named_in_it", "is named in it"
    TOOK_PART = "took_part", "took part in this part of the discussion"
    OWN_ARTICLE = "own_article", "wrote the article"


def _about(aspects: tuple[Aspect, ...], *, comment: bool, commenter: bool) -> models.Q:
    return models.Q(
        aspect__in=[aspect.value for aspect in aspects],
        comment__isnull=not comment,
        commenter__isnull=not commenter,
    )


_COMMENT = _about((Aspect.TEXT,), comment=True, commenter=False)
_ARTICLE = _about((Aspect.TEXT, Aspect.TITLE), comment=False, commenter=False)
_NAME = _about((Aspect.NAME, Aspect.LINK), comment=False, commenter=True)
_THREAD = _about((Aspect.THREAD,), comment=False, commenter=False)
_PERSON = _about((Aspect.NAME,), comment=False, commenter=True)
# What each action may be taken on; the article is always named.
SUBJECTS: dict[Action, models.Q] = {
    Action.APPROVE: _COMMENT,
    Action.BLOCK: _COMMENT,
    **dict.fromkeys(
        (
            *(Action.HOLD, Action.REMOVE, Action.WITHHOLD, Action.REDACT),
            *(Action.RESTORE, Action.NO_ACTION),
        ),
        _COMMENT | _ARTICLE | _NAME,
    ),
    Action.CLOSE_THREAD: _THREAD,
    Action.REOPEN_THREAD: _THREAD,
    Action.BAN: _PERSON,
    Action.UNBAN: _PERSON,
}


# How statements call what is decided on where it is no comment.
_SUBJECTS = {
    Aspect.TEXT: "Article",
    Aspect.TITLE: "Title of an article",
    Aspect.NAME: "Shown name",
    Aspect.LINK: "Link of a name",
    Aspect.THREAD: "Discussion",
}
# Actions whose words name their subject already.
OF_THEMSELVES = frozenset(
    {Action.CLOSE_THREAD, Action.REOPEN_THREAD, Action.BAN, Action.UNBAN}
)
BANS = (Action.BAN, Action.UNBAN)
# What is recorded here and takes effect only where it is done at the blog.
AT_THE_BLOG = (Action.CLOSE_THREAD, Action.BAN)
# Nobody else confirmed what a second person had to: there was none.
NOBODY = "nobody"
SECOND = [*Role.choices, (NOBODY, "nobody")]
# The actions that take a comment out of readers' sight for a stated reason.
HIDING = (Action.BLOCK, Action.REMOVE, Action.WITHHOLD)


def shown_action(action: str, to_visibility: str) -> str:
    """Return what was done, in words: under a legal rule a comment is withheld.

    Such a hiding was recorded as any other once, and stays so in the record.
    """
    if to_visibility == Visibility.WITHHELD and action in HIDING:
        return str(Action.WITHHOLD.label)
    return str(Action(action).label)


def done_to(
    action: str, to_visibility: str, aspect: str, *, is_of_comment: bool
) -> str:
    """Return what was done, and to what where that is no comment."""
    done = shown_action(action, to_visibility)
    if is_of_comment or action in OF_THEMSELVES:
        return done
    return f"{_SUBJECTS[Aspect(aspect)]} {done[:1].lower()}{done[1:]}"


def told_label(decided_by: str, recorder_role: str, day: str) -> str:
    """Return who decided, on the notice of what a blog's own records tell.

    It names who recorded that, by the role, and when.
    """
    article = "an" if recorder_role[:1] in "aeiou" else "a"
    article = "the" if recorder_role == Role.OWNER else article
    return f"{decided_by} (recorded here on {day} by {article} {recorder_role})"
