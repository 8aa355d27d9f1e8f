import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from commentarchive.actions.blogs import save_blog
from commentarchive.intake.dry_run import dry_run
from commentarchive.ledger.append import SYSTEM, By
from commentarchive.ledger.models import Entry, Opening, Role
from commentarchive.models import Blog, Comment, Post
from commentarchive.models.blog import check_types
from tests.wxr import comment, export, item, load, write

pytestmark = pytest.mark.django_db

SHOP = (
    item(comment(1, "Nice."), comment(2, "Five stars.", kind="review")),
    item(
        comment(3, "Paid by Jo, card 4411", kind="edd_payment_note"),
        number=70,
        kind="edd_payment",
        title="jo@mail.example",
    ),
    item(
        comment(4, "Refund promised", kind="order_note"), number=71, kind="shop_order"
    ),
    item(comment(5, "Fine work."), number=80, kind="portfolio", title="A bridge"),
)


def shown():
    return set(Comment.objects.shown().values_list("source_id", flat=True))


def let(by=SYSTEM, **types):
    blog = Blog.objects.get()
    for name, words in types.items():
        setattr(blog, name, words)
    save_blog(blog, by=by, reason="Reviews are comments here.")


def said(report):
    return [each.reason for each in report.problems]


def test_what_is_of_no_known_type_is_internal_and_counted_by_type(tmp_path):
    report = load(tmp_path, *SHOP)
    assert shown() == {"1"}
    assert [post.title for post in Post.objects.public()] == ["An article"]
    assert report.counts.states["internal"] == 3
    assert report.counts.comments.seen == 5
    assert report.is_complete
    assert said(report) == [
        "1 comment of the type “review”: for staff only; "
        "the blog's owner can let this type through",
        "1 article of the type “edd_payment”: for staff only; "
        "the blog's owner can let this type through",
        "1 comment of the type “edd_payment_note”: for staff only; "
        "the blog's owner can let this type through",
        "1 article of the type “shop_order”: for staff only; "
        "the blog's owner can let this type through",
        "1 comment of the type “order_note”: for staff only; "
        "the blog's owner can let this type through",
        "1 article of the type “portfolio”: for staff only; "
        "the blog's owner can let this type through",
    ]
    pages = [post.get_absolute_url() for post in Post.objects.all()]
    for address in ("/", Blog.objects.get().get_absolute_url(), *pages):
        body = Client().get(address).content.decode()
        for hidden in ("4411", "jo@mail", "Refund", "Five stars", "A bridge"):
            assert hidden not in body, address


def test_an_editors_note_is_named_and_offered_to_nobody(tmp_path):
    report = load(tmp_path, item(comment(1), comment(2, kind="note")))
    assert said(report) == ["1 comment of the type “note”: for staff only"]
    for word in ("note", "feedback", "review, contact-form", "a/b", "x" * 70):
        with pytest.raises(ValidationError):
            check_types(word)
    check_types("review, testimonial\nwc.review")


def test_the_owner_lets_a_type_through_and_takes_it_back_on_record(tmp_path):
    load(tmp_path, *SHOP)
    let(comment_types="testimonial,review  review")
    assert Blog.objects.get().comment_types == "review testimonial"
    assert shown() == {"1", "2"}
    page = Client().get(Post.objects.get(source_id="1").get_absolute_url())
    assert "Five stars." in page.content.decode()
    entry = Entry.objects.get(event="blog.change")
    assert b'"field":"comment_types"' in bytes(entry.leaf)
    assert b"review" not in bytes(entry.leaf)
    opened = set(Opening.objects.filter(entry=entry).values_list("field", flat=True))
    assert opened == {"before", "after", "reason"}
    let(comment_types="")
    assert shown() == {"1"}
    page = Client().get(Post.objects.get(source_id="1").get_absolute_url())
    assert "Five stars." not in page.content.decode()
    assert Entry.objects.filter(event="blog.change").count() == 2
    let(comment_types="")
    assert Entry.objects.filter(event="blog.change").count() == 2


def test_articles_of_a_type_are_let_through_with_their_comments(tmp_path):
    load(tmp_path, *SHOP)
    let(article_types="portfolio")
    assert shown() == {"1", "5"}
    load(tmp_path, *SHOP[:3], name="without.xml")
    load(tmp_path, *SHOP, name="again.xml", blog_slug=Blog.objects.get().slug)
    assert shown() == {"1", "5"}
    let(article_types="")
    assert shown() == {"1"}


def test_what_is_not_live_at_its_source_is_not_let_through(tmp_path):
    load(
        tmp_path,
        item(
            comment(1, kind="review"),
            comment(2, "Wait.", kind="review", approved="0"),
            comment(3, "Buy.", kind="review", approved="spam"),
            comment(4, "Odd.", kind="review", approved="perhaps"),
        ),
        item(comment(5), number=9, kind="portfolio", status="draft"),
    )
    let(comment_types="review", article_types="portfolio")
    assert shown() == {"1"}


def test_later_imports_obey(tmp_path):
    first = item(
        comment(1, kind="review"), comment(2, "Wait.", kind="review", approved="0")
    )
    load(tmp_path, first)
    let(comment_types="review")
    more = first.replace("</item>", comment(3, "New.", kind="review") + "</item>")
    report = load(tmp_path, more, name="later.xml")
    assert shown() == {"1", "3"}
    assert report.counts.states["internal"] == 0
    assert said(report) == []
    # What waits there gets its notice now that it is a comment.
    waiting = Comment.objects.get(source_id="2")
    assert waiting.visibility == "held"
    assert waiting.tombstones.filter(is_open=True).count() == 1
    let(comment_types="")
    report = load(tmp_path, more, item(number=5), name="last.xml")
    assert shown() == set()
    assert report.counts.states["internal"] == 3
    waiting.refresh_from_db()
    assert waiting.visibility == "internal"
    assert not waiting.tombstones.filter(is_open=True).exists()


def test_a_dry_run_says_the_same(tmp_path):
    path = write(tmp_path, export(*SHOP))
    [dry] = dry_run([path])
    assert dry.counts.states["internal"] == 3
    report = load(tmp_path, *SHOP)
    assert said(dry) == said(report)
    let(comment_types="review")
    other = write(tmp_path, export(*SHOP, item(number=5)), "other.xml")
    [dry] = dry_run([other])
    assert dry.counts.states["internal"] == 2
    assert dry.counts.comments.changed == 0


def test_types_let_through_during_an_import_are_let_through_at_its_end(
    tmp_path, monkeypatch
):
    load(tmp_path, item(comment(1)))
    from commentarchive.intake import file_session

    def meanwhile(blog):
        let(comment_types="review")
        settle(blog)

    settle = file_session.settle_attachments
    monkeypatch.setattr(file_session, "settle_attachments", meanwhile)
    load(tmp_path, *SHOP, name="b.xml")
    assert shown() == {"1", "2"}


def test_only_an_owner_lets_types_through(tmp_path):
    load(tmp_path, *SHOP)
    with pytest.raises(PermissionDenied):
        let(By(actor=None, role=Role.ARCHIVIST), comment_types="review")
    assert shown() == {"1"}
    assert not Entry.objects.filter(event="blog.change").exists()
    let(By(actor=None, role=Role.OWNER), comment_types="review")
    assert shown() == {"1", "2"}


def test_old_rows_without_a_word_get_theirs_with_the_next_copy(tmp_path):
    """Before types were kept, a review was stored as public."""
    load(tmp_path, item(comment(1), comment(2, kind="pingback")))
    now = item(comment(1), comment(2, kind="review"))
    load(tmp_path, now, name="later.xml")
    assert shown() == {"1"}
    assert Comment.objects.get(source_id="2").source_type == "review"
    let(comment_types="review")
    assert shown() == {"1", "2"}


@pytest.mark.unreconciled
def test_what_was_decided_here_stays_as_it_was_decided(tmp_path):
    load(tmp_path, item(comment(1, kind="review"), comment(2, kind="review")))
    Comment.objects.filter(source_id="1").update(decided_entry=1)
    let(comment_types="review")
    assert shown() == {"2"}
    Comment.objects.filter(source_id="2").update(decided_entry=1)
    let(comment_types="")
    assert shown() == {"2"}
