"""One discussion as JSON: imported again it is the same, and hidden words stay out."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from commentarchive.actions.blogs import save_blog
from commentarchive.export.shown_thread import public_post
from commentarchive.export.thread_json import thread_as_json
from commentarchive.importers.formats.thread import FORMAT
from commentarchive.importers.parsed import Unreadable
from commentarchive.intake.session import import_files
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Blog, Comment, Post
from moderation.actions.decisions import Judgement, decide
from moderation.actions.policies import publish_policy, start_draft
from moderation.models import Action, Clause
from tests.private_words import private_words
from tests.same_threads import pasted, tie
from tests.wxr import comment, item, load, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(tmp_path):
    start_draft()
    publish_policy()
    load(
        tmp_path,
        item(
            comment(1, "Otters & <b>weirs</b>.\n\nTwo paragraphs.", author="Wren"),
            comment(
                2,
                "Herons eat them ]]> \u201cyes\u201d.",
                parent=1,
                url="http://a.example",
            ),
            comment(3, "An abusive haddock.", parent=2, author="Grebe Gull"),
            comment(4, "A reply.", parent=3, author="Wren", email="other@mail.example"),
            comment(5, "Cheap watches.", approved="spam"),
            comment(6, "Waiting.", approved="0", kind="comment"),
            comment(7, "An editor's note.", kind="note"),
            comment(8, "Nowhere.", parent=99, gmt="0000-00-00 00:00:00", local=""),
            comment(9, "From elsewhere.", kind="pingback", author="A title"),
            title="Otters &amp; others",
        ),
    )
    judgement = Judgement(
        action=Action.REMOVE,
        clause=Clause.objects.get(number=2),
        facts="It breaks the rule.",
    )
    decide(Comment.objects.get(source_id="3"), judgement, by=SYSTEM)
    return Post.objects.get()


def exported(post, tmp_path, **options):
    path = tmp_path / "thread.json"
    call_command("export_thread", post.ref, output=path, **options)
    return path


def rows(blog):
    """Return what readers see of each comment, by what does not depend on the archive."""
    found = Comment.objects.public().filter(post__blog=blog).with_notice()
    return [
        (
            *(row.scheme, row.source_id, row.twin, row.kind, row.depth, row.position),
            *(row.posted_at, row.printed_at, row.utc_offset, row.shown_html),
            *(row.shown_name, row.visibility == "published"),
            row.parent and row.parent.source_id,
        )
        for row in found.exclude(kind="note").order_by("position")
    ]


def people(blog):
    """Return which shown comments are of one person."""
    shown = Comment.objects.shown().filter(post__blog=blog).order_by("position")
    refs = [each.commenter and each.commenter.ref for each in shown]
    return [refs.index(each) for each in refs]


def in_another_archive(path):
    """Import a discussion as if nothing were here: into a blog of its own."""
    return import_files([path], blog_slug="elsewhere")[0]


def test_what_is_imported_again_is_the_same(thread, tmp_path):
    before, persons = rows(thread.blog), people(thread.blog)
    report = in_another_archive(exported(thread, tmp_path))
    assert report.problems == []
    blog = Blog.objects.get(slug="elsewhere")
    post = Post.objects.get(blog=blog)
    # Editors' notes keep their place among what readers see.
    places = {row[5]: place for place, row in enumerate(before)}
    after = rows(blog)
    assert [(*row[:5], *row[6:]) for row in after] == [
        (*row[:5], *row[6:]) for row in before
    ]
    assert [row[5] for row in after] == list(places.values())
    assert people(blog) == persons
    for name in ("source_id", "scheme", "status", "title", "published_at", "kind"):
        assert getattr(post, name) == getattr(thread, name), name
    assert post.is_public
    assert post.current_revision.text.raw == thread.current_revision.text.raw
    assert list(post.addresses.values_list("address", flat=True)) == list(
        thread.addresses.values_list("address", flat=True)
    )
    assert [str(each) for each in reconcile()] == []


def test_it_comes_out_again_as_it_went_in(thread, tmp_path):
    first = exported(thread, tmp_path)
    told = json.loads(first.read_bytes())
    in_another_archive(first)
    again = exported(Post.objects.get(blog__slug="elsewhere"), tmp_path)
    retold = json.loads(again.read_bytes())
    of_this_archive = {
        *("ref", "parent_ref", "copy", "commitment", "proof", "person", "notices"),
        *("visibility", "by", "address"),
    }
    for one, other in zip(
        [told["article"], *told["comments"]],
        [retold["article"], *retold["comments"]],
        strict=True,
    ):
        for name in one.keys() - of_this_archive:
            assert one[name] == other[name], name


def test_no_hidden_word_is_in_it(thread, tmp_path):
    call_command("sign_checkpoint", stdout=StringIO())
    text = exported(thread, tmp_path).read_text()
    for word in (*private_words(), "haddock", "Cheap", "Waiting", "editor", "Grebe"):
        assert len(word) < 4 or word not in text, word
    told = json.loads(text)
    assert told["format"] == FORMAT
    states = {each["source_id"]: each["state"] for each in told["comments"]}
    assert states["3"] == "deleted"
    assert states["5"] == "spam"
    assert "7" not in states
    assert "99" not in states
    hidden = next(each for each in told["comments"] if each["source_id"] == "3")
    assert hidden["notices"][0]["kind"] == "removed"
    assert "/moderation/decisions/" in hidden["notices"][0]["statement"]
    assert hidden["proof"] is None
    shown = next(each for each in told["comments"] if each["source_id"] == "1")
    assert shown["proof"]["format"] == "commentarchive/text-proof@v1"


@pytest.mark.once
def test_an_id_that_tells_a_hidden_title_is_not_told(thread):
    post = public_post(thread.ref)
    post.source_id = "https://test.example/otters-and-others/"
    assert thread_as_json(post)["article"]["source_id"] == post.source_id
    post.hidden_title = "removed"
    assert thread_as_json(post)["article"]["source_id"] == ""


@pytest.mark.once
def test_what_another_source_hides_has_no_name_and_no_link(tmp_path):
    old = pasted(tmp_path)
    said = "So do I, and the ducks don\u2019t mind it at all."
    remark = comment(12, said, author="Ben", url="http://ben.example")
    load(tmp_path, item(remark, title="The fence by the weir"), blog_slug="quay")
    new = Post.objects.get(scheme="wordpress")
    tie(old, new)
    words = ("ducks", "Ben", "ben.example")
    assert all(word in exported(new, tmp_path).read_text() for word in words)
    led = Comment.objects.get(post=old, leader__isnull=False)
    decide(led, Judgement(action=Action.HOLD), by=SYSTEM)
    text = exported(new, tmp_path).read_text()
    assert not any(word in text for word in words)


def test_ids_of_several_systems_keep_to_their_own(tmp_path):
    path = write(tmp_path, _mixed(), "mixed.json")
    import_files([path], blog_slug="elsewhere")
    post = Post.objects.get(blog__slug="elsewhere")
    assert set(post.comments.values_list("scheme", "source_id")) == {
        ("wordpress", "1"),
        ("disqus", "1"),
    }


def _mixed():
    def one(scheme, text):
        return {
            "source_id": "1",
            "twin": 0,
            "scheme": scheme,
            "state": "live",
            "kind": "comment",
            "text": text,
            "form": "html",
            "name": "Wren",
        }

    return json.dumps(
        {
            "format": FORMAT,
            "article": {
                "source_id": "5",
                "scheme": "wordpress",
                "status": "publish",
                "kind": "post",
                "title": "A",
                "has_text": True,
                "text": "Words.",
                "addresses": ["https://a.example/5/"],
                "form": "html",
            },
            "comments": [one("wordpress", "One."), one("disqus", "Two.")],
        }
    ).encode()


def test_a_hundred_comments_more_cost_no_query_more(
    tmp_path, django_assert_max_num_queries
):
    load(tmp_path, item(*(comment(n, parent=max(0, n - 1)) for n in range(1, 101))))
    with django_assert_max_num_queries(40):
        exported(Post.objects.get(), tmp_path)
    assert connection.queries_log is not None


def test_what_readers_cannot_see_is_not_exported(thread, tmp_path):
    blog = thread.blog
    blog.visibility = "staff"
    save_blog(blog, by=SYSTEM)
    for format_ in ("json", "wxr"):
        with pytest.raises(CommandError, match="readers can see"):
            exported(thread, tmp_path, format=format_)
    assert not (tmp_path / "thread.json").exists()
    with pytest.raises(CommandError, match="no reference of an article"):
        call_command("export_thread", "nonsense")
    with pytest.raises(CommandError, match="readers can see"):
        call_command("export_blog", blog.slug)


def test_an_address_names_the_article_too(thread, tmp_path):
    path = tmp_path / "by-address.json"
    address = f"https://archive.example{thread.get_absolute_url()}?page=1#x"
    call_command("export_thread", address, output=path)
    assert json.loads(path.read_bytes())["article"]["ref"] == thread.ref


def test_a_later_format_is_refused(tmp_path):
    data = _mixed().replace(b"thread@v1", b"thread@v2")
    path = write(tmp_path, data, "later.json")
    with pytest.raises(Unreadable, match="later version"):
        import_files([path], blog_slug="elsewhere")
    assert not Blog.objects.filter(slug="elsewhere").exists()


@pytest.mark.once
def test_discussions_of_the_demo_come_back_as_readers_saw_it(demo, tmp_path):
    for number, post in enumerate(Post.objects.public().order_by("pk")[::4]):
        path = tmp_path / f"{number}.json"
        call_command("export_thread", post.ref, output=path)
        report = import_files([path], blog_slug=f"again-{number}")[0]
        # The first one is still here, and reads the same.
        problems = [each.reason for each in report.problems]
        assert not [each for each in problems if "word for word" not in each]
        told = Comment.objects.public().filter(post=post).exclude(visibility="unknown")
        again = Comment.objects.filter(post__blog__slug=f"again-{number}")
        assert facts(again.exclude(visibility="unknown")) == facts(told)


def facts(comments):
    shown = comments.with_notice().order_by("position")
    return [
        (
            *(row.scheme, row.source_id, row.kind, row.posted_at, row.shown_html),
            *(row.parent and row.parent.source_id, row.depth, row.utc_offset),
            row.visibility == "published" and (row.shown_name or ""),
        )
        for row in shown
    ]
