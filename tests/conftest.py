"""What every test needs: the right database, triggers that survive flushes, a cast."""

import io
import os
from pathlib import Path

import pytest
from django.test import Client, TransactionTestCase

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
SAMPLES = Path(__file__).resolve().parent.parent.parent / "shared" / "samples"


def _teardown_without_triggers(self, _original=TransactionTestCase._fixture_teardown):
    """Flush with the triggers off: they refuse DELETE and TRUNCATE, as they should."""
    from commentarchive.ledger import triggers

    triggers.remove()
    try:
        _original(self)
    finally:
        triggers.install()


TransactionTestCase._fixture_teardown = _teardown_without_triggers


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory):
    """Put the SQLite test database into a file, as it is in real use."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        path = tmp_path_factory.mktemp("db") / "test.sqlite3"
        database.setdefault("TEST", {})["NAME"] = str(path)


@pytest.fixture(scope="session", autouse=True)
def _static_root():
    """Make the folder without which whitenoise warns, before any live server."""
    from django.conf import settings

    settings.STATIC_ROOT.mkdir(exist_ok=True)


@pytest.fixture(autouse=True)
def _own_var_dir(settings, tmp_path):
    """Give each test its own copies and locks; the keys stay the run's."""
    keys = settings.VAR_DIR / "keys"
    (tmp_path / "keys").symlink_to(keys, target_is_directory=True)
    settings.VAR_DIR = tmp_path
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        },
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def samples():
    """Give the folder of real exports, where it is there."""
    if not SAMPLES.is_dir():
        pytest.skip("the folder of real exports is not here")
    return SAMPLES


@pytest.fixture
def alice(db):
    """Alice moderates."""
    return _staff("alice", "moderator")


@pytest.fixture
def olive(db):
    """Olive owns the archive."""
    return _staff("olive", "owner")


@pytest.fixture
def charlie(db):
    """Charlie is a login without a role."""
    from django.contrib.auth.models import User

    return User.objects.create_user("charlie", password="password")


def _staff(name, role):
    from django.contrib.auth.models import User

    from commentarchive.actions.staff import set_roles
    from commentarchive.ledger.models import Role

    user = User.objects.create_user(name, password="password", is_staff=True)
    set_roles(user, roles=[Role(role)], handle=name)
    return user


@pytest.fixture
def desk(alice):
    """Give a client in which Alice is logged in."""
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def demo(db):
    """Load the demo."""
    from django.core.management import call_command

    call_command("load_demo", stdout=io.StringIO())
