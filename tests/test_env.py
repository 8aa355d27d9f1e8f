from urllib.parse import urlencode

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql.base import DatabaseWrapper

from commentarchive import env


@pytest.mark.parametrize("word", ["127", "-1", "1e3", "512MB", "0x200", "٥١٢", "none"])
def test_a_memory_that_is_no_number_or_too_small_stops_the_start(word, monkeypatch):
    monkeypatch.setenv("READER_MEMORY", word)
    with pytest.raises(ImproperlyConfigured, match="READER_MEMORY="):
        env.mebibytes("READER_MEMORY", default=512, least=128)


@pytest.mark.parametrize(("word", "size"), [("", 512), (" 128 ", 128), ("4096", 4096)])
def test_a_memory_is_read_in_mebibytes(word, size, monkeypatch):
    monkeypatch.setenv("READER_MEMORY", word)
    assert env.mebibytes("READER_MEMORY", default=512, least=128) == size << 20


def test_a_secret_that_cannot_be_kept_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("a file in a folder's place")
    with pytest.raises(ImproperlyConfigured, match="cannot be read or made"):
        env.kept_secret(tmp_path / "file" / "secret_key")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ImproperlyConfigured, match="cannot be read or made"):
        env.kept_secret(tmp_path / "folder")


ME = "desk@archive.example"


@pytest.mark.parametrize(
    ("word", "options"),
    [
        (
            "smtp+tls://me:p%40ss@mail.example",
            {"port": 587, "use_tls": True, "username": "me", "password": "p@ss"},
        ),
        ("smtps://mail.example", {"port": 465, "use_ssl": True}),
        ("smtp://localhost:2525", {"host": "localhost", "port": 2525}),
        ("smtp://me:pass@127.0.0.1/", {"port": 25, "password": "pass"}),
    ],
)
def test_a_mail_server_is_read(word, options, monkeypatch):
    monkeypatch.setenv("EMAIL_URL", word)
    made = env.mailers("EMAIL_URL", sender=ME)["default"]
    assert made["BACKEND"] == "moderation.letters.smtp.Mailer"
    assert made["OPTIONS"].items() >= options.items()


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("mail.example.org", "begins with"),
        ("http://mail.example", "begins with"),
        ("smtp://", "begins with"),
        ("smtp://mail.example:port", "cannot be read"),
        ("smtp://[::1", "cannot be read"),
        ("smtp://me:secret@mail.example", "in clear"),
        ("smtp://mail.example", "in clear"),
        ("smtp+tls://me@mail.example", "not both"),
        ("smtp+tls://me:se/cret@mail.example", "cannot be read|follows|begins"),
        ("smtp+tls://me:sec#ret@mail.example", "cannot be read|follows|begins"),
        ("smtps://mail.example/?tls=1", "follows"),
    ],
)
def test_a_wrong_mail_server_is_one_sentence_without_its_password(
    word, reason, monkeypatch
):
    monkeypatch.setenv("EMAIL_URL", word)
    with pytest.raises(ImproperlyConfigured, match=reason) as raised:
        env.mailers("EMAIL_URL", sender=ME)
    assert "cret" not in str(raised.value)


@pytest.mark.parametrize("sender", ["", "nobody", "a@b.example, c@d.example"])
@pytest.mark.parametrize("word", ["smtps://mail.example", "consolemail://"])
def test_letters_have_a_sender(word, sender, monkeypatch):
    monkeypatch.setenv("EMAIL_URL", word)
    with pytest.raises(ImproperlyConfigured, match="CONTACT_EMAIL="):
        env.mailers("EMAIL_URL", sender=sender)


def test_without_a_mail_server_whatever_is_sent_is_refused(monkeypatch, settings):
    from django.core.mail import send_mail

    monkeypatch.delenv("EMAIL_URL", raising=False)
    settings.MAILERS = env.mailers("EMAIL_URL", sender="")
    with pytest.raises(OSError, match="EMAIL_URL"):
        send_mail("s", "b", ME, [ME])


@pytest.mark.parametrize(
    ("word", "hosts", "wanted"),
    [
        ("", {"example.org"}, True),
        ("on", {"localhost"}, True),
        ("off", {"localhost", "127.0.0.1", "[::1]"}, False),
    ],
)
def test_a_second_factor_is_asked_for(word, hosts, wanted, monkeypatch):
    monkeypatch.setenv("STAFF_SECOND_FACTOR", word)
    assert env.second_factor("STAFF_SECOND_FACTOR", hosts) is wanted


@pytest.mark.parametrize("host", ["example.org", "192.168.0.7", "*", ".localhost"])
def test_no_second_factor_is_for_this_machine_only(host, monkeypatch):
    monkeypatch.setenv("STAFF_SECOND_FACTOR", "off")
    with pytest.raises(ImproperlyConfigured, match="for this machine only"):
        env.second_factor("STAFF_SECOND_FACTOR", {"localhost", host})


@pytest.mark.parametrize(
    "word",
    [
        "postgres://me:secret@db.example/archive",
        "postgres://me:secret@db.example/archive?sslmode=prefer",
        "postgres://me:secret@/archive?host=db.example",
        "postgres://me:secret@/archive?hostaddr=192.0.2.7",
        "postgres://me:secret@/archive?host=/run/postgresql,db.example",
        "postgres://me:secret@localhost/archive?host=db.example",
    ],
)
@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_REPLICA_URL"])
def test_the_way_to_a_database_elsewhere_is_encrypted_or_said_not_to_be(
    name, word, monkeypatch
):
    monkeypatch.setenv(name, word)
    with pytest.raises(ImproperlyConfigured, match=r"another machine.*sslmode") as told:
        env.replica(name, {"ENGINE": "django.db.backends.postgresql"})
    assert str(told.value).startswith(f"{name}: ")
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    "word",
    [
        "postgres://me@/archive",
        "postgres://me@/archive?host=/run/postgresql",
        "postgres://me@127.0.0.1/archive",
        "postgres://me@localhost:6432/archive?DISABLE_SERVER_SIDE_CURSORS=True",
        "postgres://me@db.example/archive?sslmode=disable",
        "postgres://me@db.example/archive?sslmode=verify-full&sslrootcert=system",
    ],
)
def test_a_database_here_needs_no_encryption(word, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", word)
    assert env.database("DATABASE_URL", default="")["NAME"] == "archive"


def test_a_certificate_of_its_own_reaches_the_database(monkeypatch):
    """Then the program needs no password there."""
    given = {"sslmode": "verify-full", "sslrootcert": "/a", "sslcert": "/c"}
    given["sslkey"] = "/k"
    address = f"postgres://me@db.example/archive?{urlencode(given)}"
    monkeypatch.setenv("DATABASE_URL", address)
    found = env.database("DATABASE_URL", default="")
    wrapper = DatabaseWrapper({"PORT": "", "TIME_ZONE": None, **found})
    asked = wrapper.get_connection_params()
    assert asked.items() >= {**given, "host": "db.example", "user": "me"}.items()
    assert not asked.get("password")
