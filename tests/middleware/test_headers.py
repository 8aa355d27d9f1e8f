"""What every answer says to caches."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/moderation/log.csv",
        "/moderation/log.json",
        "/feeds/all.atom",
        "/robots.txt",
        "/no/such/page/",
        "/moderation/desk/",
    ],
)
def test_nothing_is_kept_without_being_asked_for_again(address):
    said = Client().get(address)["Cache-Control"]
    assert "no-cache" in said or "no-store" in said
    assert "max-age=0" in said or "max-age" not in said
