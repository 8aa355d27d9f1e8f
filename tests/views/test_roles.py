"""Every address, for every role: from one table (tests/roles.py), which has to be whole."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from commentarchive.ledger.models import Entry
from tests.addresses import _routes, every_address
from tests.cast import member
from tests.roles import ADDRESSES, MAY

pytestmark = [pytest.mark.django_db, pytest.mark.once]
GROUP = {name: group for group, names in ADDRESSES.items() for name in names.split()}
ROLES = ("owner", "moderator", "auditor", "archivist", "superuser", "nobody")
# A reference that belongs to nothing here: what was deleted, and what never was.
GONE = "/" + "{}" + "q" * 26 + "/"
# These act for somebody in a role, at a look too, and say so to whoever has none.
NEEDS_A_ROLE = {"moderation:own-names"}


def routes():
    from django.urls import get_resolver

    return dict(_routes(get_resolver().url_patterns))


@pytest.mark.django_db(False)
def test_every_address_has_a_row():
    missing = sorted(set(routes()) - set(GROUP))
    assert not missing, (
        f"{', '.join(missing)}: add the name to one of the groups of ADDRESSES in "
        "tests/roles.py, by who may open it as designed."
    )
    over = sorted(set(GROUP) - set(routes()))
    assert not over, (
        f"{', '.join(over)}: no address has this name; out of tests/roles.py."
    )
    told = [name for names in ADDRESSES.values() for name in names.split()]
    assert len(told) == len(set(told)), "a name stands in two groups of tests/roles.py"


def addresses():
    """Yield the name, the group and an example of each address."""
    for name, address in every_address().items():
        yield name, GROUP[name.partition(",")[0]], address


def desk_addresses(*, is_gone_asked=True):
    """Yield name, group and address of what is not public, as it is and deleted."""
    for name, group, address in addresses():
        if MAY[group] is None:
            continue
        yield name, group, address
        gone = re.sub(
            r"/([a-z])[a-z2-7]{26}/", lambda found: GONE.format(found[1]), address
        )
        if is_gone_asked and gone != address:
            yield name, group, gone


def client_of(role):
    client = Client(raise_request_exception=False)
    if role == "superuser":
        client.force_login(User.objects.create_superuser("suse"))
    elif role == "nobody":
        client.force_login(User.objects.create_user("noel"))
    else:
        client.force_login(member(f"staff-{role}", role))
    return client


@pytest.mark.parametrize("role", ROLES)
def test_what_each_role_may_open(demo, role):
    client = client_of(role)
    entries, wrong, sent = Entry.objects.count(), [], set()
    # What is deleted is behind the same gate: two who are let in nowhere and somewhere.
    is_gone_asked = role in {"nobody", "auditor"}
    for name, group, address in desk_addresses(is_gone_asked=is_gone_asked):
        may = role in (MAY[group] or "").split()
        if role == "superuser" and name in NEEDS_A_ROLE:
            may = False
        answer = client.get(address)
        is_let_in = answer.status_code not in {403, 405} and answer.status_code < 500
        if is_let_in != may and answer.status_code != 404:
            wrong.append(f"GET {address} ({name}): {answer.status_code}")
        if not may and answer.status_code not in {403, 405}:
            wrong.append(f"GET {address} ({name}) is refused by {answer.status_code}")
        if not may and (name not in sent or role == "nobody"):
            # What is deleted is behind the same gate as what is there.
            sent.add(name)
            answer = client.post(address, {})
            if answer.status_code not in {403, 405}:
                wrong.append(f"POST {address} ({name}): {answer.status_code}")
    assert not wrong, f"for {role}:\n" + "\n".join(wrong)
    assert Entry.objects.count() == entries


def test_nobody_is_let_in_without_a_login(demo):
    wrong, client = [], Client(raise_request_exception=False)
    for name, _group, address in desk_addresses():
        answer = client.get(address)
        to_login = answer.status_code == 302 and answer["Location"].startswith(
            "/login/"
        )
        to_page = (
            answer.status_code == 302 and "/moderation/desk/" in answer["Location"]
        )
        if not (to_login or to_page):
            wrong.append(f"GET {address} ({name}): {answer.status_code}")
        answer = client.post(address, {})
        is_login = answer.status_code == 200 and b"<h1>Log in</h1>" in answer.content
        if address.startswith("/moderation/desk/"):
            is_login &= b"nothing was recorded" in answer.content
        if not (is_login or answer.status_code == 405):
            wrong.append(f"POST {address} ({name}): {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_public_addresses_are_public(demo):
    client = Client(raise_request_exception=False)
    for _name, group, address in addresses():
        if group == "PUBLIC":
            answer = client.get(address)
            assert answer.status_code not in {401, 403}, address
            assert "/login/" not in answer.get("Location", ""), address


def test_pages_of_ones_own_login_show_nobody_elses(demo, alice):
    anonymous = Client(raise_request_exception=False)
    for _name, group, address in addresses():
        if group == "LOGIN":
            answer = anonymous.get(address)
            assert answer.status_code == 302, address
            assert answer["Location"].startswith("/login/"), address


@pytest.mark.parametrize("role", ROLES)
def test_the_back_office_by_role(db, role):
    """Owners see logins, staff look at what their role covers; nothing is deleted."""
    client = client_of(role)
    index = client.get("/admin/").status_code
    assert index == (302 if role == "nobody" else 200)
    logins = client.get("/admin/auth/user/").status_code
    assert (logins == 200) == (role in {"owner", "superuser"})
    assert client.get("/admin/commentarchive/comment/add/").status_code != 200
