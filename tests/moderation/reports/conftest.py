"""Two blogs far apart in the clock, with comments and decisions around midnight."""

from datetime import UTC, datetime

import pytest

from commentarchive.actions.blogs import save_blog
from commentarchive.intake.session import import_files
from commentarchive.ledger.append import SYSTEM, By
from commentarchive.ledger.models import Actor, Role
from commentarchive.models import Blog, Comment
from moderation.actions.decisions import Judgement, Record, decide, undo
from moderation.actions.flags import Reported, send_flag
from moderation.actions.policies import publish_policy, start_draft
from moderation.actions.wordings import reword
from moderation.models import Action, Clause
from tests.wxr import comment, export, item, load, write

AUCKLAND, HONOLULU = "https://auckland.example", "https://honolulu.example"
SAID = "The treasurer of the rowing club kept the raffle money for himself"


@pytest.fixture
def blogs(tmp_path):
    """Import three comments on each of two blogs, a day apart on their own clocks.

    Around noon of 30 April in UTC: May has begun in Auckland, not in Honolulu.
    """
    start_draft()
    publish_policy(in_force_at=datetime(2012, 1, 1, tzinfo=UTC), as_told=True)
    for number, address in enumerate((AUCKLAND, HONOLULU)):
        remarks = [
            comment(10 * number + n, gmt=f"2012-04-30 {hour}:00:00", local="")
            for n, hour in enumerate((11, 13, 14), 1)
        ]
        data = export(item(*remarks), address=address)
        import_files([write(tmp_path, data, f"{number}.xml")])
    zones = {AUCKLAND: "Pacific/Auckland", HONOLULU: "Pacific/Honolulu"}
    return [move_clock(address, zone) for address, zone in zones.items()]


def move_clock(address, zone):
    blog = Blog.objects.get(address=address)
    blog.time_zone = zone
    save_blog(blog, by=SYSTEM)
    return blog


def told_at(at):
    """Return what makes a decision one that a blog's own records tell."""
    return Record(decided_at=at, role=Role.OWNER, known_from="a list")


def take_down(source_id, *, action=Action.REMOVE, rule=2, at=None, by=SYSTEM, **more):
    judgement = Judgement(
        action=action,
        clause=Clause.objects.get(number=rule) if rule else None,
        facts="It breaks the rule.",
        record=told_at(at) if at else None,
        **more,
    )
    return decide(Comment.objects.get(source_id=source_id), judgement, by=by)


@pytest.fixture
def moderated(blogs, tmp_path, settings):
    """Decide on both blogs: by people and by records, at midnight, and back again.

    Two comments wait and one is spam at its blog; a statement is put in other words,
    readers report two comments, and one of them is answered.
    """
    settings.ACTOR_DISPLAY = "handle"
    data = export(
        item(
            comment(14, approved="0", gmt="2012-05-01 09:59:59"),
            comment(15, approved="0", gmt="2012-05-01 10:00:00"),
            comment(16, approved="spam", gmt="2012-06-01 10:00:00"),
        ),
        address=HONOLULU,
    )
    import_files([write(tmp_path, data, "waiting.xml")])
    actor = Actor.objects.create(
        ref=f"a{'b' * 26}", handle="zoe", made_at=datetime.now(UTC)
    )
    zoe = By(actor=actor, role=Role.MODERATOR)
    for source_id in ("2", "12"):
        shown = Comment.objects.get(source_id=source_id)
        seen = Reported(comment=shown, revision=shown.current_revision, clause=None)
        send_flag(seen, visitor="somebody", key=source_id)
    midnight = datetime(2012, 4, 30, 12, tzinfo=UTC)
    take_down("1", at=midnight)
    take_down("11", at=midnight, rule=3)
    take_down("13", at=datetime(2012, 5, 1, 10, tzinfo=UTC), rule=1)
    take_down("14", action=Action.WITHHOLD, rule=4, by=zoe)
    first = take_down("2", by=zoe)
    undo(first, by=zoe)
    second = take_down("3", by=zoe)
    reword(
        second,
        "It breaks another rule.",
        by=zoe,
        clause=Clause.objects.get(number=3),
    )
    return blogs


@pytest.fixture
def said(db, tmp_path):
    """Decide on comments that say the same, nearly the same, and something else."""
    start_draft()
    publish_policy(in_force_at=datetime(2012, 4, 10, tzinfo=UTC), as_told=True)
    texts = {
        1: f"{SAID}.",
        2: SAID.upper() + "!",
        3: f"{SAID}, truly.",
        4: "Of tides and of the moon there is nothing to say here today.",
        5: "Of tides and of the moon there is nothing to say here today.",
        6: "Oh no.",
        7: "Oh no.",
        8: f"{SAID}?",
    }
    load(tmp_path, item(*(comment(n, text) for n, text in texts.items())))
    for number, action, month in (
        *((1, Action.REMOVE, 4), (2, Action.NO_ACTION, 4), (3, Action.NO_ACTION, 5)),
        *((4, Action.REMOVE, 4), (5, Action.REMOVE, 5)),
        *((6, Action.REMOVE, 4), (7, Action.NO_ACTION, 4)),
    ):
        record = Record(
            decided_at=datetime(2012, month, 20, 12, tzinfo=UTC),
            role=Role.OWNER,
            known_from="a list",
        )
        judgement = Judgement(
            action=action,
            clause=Clause.objects.get(number=2) if action == Action.REMOVE else None,
            facts="It was looked at.",
            record=record,
        )
        decide(Comment.objects.get(source_id=str(number)), judgement, by=SYSTEM)
