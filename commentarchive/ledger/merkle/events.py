"""The closed registry of events: what an entry of each kind may say.

Plain data. `public` members stand in the entry as they are; `committed` ones only
as salted commitments (`hashing.disclose`). Members of an event that was ever written
are never removed or renamed, and new ones may be left out (`IfAny`): old entries keep
their bytes and their meaning. Nothing here takes a word that somebody typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from commentarchive.ledger.merkle.fields import (
    Choice,
    Digest,
    Field,
    Flag,
    IfAny,
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
    "mail",
    "document",
    "commentarchive_thread",
)


class EventRefused(ValueError):
    """The registry allows no such entry."""


@dataclass(frozen=True, slots=True)
class Event:
    """What an entry of one kind is about, says openly and commits to."""

    subjects: str
    public: Mapping[str, Field]
    committed: tuple[str, ...] = ()
    # Committed members that are left out where there is nothing to commit to.
    committed_if_any: tuple[str, ...] = ()


_state = Choice(STATES)
_grade = Choice(GRADES)
_role = Choice(ROLES)
_outcome = Choice(("upheld", "rejected", "partly", "withdrawn", "invalid"))
_channel = Choice(("form", "email", "letter", "in_person", "authority", "other"))
_ground = Choice(("house_rules", "legal", "data_protection", "court_order", "other"))
_tie = Choice(("cross_post", "same_thread"))
_clause: Mapping[str, Field] = {"policy": Maybe(Ref("r")), "clause": Maybe(Number(1))}
# What every decision says, whatever it is about.
DECISION: Mapping[str, Field] = {
    "auto": Flag(),
    "batch": Maybe(Ref("e")),
    "decided": Maybe(Minute()),
    "decided_by": Maybe(_role),
    "decision": Ref("d"),
    "grade": _grade,
    "undoes": Maybe(Ref("d")),
    **_clause,
    "auto_rule": IfAny(Number(1)),
    "auto_rules": IfAny(Ref("r")),
    "case": IfAny(Ref("e")),
    "override": IfAny(
        Choice(("own_comment", "named_in_it", "took_part", "own_article"))
    ),
    "recorder": IfAny(_role),
    "second": IfAny(Choice((*ROLES, "nobody"))),
    "until": IfAny(Minute()),
}
_states: Mapping[str, Field] = {
    "from": _state,
    "to": _state,
    "text": Maybe(Digest()),
    "shown": IfAny(Digest()),
}
_words = ("facts", "note")


def _decision(subjects: str, also: Mapping[str, Field]) -> Event:
    return Event(subjects, {**DECISION, **also}, _words, ("override_reason",))


_on_comment = _decision("c", _states)
_blacked_out: Mapping[str, Field] = {**_states, "shown": Digest()}
_on_article = {**_states, "aspect": Choice(("text", "title"))}
_on_name = {**_states, "aspect": Choice(("name", "link"))}
# What can be done with an article or a name; a comment may also wait.
_ON_ANYTHING = ("hold", "remove", "withhold", "redact", "restore", "no_action")
_gap: Mapping[str, Field] = {
    "at_least": Number(),
    "at_most": Maybe(Number()),
    "grade": _grade,
    "kind": Choice(("missing_parent", "id_range", "printed_count", "quoted", "said")),
}


def _correction(subjects: str, *fields: str) -> Event:
    """Return the event by which facts of a source are put right, or right again."""
    public: Mapping[str, Field] = {
        "correction": Ref("e"),
        "field": Choice(fields),
        "grade": _grade,
        "undoes": Maybe(Ref("e")),
    }
    return Event(subjects, public, ("before", "after", "reason"))


EVENTS: Mapping[str, Event] = {
    "log.genesis": Event("l", {"schema": Number(1)}),
    "log.key": Event("l", {"key": Digest(), "schema": Number(1)}),
    "log.heartbeat": Event("l", {}),
    # After the record was put back: which state it then has, from which entry on only
    # the entries came back, or, where that has more than there were before this, which
    # signed state is lost for good.
    "log.recover": Event(
        "l", {"root": Digest(), "size": Number(1), "from": IfAny(Number())}
    ),
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
        ("times",),
    ),
    "archive.publish": Event(
        "bckp",
        {
            "to": Choice(("staff", "unlisted", "public")),
            # Of a blog: what was counted before readers could see it.
            **dict.fromkeys(("pending", "trashed", "reported"), IfAny(Number())),
        },
        (),
        ("reason",),
    ),
    "blog.new": Event("b", {}, ("source",)),
    "blog.change": Event(
        "b",
        {
            "field": Choice(
                (
                    *("time_zone", "comment_types", "article_types"),
                    *("show_gone_text", "show_hidden_names"),
                    *("title", "address", "language"),
                )
            )
        },
        ("before", "after", "reason"),
    ),
    "post.new": Event("p", {"blog": Ref("b")}, ("source",)),
    "comment.new": Event("c", {"state": _state, "text": Maybe(Digest())}, ("source",)),
    "comment.approve": _on_comment,
    "comment.block": _on_comment,
    **{f"comment.{action}": _on_comment for action in _ON_ANYTHING},
    "comment.redact": _decision("c", _blacked_out),
    **{f"post.{action}": _decision("p", _on_article) for action in _ON_ANYTHING},
    **{f"commenter.{action}": _decision("n", _on_name) for action in _ON_ANYTHING},
    "thread.close": _decision("p", {}),
    "thread.reopen": _decision("p", {}),
    "ban.set": _decision("n", {"scope": Choice(("blog", "all"))}),
    "ban.lift": _decision("n", {"scope": Choice(("blog", "all"))}),
    "decision.reword": Event(
        "d",
        {"number": Number(2), **_clause, "override": DECISION["override"]},
        _words,
        ("override_reason",),
    ),
    "comment.release": Event("c", {"released": Flag(), "text": Digest()}, ("reason",)),
    "comment.correct": _correction(
        "c", *("time", "parent", "name", "kind", "article", "person")
    ),
    "post.correct": _correction("p", "title", "time", "author", "address"),
    "capture.correct": _correction("k", "made_at"),
    "commenter.join": Event(
        "n",
        {
            "confidence": Choice(("certain", "likely")),
            "with": Ref("n"),
            "likely": IfAny(Ref("e")),
        },
        _words,
    ),
    # Two names are held likely to be one person's, or no longer. Which ones is sealed
    # until it is confirmed: a `commenter.join` then names them, and this entry.
    "commenter.likely": Event("e", {"stands": Flag()}, ("names", *_words)),
    "commenter.split": Event("n", {"with": Ref("n")}, _words),
    "crosspost.confirm": Event(
        "x",
        {
            "grade": _grade,
            "kind": _tie,
            "pairs": Number(),
            "blog": IfAny(Ref("b")),
        },
        ("evidence", "pair_list"),
        # The other blog stands here instead while it is for staff only.
        ("reason", "sealed_blog"),
    ),
    "crosspost.refuse": Event("x", {"grade": _grade, "kind": _tie}, ("evidence",)),
    "policy.publish": Event(
        "r",
        {
            "clauses": Number(1),
            "in_force": Minute(),
            "number": Number(1),
            "as_told": IfAny(Flag()),
            "blog": IfAny(Ref("b")),
        },
        ("text",),
    ),
    # A blog's own set ends with this version; the archive's is in force there then.
    "policy.end": Event("r", {"blog": Ref("b"), "ends": Minute()}),
    "automation.publish": Event(
        "r",
        {"number": Number(1), "rules": Number(), "blog": IfAny(Ref("b"))},
        ("text",),
    ),
    "gap.found": Event("g", _gap, ("evidence",)),
    "gap.claimed": Event("g", {**_gap, "blog": IfAny(Ref("b"))}, ("evidence",)),
    "gap.refused": Event("g", {"grade": _grade}, ("reason",)),
    "gap.proven": Event("g", {"capture": Ref("k"), "grade": _grade}, ("evidence",)),
    "gap.answered": Event(
        "g",
        {
            "answer": Choice(("confirmed", "denied", "explained", "none")),
            "decided": Maybe(Minute()),
        },
        ("text",),
    ),
    "gap.withdrawn": Event("g", {"grade": _grade}, ("evidence",)),
    "source.done": Event("cnp", {"decision": Maybe(Ref("d"))}, ("note",)),
    "source.still_public": Event("cnp", {"capture": Ref("k")}, ("note",)),
    "erase.done": Event(
        "cnp",
        {
            "basis": Choice(("subject_request", "legal", "court_order", "retention")),
            "texts": Number(),
            "second": IfAny(Choice((*ROLES, "nobody"))),
        },
        ("note",),
    ),
    "erase.refused": Event(
        "cnp",
        {"basis": Choice(("expression", "legal_claims", "hold", "unidentified"))},
        ("note",),
    ),
    "report.issue": Event(
        "e",
        {
            "digest": Digest(),
            "from": Minute(),
            "size": Number(1),
            "to": Minute(),
            "blog": IfAny(Ref("b")),
        },
    ),
    "report.correct": Event(
        "e",
        {"digest": Digest(), "replaces": Ref("e"), "size": Number(1)},
        ("note",),
    ),
    "staff.grant": Event("a", {"role": _role}),
    "staff.revoke": Event("a", {"role": _role}),
    # Another one about the same complaint puts it right, or takes it up `again`.
    "notice.in": Event(
        "e",
        {"channel": _channel, "ground": _ground, "again": IfAny(Flag())},
        ("reporter", "text"),
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
    """Compare an entry with the registry. Raise EventRefused with what is wrong."""
    event = EVENTS.get(name)
    if event is None:
        message = f"{name!r} is no event of the public record"
        raise EventRefused(message)
    if not is_ref(subject, event.subjects):
        kinds = ", ".join(LETTERS[letter] for letter in event.subjects)
        message = f"{name}: {subject!r} is no reference of: {kinds}"
        raise EventRefused(message)
    needed = {
        name for name, field in event.public.items() if not isinstance(field, IfAny)
    }
    may_be_left_out = set(event.public) - needed
    for said, must, may in (
        (set(public), needed, may_be_left_out),
        (set(committed), set(event.committed), set(event.committed_if_any)),
    ):
        wrong = (must - said) | (said - must - may)
        if wrong:
            message = f"{name}: missing or unknown: {', '.join(sorted(wrong))}"
            raise EventRefused(message)
    for member, value in public.items():
        if not event.public[member].holds(value):
            message = f"{name}: {value!r} is no value of {member}"
            raise EventRefused(message)
