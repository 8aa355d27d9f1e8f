import threading

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.core.exceptions import PermissionDenied
from django.db import connections

from commentarchive.actions.staff import (
    HandleTaken,
    LastOwner,
    acting,
    is_last_owner,
    make_groups,
    roles_of,
    save_login,
    set_roles,
)
from commentarchive.ledger.models import ActorLink, Entry, Role

pytestmark = pytest.mark.django_db


def login(name):
    return User.objects.create_user(name, password="password", is_staff=True)


def events():
    found = Entry.objects.filter(event__startswith="staff.").order_by("index")
    return [(entry.event, bytes(entry.leaf)) for entry in found]


def test_each_role_given_or_taken_is_on_record(alice):
    assert [event for event, _leaf in events()] == ["staff.grant"]
    set_roles(alice, roles=[Role.AUDITOR, Role.ARCHIVIST])
    assert roles_of(alice) == [Role.ARCHIVIST, Role.AUDITOR]
    said = [(event, leaf.count(b'"role"')) for event, leaf in events()[1:]]
    assert said == [("staff.grant", 1), ("staff.grant", 1), ("staff.revoke", 1)]
    set_roles(alice, roles=[Role.ARCHIVIST, Role.AUDITOR])
    assert len(events()) == 4


def test_somebody_with_several_roles_acts_in_the_weightiest(alice):
    set_roles(alice, roles=[Role.AUDITOR, Role.OWNER, Role.MODERATOR])
    assert acting(alice).role is Role.OWNER


def test_nobody_acts_without_a_role(charlie):
    for user in (charlie, AnonymousUser()):
        assert roles_of(user) == []
        with pytest.raises(PermissionDenied):
            acting(user)


@pytest.mark.unreconciled
def test_a_handle_is_never_given_again_even_when_its_person_is_gone(alice):
    ActorLink.objects.all().delete()
    with pytest.raises(HandleTaken):
        set_roles(login("other"), roles=[Role.MODERATOR], handle="alice")


def test_without_a_handle_the_next_free_one_of_the_role_is_taken(db):
    for number in (1, 2):
        user = login(f"m{number}")
        set_roles(user, roles=[Role.MODERATOR])
        assert acting(user).actor.handle == f"moderator-{number}"


def test_the_last_owner_stays(olive):
    assert is_last_owner(olive)
    with pytest.raises(LastOwner):
        set_roles(olive, roles=[Role.MODERATOR])
    olive.is_active = False
    with pytest.raises(LastOwner):
        save_login(olive)
    assert User.objects.get(username="olive").is_active
    second = login("second")
    set_roles(second, roles=[Role.OWNER])
    save_login(olive)
    # One who cannot log in gives no roles: the second is the last owner now.
    assert is_last_owner(second)


def test_groups_are_made_anew_as_they_are_defined():
    group = Group.objects.get(name=Role.ARCHIVIST.value)
    group.permissions.clear()
    make_groups()
    held = set(group.permissions.values_list("codename", flat=True))
    assert "view_comment" in held
    assert not {name for name in held if not name.startswith("view_")}
    # Addresses, and who stands behind an actor, are for owners only.
    assert not held & {"view_privateaddress", "view_actorlink"}
    owners = Group.objects.get(name=Role.OWNER.value).permissions
    assert owners.filter(codename="view_privateaddress").exists()


def second_owner():
    user = login("second")
    set_roles(user, roles=[Role.OWNER])
    return user


def test_an_owner_who_cannot_enter_the_back_office_is_none(olive):
    second = second_owner()
    second.is_staff = False
    save_login(second)
    assert is_last_owner(olive)
    for flag in ("is_staff", "is_active"):
        setattr(olive, flag, False)
        with pytest.raises(LastOwner):
            save_login(olive)
        olive.refresh_from_db()
    with pytest.raises(LastOwner):
        set_roles(olive, roles=[])


@pytest.mark.parametrize("handle", ["Alice", "аlice", "ALICE", "al1ce", "a\u200blice"])
def test_no_handle_looks_like_another(alice, handle):
    with pytest.raises(HandleTaken):
        set_roles(login("other"), roles=[Role.MODERATOR], handle=handle)


@pytest.mark.parametrize("handle", [".", "\u200b"])
def test_a_handle_can_be_read(db, handle):
    with pytest.raises(HandleTaken):
        set_roles(login("other"), roles=[Role.MODERATOR], handle=handle)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by", ["role", "is_staff", "is_active"])
def test_of_two_owners_who_shut_each_other_out_one_stays(olive, by):
    owners, start, refused = [olive, second_owner()], threading.Barrier(2), []

    def shut_out(user):
        try:
            start.wait()
            if by == "role":
                set_roles(user, roles=[Role.AUDITOR])
            else:
                setattr(user, by, False)
                save_login(user)
        except LastOwner as error:
            refused.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=shut_out, args=[user]) for user in owners]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(refused) == 1
    assert sum(is_last_owner(user) for user in owners) == 1


def test_the_back_office_says_what_was_refused_meanwhile(olive, monkeypatch):
    from django.test import Client

    from commentarchive.admin import archive

    client = Client()
    client.force_login(olive)
    monkeypatch.setattr(archive, "is_last_owner", lambda _user: False)
    data = {"username": "olive", "is_active": "on", "is_staff": "on", "roles": []}
    address = f"/admin/auth/user/{olive.pk}/change/"
    answer = client.post(address, data, follow=True)
    assert "This is the last owner" in answer.content.decode()
    assert roles_of(olive) == [Role.OWNER]
