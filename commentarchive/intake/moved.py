"""Articles and comments found again after their blog has moved and numbered them anew.

A number is the first evidence of who is who, and after a move it may be somebody
else's. Then the address tells, or title, time and text together; a comment is told by
its name, time and text. What is sure is read as the article or comment that is here
already, and its new number is remembered; what is only likely becomes a question for
staff, and is kept apart and out of sight until they answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from commentarchive.importers.dates import settle
from commentarchive.importers.isolated_source import IsolatedSource
from commentarchive.importers.parsed import (
    ParsedPost,
    Reading,
    Remark,
    Unreadable,
)
from commentarchive.intake.article_versions import article_fingerprint
from commentarchive.intake.likeness import (
    FEWEST_WORDS,
    MINUTE,
    is_at_the_same_place,
    is_of_one_time,
    likeness_of,
    places,
)
from commentarchive.intake.met_by_hand import find_entered
from commentarchive.intake.moved_comments import (
    CommentNumbers,
    has_a_number_of_here,
    renumbered,
)
from commentarchive.intake.stored import StoredComment
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.matching import Key
from commentarchive.models import (
    Blog,
    Capture,
    Manifest,
    OtherNumber,
    PossibleMove,
    Post,
    PostAddress,
    Revision,
)
from commentarchive.storage.write_locks import long_write

# Articles at one minute that are looked at, and new numbers that a report names.
MOST_CANDIDATES, NAMED = 50, 5

type Verdict = Literal["same", "maybe", "other"]


@dataclass(slots=True)
class Moves:
    """What one file's articles and comments are called in the archive.

    `capture` is None in a dry run, which remembers nothing.
    """

    blog: Blog
    source: IsolatedSource
    capture: Capture | None
    # Articles here that the file holds, and those of them that it numbers otherwise;
    # the new numbers, and the ones here.
    taken: set[int] = field(default_factory=set)
    _found_anew: set[int] = field(default_factory=set)
    _moved: list[tuple[str, str]] = field(default_factory=list)
    # What may have been entered by hand before, and is not surely the same.
    _likely: list[Remark] = field(default_factory=list)
    # Articles here by the digest of their title and text, and by the path of their
    # address; read when first needed.
    _by_words: dict[bytes, list[int]] | None = None
    _by_path: dict[str, list[int]] | None = None
    _has_numbers: bool = False
    _numbering: bool | None = None
    # New articles, by the number they get here, with the one that the file gives them
    # and with the article that they may be.
    _to_remember: dict[tuple[str, str], tuple[str, int | None, bool]] = field(
        default_factory=dict
    )

    def __post_init__(self) -> None:
        self.begin(self.capture)

    def begin(self, capture: Capture | None) -> None:
        """Look at what is remembered, for a copy that is to be written now."""
        self.capture = capture
        self._has_numbers = OtherNumber.objects.filter(blog=self.blog).exists()
        if self.capture is not None:
            held = Manifest.objects.filter(capture__reading=self.capture.reading)
            self.taken |= set(held.values_list("post", flat=True))

    def article(
        self, parsed: ParsedPost, post: Post | None, remarks: list[Remark]
    ) -> tuple[ParsedPost, Post | None]:
        """Return an article under its number here, and its row if it has one.

        `post` is what its number or address leads to.
        """
        number = parsed.source_id[:200]
        if not number:
            return parsed, post
        is_by_number = post is not None and (
            (post.scheme, post.source_id) == (parsed.scheme, number)
        )
        is_another = (
            post is not None and is_by_number and self._is_another(post, parsed)
        )
        if post is not None and post.is_held_back:
            post = self._answered(post)
        if post is not None and not is_another:
            self.taken.add(post.pk)
            if (post.scheme, post.source_id) == (parsed.scheme, number):
                return parsed, post
            return self._found(parsed, number, post)
        found, verdict = self._find(parsed, number)
        where = f"byte {parsed.byte}"
        if found is not None and verdict == "same":
            return self._found(parsed, number, found)
        here = self._free(parsed.scheme, number) if is_another else number
        if found is not None:
            reason = (
                f"article {number} may be the one known here as {found.source_id}; it "
                "is kept apart, for staff only, until they have answered that"
            )
            remarks.append(Remark(where, reason))
            self._to_remember[parsed.scheme, here] = (number, found.pk, parsed.is_live)
            return replace(parsed, source_id=here, is_live=False), None
        if is_another:
            reason = f"number {number} was another article's here; kept as {here}"
            remarks.append(Remark(where, reason))
            self._to_remember[parsed.scheme, here] = (number, None, parsed.is_live)
        return replace(parsed, source_id=here), None

    def _found(
        self, parsed: ParsedPost, number: str, post: Post
    ) -> tuple[ParsedPost, Post]:
        """Return an article under its number here, and remember the one there."""
        self.taken.add(post.pk)
        self._found_anew.add(post.pk)
        if post.scheme != parsed.scheme or not post.source_id:
            # Another system knows it by its address alone.
            return parsed, post
        self._moved.append((number, post.source_id))
        self._remember(post, parsed.scheme, {number: None})
        return replace(parsed, source_id=post.source_id), post

    @staticmethod
    def _answered(post: Post) -> Post:
        """Return the article that one which was kept apart is, by staff's answer."""
        same = PossibleMove.objects.filter(post=post, is_same=True)
        question = same.select_related("other__current_revision").first()
        return question.other if question else post

    def comments(
        self, parsed: ParsedPost, post: Post, stored: Mapping[Key, StoredComment]
    ) -> ParsedPost:
        """Return an article with its comments under their numbers here."""
        if not (parsed.comments and stored):
            return parsed
        parsed = self._entered_here(parsed, post, stored)
        if not self._has_numbers and has_a_number_of_here(parsed, stored):
            return parsed
        names = CommentNumbers(parsed, post, stored)
        if not names.is_renumbered and not self._has_numbers:
            return parsed
        # A part need not hold any comment that is here, though it is numbered alike.
        is_sure = parsed.is_whole or post.pk in self._found_anew
        renamed = names.find(
            by_words=names.is_renumbered and is_sure,
            numbered_alike=self._of_one_reading(post),
        )
        if not renamed:
            return parsed
        anew = {number: pk for number, pk in names.remembered.items() if pk is not None}
        self._remember(post, parsed.scheme, anew)
        return renumbered(parsed, renamed)

    def _entered_here(
        self, parsed: ParsedPost, post: Post, stored: Mapping[Key, StoredComment]
    ) -> ParsedPost:
        """Return an article whose comments that were entered by hand are found here."""
        met = find_entered(parsed, stored, self.blog.time_zone)
        for number in met.likely:
            which = f"comment {number}" if number else "a comment"
            reason = (
                f"{which} may be one that was entered by hand: the same words, and not "
                "surely the same name and time; both are kept"
            )
            place = parsed.byte if number else 0
            self._likely.append(Remark(f"byte {place}", reason))
        if not met.sure:
            return parsed
        self._remember(
            post, parsed.scheme, {n: pk for n, (_id, pk) in met.sure.items()}
        )
        return renumbered(parsed, {n: own for n, (own, _pk) in met.sure.items()})

    @property
    def remarks(self) -> list[Remark]:
        """Return what the file's report says of its new numbers, in one sentence."""
        if not self._moved:
            return self._likely
        number = len(self._moved)
        several = "1 article has" if number == 1 else f"{number} articles have"
        named = ", ".join(f"{new} is {here} here" for new, here in self._moved[:NAMED])
        more = ", …" if number > NAMED else ""
        reason = f"{several} another number in this file than here ({named}{more})"
        return [
            Remark("byte 0", f"{reason}: the same address or words"),
            *self._likely,
        ]

    def _of_one_reading(self, post: Post) -> set[int]:
        """Return the comments of an article that files given with this one hold."""
        if self.capture is None:
            return set()
        others = Manifest.objects.filter(
            post=post, capture__reading=self.capture.reading
        ).exclude(capture=self.capture)
        return {row.comment for manifest in others for row in manifest.unpack()}

    def close(self) -> None:
        """Remember the new numbers and the questions of the file's new articles."""
        if self.capture is None:
            return
        for (scheme, here), (number, other, is_live) in self._to_remember.items():
            post = Post.objects.filter(
                blog=self.blog, scheme=scheme, source_id=here
            ).first()
            if post is None:
                continue
            if here != number:
                self._remember(post, scheme, {number: None})
            if other is not None:
                PossibleMove.objects.get_or_create(
                    post=post,
                    defaults={
                        "ref": new_ref("x"),
                        "other_id": other,
                        "capture": self.capture,
                        "is_live": is_live,
                    },
                )
                Post.objects.filter(pk=post.pk).update(is_held_back=True)

    def _find(self, parsed: ParsedPost, number: str) -> tuple[Post | None, Verdict]:
        """Find the article that this one is, or may be."""
        maybe = None
        for post in self._candidates(parsed, number):
            verdict = self._verdict(post, parsed, number)
            if verdict == "same":
                return post, verdict
            if verdict == "maybe" and maybe is None:
                maybe = post
        return maybe, "maybe"

    def _candidates(self, parsed: ParsedPost, number: str) -> Iterable[Post]:
        """Yield articles by their remembered number, then by address, time, words."""
        posts = Post.objects.select_related("current_revision__text")
        of_blog = posts.filter(blog=self.blog, scheme=parsed.scheme)
        of_blog = of_blog.exclude(pk__in=self.taken)
        if self.capture is not None:
            # Two articles of one reading are two, whether one is written by now or not.
            of_blog = of_blog.exclude(manifests__capture__reading=self.capture.reading)
        if self._has_numbers:
            yield from of_blog.filter(
                other_numbers__source_id=number,
                other_numbers__scheme=parsed.scheme,
                other_numbers__comment=None,
            )
        others = of_blog.exclude(source_id=number).order_by("pk")
        if normal := places(parsed.addresses):
            yield from others.filter(addresses__normal_address__in=normal).distinct()
            yield from others.filter(pk__in=self._with_paths_of(normal))
        moment = settle(parsed.when, self.blog.time_zone).utc
        if moment:
            minute = moment.replace(second=0, microsecond=0)
            span = (minute, minute + MINUTE)
            yield from others.filter(published_at__range=span)[:MOST_CANDIDATES]

        if alike := self._worded_alike(parsed):
            yield from others.filter(pk__in=alike)[:MOST_CANDIDATES]

    def _with_paths_of(self, normal: Iterable[str]) -> list[int]:
        """Return the articles that have one of some addresses' paths on any host."""
        if self._by_path is None:
            self._by_path = {}
            known = PostAddress.objects.filter(post__blog=self.blog)
            for address, pk in known.values_list("normal_address", "post"):
                _host, _slash, path = address.partition("/")
                self._by_path.setdefault(path, []).append(pk)
        paths = {path for each in normal if (path := each.partition("/")[2])}
        found = [pk for path in paths for pk in self._by_path.get(path, ())]
        return found[:MOST_CANDIDATES]

    def _worded_alike(self, parsed: ParsedPost) -> list[int]:
        if self._by_words is None:
            self._by_words = {}
            shown = Revision.objects.filter(post__blog=self.blog, comment=None)
            for digest, pk in shown.values_list("fingerprint", "post"):
                if pk is not None:
                    self._by_words.setdefault(bytes(digest), []).append(pk)
        return self._by_words.get(article_fingerprint(parsed), [])

    def _verdict(self, post: Post, parsed: ParsedPost, number: str) -> Verdict:
        if self._is_remembered(post, parsed, number):
            return "other" if self._is_another(post, parsed) else "same"
        likeness = likeness_of(post, parsed, self.blog.time_zone)
        if is_at_the_same_place(post, parsed):
            if True in likeness or set(likeness) == {None}:
                return "same"
            return "other" if likeness.count(False) > 1 else "maybe"
        if not likeness.text or len(parsed.plain.split()) < FEWEST_WORDS:
            return "other"
        if (likeness.title or likeness.time) and not self._is_numbering_known():
            return "same" if likeness.title and likeness.time else "maybe"
        return "other"

    def _is_remembered(self, post: Post, parsed: ParsedPost, number: str) -> bool:
        numbers = post.other_numbers.filter(scheme=parsed.scheme, comment=None)
        return self._has_numbers and numbers.filter(source_id=number).exists()

    def _is_another(self, post: Post, parsed: ParsedPost) -> bool:
        """Return whether an article with the number of one here is another article."""
        if is_of_one_time(post, parsed, self.blog.time_zone) is not False:
            return False
        likeness = likeness_of(post, parsed, self.blog.time_zone)
        if likeness.title is not False or likeness.text is True:
            return False
        return not is_at_the_same_place(post, parsed)

    def _is_numbering_known(self) -> bool:
        """Return whether the file holds any article under its number here.

        Then two that read alike and have different numbers are two. The file is read
        once more, up to the first such article.
        """
        if self._numbering is None:
            self._numbering = any(map(self._is_under_its_number, self._read_again()))
        return self._numbering

    def _read_again(self) -> Iterable[ParsedPost]:
        try:
            name = self.source.importer.name
            again = IsolatedSource(
                self.source.path, source=name, marks=self.source.marks
            )
            yield from again.posts(Reading())
        except Unreadable:
            return

    def _is_under_its_number(self, parsed: ParsedPost) -> bool:
        posts = Post.objects.select_related("current_revision__text")
        post = posts.filter(
            blog=self.blog, scheme=parsed.scheme, source_id=parsed.source_id[:200]
        ).first()
        return (
            post is not None
            and parsed.source_id != ""
            and post.manifests.exclude(capture=self.capture).exists()
            and not self._is_another(post, parsed)
        )

    def _free(self, scheme: str, number: str) -> str:
        """Return a number that no article of the blog has."""
        posts = Post.objects.filter(blog=self.blog, scheme=scheme)
        turn = 2
        while posts.filter(source_id=f"{number}@{turn}").exists() or (
            (scheme, f"{number}@{turn}") in self._to_remember
        ):
            turn += 1
        return f"{number}@{turn}"

    def _remember(
        self, post: Post, scheme: str, numbers: Mapping[str, int | None]
    ) -> None:
        """Put new numbers of an article, or of its comments, beside the old ones."""
        if self.capture is None or not numbers:
            return
        rows = [
            OtherNumber(
                blog=self.blog,
                post=post,
                comment_id=pk,
                scheme=scheme,
                source_id=number,
                capture=self.capture,
            )
            for number, pk in numbers.items()
        ]
        self._has_numbers = True
        with long_write():
            OtherNumber.objects.bulk_create(rows, ignore_conflicts=True)
