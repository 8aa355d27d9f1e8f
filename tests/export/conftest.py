"""A record of its own for each test that signs."""

import pytest


@pytest.fixture(autouse=True)
def _own_key(settings, tmp_path_factory):
    settings.LEDGER_KEY_FILE = tmp_path_factory.mktemp("key") / "ledger"
