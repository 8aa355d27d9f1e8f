"""Whether the public words of a decision repeat what is hidden."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from commentarchive.models import (
    Comment,
    Commenter,
    Post,
    Revision,
    RevisionText,
    Visibility,
)
from commentarchive.storage.hidden_phrases import keep_phrases
from commentarchive.storage.prepared import Prepared
from commentarchive.storage.quotations import Quoted, find_quoted, find_quoted_by_each
from commentarchive.text.leaks import (
    QUOTED_WORDS,
    Leak,
    Phrases,
    PublicText,
    phrases_in,
    words_in_a_row,
)
from commentarchive.text.lookalikes import has_words
from moderation.actions.checks.hidden_around import (
    addresses_of,
    at_another_blog_for_staff,
    hidden_below,
    hidden_by_name,
    names_withheld,
    private_of,
    same_articles,
    shown_comment,
    texts_by_version,
    texts_where,
    words_of_part,
)
from moderation.actions.parts import Target
from moderation.actions.refusals import LeaksHiddenWords, Refused

# A text of one word that somebody else left, as "This", hides nothing.
WORDS_OF_OTHERS = 2


class HiddenTexts:
    """The hidden texts around comments; those of each article are read once.

    Made anew for each transaction: what is hidden may change after it.
    """

    def __init__(self) -> None:
        self._public: dict[str, PublicText] = {}
        self._below: dict[tuple[int, str], list[Leak]] = {}
        self._articles: dict[int, set[int]] = {}
        self._names: dict[tuple[int, str], list[Leak]] = {}
        self._by_name: dict[tuple[int, str], list[Leak]] = {}
        self._anywhere: dict[str, list[tuple[Quoted, list[Leak]]]] = {}
        self._expected: dict[int, Comment] = {}
        # Of comments that were read together: their texts, and what these quote.
        self._own: dict[int, list[str]] = {}
        self._quoted: dict[int, list[tuple[Quoted, set[str]]]] = {}
        self._is_kept = False

    def expect(self, comments: Iterable[Comment]) -> None:
        """Note which comments are asked about: the first reads what all need."""
        self._expected = {each.pk: each for each in comments}

    def _read(self, comments: Collection[Comment]) -> None:
        """Read what is asked of each of some comments, in a few queries for them all.

        Raise Refused where what was hidden lately is still being read.
        """
        self._keep()
        texts: dict[int, list[str]] = {each.pk: [] for each in comments}
        for pk, *words in _texts_of(tuple(texts)):
            texts[pk] += sorted({*words} - {""})
        phrases = {pk: _all_phrases(own) for pk, own in texts.items()}
        quoted = find_quoted_by_each(phrases)
        every = {each.revision: each for found in quoted.values() for each in found}
        hidden = texts_by_version(list(every.values()))
        self._own |= texts
        self._quoted |= {
            pk: [(each, hidden[each.revision]) for each in found]
            for pk, found in quoted.items()
        }

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
        _refuse(words, self.find_repeats(comment, words))

    def check_part(self, target: Target, words: str) -> None:
        """Raise as `check` for public words about a part of an article, or a name."""
        if not words.strip():
            return
        if not has_words(words):
            message = "There is nothing to read in these words."
            raise Refused(message)
        public, post = PublicText(words), target.post
        leaks = [leak for text in words_of_part(target) for leak in public.leaks(text)]
        if target.commenter is not None:
            leaks += public.name(target.commenter.name.name)
            for private in private_of([target.commenter]):
                leaks += public.leaks(private)
            leaks += self._of_name(target.commenter.pk, words, public)
        leaks += self._names_below(post, words, public)
        leaks += self._below_article(post, words, public)
        leaks += self._of_anybody(words, public, post.blog_id, post=post)
        _refuse(words, leaks)

    def check_others(self, comment: Comment, words: str) -> None:
        """Raise LeaksHiddenWords for words that repeat hidden texts but the comment's.

        For words that readers see only while they see the comment.
        """
        _refuse(words, self._of_others(comment, words, PublicText(words)))

    def check_article(self, post: Post, words: str) -> None:
        """Raise LeaksHiddenWords for words that repeat hidden texts of an article.

        Or of comments on it. For words that readers see only while they see it.
        """
        public = PublicText(words)
        leaks = [*self._below_article(post, words, public)]
        leaks += self._of_anybody(words, public, post.blog_id, post=post)
        _refuse(words, leaks)

    def check_title(self, post: Post, words: str) -> None:
        """Raise LeaksHiddenWords for a title that repeats comments that are hidden.

        What its own earlier versions say is no secret of anybody else.
        """
        of_it = Q(revision__comment__post=post) & ~shown_comment()
        public = PublicText(words)
        leaks = _shared(public, texts_where(of_it))
        leaks += self._of_anybody(words, public, post.blog_id, post=post)
        _refuse(words, leaks)

    def check_names(self, names: Collection[Commenter], words: str) -> None:
        """Raise LeaksHiddenWords for words that repeat what is hidden of some names.

        Their hidden texts, the addresses of their comments, and what tells people of
        one name apart. For words that readers see only while they see the names.
        """
        public = PublicText(words)
        leaks = [
            leak for each in names for leak in self._of_name(each.pk, words, public)
        ]
        for private in private_of(names):
            leaks += public.leaks(private)
        for blog in {each.blog_id for each in names}:
            leaks += self._of_anybody(words, public, blog)
        _refuse(words, leaks)

    def find_repeats(self, comment: Comment, words: str) -> list[Leak]:
        """Find what public words share with a comment and with what is hidden by it.

        1. The comment's own texts, of any length, its name and its addresses.
        2. Every text that readers do not see below the article, and below those that
           say they are the same one elsewhere.
           And the names under which nothing but hidden comments stands there.
        3. What the same name left elsewhere and readers do not see.
        4. Hidden comments anywhere that quote the comment, or are quoted by it.
        5. Quotations of any other hidden comment or article: eight words in a row, a
           text or title of five to seven as a whole, an e-mail, a number of nine
           digits. Fewer words in a row are what strangers share by chance.
        """
        public = self._public.get(words)
        if public is None:
            public = self._public[words] = PublicText(words)
        if comment.pk not in self._own:
            self._read([*({comment.pk: comment} | self._expected).values()])
        own = self._own[comment.pk]
        leaks = [
            leak
            for text in (*own, *addresses_of(comment))
            for leak in public.leaks(text)
        ]
        leaks += self._of_quotations(comment, public)
        name = getattr(comment.commenter, "name", None)
        if name is not None:
            leaks += public.name(name.name)
        leaks += self._names_below(comment.post, words, public)
        leaks += self._of_others(comment, words, public)
        return _in_order(leaks)

    def _of_others(
        self, comment: Comment, words: str, public: PublicText
    ) -> list[Leak]:
        leaks = list(self._below_article(comment.post, words, public))
        if comment.commenter_id is not None:
            leaks += self._of_name(comment.commenter_id, words, public)
        others = self._of_anybody(words, public, comment.post.blog_id, comment=comment)
        return leaks + others

    def _of_quotations(self, comment: Comment, public: PublicText) -> list[Leak]:
        """Compare with the hidden texts that quote a comment, or stand in it."""
        return [
            leak
            for each, texts in self._quoted[comment.pk]
            for leak in _beyond_shown(each, public, _shared(public, texts))
        ]

    def _of_anybody(
        self,
        words: str,
        public: PublicText,
        blog: int,
        *,
        comment: Comment | None = None,
        post: Post | None = None,
    ) -> list[Leak]:
        """Find what is quoted of hidden comments and articles, wherever they are.

        But of the comment itself, and of what hides on the same blog only because that
        is for staff: whoever sees these words will see it. Nor is it hidden what the
        article says below which they stand: a draft of it says the same.
        """
        if words not in self._anywhere:
            self._keep()
            found = find_quoted(phrases_in(words))
            texts = texts_by_version(found)
            self._anywhere[words] = [
                (each, leaks)
                for each in found
                if (leaks := _quoted(words, public, each, texts[each.revision]))
            ]
        own = comment.pk if comment else 0
        others = [
            (each, leaks)
            for each, leaks in self._anywhere[words]
            if each.comment != own and each.only_by_blog != blog
        ]
        below = comment.post if comment else post
        said = _said(below, public) if others and below else frozenset()
        return [
            leak
            for each, leaks in others
            for leak in leaks
            if each.post is None or leak not in said
        ]

    def _beside(self, post: Post) -> set[int]:
        if post.pk not in self._articles:
            self._articles[post.pk] = same_articles(post)
        return self._articles[post.pk]

    def _names_below(self, post: Post, words: str, public: PublicText) -> list[Leak]:
        below = post.pk, words
        if below not in self._names:
            beside = self._beside(post), post.blog_id
            self._names[below] = _hidden_names(*beside, words, public)
        return self._names[below]

    def _keep(self) -> None:
        if not self._is_kept and not keep_phrases():
            message = (
                "What was hidden lately is still being read, so that nobody repeats it "
                "in public: try again in some minutes."
            )
            raise Refused(message)
        self._is_kept = True

    def _of_name(self, pk: int, words: str, public: PublicText) -> list[Leak]:
        by_name = pk, words
        if by_name not in self._by_name:
            self._by_name[by_name] = _shared(public, hidden_by_name(pk))
        return self._by_name[by_name]

    def _below_article(self, post: Post, words: str, public: PublicText) -> list[Leak]:
        below = post.pk, words
        if below not in self._below:
            hidden = hidden_below(self._beside(post), post.blog_id)
            self._below[below] = _shared(public, hidden)
        return self._below[below]


@Prepared
def _texts_of(
    comments: tuple[int, ...],
) -> QuerySet[RevisionText, Any]:
    rows = RevisionText.objects.filter(revision__comment__in=comments)
    told = rows.values_list("revision__comment_id", "title", "plain", "raw")
    return told.order_by("revision")


def _refuse(words: str, leaks: Iterable[Leak]) -> None:
    """Raise LeaksHiddenWords where there are any leaks."""
    if found := _in_order(leaks):
        raise LeaksHiddenWords(words, found)


def _in_order(leaks: Iterable[Leak]) -> list[Leak]:
    """Return each leak once, in the order of the words."""
    return sorted(set(leaks), key=lambda leak: leak.start)


def _shared(public: PublicText, hidden: Iterable[str]) -> list[Leak]:
    return [
        leak
        for text in hidden
        for leak in public.leaks(text, whole_from=WORDS_OF_OTHERS)
    ]


def _quoted(
    words: str, public: PublicText, quoted: Quoted, hidden: Iterable[str]
) -> list[Leak]:
    """Return what is no chance of what a text shares with a stranger's words."""
    found = [
        leak
        for text in hidden
        for leak in public.leaks(text, whole_from=QUOTED_WORDS)
        if leak.why != "the words" or _is_quotation(words[leak.start : leak.end], text)
    ]
    return _beyond_shown(quoted, public, found)


def _beyond_shown(
    quoted: Quoted, public: PublicText, leaks: Sequence[Leak]
) -> list[Leak]:
    """Keep what a hidden text says, and the comment's shown text does not."""
    if not leaks or quoted.comment is None:
        return list(leaks)
    others = Revision.objects.filter(comment=quoted.comment).public_revisions()
    stands = others.exclude(pk=quoted.revision).values_list("pk", flat=True)
    shown = set(_shared(public, texts_where(Q(revision__in=list(stands)))))
    return [leak for leak in leaks if leak not in shown]


def _said(post: Post, public: PublicText) -> frozenset[Leak]:
    """Return what a text has in common with an article as it stands."""
    return frozenset(_shared(public, texts_where(Q(revision=post.current_revision_id))))


def _hidden_names(
    articles: Collection[int], blog: int, words: str, public: PublicText
) -> list[Leak]:
    """Find the names in a text that stand below articles on hidden comments alone.

    And those of the blog for which a notice stands.

    One word counts where it is written as a name: many call themselves "reader".
    """
    found: list[Leak] = []
    for name in {*_names_of_hidden(tuple(articles), blog), *names_withheld(blog)}:
        leaks = [
            leak
            for leak in public.name(name)
            if words_in_a_row(name) > 1
            or words[leak.start] != words[leak.start].lower()
        ]
        if leaks and not _is_shown_name(name, articles, blog):
            found += leaks
    return found


@Prepared
def _names_of_hidden(articles: tuple[int, ...], blog: int) -> QuerySet[Comment, str]:
    below = Comment.objects.filter(post__in=articles)
    for_staff = at_another_blog_for_staff("post", blog)
    hidden = below.filter(~Q(visibility=Visibility.PUBLISHED) | for_staff).exclude(
        visibility=Visibility.SPAM, decided_entry=None
    )
    named = hidden.exclude(commenter=None).exclude(commenter__name=None)
    return named.values_list("commenter__name__name", flat=True)


def _is_shown_name(name: str, articles: Collection[int], blog: int) -> bool:
    below = Comment.objects.filter(post__in=articles)
    seen = below.exclude(at_another_blog_for_staff("post", blog))
    named = seen.filter(commenter__name__name=name).with_notice()
    return named.filter(Q(("shown_name__isnull", False))).exists()


def _is_quotation(stretch: str, hidden: str) -> bool:
    return words_in_a_row(stretch) >= min(QUOTED_WORDS, words_in_a_row(hidden))


def _all_phrases(texts: Iterable[str]) -> Phrases:
    found = [phrases_in(text) for text in texts]
    return Phrases(
        frozenset().union(*(each.rows for each in found)),
        frozenset().union(*(each.marks for each in found)),
    )
