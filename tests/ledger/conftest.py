"""What tests of the record share."""

import pytest


@pytest.fixture
def key(settings, tmp_path):
    """Return where the record's key lies; it is made at the first signature."""
    settings.LEDGER_KEY_FILE = tmp_path / "ledger"
    settings.LEDGER_ORIGIN = "archive.example/ledger"
    return settings.LEDGER_KEY_FILE
