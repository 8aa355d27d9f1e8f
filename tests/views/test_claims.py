"""The public form of claims: what it takes, what it refuses, and what it keeps."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from commentarchive.actions.blogs import add_known_blog, save_blog
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.models import Entry
from commentarchive.models import Blog, Comment, Gap, Post
from commentarchive.search.index import catch_up
from moderation.actions.claims import accept_claim, refuse_claim
from moderation.models import Claim
from moderation.views import claims
from tests.answers import assert_says_when_to_try_again
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
NEW, LOOK_UP = "/moderation/claims/new/", "/moderation/claims/"
SEALED = "What the zeppelin pilot promised us about the tram."
MAIL = "barnaby@mail.example"


@pytest.fixture
def blog(tmp_path):
    load(
        tmp_path,
        item(comment(1, "The first word on these lamps."), comment(2, "Another.")),
        item(comment(8, "Elsewhere altogether."), number=2, title="Second thoughts"),
    )
    return Blog.objects.get()


@pytest.fixture
def post(blog):
    return Post.objects.get(source_id="1")


def send(blog, client=None, /, **more):
    form = {"blog": blog.title, "number": "2", "text": SEALED, "email": MAIL, **more}
    return (client or Client()).post(NEW, form)


def told_to_keep(answer):
    return re.findall(r"<code>(\w+)</code>", answer.text)


def test_a_claim_is_sent_and_looked_up_again(blog, post):
    article = post.get_absolute_url()
    answer = send(blog, article=article, year="2012", month="4", day="3")
    assert answer.status_code == 201
    assert "no-store" in answer["Cache-Control"]
    ref, secret = told_to_keep(answer)
    claim = Claim.objects.get()
    assert (claim.ref, claim.blog, claim.post) == (ref, blog, post)
    assert (claim.number, claim.about, claim.words.text) == (2, "2012-04-03", SEALED)
    assert secret not in str(Claim.objects.values().get())
    # Nothing of it is public, and nothing on record.
    assert not Gap.objects.exists()
    assert not Entry.objects.filter(event__startswith="gap.").exists()
    for given in (
        secret,
        secret.upper(),
        " ".join(secret),
        f"{secret[:9]}-{secret[9:]}",
    ):
        page = Client().post(LOOK_UP, {"reference": ref, "secret": given})
        assert page.status_code == 200
        assert "no moderator has decided on it yet" in page.text
        assert SEALED not in page.text
        assert MAIL not in page.text


def test_a_wrong_secret_and_a_wrong_reference_answer_alike(blog):
    ref, secret = told_to_keep(send(blog))
    bodies = set()
    for pair in ((ref, "a" * 26), (ref, secret[:-1]), ("e" + "a" * 26, secret)):
        page = Client().post(LOOK_UP, {"reference": pair[0], "secret": pair[1]})
        assert page.status_code == 404
        bodies.add(page.text.replace(pair[0], "").replace(pair[1], ""))
    assert len(bodies) == 1
    assert Client().post(LOOK_UP, {"reference": ref}).status_code == 422


def test_no_secret_opens_a_claim_that_a_comment_makes(blog, post):
    claim = Claim.objects.create(
        ref="e" + "b" * 26, blog=blog, number=1, received_at=timezone.now()
    )
    for secret in ("", "\0", "a" * 26):
        page = Client().post(LOOK_UP, {"reference": claim.ref, "secret": secret})
        assert page.status_code in {404, 422}


def test_the_same_form_again_is_the_same_claim(blog):
    key = re.search(r'name="key" value="([^"]+)"', Client().get(NEW).text)[1]
    first, again = send(blog, key=key), send(blog, key=key)
    assert told_to_keep(first) == told_to_keep(again)
    assert Claim.objects.count() == 1
    send(blog, key="x")
    send(blog)
    assert Claim.objects.count() == 3


def test_readers_get_no_cookie(blog):
    client = Client()
    for answer in (client.get(NEW), send(blog, client), client.get(LOOK_UP)):
        assert not answer.cookies


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://testserver"}, 201),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}, 201),
    ],
)
def test_another_site_sends_nothing_in_a_visitors_name(blog, headers, status):
    client = Client(enforce_csrf_checks=True)
    form = {"blog": blog.title, "number": "2"}
    assert client.post(NEW, form, headers=headers).status_code == status
    assert Claim.objects.count() == (status == 201)


WRONG = (
    ({"blog": ""}, "Name the blog, by its address or its title."),
    ({"blog": "Nowhere at all"}, "One that is not here yet is named by its address."),
    ({"blog": "Mr. Nowhere"}, "No blog here has that address or title."),
    ({"blog": "http://127.0.0.1:8000/blogs/none/"}, "No blog here has that address"),
    ({"blog": "https://localhost/"}, "No blog here has that address"),
    ({"blog": "https://192.0.2.1/"}, "No blog here has that address"),
    ({"blog": "ftp://nowhere.example/"}, "No blog here has that address"),
    ({"blog": "barnaby@nowhere.example"}, "No blog here has that address"),
    ({"blog": "http://"}, "No blog here has that address or title."),
    ({"blog": "javascript:alert(1)"}, "No blog here has that address or title."),
    ({"article": "https://x.example/none"}, "No article here has that address"),
    ({"article": "/posts/p" + "a" * 26}, "No article here has that address"),
    ({"article": "No such title"}, "No article here has that address or title."),
    ({"article": "?!"}, "No article here has that address or title."),
    ({"day": "30", "month": "2", "year": "2012"}, "There is no 30 February 2012."),
    ({"day": "31", "month": "4", "year": "2012"}, "There is no 31 April 2012."),
    ({"day": "0", "month": "4", "year": "2012"}, "There is no 0 April 2012."),
    ({"month": "13", "year": "2012"}, "There is no such month"),
    ({"month": "-1", "year": "2012"}, "There is no such month"),
    ({"day": "3"}, "Give the year too."),
    ({"day": "3", "year": "2012"}, "Give the month too."),
    ({"year": "9999999999"}, "There is no such"),
    ({"year": "1850"}, "No blog is as old as that."),
    ({"year": "9999"}, "That is in the future."),
    ({"year": "last"}, "Year: give a number."),
    ({"number": "0"}, "Give a number from 1 to 1000."),
    ({"number": "10000"}, "Give a number from 1 to 1000."),
    ({"number": "-2"}, "Give a number from 1 to 1000."),
    ({"number": "two"}, "Give a number from 1 to 1000."),
    ({"number": ""}, "Give a number from 1 to 1000."),
    ({"email": "barnaby"}, "That is no e-mail address."),
    ({"email": "b@x.example\r\nBcc: all@x.example"}, "That is no e-mail address."),
    ({"text": "a" * 20_001}, "at most 20000 characters"),
    ({"text": "null \0 byte"}, "Null characters are not allowed."),
)


@pytest.mark.parametrize(("wrong", "told"), WRONG)
def test_bad_input_keeps_the_form_with_one_sentence(blog, wrong, told):
    answer = send(blog, **{"text": "Kept as it was.", **wrong})
    assert answer.status_code == 422
    assert told in answer.text
    assert answer.text.count("errorlist") == 1
    if "text" not in wrong:
        assert "Kept as it was." in answer.text
    assert not Claim.objects.exists()


def test_tomorrow_is_in_the_future_and_today_is_not(blog):
    today = timezone.localdate()
    day = today + timedelta(days=1)
    parts = {"day": day.day, "month": day.month, "year": day.year}
    assert send(blog, **parts).status_code == 422
    parts = {"day": today.day, "month": today.month, "year": today.year}
    assert send(blog, **parts).status_code == 201


@pytest.mark.parametrize(
    ("about", "until"),
    [("2012-04-03", "2012-04-04"), ("2012-12", "2013-01-01"), ("2012", "2013-01-01")],
)
def test_a_day_a_month_or_a_year_ends_on_the_clock_of_the_blog(blog, about, until):
    claim = Claim(blog=blog, about=about)
    assert claim.until.isoformat()[:19] == f"{until}T00:00:00"
    assert Claim(blog=blog).until is None


def test_a_blog_and_an_article_are_found_by_address_or_title(blog, post):
    address = post.addresses.first().address
    for name in (
        *(blog.title, f" {blog.title.upper()} ", blog.address, address),
        *(
            blog.address.removeprefix("https://"),
            f"http://testserver/blogs/{blog.slug}/",
        ),
    ):
        for article in (
            *(address, f"{address}?utm_source=x", post.title, post.title.swapcase()),
            *(f"http://testserver{post.get_absolute_url()}", "", post.ref),
        ):
            claims.SENT.forget()
            answer = send(blog, blog=name, article=article)
            assert answer.status_code == 201, (name, article)
            assert Claim.objects.last().post == (post if article else None)


def test_what_is_for_staff_only_is_not_confirmed_to_exist(blog, post):
    Post.objects.filter(pk=post.pk).update(is_public=False)
    answer = send(blog, article=post.get_absolute_url())
    assert "No article here has that address or title." in answer.text
    blog.visibility = "staff"
    save_blog(blog, by=SYSTEM)
    assert "No blog here has that address or title." in send(blog).text
    assert Client().get(f"{NEW}?blog={blog.slug}").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        *("nowhere.example", "http://nowhere.example", "HTTPS://WWW.Nowhere.Example/a"),
        *("https://nowhere.example/2012/04/?p=3#c4", "https://nowhere.example:8080/"),
        *("https://xn--caf-dma.example/", "https://café.example/", "a.xn--p1ai"),
        *("https://medium.example/@nell", "[https://x", "https://[::1]/"),
    ],
)
def test_other_addresses_are_taken_in_or_refused_in_a_sentence(blog, address):
    answer = send(blog, blog=address)
    is_one = "[" not in address
    assert answer.status_code == (201 if is_one else 422)
    assert is_one or "No blog here has that address or title." in answer.text


def test_a_claim_against_a_blog_that_is_not_here_waits_for_a_moderator(blog, client):
    """And one that is for staff only is taken in just so: neither is confirmed."""
    Blog.objects.filter(pk=blog.pk).update(visibility="staff")
    blogs = Blog.objects.count()
    named = {"text": "", "email": "", "article": "On the zeppelin"}
    answers = [
        send(blog, blog=address, **named)
        for address in ("https://zeppelin-watch.example/2012/", blog.address)
    ]
    for answer in answers:
        assert answer.status_code == 201
        assert "This archive shows no such blog yet." in answer.text
        assert "zeppelin" not in answer.text
        assert blog.title not in answer.text
    claim = Claim.objects.first()
    assert (claim.blog, claim.post) == (None, None)
    assert claim.words.named_blog == "https://zeppelin-watch.example/2012/"
    assert claim.words.named_article == "On the zeppelin"
    assert (Blog.objects.count(), Gap.objects.count()) == (blogs, 0)
    ref, secret = told_to_keep(answers[0])
    page = client.post(LOOK_UP, {"reference": ref, "secret": secret})
    assert "one that this archive does not show yet" in page.text
    assert "zeppelin" not in page.text
    refuse_claim(claim, reason="No such blog.", by=SYSTEM)
    page = client.post(LOOK_UP, {"reference": ref, "secret": secret})
    assert "It was refused, and nothing of it was ever public." in page.text
    Blog.objects.filter(pk=blog.pk).update(visibility="unlisted")


def test_an_article_of_another_blog_is_told(blog, post):
    watch = add_known_blog("https://watch.example/", title="The Watch", by=SYSTEM)
    answer = send(watch, article=post.get_absolute_url())
    assert answer.status_code == 422
    assert "That article is on another blog" in answer.text
    assert send(watch).status_code == 201


@pytest.mark.parametrize("with_article", [True, False])
def test_a_comment_that_is_public_is_shown_where_it_is(blog, post, with_article):
    shown = Comment.objects.get(source_id="1")
    article = post.get_absolute_url() if with_article else ""
    for form in (
        {"text": "“The first word on  these lamps.”", "article": article},
        {"article": shown.get_absolute_url()},
        {"article": f"{post.addresses.first().address}#comment-1"},
    ):
        answer = send(blog, **form)
        assert answer.status_code == 422, form
        assert "That comment is public here." in answer.text
        assert shown.in_thread_url in answer.text
    # One that is hidden is not betrayed by that, and can be claimed.
    Comment.objects.filter(pk=shown.pk).update(visibility="blocked")
    assert send(blog, text="The first word on these lamps.").status_code == 201


def test_limits_of_an_address_a_network_and_in_all(blog):
    def many(*addresses):
        return [
            send(blog, Client(REMOTE_ADDR=address)).status_code for address in addresses
        ]

    most = claims.SENT._most
    assert many(*["192.0.2.1"] * (most + 1)) == [201] * most + [429]
    assert many("192.0.2.2") == [201]
    # A network of /64 is one visitor, and its neighbour another.
    hosts = [f"2001:db8:0:1::{n:x}" for n in range(most + 1)]
    assert many(*hosts) == [201] * most + [429]
    assert many("2001:db8:0:2::1") == [201]
    while not claims.SENT_IN_ALL.take("all"):
        pass
    answer = send(blog, Client(REMOTE_ADDR="192.0.2.77"), text="Kept as it was.")
    assert_says_when_to_try_again(answer)
    assert int(answer["Retry-After"]) > 0
    assert "Kept as it was." in answer.text
    assert "too many claims" in answer.text


def test_behind_a_proxy_visitors_are_told_apart_by_what_the_proxy_says(
    blog, settings, monkeypatch
):
    def from_proxy(said):
        return send(blog, Client(HTTP_X_FORWARDED_FOR=said)).status_code

    monkeypatch.setattr(claims.SENT, "_most", 2)
    # Nobody's word is taken for it where no proxy is trusted.
    settings.TRUSTED_PROXIES = 0
    said = [from_proxy(f"192.0.2.{n}") for n in range(3)]
    assert said == [201, 201, 429]
    settings.TRUSTED_PROXIES = 1
    claims.SENT.forget()
    # What the visitor wrote before the proxy's own words counts for nothing.
    said = [from_proxy(f"198.51.100.{n}, 192.0.2.1") for n in range(3)]
    assert said == [201, 201, 429]
    assert from_proxy("198.51.100.1, 192.0.2.2") == 201


def test_wrong_forms_and_look_ups_are_limited_too(blog):
    while not claims.TRIES.take("127.0.0.1"):
        pass
    assert send(blog, number="0").status_code == 429
    while not claims.LOOK_UPS.take("127.0.0.1"):
        pass
    answer = Client().post(LOOK_UP, {"reference": "e", "secret": "s"})
    assert answer.status_code == 429
    assert "Retry-After" in answer


def test_the_claimant_reads_what_became_of_it(blog, post, by):
    ref, secret = told_to_keep(send(blog, article=post.ref))
    accept_claim(Claim.objects.get(ref=ref), reply="We believe you.", by=by)
    page = Client().post(LOOK_UP, {"reference": ref, "secret": secret}).text
    assert "accepted as a claim" in page
    assert "We believe you." in page
    ref, secret = told_to_keep(send(blog))
    refuse_claim(Claim.objects.get(ref=ref), reason="It was never there.", by=by)
    page = Client().post(LOOK_UP, {"reference": ref, "secret": secret}).text
    assert "refused, and nothing of it was ever public" in page
    assert "It was never there." in page


def test_costs_of_the_form_are_constant(blog, post, django_assert_num_queries):
    with django_assert_num_queries(0):
        Client().get(NEW)
    with django_assert_num_queries(1):
        Client().get(f"{NEW}?blog={blog.slug}")
    catch_up()
    # With the mark that the archive was written to.
    with django_assert_num_queries(12):
        answer = send(blog, article=post.ref)
    ref, secret = told_to_keep(answer)
    with django_assert_num_queries(2):
        Client().post(LOOK_UP, {"reference": ref, "secret": secret})


def test_the_form_is_linked_from_the_blog_and_the_about_page(blog):
    assert f"{NEW}?blog={blog.slug}" in Client().get(blog.get_absolute_url()).text
    assert NEW in Client().get("/about/").text
    page = Client().get(f"{NEW}?blog={blog.slug}").text
    assert f'value="{blog.title}"' in page
