import pytest

from commentarchive.backup.settings_file import ADDRESSES, OPEN, without_secrets
from commentarchive.settings_file import KNOWN

pytestmark = pytest.mark.pure


def test_secrets_and_what_nobody_knows_stay_out():
    told = """
        # EMAIL_URL=smtps://me:old@mail.example
        BASE_URL=https://archive.example
        export TIME_ZONE=Europe/London
        SECRET_KEY=abc
        EMAIL_URL="smtp+tls://me:hunter2@mail.example:587"
        DATABASE_URL=postgres://archive@/archive
        DATABASE_REPLICA_URL=postgres://host/name?password=hunter2
        DATABASE_URL=postgres://archive@/archive?host=/run/postgresql&port=5433
        NEW_TOKEN=hunter2
        BACKUP_PASSPHRASE=hunter2
    """
    kept = without_secrets(told)
    assert kept == (
        "BASE_URL=https://archive.example\n"
        "TIME_ZONE=Europe/London\n"
        "# SECRET_KEY was set: left out\n"
        "# EMAIL_URL was set: left out\n"
        "DATABASE_URL=postgres://archive@/archive\n"
        "# DATABASE_REPLICA_URL was set: left out\n"
        "DATABASE_URL=postgres://archive@/archive?host=/run/postgresql&port=5433\n"
        "# NEW_TOKEN was set: left out\n"
        "# BACKUP_PASSPHRASE was set: left out\n"
    )


def test_each_setting_that_may_stand_in_the_file_was_thought_of():
    assert set(KNOWN) - OPEN - ADDRESSES == {"SECRET_KEY"}
