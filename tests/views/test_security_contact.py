import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ADDRESS = "/.well-known/security.txt"


def test_it_names_the_contact_and_expires_within_a_year(settings):
    settings.CONTACT_EMAIL = "o'wner+site@archive.example"
    settings.BASE_URL = "https://archive.example"
    answer = Client().get(ADDRESS)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert fields["Contact"] == "mailto:o%27wner%2Bsite@archive.example"
    assert fields["Canonical"] == f"https://archive.example{ADDRESS}"
    # The form of RFC 3339 that the standard asks for.
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", fields["Expires"])
    left = datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC)
    assert timedelta(days=30) < left < timedelta(days=365)


@pytest.mark.parametrize(
    "contact", ["", "nobody", "a@b.example\nContact: mailto:evil@evil.example"]
)
def test_without_a_contact_there_is_none(settings, contact):
    settings.CONTACT_EMAIL = contact
    answer = Client().get(ADDRESS)
    assert answer.status_code == 404
    assert "evil" not in answer.text
