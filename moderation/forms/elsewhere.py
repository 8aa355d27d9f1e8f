"""The desk's form for words that may stand elsewhere: a text, a sentence, or typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.utils.text import Truncator

from commentarchive.models import Blog, Comment, Part, Post, Revision
from commentarchive.text.blacking_out import sentences
from commentarchive.text.passages import sentences_of
from moderation.actions.subjects import newest_of, source_of
from moderation.forms.decisions import MAX_WORDS
from moderation.forms.redactions import standing_places

BLACKED_OUT, WHOLE = "blacked-out", "whole"
# Sentences that are offered one by one; of a longer text the words can be copied.
OFFERED, SHOWN_WORDS = 40, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The text whose words are looked for: of a comment, or of an article's part."""

    text: str = ""
    comment: Comment | None = None
    post: Post | None = None
    part: str = ""
    # What is blacked out, or chosen for it: words, and where they stand with their
    # rules' numbers, 0 for one that was not chosen yet.
    chosen: tuple[str, ...] = ()
    places: tuple[tuple[int, int, int], ...] = ()

    @property
    def sought(self) -> str:
        """Return which of its words are looked for if nobody says."""
        return BLACKED_OUT if self.chosen else WHOLE

    @property
    def blog(self) -> Blog | None:
        """Return the blog that it stands on."""
        post = self.comment.post if self.comment else self.post
        return post.blog if post else None


class ElsewhereForm(forms.Form):
    """Which words are looked for: the whole text, one of its sentences, or others."""

    sentence = forms.ChoiceField(
        required=False, label="Look for", widget=forms.RadioSelect
    )
    words = forms.CharField(
        required=False,
        max_length=MAX_WORDS,
        label="Or for these words",
        help_text="In place of what is chosen above.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, source: Source, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._source = source
        self._sentences = sentences_of(source.text)[:OFFERED]
        if len(self._sentences) < 2:
            self._sentences = []
        if not source.text:
            self.fields["words"].label = "The words to look for"
            self.fields["words"].help_text = ""
        choices = [(WHOLE, "the whole text")] if source.text else []
        if source.chosen:
            choices.insert(0, (BLACKED_OUT, "what is blacked out, or chosen for it"))
        choices += [
            (str(number), Truncator(sentence).words(SHOWN_WORDS))
            for number, sentence in enumerate(self._sentences)
        ]
        self.fields["sentence"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        """Refuse a form that says nothing to look for."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if not self._source.text and not values.get("words", "").strip():
            self.add_error("words", "Type the words to look for.")
        return values

    @property
    def seeks_chosen(self) -> bool:
        """Return whether what is blacked out, or chosen for it, is looked for."""
        typed: str = self.cleaned_data["words"].strip()
        chosen: str = self.cleaned_data["sentence"] or self._source.sought
        return not typed and chosen == BLACKED_OUT

    def words_to_find(self) -> tuple[str, ...]:
        """Return the words to look for, each place of a text that was chosen apart."""
        typed: str = self.cleaned_data["words"].strip()
        chosen: str = self.cleaned_data["sentence"] or self._source.sought
        if typed:
            return (typed,)
        if chosen == BLACKED_OUT:
            return self._source.chosen
        if chosen == WHOLE:
            return (self._source.text,)
        return (self._sentences[int(chosen)],)


def part_source(
    post: Post,
    part: str,
    of: str = "",
    places: Mapping[tuple[int, int], int] | None = None,
) -> Source:
    """Return the text, or the title, of an article as its copies tell it.

    `places` of the text, and `of`, as of `comment_source`; raise as it does.
    """
    if part == Part.TITLE:
        return Source(text=post.sealed_title, post=post, part=part)
    version = source_of(post.news_revision or post.current_revision)
    standing = standing_places(post.current_revision_id, version)
    plain, chosen, at = _text_and_places(version, of, places, standing)
    return Source(text=plain, post=post, part=Part.TEXT, chosen=chosen, places=at)


def comment_source(
    comment: Comment, of: str = "", places: Mapping[tuple[int, int], int] | None = None
) -> Source:
    """Return the text of a comment that is judged.

    Without the marks of what is blacked out in it. `places` are those of the version
    that is committed to by `of`; in place of none stand those that are blacked out.
    Raise BadRequest where the text is another one.
    """
    version = source_of(newest_of(comment))
    standing = standing_places(comment.current_revision_id, version)
    plain, chosen, at = _text_and_places(version, of, places, standing)
    return Source(text=plain, comment=comment, chosen=chosen, places=at)


def _text_and_places(
    version: Revision | None,
    of: str,
    places: Mapping[tuple[int, int], int] | None,
    standing: Mapping[tuple[int, int], int],
) -> tuple[str, tuple[str, ...], tuple[tuple[int, int, int], ...]]:
    text = getattr(version, "text", None)
    if places and (version is None or version.commitment != of):
        message = "The text has changed since you looked."
        raise BadRequest(message)
    if text is None:
        return "", (), ()
    chosen = sorted((places or standing).items())
    said = [(_said(text.html, place), (*place, rule)) for place, rule in chosen]
    said = [each for each in said if each[0]]
    return text.plain, tuple(w for w, _at in said), tuple(at for _w, at in said)


def _said(cleaned: str, place: tuple[int, int]) -> str:
    """Return the words of a place, what ends at a sentence or a line kept apart."""
    start, end = place
    parts = (
        each.words[max(0, start - each.start) : max(0, end - each.start)]
        for each in sentences(cleaned)
    )
    return "\n".join(part.strip() for part in parts if part.strip())
