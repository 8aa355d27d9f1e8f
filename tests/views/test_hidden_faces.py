"""What one source, a decision or a setting hides is in no face that readers have.

Beside the crawls of the demo: threads from two sources, names that are addresses, and
articles and blogs that are not for readers.
"""

import json

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.utils import timezone

from commentarchive.actions.blogs import add_known_blog, save_blog
from commentarchive.actions.claimed_gaps import claim_gap
from commentarchive.actions.release import release_comment
from commentarchive.actions.staff import acting
from commentarchive.discussion.stored_pages import store_missing
from commentarchive.export.thread_json import thread_as_json
from commentarchive.intake.corrections import correct_comment
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.models import Entry
from commentarchive.models import Aspect, Blog, BlogVisibility, Comment, Post
from moderation.actions.decisions import Judgement, Record, decide, undo
from moderation.actions.policies import publish_policy, start_draft
from moderation.actions.wordings import reword
from moderation.models import Action, Clause, Decision
from tests.cast import member
from tests.few_reports import only_few_copied
from tests.hidden_faces import faces
from tests.same_threads import tie
from tests.wxr import comment, item, load

pytestmark = [pytest.mark.django_db, pytest.mark.unreconciled]
TEXTS = (
    "I like the new fence a good deal more than the old one.",
    "They blocked both of mine over there, and the ducks do not mind.",
    "Nobody asked the anglers who have fished there for years.",
)
DUCKS = "the ducks do not mind"
VIEWS = ("", "?view=moderated", "?order=newest", "?at=2026-11-26", "?all=1")
SAID = "were blocked at another place"


def get(address, **options):
    return Client().get(address, **options)


def the(source_id, slug):
    return Comment.objects.get(source_id=source_id, post__blog__slug=slug)


def hold(one):
    return decide(one, Judgement(action=Action.HOLD), by=SYSTEM)


def read(folder, slug, *comments, **facts):
    facts.setdefault("link", f"https://{slug}.example/{{number}}/")
    load(folder, item(*comments, **facts), name=f"{slug}.xml", blog_slug=slug)
    return Post.objects.get(blog__slug=slug)


def hide_blog(slug):
    blog = Blog.objects.get(slug=slug)
    blog.visibility = BlogVisibility.STAFF
    save_blog(blog, by=SYSTEM)


@pytest.fixture
def tied(tmp_path):
    """One thread from two blogs; return the comment that both have, as each has it."""
    for slug in ("lead", "led"):
        rows = [
            comment(101 + n, words, author=f"kim{n}@away.example")
            for n, words in enumerate(TEXTS)
        ]
        read(tmp_path, slug, *rows, title="The fence")
    tie(*(Post.objects.get(blog__slug=slug) for slug in ("led", "lead")))
    return the("102", "lead"), the("102", "led")


@pytest.mark.once
def test_addresses_and_numbers_in_names_are_cut_wherever_names_stand(tmp_path, tied):
    post = read(
        tmp_path,
        "one",
        comment(1, "Words.", author="jo@home.example", url="mailto:jo@home.example"),
        comment(2, "More words.", author="07700 900123"),
    )
    made = item(comment(3, "Of hers."), number=2).replace(
        "<dc:creator>ed<", "<dc:creator>ed@desk.example<"
    )
    load(tmp_path, made, name="two.xml", blog_slug="two")
    written = tmp_path / "copy"
    with only_few_copied():
        call_command("export_archive", str(written), verbosity=0)
    faces = {
        str(path): path.read_bytes().decode(errors="replace")
        for path in written.rglob("*")
        if path.is_file()
    }
    for each in (post, Post.objects.get(blog__slug="two"), tied[0].post):
        for form in ("json", "wxr"):
            file = tmp_path / f"{each.ref}.{form}"
            call_command("export_thread", each.ref, format=form, output=file)
            faces[form] = faces.get(form, "") + file.read_text()
        faces[each.ref] = "".join(
            get(address).text
            for address in (
                *(each.get_absolute_url(), f"/feeds/posts/{each.ref}.atom"),
                *(f"/api/v1/posts/{each.ref}/", f"/api/v1/posts/{each.ref}/thread/"),
            )
        )
    for own in Comment.objects.all():
        faces[own.ref] = get(own.get_absolute_url(), follow=True).text
        faces[own.capture.ref] = get(own.capture.get_absolute_url()).text
    for word in ("jo@home", "900123", "ed@desk", "@away.example"):
        assert [face for face, text in faces.items() if word in text] == [], word


def test_what_its_blog_took_out_is_not_read_in_another_source(tmp_path, tied):
    lead, _led = tied
    page = f"/comments/{lead.ref}/"
    assert DUCKS in get(page).text
    rows = [comment(101 + n, words) for n, words in enumerate(TEXTS)]
    rows[1] = comment(102, "They blocked mine.", author="kim1@away.example")
    read(tmp_path, "lead", *rows, title="The fence")
    assert DUCKS not in get(page).text
    assert "Its text there is not shown" in get(page).text


def test_what_one_source_hides_claims_nothing_and_is_counted_as_hidden(tied):
    lead, led = tied
    other = add_known_blog("https://over.example", title="Over There", by=SYSTEM)
    claim_gap(other, number=2, said_in=lead, by=SYSTEM)
    thread = f"/posts/{lead.post.ref}/"
    assert "Over There" in get(f"/comments/{lead.ref}/").text
    assert SAID in get(thread).text
    hold(led)
    assert "Over There" not in get(f"/comments/{lead.ref}/").text
    for query in VIEWS:
        assert SAID not in get(f"{thread}{query}").text, query
    answer = get(f"/api/v1/posts/{lead.post.ref}/").json()
    assert (answer["shown"], answer["withheld"]) == (2, 1)
    listed = get(lead.post.blog.get_absolute_url()).text
    assert "Comment waiting to be looked at" in get(f"{thread}?view=moderated").text
    assert DUCKS not in listed


def test_nobody_is_told_of_comments_that_only_staff_see(tmp_path, tied):
    lead, led = tied
    about = read(tmp_path, "target", comment(1, "Here."))
    said_in = read(tmp_path, "src", comment(5, "Two of mine went.")).comments.get()
    claim_gap(about, number=2, said_in=said_in, by=SYSTEM)
    store_missing(about.blog)
    thread = about.get_absolute_url()
    assert said_in.ref in get(thread).text
    hide_blog("src")
    for page in (thread, "/api/v1/gaps/"):
        assert said_in.ref not in get(page).text
    store_missing(about.blog)
    assert said_in.ref not in get(thread).text
    assert said_in.ref not in json.dumps(thread_as_json(about))
    made = hold(led)
    hide_blog("led")
    old = lead.post.addresses.first().address
    assert led.ref not in get(f"/at/{old}%23comment-102").text
    assert get(led.post.get_absolute_url()).status_code == 404
    hide_blog("lead")
    for address in ("/api/v1/log/", f"/api/v1/decisions/{made.ref}/"):
        assert lead.ref not in get(address).text
        assert lead.post.ref not in get(address).text


def test_what_is_said_to_one_reader_is_kept_for_nobody_else(tied, settings):
    settings.PAGE_CACHE_BYTES = 1 << 20
    client = Client()
    storage = CookieStorage(RequestFactory().get("/"))
    words = [Message(constants.SUCCESS, "You are logged out, Ivy.")]
    client.cookies[storage.cookie_name] = storage._encode(words)
    assert "logged out, Ivy" in client.get("/about/").text
    assert "logged out, Ivy" not in get("/about/").text


@pytest.mark.once
def test_no_handle_is_in_any_face_where_roles_stand_for_people(tmp_path, settings):
    settings.ACTOR_DISPLAY = "role"
    owner, moderator = (
        acting(member(name, role))
        for name, role in (("quibblewhisk", "owner"), ("snorklebane", "moderator"))
    )
    start_draft()
    publish_policy(by=owner)
    rows = [comment(n, f"Remark number {n}.", author=f"Ann{n}") for n in range(1, 8)]
    read(tmp_path, "one", *rows, comment(8, "Held.", approved="odd"))
    own = {each.source_id: each for each in Comment.objects.all()}
    clause = Clause.objects.filter(is_legal=False).first()
    facts = "It does not keep to what was agreed."
    for number, action in enumerate(("remove", "block", "hold", "no_action"), 1):
        judged = Judgement(action=Action(action), clause=clause, facts=facts)
        decide(own[f"{number}"], judged, by=moderator)
    undo(Decision.objects.get(comment=own["2"]), by=owner)
    told = Record(decided_at=timezone.now(), role=None, known_from="A letter.")
    judged = Judgement(action=Action.REMOVE, facts=facts, record=told)
    decide(own["5"], judged, by=owner)
    release_comment(own["8"], reason="It was shown.", by=owner)
    correct_comment(own["6"], Aspect.NAME, "Zed", reason="She says so.", by=owner)
    reword(Decision.objects.get(comment=own["1"]), "It was rude.", by=moderator)
    blog = Blog.objects.get()
    blog.show_hidden_names = True
    save_blog(blog, by=owner)
    claim_gap(own["6"].post, number=2, said_in=own["6"], by=owner)
    found = faces(tmp_path)
    for address in ("/ledger/", "/moderation/policy/", "/moderation/reports/", "/"):
        found[address] = get(address).text
    found |= {
        f"record no. {entry.index}": bytes(entry.leaf).decode()
        for entry in Entry.objects.all()
    }
    for handle in ("quibblewhisk", "snorklebane"):
        assert [face for face, text in found.items() if handle in text] == []
    # They would be found where handles are shown.
    settings.ACTOR_DISPLAY = "handle"
    assert "snorklebane" in acting(member("snorklebane2", "moderator")).shown
