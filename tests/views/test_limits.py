"""Whatever a stranger may send is limited, and by an address that they cannot choose."""

import pytest
from django.test import Client

from commentarchive.api import answers
from commentarchive.views import invitations, login_limits, search
from moderation.views import claims, flags, subscriptions
from tests.addresses import every_address
from tests.roles import ADDRESSES

pytestmark = [pytest.mark.django_db, pytest.mark.once]
WRONG = {"username": "nobody", "password": "wrong"}
# What limits an address to which anybody may send a form, and what is sent to it.
LIMITED = {
    "login": (login_limits.PER_ADDRESS, WRONG),
    "account_login": (login_limits.PER_ADDRESS, WRONG),
    "invitation": (invitations.TRIES, {}),
    "flag": (flags.TRIES, {}),
    "moderation:claims": (claims.LOOK_UPS, {}),
    "moderation:claim-new": (claims.TRIES, {}),
    "moderation:subscribe": (subscriptions.TRIES, {}),
}
# Forms that cost nothing and keep nothing.
FREE = {
    "logout": "ends the sender's own session",
    "moderation:subscription-confirm": "takes a secret of 256 bits, and one row is read",
    "moderation:subscription-leave": "the same; whoever wants no more mail is not held up",
    "ledger:add-checkpoint": "takes what a witnessed record has signed, and no more",
}
ASKED = {
    "search": (search.SEARCHES, "/search/?q=lamp"),
    "api": (answers.REQUESTS, "/api/v1/blogs/"),
}


def test_every_public_form_is_limited(demo, monkeypatch, settings):
    # Without letters nobody can subscribe, and nothing is kept of who tries.
    settings.HAS_MAIL = True
    addresses = every_address()
    taken = {
        name
        for name in ADDRESSES["PUBLIC"].split()
        if Client(REMOTE_ADDR="198.51.100.1").post(addresses[name]).status_code != 405
    }
    assert taken == LIMITED.keys() | FREE.keys()
    for name, (limit, form) in LIMITED.items():
        limit.forget()
        monkeypatch.setattr(limit, "_most", 1)
        said = [
            Client().post(
                addresses[name], form, headers={"x-forwarded-for": f"203.0.113.{n}"}
            )
            for n in range(2)
        ]
        assert said[0].status_code != 429, name
        assert said[1].status_code == 429, name
        # Somebody else is not held up.
        other = Client(REMOTE_ADDR="192.0.2.9").post(addresses[name], form)
        assert other.status_code != 429, name


@pytest.mark.parametrize(("limit", "address"), ASKED.values(), ids=ASKED.keys())
def test_what_costs_much_is_limited_too(db, monkeypatch, limit, address):
    monkeypatch.setattr(limit, "_most", 1)
    assert Client().get(address).status_code == 200
    assert Client().get(address).status_code == 429


def test_behind_a_proxy_nobody_chooses_whom_it_counts_against(
    db, settings, monkeypatch
):
    settings.TRUSTED_PROXIES = 1
    monkeypatch.setattr(claims.LOOK_UPS, "_most", 1)

    def ask(said):
        more = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": said}
        return Client().post("/moderation/claims/", {}, **more).status_code

    # The last address is the proxy's word, all before it the visitor's.
    assert ask("203.0.113.1, 198.51.100.7") != 429
    assert ask("203.0.113.2, 198.51.100.7") == 429
    assert ask("203.0.113.2, 198.51.100.8") != 429
