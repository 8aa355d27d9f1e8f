"""A small archive in which something of everything was decided, on two clocks."""

from dataclasses import replace
from datetime import UTC, datetime

from commentarchive.actions.blogs import save_blog
from commentarchive.intake.session import import_files
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Role
from commentarchive.models import Blog, Comment
from moderation.actions.claims import record_said
from moderation.actions.complaints import (
    Told,
    close_complaint,
    correct_complaint,
    record_complaint,
    reopen_complaint,
)
from moderation.actions.decisions import Judgement, Record, decide, undo
from moderation.actions.policies import publish_policy, start_draft
from moderation.actions.wordings import reword
from moderation.models import Action, Channel, Clause, Conflict, Ground, Outcome
from tests.wxr import comment, export, item, write

ZONES = {
    "https://auckland.example": "Pacific/Auckland",
    "https://honolulu.example": "Pacific/Honolulu",
}
# 11 to 14 in UTC on the last day of April: May has begun in Auckland, from 12 on.
HOURS = (9, 11, 13, 14, 15, 16, 17)


def make_busy(tmp_path, by):
    """Import two blogs and decide on them, in the past and now."""
    start_draft()
    publish_policy(in_force_at=datetime(2012, 1, 1, tzinfo=UTC), as_told=True)
    for number, (address, zone) in enumerate(ZONES.items()):
        remarks = [
            comment(
                10 * number + n,
                f"What {10 * number + n} had to say of the pier and its keeper",
                gmt=f"2012-04-30 {hour:02}:00:00",
                local="",
            )
            for n, hour in enumerate(HOURS, 1)
        ]
        data = export(item(*remarks), address=address)
        import_files([write(tmp_path, data, f"{number}.xml")])
        blog = Blog.objects.get(address=address)
        blog.time_zone = zone
        save_blog(blog, by=SYSTEM)
    for source_id, hour in ((1, 11), (2, 13), (11, 11), (12, 13)):
        told(source_id, at=datetime(2012, 4, 30, hour, 30, tzinfo=UTC))
    told(13, at=None)
    decided_now(by)
    complained(by)
    claimed(by)


def told(source_id, *, at, action=Action.REMOVE, rule=2):
    """Enter a decision of the blog's own records."""
    judgement = Judgement(
        action=action,
        # Nobody knows which rules were in force at a time that nobody knows.
        clause=Clause.objects.get(number=rule, policy__number=1) if at else None,
        facts="It breaks the rule.",
        record=Record(decided_at=at, role=Role.OWNER, known_from="a list"),
    )
    return decide(of(source_id), judgement, by=SYSTEM)


def decided_now(by):
    """Decide here: a reversal, spam, other words and rules, and a conflict."""
    rules = {each.number: each for each in Clause.objects.filter(policy__number=1)}
    spam = next(each for each in rules.values() if each.is_spam)
    taken_down = hide(3, rules[2], by)
    undo(taken_down, by=by)
    hide(4, spam, by)
    reworded = hide(14, rules[2], by)
    reword(reworded, "It breaks another rule.", by=by, clause=rules[3])
    decide(of(15), Judgement(action=Action.HOLD), by=SYSTEM)
    concerned = Judgement(
        action=Action.REMOVE,
        clause=rules[2],
        facts="It breaks the rule.",
        override=Conflict.TOOK_PART,
        override_reason="Nobody else is here.",
    )
    reword(decide(of(16), concerned, by=by), "It insults somebody.", by=by)


def complained(by):
    """Write down two complaints; one is put right, closed, and taken up again."""
    letter = Told(
        channel=Channel.LETTER,
        ground=Ground.LEGAL,
        places=[of(17)],
        time_zone="Europe/London",
        text="It is false.",
    )
    made = record_complaint(letter, ref=new_ref("e"), by=by)
    again = replace(letter, text="It is quite false.")
    correct_complaint(made, again, reason="Misread.", seen=1, by=by)
    close_complaint(made, Outcome.REJECTED, None, seen=2, by=by)
    reopen_complaint(made, "A receipt.", due_at=None, seen=2, by=by)
    close_complaint(made, Outcome.UPHELD, None, seen=3, by=by)
    told_to_us = replace(letter, channel=Channel.TELEPHONE, ground=Ground.OTHER)
    record_complaint(told_to_us, ref=new_ref("e"), by=by)


def claimed(by):
    """Record that a comment at one blog says what is missing at the other."""
    record_said(of(17), of(1).post, number=2, claimant="A reader", by=by)


def hide(source_id, clause, by):
    judgement = Judgement(action=Action.REMOVE, clause=clause, facts="It breaks it.")
    return decide(of(source_id), judgement, by=by)


def of(source_id):
    return Comment.objects.get(source_id=str(source_id))
