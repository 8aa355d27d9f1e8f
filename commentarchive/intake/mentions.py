"""Comments of a copy that turn to somebody, or quote words, that are not there."""

from collections.abc import Mapping

from commentarchive.intake.plan import PostPlan
from commentarchive.matching import Key
from commentarchive.text.clean_html import clean
from commentarchive.text.references import is_met, references


def unmet(plan: PostPlan) -> list[Key]:
    """Find comments that turn to somebody, or quote words, that are not there.

    Only where all of the thread is in the copy, with the names of its writers.
    """
    said = [(step.key, step.parsed) for step in plan.steps if step.parsed]
    unread = (step.known for step in plan.steps if not step.parsed and step.known)
    if not plan.parsed.is_whole or not all(each.is_placeholder for each in unread):
        return []
    told = {
        key: found
        for key, each in said
        if each.state == "live" and (found := list(references(each.html, each.plain)))
    }
    if not told:
        return []
    names = [plan.parsed.byline, plan.parsed.title, *(each.name for _k, each in said)]
    texts = {key: each.plain for key, each in said}
    article = clean(plan.parsed.raw, plan.parsed.form, article=True).plain
    return [
        key
        for key, found in told.items()
        if not all(
            is_met(each, names, [article, *_others(texts, key)]) for each in found
        )
    ]


def _others(texts: Mapping[Key, str], key: Key) -> list[str]:
    return [text for other, text in texts.items() if other != key]
