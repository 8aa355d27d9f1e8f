"""The other end of a cross-post: the original's address, or the blog that it is at."""

from commentarchive.actions.blogs import BlogFacts, BlogKnown, add_blog
from commentarchive.actions.crossposts import CannotTie, confirm_cross_post
from commentarchive.ledger.append import By
from commentarchive.models import Blog, Capture, Post
from commentarchive.storage.write_locks import short_write
from commentarchive.transcripts.marks import CrossPost, Marks
from moderation.named_places import NoSuchPlace, SeveralPlaces, blog_named

# How a blog is known that is here by nothing else.
NAMED = "named in a cross-post"


def tie_to_blog(
    post: Post, words: str, *, address: str = "", told: str, by: By
) -> None:
    """Record that an article is a cross-post of one at a blog that somebody names.

    A blog that is not here becomes one that is only known. `address` is the
    original's, where it is known; `told` is how the article says so. Raise CannotTie
    or NoSuchPlace: nothing is changed by then.
    """
    with short_write():
        blog = _blog(words, address, by) if words or address else None
        confirm_cross_post(post, address, blog=blog, attribution=told, by=by)


def _blog(words: str, address: str, by: By) -> Blog | None:
    """Find the blog of an address or a name, or add one of that name.

    An address alone names no blog that is not here: where a blog ends in it is not
    known.
    """
    for named in filter(None, (address, words)):
        try:
            return blog_named(named, Blog.objects.all())
        except SeveralPlaces:
            raise
        except NoSuchPlace:
            continue
    return _known(words, by) if words else None


def _known(words: str, by: By) -> Blog:
    is_address = words.startswith(("http://", "https://"))
    facts = BlogFacts(address=words) if is_address else BlogFacts(title=words)
    try:
        return add_blog(facts, source=NAMED, by=by)
    except BlogKnown as error:
        raise CannotTie(str(error)) from error


def record_origin(capture: Capture, marks: Marks, *, by: By) -> list[str]:
    """Record the cross-post that a pasted article was decided to be, if it is one.

    Return a sentence if it cannot be recorded: it is left for the desk.
    """
    origin = marks.article.cross_post
    if origin is None:
        return []
    post = Post.objects.get(manifests__capture=capture)
    try:
        tie_to_blog(
            post, origin.blog, address=origin.address, told=_told(origin), by=by
        )
    except (CannotTie, NoSuchPlace) as error:
        source = origin.blog or origin.address
        return [f"The cross-post from {source} is not recorded: {error}"]
    return []


def _told(origin: CrossPost) -> str:
    """Return what was decided of the attribution, in words for the record."""
    by = f" by {origin.author}" if origin.author else ""
    at = f" at {origin.address}" if origin.address else ""
    return f"a cross-post from {origin.blog or 'elsewhere'}{by}{at}"
