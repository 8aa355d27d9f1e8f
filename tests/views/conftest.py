"""Who opens the pages of the desk, beside the cast of every test."""

import pytest
from django.test import Client

from tests.conftest import _staff


@pytest.fixture
def archivist(db):
    """Return a client in which Ivy, who may import, is logged in."""
    client = Client()
    client.force_login(_staff("ivy", "archivist"))
    return client
