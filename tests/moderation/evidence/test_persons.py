"""What is held of one person, for that person: all of theirs, nothing of others."""

import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import Comment
from moderation.evidence.persons import NobodyFound, build_person_file, find_person
from moderation.models import ReportSubscription
from tests.moderation.evidence.conftest import SECRET

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.unreconciled]
# Of the quarrel, what belongs to somebody else or to staff.
OF_OTHERS = (
    *("note", "replaced", "desk note", "report", "reporter", "complainant"),
    *("complaint", "file"),
)


def told(words):
    packed = zipfile.ZipFile(io.BytesIO(build_person_file(find_person(words))))
    files = {name: packed.read(name).decode() for name in packed.namelist()}
    for name, text in files.items():
        for each in OF_OTHERS:
            if SECRET[each].casefold() != words.casefold():
                assert SECRET[each] not in text, (name, each)
    return json.loads(files["held/person.json"]), files["held/index.html"]


def test_a_name_gets_all_its_comments_hidden_ones_too(quarrel):
    name = quarrel.hidden.commenter
    held, page = told(f"http://testserver{name.get_absolute_url()}")
    (comment,) = held["comments"]
    assert comment["ref"] == quarrel.hidden.ref
    assert comment["versions"][0]["text"] == SECRET["hidden text"]
    assert (comment["email"], comment["ip"]) == (SECRET["author"], "192.0.2.7")
    assert comment["decisions"][0]["reason"] == "It insults a person who is named."
    # That it was reported, and under which rule; not when and by whom.
    assert len(comment["reports"]) == 1
    assert held["letters"][0]["body"] == SECRET["letter"]
    assert [each["comments"] for each in held["copies"]] == [1, 1]
    assert held["notes_of_staff"] == 1
    for words in (SECRET["hidden text"], SECRET["letter"], SECRET["author"]):
        assert words in page
    assert "lamp room?" not in page


def test_an_address_gets_what_came_with_it_under_any_name(quarrel):
    held, _page = told(SECRET["author"].upper())
    assert {each["name"] for each in held["comments"]} == {"Bo", "Cyprian Vell"}
    (edited,) = (each for each in held["comments"] if each["name"] == "Bo")
    assert [each["text"] for each in edited["versions"]] == [
        SECRET["earlier text"],
        "The mayor was mistaken.",
    ]


def test_whoever_reported_or_complained_finds_their_own_words(quarrel):
    packed = build_person_file(find_person("philippa@tide.example"))
    held = zipfile.ZipFile(io.BytesIO(packed)).read("held/person.json").decode()
    assert SECRET["complaint"] in held
    assert SECRET["hidden text"] not in held
    assert SECRET["report"] not in held
    # The end of an address is another one.
    with pytest.raises(NobodyFound, match="Nothing is held here"):
        find_person("ippa@tide.example")
    packed = build_person_file(find_person(SECRET["reporter"]))
    held = json.loads(zipfile.ZipFile(io.BytesIO(packed)).read("held/person.json"))
    assert held["own_reports"][0]["words"] == SECRET["report"]
    assert held["comments"] == []


def test_who_has_reports_by_mail_finds_that(quarrel):
    ReportSubscription.objects.create(
        ref=new_ref("e"),
        email="Reader@tide.example",
        secret_digest=bytes(32),
        asked_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    held, page = told("reader@tide.example")
    (own,) = held["own_subscriptions"]
    assert (own["about"], own["state"]) == ("all blogs", "not confirmed")
    assert "2026-03-01" in page
    assert told(SECRET["author"])[0]["own_subscriptions"] == []


def test_nobody_is_refused_in_a_sentence(quarrel, tmp_path):
    other = Comment.objects.get(source_id="1")
    with pytest.raises(NobodyFound, match="reference or the page of a name"):
        find_person(other.ref)
    with pytest.raises(CommandError, match="Nothing is held"):
        call_command("build_commenter_file", "x@y.example", output=tmp_path / "a")
    path = tmp_path / "held.zip"
    call_command("build_commenter_file", other.commenter.ref, output=path)
    assert path.stat().st_mode & 0o777 == 0o600
