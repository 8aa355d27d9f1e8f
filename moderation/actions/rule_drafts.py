"""The draft of house rules: rules added, changed, moved, taken out and put back.

Two people may be at one draft. Each form names what its page showed by a mark, and
what has changed since is said before anything is kept.
"""

import hashlib
from collections.abc import Mapping, Sequence

from django.db import IntegrityError
from django.db.models import QuerySet

from commentarchive.models import Blog
from commentarchive.storage.write_locks import short_write
from moderation.models import Clause, ClauseDraft

# What a rule consists of, and how changes name it.
FIELDS = {
    "number": "number",
    "title": "title",
    "text": "text",
    "against": "examples of what is against it",
    "allowed": "examples of what is not",
    "ready_sentences": "ready sentences",
    "is_spam": "mark “spam”",
    "is_legal": "mark “legal”",
    "is_automatic": "mark “automatic”",
    "is_out": "whether it is taken out",
}


class DraftChanged(ValueError):
    """Somebody else has changed the draft; the message says what."""


class CannotKeep(ValueError):
    """A rule cannot be kept as it is; the message says why."""


def draft_of(blog: Blog | None) -> QuerySet[ClauseDraft]:
    """Return the draft of the archive's rules, or of a blog's own, in their order."""
    return ClauseDraft.objects.filter(blog=blog).order_by("place", "number")


def lock_draft(blog: Blog | None) -> list[ClauseDraft]:
    """Lock a draft; return its rules in their order, those taken out as well."""
    return list(draft_of(blog).select_for_update(of=("self",), no_key=True))


def mark_of(rule: ClauseDraft) -> str:
    """Return the mark of a rule of the draft as it is now, field by field."""
    return "".join(_short(f"{name}:{getattr(rule, name)}") for name in FIELDS)


def mark_of_draft(rules: Sequence[ClauseDraft]) -> str:
    """Return the mark of a whole draft in its order."""
    return " ".join(f"{rule.number}:{_short(mark_of(rule))}" for rule in rules)


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def changed_fields(seen: str, rule: ClauseDraft) -> list[str]:
    """Name what of a rule is other than when its mark was made."""
    pairs = zip(FIELDS.values(), _by_eights(mark_of(rule)), strict=True)
    was = _by_eights(seen)
    return [
        name
        for place, (name, now) in enumerate(pairs)
        if was[place : place + 1] != [now]
    ]


def _check_rule_seen(seen: str, rule: ClauseDraft) -> None:
    if changed := changed_fields(seen, rule):
        what = ", ".join(changed)
        message = f"Somebody has changed this rule since you looked: {what}."
        raise DraftChanged(message)


def _by_eights(mark: str) -> list[str]:
    return [mark[at : at + 8] for at in range(0, len(mark), 8)]


def check_seen(seen: str, rules: Sequence[ClauseDraft]) -> None:
    """Raise DraftChanged where a draft is no longer what a page showed."""
    if seen == mark_of_draft(rules):
        return
    was, now = (
        dict(part.split(":", 1) for part in mark.split() if ":" in part)
        for mark in (seen, mark_of_draft(rules))
    )
    told = [
        *(f"rule {number} is new" for number in now if number not in was),
        *(f"rule {number} is no longer there" for number in was if number not in now),
        *(
            f"rule {number} reads otherwise"
            for number, mark in now.items()
            if was.get(number, mark) != mark
        ),
    ]
    what = ", ".join(told) or "the order is another"
    message = f"The draft has changed since you looked: {what}."
    raise DraftChanged(message)


def keep_rule(
    rule: ClauseDraft, *, number: int | None = None, seen: str | None = None
) -> None:
    """Keep a rule of a draft: a new one, or the one that had `number` until now.

    `seen` is the mark of what its page showed. The same again changes nothing. Raise
    DraftChanged when the rule is no longer what was looked at, CannotKeep when the
    draft has another rule by its number.
    """
    try:
        _keep(rule, number, seen)
    except IntegrityError as error:
        # Somebody added one by the same number at the same moment.
        raise _taken(rule.number, "in the draft") from error


def _keep(rule: ClauseDraft, number: int | None, seen: str | None) -> None:
    with short_write():
        drafts = lock_draft(rule.blog)
        by_number = {each.number: each for each in drafts}
        if number is None:
            rule.place = max((each.place for each in drafts), default=0) + 1
        else:
            known = by_number.pop(number, None)
            if known is None:
                if _is(by_number.get(rule.number), rule):
                    return
                message = f"Rule {number} is no longer in the draft."
                raise DraftChanged(message)
            rule.pk, rule.place, rule.is_out = known.pk, known.place, known.is_out
            if _is(known, rule):
                return
            if seen is not None:
                _check_rule_seen(seen, known)
        other = by_number.get(rule.number)
        if other is not None and number is None and _is(other, rule):
            return
        if other is not None:
            where = "among the rules taken out" if other.is_out else "in the draft"
            raise _taken(rule.number, where)
        rule.save()


def _taken(number: int, where: str) -> CannotKeep:
    return CannotKeep(f"There is a rule {number} {where} already.")


def _is(stored: ClauseDraft | None, rule: ClauseDraft) -> bool:
    return stored is not None and stored.words == rule.words


def move_rule(blog: Blog | None, number: int, *, up: bool, seen: str) -> None:
    """Move a rule one place up or down. Raise DraftChanged."""
    with short_write():
        drafts = lock_draft(blog)
        check_seen(seen, drafts)
        shown = [rule for rule in drafts if not rule.is_out]
        at = next((at for at, rule in enumerate(shown) if rule.number == number), None)
        to = None if at is None else at + (-1 if up else 1)
        if at is None or to is None or not 0 <= to < len(shown):
            return
        shown.insert(to, shown.pop(at))
        for place, rule in enumerate(shown, 1):
            rule.place = place
        ClauseDraft.objects.bulk_update(shown, ["place"])


def take_out(blog: Blog | None, number: int, *, seen: str) -> None:
    """Take a rule out of the draft; its words are kept. Raise DraftChanged."""
    with short_write():
        drafts = lock_draft(blog)
        known = next((each for each in drafts if each.number == number), None)
        if known is None or known.is_out:
            return
        _check_rule_seen(seen, known)
        known.is_out = True
        known.save(update_fields=["is_out"])


def put_back(blog: Blog | None, number: int, published: Mapping[int, Clause]) -> None:
    """Put a rule back: as it was taken out, or else as it was published last.

    Raise DraftChanged for a number of which neither is known.
    """
    with short_write():
        drafts = lock_draft(blog)
        place = max((each.place for each in drafts), default=0) + 1
        known = next((each for each in drafts if each.number == number), None)
        if known is not None:
            if known.is_out:
                known.is_out, known.place = False, place
                known.save(update_fields=["is_out", "place"])
            return
        if number not in published:
            message = f"There is no rule {number} to put back."
            raise DraftChanged(message)
        words = published[number].words
        ClauseDraft.objects.create(blog=blog, place=place, **words)


def save_draft(rule: ClauseDraft) -> None:
    """Keep a draft rule that was made or changed in the back office."""
    with short_write():
        rule.save()


def delete_drafts(rules: QuerySet[ClauseDraft]) -> None:
    """Delete rules of a draft for good."""
    with short_write():
        rules.delete()
