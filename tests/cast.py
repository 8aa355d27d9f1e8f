"""Who acts in tests, where a fixture or an archive that is kept wants somebody."""

from django.contrib.auth.models import User

from commentarchive.actions.staff import acting, set_roles
from commentarchive.ledger.models import Role
from moderation.actions.policies import publish_policy, start_draft


def member(name, role):
    """Return somebody with a role, who may be there already."""
    if there := User.objects.filter(username=name).first():
        return there
    user = User.objects.create_user(name, password="password", is_staff=True)
    set_roles(user, roles=[Role(role)], handle=name)
    return user


def with_house_rules(user, **of_policy):
    """Return somebody as they decide, with house rules in force."""
    start_draft()
    publish_policy(**of_policy)
    return acting(user)
