"""The closed registry of events: what an entry of each kind may say.

Plain data. `public` members stand in the entry as they are; `committed` ones only
as salted commitments (`hashing.disclose`). Members may be added at the end of an
event's list in a later version, never removed or renamed: old entries keep their
meaning. Nothing here takes a word that somebody typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from commentarchive.ledger.merkle.fields import (
    Choice,
    Digest,
    Field,
    Flag,
    Maybe,
    Minute,
    Number,
    Ref,
)
from commentarchive.ledger.merkle.refs import LETTERS, is_ref

VERSION = 1
ROLES = ("owner", "moderator", "auditor", "archivist", "system", "author", "visitor")
GRADES = ("decided", "imported", "observed", "inferred", "claimed")
STATES = (
    "published",
    "held",
    "blocked",
    "removed",
    "spam",
    "trashed",
    "deleted_by_author",
    "gone_at_source",
    "withheld",
    "erased",
    "internal",
    "unknown",
)
ADAPTERS = (
    "wordpress",
    "wordpress_rest",
    "blogger",
    "disqus",
    "movable_type",
    "isso",
    "remark42",
    "commento",
    "feed",
    "web_page",
    "warc",
    "transcript",
)


class EventRefused(ValueError):
    """The entry is none that the registry allows."""


@dataclass(frozen=True, slots=True)
class Event:
    """What an entry of one kind is about, says openly and commits to."""

    subjects: str
    public: Mapping[str, Field]
    committed: tuple[str, ...] = ()


_state = Choice(STATES)
_grade = Choice(GRADES)
_role = Choice(ROLES)
_outcome = Choice(("upheld", "rejected", "partly", "withdrawn", "invalid"))
_channel = Choice(("form", "email", "letter", "in_person", "authority", "other"))
_ground = Choice(("house_rules", "legal", "data_protection", "court_order", "other"))
_clause: Mapping[str, Field] = {"policy": Maybe(Ref("r")), "clause": Maybe(Number(1))}
_decision: Mapping[str, Field] = {
    "auto": Flag(),
    "batch": Maybe(Ref("e")),
    "decided": Maybe(Minute()),
    "decided_by": Maybe(_role),
    "decision": Ref("d"),
    "from": _state,
    "grade": _grade,
    "text": Maybe(Digest()),
    "to": _state,
    "undoes": Maybe(Ref("d")),
    **_clause,
}
_words = ("facts", "note")
_judgement = Event("c", _decision, _words)
_thread_act = Event(
    "p",
    {
        "decided": Maybe(Minute()),
        "decision": Ref("d"),
        "grade": _grade,
        "undoes": Maybe(Ref("d")),
        **_clause,
    },
    _words,
)
_gap: Mapping[str, Field] = {
    "at_least": Number(),
    "at_most": Maybe(Number()),
    "grade": _grade,
    "kind": Choice(("missing_parent", "id_range", "printed_count", "quoted", "said")),
}

EVENTS: Mapping[str, Event] = {
    "log.genesis": Event("l", {"schema": Number(1)}),
    "log.key": Event("l", {"key": Digest(), "schema": Number(1)}),
    "log.heartbeat": Event("l", {}),
    "log.schema": Event("l", {"schema": Number(1)}),
    "log.recover": Event("l", {"root": Digest(), "size": Number(1)}),
    "archive.import": Event(
        "k",
        {
            "adapter": Choice(ADAPTERS),
            "comments": Number(),
            "complete": Flag(),
            "internal": Number(),
            "live": Number(),
            "new": Number(),
            "pending": Number(),
            "posts": Number(),
            "root": Digest(),
            "spam": Number(),
            "trashed": Number(),
            "deleted": Number(),
            "unknown": Number(),
        },
        ("bytes_sha256", "file_name"),
    ),
    "archive.publish": Event("bp", {"to": Choice(("staff", "unlisted", "public"))}, ()),
    "comment.new": Event("c", {"state": _state, "text": Maybe(Digest())}, ("source",)),
    "comment.approve": _judgement,
    "comment.hold": _judgement,
    "comment.block": _judgement,
    "comment.remove": _judgement,
    "comment.withhold": _judgement,
    "comment.redact": Event("c", {**_decision, "redacted": Digest()}, _words),
    "comment.restore": _judgement,
    "comment.no_action": _judgement,
    "comment.correct": Event(
        "c",
        {"field": Choice(("time", "parent", "name", "kind")), "grade": _grade},
        ("before", "after", "reason"),
    ),
    "commenter.join": Event(
        "n", {"confidence": Choice(("certain", "likely")), "with": Ref("n")}, _words
    ),
    "commenter.split": Event("n", {"with": Ref("n")}, _words),
    "crosspost.confirm": Event("x", {"grade": _grade}, ("evidence",)),
    "crosspost.refuse": Event("x", {"grade": _grade}, ("evidence",)),
    "thread.close": _thread_act,
    "thread.reopen": _thread_act,
    "ban.set": Event(
        "n",
        {
            "decision": Ref("d"),
            "grade": _grade,
            "scope": Choice(("blog", "all")),
            "until": Maybe(Minute()),
            **_clause,
        },
        _words,
    ),
    "ban.lift": Event("n", {"decision": Ref("d"), "grade": _grade}, _words),
    "policy.publish": Event(
        "r",
        {"clauses": Number(1), "in_force": Minute(), "number": Number(1)},
        ("text",),
    ),
    "gap.found": Event("g", _gap, ("evidence",)),
    "gap.claimed": Event("g", _gap, ("evidence",)),
    "gap.withdrawn": Event("g", {"grade": _grade}, ("evidence",)),
    "source.done": Event("c", {"decision": Maybe(Ref("d"))}, ("note",)),
    "source.still_public": Event("c", {"capture": Ref("k")}, ("note",)),
    "erase.done": Event(
        "cnp",
        {
            "basis": Choice(("subject_request", "legal", "court_order", "retention")),
            "texts": Number(),
        },
        ("note",),
    ),
    "erase.refused": Event(
        "cnp",
        {"basis": Choice(("expression", "legal_claims", "hold", "unidentified"))},
        ("note",),
    ),
    "report.issue": Event("e", {"digest": Digest(), "from": Minute(), "to": Minute()}),
    "report.correct": Event("e", {"digest": Digest(), "replaces": Ref("e")}, ("note",)),
    "staff.grant": Event("a", {"role": _role}),
    "staff.revoke": Event("a", {"role": _role}),
    "notice.in": Event(
        "e", {"channel": _channel, "ground": _ground}, ("reporter", "text")
    ),
    "notice.done": Event("e", {"ground": _ground, "outcome": _outcome}, ("reply",)),
    "appeal.in": Event("e", {"channel": _channel, "decision": Ref("d")}, ("text",)),
    "appeal.done": Event("e", {"decision": Ref("d"), "outcome": _outcome}, ("reply",)),
}


def check_event(
    name: str,
    *,
    subject: str,
    public: Mapping[str, object],
    committed: Mapping[str, object],
) -> None:
    """Hold an entry against the registry. Raise EventRefused with what is wrong."""
    event = EVENTS.get(name)
    if event is None:
        message = f"{name!r} is no event of the public record"
        raise EventRefused(message)
    if not is_ref(subject, event.subjects):
        kinds = ", ".join(LETTERS[letter] for letter in event.subjects)
        message = f"{name}: {subject!r} is no reference of: {kinds}"
        raise EventRefused(message)
    for said, allowed in ((public, event.public), (committed, event.committed)):
        wrong = set(said) ^ set(allowed)
        if wrong:
            message = f"{name}: missing or unknown: {', '.join(sorted(wrong))}"
            raise EventRefused(message)
    for member, field in event.public.items():
        if not field.holds(public[member]):
            message = f"{name}: {public[member]!r} is no value of {member}"
            raise EventRefused(message)
