"""Staff who are logged in already: the form has tests of its own."""

from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client


def log_in(page, name, address):
    """Open an address as somebody who has just logged in in this page's browser."""
    client = Client()
    client.force_login(User.objects.get(username=name))
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies(
        # That of a page's own address would be kept from those beside it.
        [{"name": session.key, "value": session.value, "url": urljoin(address, "/")}]
    )
    page.goto(address)
