"""The bar of the desk: what it offers, to whom, and where it says one is."""

import re
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from moderation.desk_bar import GROUPS
from tests.cast import member

pytestmark = pytest.mark.django_db
LINKS = [link for group in GROUPS for link in group.links]


class Bar(HTMLParser):
    """Reads the bar's links and marks from a page."""

    def __init__(self, page):
        super().__init__()
        self.links, self.current, self.here = [], [], 0
        self.feed(re.search(r'<nav class="desk-bar".*?</nav>', page, re.DOTALL)[0])

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "a":
            self.links.append(attrs["href"])
            if "aria-current" in attrs:
                self.current.append((attrs["href"], attrs["aria-current"]))
        self.here += tag == "summary" and "aria-current" in attrs


@pytest.mark.parametrize("role", ["owner", "moderator", "archivist", "auditor"])
def test_each_role_is_offered_what_it_may_open_and_nothing_else(role):
    client = Client()
    client.force_login(member("rowan", role))
    offered = Bar(client.get("/moderation/desk/blogs/").text).links
    assert len(offered) == len(set(offered))
    opened = {
        reverse(link.name)
        for link in LINKS
        if client.get(reverse(link.name), follow=True).status_code == 200
        and link.name != "moderation:desk"
    }
    if role != "archivist":
        # An archivist is led from the desk to what imports left.
        opened.add(reverse("moderation:desk"))
    assert set(offered) == opened


@pytest.mark.parametrize("link", LINKS, ids=lambda link: link.text)
def test_each_page_of_the_desk_has_the_bar_and_says_where_one_is(link, by):
    client = Client()
    client.force_login(member("rowan", "owner"))
    address = reverse(link.name)
    if not address.startswith("/moderation/desk/"):
        return
    bar = Bar(client.get(address).text)
    assert bar.current == [(address, "page")]
    assert bar.here == 1


def test_a_page_below_another_is_marked_as_found_by_it(by):
    client = Client()
    client.force_login(member("rowan", "owner"))
    bar = Bar(client.get("/moderation/desk/hand/blog/").text)
    assert bar.current == [("/moderation/desk/hand/", "true")]


def test_a_login_without_a_role_that_may_do_everything_sees_all():
    client = Client()
    client.force_login(User.objects.create_superuser("root", password="x"))
    assert len(Bar(client.get("/moderation/desk/").text).links) == len(LINKS)
