"""The demo's decisions: what the blogs' own records say, and what is decided here."""

from dataclasses import dataclass
from datetime import timedelta

from commentarchive.ledger.models import Role
from moderation.models import Action

LANTERN, QUAYSIDE, WATCH = (
    "lantern.example",
    "quayside.example",
    "wardfourwatch.example",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One decision: on which comment of which blog, and in which words."""

    blog: str
    source_id: str
    action: Action
    rule: int | None = None
    facts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded(Made):
    """A decision of 2012: how long after the comment, and by whom, if that is known."""

    after: timedelta | None
    role: Role | None = Role.OWNER
    known_from: str = "the blogger’s notebook"


def _hours(number: float) -> timedelta:
    return timedelta(hours=number)


_INSULT = "It insults another person and adds nothing to the argument."
RECORDED = (
    Recorded(
        blog=LANTERN,
        source_id="1023",
        action=Action.BLOCK,
        rule=2,
        facts=_INSULT,
        after=_hours(1.5),
    ),
    Recorded(
        blog=LANTERN,
        source_id="1050",
        action=Action.BLOCK,
        rule=2,
        facts="It insults a member of the staff and hints at her private life.",
        after=_hours(0.5),
    ),
    Recorded(
        blog=LANTERN,
        source_id="1081",
        action=Action.REMOVE,
        rule=4,
        facts="It accuses a named person of a crime and gives no evidence.",
        after=_hours(4),
    ),
    Recorded(
        blog=LANTERN,
        source_id="1106",
        action=Action.REMOVE,
        rule=2,
        facts="It was read as a taunt.",
        after=_hours(1),
        role=Role.MODERATOR,
    ),
    Recorded(
        blog=LANTERN,
        source_id="1106",
        action=Action.RESTORE,
        facts="It is dry, and it insults nobody.",
        after=_hours(8),
    ),
    Recorded(
        blog=LANTERN,
        source_id="1107",
        action=Action.BLOCK,
        rule=4,
        facts="It repeats the claim of an unsigned leaflet about a named person.",
        after=_hours(2),
    ),
    Recorded(
        blog=LANTERN,
        source_id="1126",
        action=Action.BLOCK,
        rule=3,
        facts="It gives the home and the telephone of a private person.",
        after=_hours(0.25),
        role=Role.MODERATOR,
    ),
    Recorded(
        blog=LANTERN,
        source_id="1183",
        action=Action.BLOCK,
        rule=6,
        facts="The writer had left it under another article already.",
        after=_hours(9),
        role=Role.MODERATOR,
    ),
    Recorded(
        blog=LANTERN,
        source_id="1188",
        action=Action.REMOVE,
        rule=8,
        facts="It was taken down while the writer was asked whether it is hers.",
        after=_hours(3),
        role=Role.MODERATOR,
    ),
    Recorded(
        blog=LANTERN,
        source_id="1188",
        action=Action.RESTORE,
        facts="The writer confirmed by telephone that the comment is hers.",
        after=_hours(20),
    ),
    Recorded(
        blog=QUAYSIDE,
        source_id="5021",
        action=Action.BLOCK,
        rule=2,
        facts=_INSULT,
        after=_hours(12),
    ),
    Recorded(
        blog=QUAYSIDE,
        source_id="5057",
        action=Action.BLOCK,
        rule=2,
        facts="It wishes somebody dead.",
        after=_hours(1),
    ),
    Recorded(
        blog=QUAYSIDE,
        source_id="5110",
        action=Action.BLOCK,
        rule=5,
        facts="It has nothing to do with the article.",
        after=_hours(30),
    ),
    Recorded(
        blog=WATCH,
        source_id="9069",
        action=Action.BLOCK,
        facts="It was put into the trash; nobody noted why.",
        after=None,
        role=None,
        known_from="a list that came with the export",
    ),
)

DECIDED = (
    Made(blog=LANTERN, source_id="1032", action=Action.APPROVE),
    Made(blog=LANTERN, source_id="1059", action=Action.APPROVE),
    Made(
        blog=LANTERN,
        source_id="1090",
        action=Action.BLOCK,
        rule=4,
        facts="It hints that a vote was interfered with; that could not be checked.",
    ),
    Made(
        blog=QUAYSIDE,
        source_id="5080",
        action=Action.BLOCK,
        rule=4,
        facts="It hints at a misuse of money; that could not be checked.",
    ),
    Made(blog=WATCH, source_id="9100", action=Action.APPROVE),
    Made(
        blog=LANTERN,
        source_id="1108",
        action=Action.REMOVE,
        rule=8,
        facts="It was read as pointing at one shop in the town.",
    ),
)
# Undone by a colleague: pointing at a fold is not pointing at a person. The colleague
# commented below it, which is a conflict of interest.
UNDONE = (LANTERN, "1108")
COLLEAGUES_NAME = "Tamsin Vey"
WHY_UNDONE = (
    "I joked below it myself. Nobody else is on duty tonight, and it must not stand."
)
# What the colleague decided, of `DECIDED`.
OF_THE_COLLEAGUE = {(QUAYSIDE, "5080"), (WATCH, "9100")}
# Reports that are issued at once, each of a period with quarrels of its own.
REPORTS = ("2012-04", "2012-Q2")
# Somebody says here that comments were blocked there.
CLAIM_SAID_IN = (LANTERN, "1114")
CLAIM_ABOUT = (WATCH, "94")
CLAIM_NUMBER = 2
CLAIMANT = "Milo Harke"
# Somebody sends a claim through the public form; it waits at the desk.
SENT_CLAIM_ABOUT = "2012-05"
SENT_CLAIM_TEXT = (
    "I asked in plain words who pays for the third lamp post, and it never appeared."
)
