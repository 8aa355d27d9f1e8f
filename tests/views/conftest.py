"""Who opens the pages of the desk, beside the cast of every test."""

import pytest
from django.test import Client

from tests.cast import member


@pytest.fixture
def archivist(db):
    """Return a client in which Ivy, who may import, is logged in."""
    client = Client()
    client.force_login(member("ivy", "archivist"))
    return client
