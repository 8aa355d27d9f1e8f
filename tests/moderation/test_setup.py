"""An archive set up by one command, and again."""

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from commentarchive.actions.staff import roles_of
from commentarchive.ledger.models import Actor, Entry, Role
from commentarchive.settings_file import read_settings
from moderation.management.commands import setup
from moderation.models import PolicyVersion

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ANSWERS = {
    "site_name": "The Old Town’s Archive",
    "base_url": "https://archive.example",
    "contact_email": "owner@archive.example",
    "time_zone": "Europe/Berlin",
}


@pytest.fixture
def password(tmp_path):
    path = tmp_path / "password"
    path.write_text("correct horse battery\nsecond line\n")
    return path


@pytest.fixture(autouse=True)
def _nothing_is_migrated(monkeypatch):
    """The tables are there; only that is said."""
    monkeypatch.setattr(setup, "call_command", lambda *_, **__: None)


def written(settings):
    return read_settings(settings.VAR_DIR / "settings.env")


def set_up(**options):
    call_command("setup", asks=False, **options)


def test_settings_owner_and_rules_in_one_step(settings, password, capsys):
    set_up(**ANSWERS, owner="olga", password_file=password, starter_rules=True)
    assert written(settings) == {
        "SITE_NAME": "The Old Town’s Archive",
        "BASE_URL": "https://archive.example",
        "CONTACT_EMAIL": "owner@archive.example",
        "TIME_ZONE": "Europe/Berlin",
        "TRUSTED_PROXIES": "1",
        "HSTS": "subdomains",
    }
    olga = User.objects.get()
    assert olga.check_password("correct horse battery")
    # Letters to her, as for a test of mail, have somewhere to go.
    assert olga.email == "owner@archive.example"
    assert (roles_of(olga), olga.is_superuser) == ([Role.OWNER], False)
    assert Entry.objects.filter(event="staff.grant").count() == 1
    assert PolicyVersion.objects.count() == 1
    left = capsys.readouterr().out
    for word in ("HTTPS", "HSTS=host", "EMAIL_URL", "Backups", "doctor"):
        assert word in left


def test_hosts_below_an_address_that_stood_before_are_not_bound(settings):
    path = settings.VAR_DIR / "settings.env"
    path.write_text("BASE_URL=https://archive.example\n")
    set_up(site_name="New")
    assert "HSTS" not in written(settings)
    path.write_text("HSTS=host\n")
    set_up(base_url="https://other.example")
    assert written(settings)["HSTS"] == "host"


def test_again_only_what_is_asked_changes(settings, password):
    set_up(**ANSWERS, owner="olga", password_file=password)
    before = (settings.VAR_DIR / "settings.env").read_text()
    entries = Entry.objects.count()
    set_up()
    assert (settings.VAR_DIR / "settings.env").read_text() == before
    set_up(time_zone="Europe/Paris")
    assert (settings.VAR_DIR / "settings.env").read_text() == before.replace(
        "Berlin", "Paris"
    )
    with pytest.raises(CommandError, match="olga is owner already: he invites others"):
        set_up(owner="eve", password_file=password)
    assert User.objects.get().username == "olga"
    assert Entry.objects.count() == entries


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"base_url": "http://archive.example"}, "plain http is for this machine only"),
        ({"contact_email": "nobody"}, "'nobody' is no e-mail address"),
        ({"time_zone": "Mars"}, "'Mars' is no time zone"),
        ({"site_name": "a\nb"}, "is not one line of 1 to 80 characters"),
    ],
)
def test_a_wrong_answer_is_a_sentence_and_changes_nothing(settings, wrong, sentence):
    with pytest.raises(CommandError, match=sentence):
        set_up(**{**ANSWERS, **wrong}, owner="olga")
    assert written(settings) == {}
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("short\n", "too short"), ("\nx", "first line is empty"), (None, "can be read")],
)
def test_no_owner_without_a_password_that_is_good(password, text, sentence):
    if text is None:
        password.unlink()
    else:
        password.write_text(text)
    with pytest.raises(CommandError, match=sentence):
        set_up(owner="olga", password_file=password)
    with pytest.raises(CommandError, match="--password-file or OWNER_PASSWORD"):
        set_up(owner="olga")
    assert not User.objects.exists()
    assert not Actor.objects.exists()


def test_a_superuser_without_a_role_becomes_owner_and_keeps_the_password(db):
    root = User.objects.create_superuser("root", password="as before")
    set_up(owner="root", handle="Rosa")
    root.refresh_from_db()
    assert root.check_password("as before")
    assert roles_of(root) == [Role.OWNER]
    assert Actor.objects.get().handle == "Rosa"


def test_what_nobody_says_is_asked(settings, monkeypatch):
    User.objects.create_superuser("root", password="as before")
    said = iter(["Ours", "http://x.example", "https://x.example", "a@x.example", ""])
    more = iter(["", ""])
    asked = []

    def answer(question):
        asked.append(question)
        return next(said, None) or next(more, "")

    monkeypatch.setattr("builtins.input", answer)
    monkeypatch.setattr(setup, "_is_somebody_there", lambda: True)
    call_command("setup")
    assert written(settings)["BASE_URL"] == "https://x.example"
    assert "The owner's login [root]: " in asked
    assert roles_of(User.objects.get()) == [Role.OWNER]
    assert PolicyVersion.objects.count() == 1


def test_nobody_is_asked_where_nobody_sits(monkeypatch):
    monkeypatch.setattr(setup, "_is_somebody_there", lambda: False)
    with pytest.raises(CommandError, match="Nobody can be asked here"):
        call_command("setup")
