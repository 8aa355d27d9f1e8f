"""Whether the public words of a decision repeat what is hidden."""

from collections.abc import Iterator

from django.db.models import F, Q

from commentarchive.models import Comment, CrossPost, Post, RevisionText, Visibility
from commentarchive.text.leaks import Leak, PublicText
from commentarchive.text.lookalikes import has_words
from moderation.actions.refusals import LeaksHiddenWords, Refused

# A text of one word that somebody else left, as "This", hides nothing.
WORDS_OF_OTHERS = 2


class HiddenTexts:
    """The hidden texts around comments; those of each article are read once.

    Made anew for each transaction: what is hidden may change after it.
    """

    def __init__(self) -> None:
        self._around: dict[int, list[str]] = {}
        self._found: dict[tuple[int, int | None, str], list[Leak]] = {}

    def check(self, comment: Comment, words: str) -> None:
        """Raise LeaksHiddenWords for public words that repeat what is hidden.

        Whatever the action: what is shown now may be hidden later, and facts stay.
        Raise Refused for words in which there is nothing to read.
        """
        if not words.strip():
            return
        if not has_words(words):
            message = "There is nothing to read in these words."
            raise Refused(message)
        leaks = self.find_repeats(comment, words)
        if leaks:
            raise LeaksHiddenWords(words, leaks)

    def find_repeats(self, comment: Comment, words: str) -> list[Leak]:
        """Find what public words share with a comment and with what is hidden by it.

        1. The comment's own texts, of any length, its name and its addresses.
        2. Every text that readers do not see below the article, and below those that
           say they are the same one elsewhere.
        3. What the same name left elsewhere and readers do not see.
        """
        public = PublicText(words)
        leaks = [leak for text in _own(comment) for leak in public.leaks(text)]
        name = getattr(comment.commenter, "name", None)
        if name is not None:
            leaks += public.name(name.name)
        key = (comment.post_id, comment.commenter_id, words)
        if key not in self._found:
            self._found[key] = [
                leak
                for text in self._texts_around(comment)
                for leak in public.leaks(text, whole_from=WORDS_OF_OTHERS)
            ]
        return sorted({*leaks, *self._found[key]}, key=lambda leak: leak.start)

    def _texts_around(self, comment: Comment) -> Iterator[str]:
        if comment.post_id not in self._around:
            articles = _same_articles(comment.post)
            hidden = Q(revision__comment__post__in=articles) & ~_shown_comment()
            older = Q(revision__post__in=articles) & ~_shown_article()
            self._around[comment.post_id] = [*_texts(hidden), *_texts(older)]
        yield from self._around[comment.post_id]
        if comment.commenter_id is not None:
            by_them = Q(revision__comment__commenter=comment.commenter_id)
            yield from _texts(by_them & ~_shown_comment())


def _own(comment: Comment) -> Iterator[str]:
    yield from _texts(Q(revision__comment=comment))
    private = getattr(comment, "private_address", None)
    if private is not None:
        yield from (private.email, private.ip)


def _same_articles(post: Post) -> set[int]:
    """Return an article and those that it is, or that are, cross-posts of it."""
    others = CrossPost.objects.filter(Q(post=post) | Q(other_post=post))
    pairs = others.values_list("post", "other_post")
    return {post.pk, *(pk for pair in pairs for pk in pair if pk is not None)}


def _shown_comment() -> Q:
    return Q(
        revision__comment__visibility=Visibility.PUBLISHED,
        revision__comment__post__is_public=True,
        revision__comment__current_revision=F("revision"),
    )


def _shown_article() -> Q:
    return Q(
        revision__post__is_public=True, revision__post__current_revision=F("revision")
    )


def _texts(which: Q) -> Iterator[str]:
    """Yield texts as read and as written: an address may stand in the markup only."""
    found = RevisionText.objects.filter(which).values_list("title", "plain", "raw")
    for title, plain, raw in found:
        yield from {title, plain, raw} - {""}
