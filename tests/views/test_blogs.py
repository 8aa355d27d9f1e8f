"""The desk's page of a blog's settings: who changes what, and what it says of it."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from commentarchive.ledger.models import Entry, Opening
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Blog, Comment, PageRenewal, Post
from tests.cast import member
from tests.views.test_imports import work
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
FIELDS = ("title", "address", "language", "time_zone", "visibility")


@pytest.fixture
def blog(tmp_path):
    load(
        tmp_path,
        item(comment(1, "Shown.", local=""), comment(2, "Reviewed.", kind="review")),
    )
    return Blog.objects.get()


@pytest.fixture
def owner(olive):
    client = Client()
    client.force_login(olive)
    return client


def page_of(blog):
    return f"/moderation/desk/blogs/{blog.ref}/"


def form_of(client, blog, **values):
    seen = client.get(page_of(blog)).context["form"].initial["seen"]
    stands = {name: getattr(blog, name) for name in FIELDS}
    return stands | {"seen": seen} | values


def sent(client, blog, **values):
    return client.post(f"{page_of(blog)}save/", form_of(client, blog, **values))


def test_a_change_is_on_record_and_its_pages_are_made_by_the_worker(owner, blog):
    post = Post.objects.get()
    before = Client().get(post.get_absolute_url()).text
    answer = sent(owner, blog, time_zone="Asia/Tokyo", title="Quay and harbour")
    assert answer.status_code == 302
    page = owner.get(page_of(blog)).text
    assert "Saved. It is on record." in page
    assert "wait for their turn" in page
    assert "0 of 1 articles are done" in page
    now = Client().get(post.get_absolute_url()).text
    assert now != before
    assert "1 April 2012, 18:00" in now
    work()
    assert "are done" not in owner.get(page_of(blog)).text
    assert Client().get(post.get_absolute_url()).text == now
    said = [bytes(each.leaf) for each in Entry.objects.filter(event="blog.change")]
    assert len(said) == 2
    assert all(b'"r":"owner"' in leaf for leaf in said)
    assert [str(each) for each in reconcile()] == []


def test_hiding_hides_at_once_and_says_why(owner, blog):
    address = Post.objects.get().get_absolute_url()
    answer = sent(owner, blog, visibility="staff")
    assert answer.status_code == 422
    assert "Say why, in some words." in answer.text
    assert Client().get(address).status_code == 200
    assert sent(owner, blog, visibility="staff", reason="Asked.").status_code == 302
    assert Client().get(address).status_code == 404
    assert Client().get(blog.get_absolute_url()).status_code == 404
    for public in ("/", "/moderation/log/", "/moderation/reports/"):
        assert blog.title not in Client().get(public).text
    entry = Entry.objects.get(event="archive.publish")
    assert Opening.objects.filter(entry=entry, field="reason").exists()
    assert "Asked." not in Client().get(f"/ledger/entries/{entry.index}/").text


def test_names_that_are_no_longer_shown_are_gone_before_any_page_is_made(
    owner, blog, alice
):
    from commentarchive.actions.staff import acting
    from moderation.actions.decisions import Judgement, decide
    from moderation.models import Action

    sent(owner, blog, show_hidden_names="on", reason="We name.")
    work()
    one = Comment.objects.get(source_id="1")
    decide(one, Judgement(action=Action.HOLD), by=acting(alice))
    address = one.post.get_absolute_url()
    assert "Nell" in Client().get(address).text
    blog.refresh_from_db()
    sent(owner, blog, reason="We do not.")
    assert PageRenewal.objects.get().state == "waiting"
    assert "Nell" not in Client().get(address).text


def test_a_mistake_is_named_and_changes_nothing(owner, blog):
    from commentarchive.actions.blogs import add_known_blog
    from commentarchive.ledger.append import SYSTEM

    add_known_blog("https://other.example/", by=SYSTEM)
    entries = Entry.objects.count()
    for values, words in (
        ({"title": ""}, "This field is required"),
        ({"title": "  "}, "This field is required"),
        ({"title": "a\nb"}, "one line of letters"),
        ({"title": "x" * 301}, "at most 300 characters"),
        ({"address": "ftp://quay.example"}, "begins with http:// or https://"),
        ({"address": "quay"}, "begins with http:// or https://"),
        ({"address": "https://other.example"}, "Another blog here has that address"),
        ({"time_zone": "Mars/Base"}, "Select a valid choice"),
        ({"time_zone": ""}, "This field is required"),
        ({"visibility": "secret"}, "Select a valid choice"),
        ({"comment_types": "note"}, "this type is never for readers"),
        ({"comment_types": "Re view!"}, "is no type as a report names them"),
        ({"comment_types": "review"}, "Say why, in some words."),
        ({"reason": "x" * 501}, "at most 500 characters"),
    ):
        answer = sent(owner, blog, **values)
        assert answer.status_code == 422, values
        assert words in answer.text, values
        assert Entry.objects.count() == entries, values
        now = Blog.objects.get(pk=blog.pk)
        assert all(getattr(now, name) == getattr(blog, name) for name in FIELDS), values


def test_two_at_once_and_a_form_without_its_mark(owner, blog):
    late = form_of(owner, blog, title="Mine")
    sent(owner, blog, title="Theirs")
    answer = owner.post(f"{page_of(blog)}save/", late)
    assert answer.status_code == 409
    assert "Somebody has changed it meanwhile" in answer.text
    assert "Title: <bdi>Theirs</bdi>" in answer.text
    assert 'value="Mine"' in answer.text
    assert Blog.objects.get().title == "Theirs"
    again = late | {"seen": answer.context["form"]["seen"].value()}
    assert owner.post(f"{page_of(blog)}save/", again).status_code == 302
    assert Blog.objects.get().title == "Mine"
    again["seen"] = ""
    assert owner.post(f"{page_of(blog)}save/", again).status_code == 409
    before = Entry.objects.count()
    assert sent(owner, Blog.objects.get()).status_code == 302
    assert "Nothing was changed." in owner.get(page_of(blog)).text
    assert Entry.objects.count() == before


@pytest.mark.parametrize("role", ["moderator", "archivist", "auditor"])
def test_others_of_the_staff_look_and_owners_change(blog, role):
    client = Client()
    assert client.get(page_of(blog)).status_code == 302
    client.force_login(member("ivy", role))
    page = client.get(page_of(blog)).text
    assert "An owner can change these." in page
    assert "Europe/London" in page
    assert "<button>Save" not in page
    assert sent(client, blog, title="Other").status_code == 403
    assert client.get("/moderation/desk/blogs/").status_code == 200
    client.force_login(User.objects.create_user("nell", is_staff=True))
    assert client.get(page_of(blog)).status_code == 403


def test_the_list_costs_the_same_for_one_and_for_many(
    owner, blog, django_assert_num_queries
):
    from commentarchive.actions.blogs import BlogFacts, make_blog

    sent(owner, blog, time_zone="Asia/Tokyo")
    for number in range(5):
        make_blog(BlogFacts(title=f"Blog {number}"))
    with django_assert_num_queries(7):
        page = owner.get("/moderation/desk/blogs/").text
    assert "its pages wait for their turn" in page
    assert "Blog 4" in page
