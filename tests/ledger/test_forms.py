"""The patterns of entries accept exactly what the registry and RFC 8785 allow."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.ledger.merkle import canonical, fields
from commentarchive.ledger.merkle.events import EVENTS, ROLES, EventRefused, check_event
from commentarchive.ledger.merkle.forms import form
from commentarchive.ledger.merkle.hashing import base64url
from commentarchive.ledger.merkle.refs import LETTERS, new_ref

pytestmark = pytest.mark.pure
DIGESTS = st.binary(min_size=32, max_size=32).map(base64url)
MINUTES = st.datetimes().map(lambda when: when.strftime("%Y-%m-%dT%H:%M:00Z").zfill(20))


def refs(letters):
    return st.sampled_from(sorted(letters)).map(new_ref)


def values(kind):
    match kind:
        case fields.Choice(words):
            return st.sampled_from(words)
        case fields.Number(least):
            return st.integers(least, 10**15 - 1)
        case fields.Flag():
            return st.booleans()
        case fields.Ref(letters):
            return refs(letters)
        case fields.Digest():
            return DIGESTS
        case fields.Minute():
            return MINUTES
        case fields.Maybe(inner):
            return st.none() | values(inner)
        case fields.IfAny(inner):
            return values(inner)


@st.composite
def entries(draw):
    name = draw(st.sampled_from(sorted(EVENTS)))
    event = EVENTS[name]
    subject = draw(refs(event.subjects))
    may_be_left_out = {
        name for name, kind in event.public.items() if isinstance(kind, fields.IfAny)
    }
    left_out = {name for name in may_be_left_out if draw(st.booleans())}
    openly = {
        name: draw(values(kind))
        for name, kind in event.public.items()
        if name not in left_out
    }
    committed = [
        *event.committed,
        *(name for name in event.committed_if_any if draw(st.booleans())),
    ]
    return {
        "actor": {"k": draw(st.none() | refs("a")), "r": draw(st.sampled_from(ROLES))},
        "c": {name: draw(DIGESTS) for name in committed},
        "d": openly,
        "id": draw(refs("e")),
        "re": [],
        "subj": {
            "k": LETTERS[subject[0]],
            "n": draw(st.integers(1, 10**9)),
            "r": subject,
        },
        "t": name,
        "thread": draw(st.none() | refs("p")),
        "ts": draw(MINUTES),
        "v": 1,
    }


def match(entry, leaf):
    return form(entry["t"], entry["subj"]["r"][0]).fullmatch(leaf)


@given(entries())
def test_every_entry_of_the_registry_fits(entry):
    found = match(entry, canonical.encode(entry))
    assert found
    subject = entry["subj"]
    assert (int(found[1]), found[2].decode()) == (subject["n"], subject["r"])


@given(entries(), st.data())
def test_what_fits_is_canonical_and_of_the_registry(entry, data):
    """Damage an entry's bytes; wherever it still fits, the slow check agrees."""
    leaf = bytearray(canonical.encode(entry))
    for _time in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(leaf) - 1))
        match data.draw(st.sampled_from(["change", "drop", "double"])):
            case "change":
                leaf[place] = data.draw(st.integers(32, 126))
            case "drop":
                del leaf[place]
            case "double":
                leaf.insert(place, leaf[place])
    if not match(entry, bytes(leaf)):
        return
    said = json.loads(leaf)
    assert canonical.encode(said) == leaf
    try:
        check_event(
            said["t"], subject=said["subj"]["r"], public=said["d"], committed=said["c"]
        )
    except EventRefused as error:
        pytest.fail(str(error))


@pytest.mark.parametrize(
    "damage",
    [
        lambda said: said["d"].update(other=1),
        lambda said: said["d"].pop("grade"),
        lambda said: said["d"].update(grade="certain"),
        lambda said: said["d"].update(grade=None),
        lambda said: said["c"].update(evidence="x"),
        lambda said: said["subj"].update(k="comment"),
        lambda said: said["subj"].update(n=0),
        lambda said: said["actor"].update(r="king"),
        lambda said: said.update(ts="2012-04-01T10:00:01Z"),
        lambda said: said.update(v=2),
        lambda said: said.update(re=["x"]),
        lambda said: said.update(thread="c" + "a" * 26),
    ],
)
def test_no_wrong_member_fits(damage):
    said = {
        "actor": {"k": None, "r": "owner"},
        "c": {"evidence": "A" * 43},
        "d": {"grade": "claimed"},
        "id": new_ref("e"),
        "re": [],
        "subj": {"k": "gap", "n": 1, "r": new_ref("g")},
        "t": "gap.withdrawn",
        "thread": None,
        "ts": "2012-04-01T10:00:00Z",
        "v": 1,
    }
    assert match(said, canonical.encode(said))
    damage(said)
    assert not match(said, canonical.encode(said))


def test_there_is_no_form_of_what_is_not_in_the_registry():
    assert form("comment.praise", "c") is None
    assert form("comment.block", "p") is None
    assert form("comment.block", "") is None
