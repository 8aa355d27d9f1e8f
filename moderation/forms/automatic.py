"""The desk's forms for automatic rules."""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core import signing

from commentarchive.text.lookalikes import has_words
from moderation.actions.judging import clauses_in_force
from moderation.actions.remarks import sought
from moderation.models import AutomaticDraft, Kind, RuleAction
from moderation.models.automation import WITH_COUNT, WITH_LINES, WITH_PLACES
from moderation.rules.backtest import BackTest
from moderation.rules.matchers import host_sought, repeats_itself
from moderation.rules.patterns import BadPattern, check
from moderation.rules.word_looks import run_together, sought_forms
from moderation.rules.wordpress_keys import LONGEST_LINE, MOST_LINES, is_short

MOST_PATTERNS = 200
MOST_COUNTED = 100
PLACES = (
    ("in_name", "the name"),
    ("in_text", "the text"),
    ("in_link", "addresses that the name and the text link to"),
)
# How long a test may lie before it is published.
GOOD_FOR = 24 * 60 * 60
_SALT = "moderation.automatic.test"
_host = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*\.?[a-z0-9])*")


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]  # of the model below
    """What a rule looks for, where, and what it does."""

    house_rule = forms.TypedChoiceField(
        coerce=int,
        label="Under which house rule",
        help_text="No legal one: those are for people.",
    )
    places = forms.MultipleChoiceField(
        choices=PLACES,
        required=False,
        label="Where it looks",
        widget=forms.CheckboxSelectMultiple,
        help_text="For words, parts of words and patterns.",
    )
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    field_order = (
        *("title", "kind", "lines", "places", "least"),
        *("action", "house_rule", "sentence", "seen"),
    )

    class Meta:
        model = AutomaticDraft
        fields = (
            *("title", "kind", "lines", "least"),
            *("action", "house_rule", "sentence"),
        )
        labels: ClassVar = {
            "title": "Title, for readers",
            "kind": "What it looks for",
            "lines": "The words themselves",
            "least": "From how many on",
            "action": "What it does",
            "sentence": "The reason, for readers",
        }
        help_texts: ClassVar = {
            "title": "It says what the rule is about, and none of the words.",
            "lines": "One a line: words and phrases, parts of words, patterns (RE2, in "
            "any case) or hosts. Readers never see them.",
            "least": "For many links, and for the same text again.",
            "sentence": "It stands in each statement, and repeats none of the words.",
        }
        widgets: ClassVar = {
            "lines": forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
            "least": forms.NumberInput(attrs={"min": 0, "max": MOST_COUNTED}),
            "sentence": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, keeps_kind: bool = False, **kwargs: Any) -> None:
        """`keeps_kind` where its number was published: it keeps its meaning."""
        super().__init__(*args, **kwargs)
        rules = sorted(clauses_in_force(self.instance.blog).items())
        _set_choices(
            self.fields["house_rule"],
            [(number, f"{number} {clause.title}") for number, clause in rules],
        )
        _set_choices(self.fields["kind"], Kind.choices)
        _set_choices(self.fields["action"], RuleAction.choices)
        self.fields["kind"].disabled = keeps_kind
        here = [place for place, _label in PLACES if getattr(self.instance, place)]
        self.initial.setdefault("places", here)
        self.fields["least"].required = False

    def clean_title(self) -> str:
        """Refuse a title of blanks and marks that nobody sees."""
        return _readable(self.cleaned_data["title"])

    def clean_sentence(self) -> str:
        """Refuse a reason of blanks and marks that nobody sees."""
        return _readable(self.cleaned_data["sentence"])

    def clean_least(self) -> int:
        """Read nothing as none."""
        return self.cleaned_data["least"] or 0

    def clean_lines(self) -> str:
        """Take lines as browsers send them, without NULs and empty ones."""
        text = self.cleaned_data["lines"].replace("\0", "")
        return "\n".join(filter(None, map(str.strip, text.splitlines())))

    def clean(self) -> dict[str, Any]:
        """Check what belongs to the kind, and take away what does not."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        kind = values.get("kind")
        if not kind or "lines" not in values:
            return values
        kind = Kind(kind)
        if kind in WITH_LINES:
            self._check_lines(kind, values["lines"].split("\n"))
        else:
            values["lines"] = ""
        if kind in WITH_COUNT:
            self._check_count(kind, values.get("least", 0))
        else:
            values["least"] = 0
        if kind not in WITH_PLACES:
            values["places"] = ["in_text"]
        elif not values.get("places"):
            self.add_error("places", "Choose at least one place.")
        for place, _label in PLACES:
            setattr(self.instance, place, place in values.get("places", ()))
        if kind is Kind.FIRST and values.get("action") == RuleAction.BLOCK:
            message = "To be new is no fault: such a rule can only put on hold."
            self.add_error("action", message)
        return values

    def _check_lines(self, kind: Kind, lines: Sequence[str]) -> None:
        most = MOST_PATTERNS if kind is Kind.PATTERN else MOST_LINES
        if not any(lines):
            self.add_error("lines", "Write at least one line.")
        elif len(lines) > most:
            self.add_error("lines", f"A rule has {most:,} lines at most.")
        else:
            faults = (
                f"Line {number}: {fault}."
                for number, line in enumerate(lines, 1)
                if (fault := _fault(kind, line))
            )
            for shown, fault in enumerate(faults, 1):
                self.add_error("lines", fault)
                if shown == 5:
                    break

    def _check_count(self, kind: Kind, least: int) -> None:
        fewest = 2 if kind is Kind.REPEATED else 1
        if not fewest <= least <= MOST_COUNTED:
            message = f"Between {fewest} and {MOST_COUNTED}."
            self.add_error("least", message)

    def _post_clean(self) -> None:
        """Look whether public words hold what the rule looks for, once it is whole."""
        super()._post_clean()  # type: ignore[misc]  # Django's, not in its types
        if self.errors:
            return
        rule = sought(self.instance)
        for name in ("title", "sentence"):
            if repeats_itself(rule, self.cleaned_data[name]):
                message = (
                    "It holds what the rule looks for; readers are not to read that."
                )
                self.add_error(name, message)


def _fault(kind: Kind, line: str) -> str:
    """Return what is wrong with a line, "" where nothing is."""
    if len(line) > LONGEST_LINE:
        return f"it is longer than {LONGEST_LINE} characters"
    if kind is Kind.PATTERN:
        try:
            check(line)
        except BadPattern as error:
            return str(error)
    elif kind is Kind.HOSTS:
        host = host_sought(line)
        if not _host.fullmatch(host) or ("." not in host and line[:1] not in ".*"):
            return f"“{line}” is no host, such as shop.example (or .example for all)"
    elif kind is Kind.WORDS:
        if not sought_forms(line):
            return f"there is no word in “{line}”"
    elif is_short(run_together(line)):
        return f"“{line}” is too short, and found nearly everywhere"
    return ""


def _readable(words: str) -> str:
    line = " ".join(words.split())
    if not has_words(line) or not line.isprintable():
        message = "Write words that can be read."
        raise forms.ValidationError(message)
    return line


def _set_choices(field: forms.Field, choices: Sequence[tuple[Any, Any]]) -> None:
    field.choices = choices  # type: ignore[attr-defined]  # a ChoiceField


class KeysForm(forms.Form):
    """A list of WordPress, pasted or as a file, and which one it is."""

    LISTS: ClassVar = (
        ("disallowed_keys", "Disallowed comment keys (block)"),
        ("moderation_keys", "Comment moderation keys (put on hold)"),
    )
    which = forms.ChoiceField(
        choices=LISTS, widget=forms.RadioSelect, label="Which list it is"
    )
    text = forms.CharField(
        required=False,
        label="The list",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )
    file = forms.FileField(required=False, label="Or a file of it")

    def clean(self) -> dict[str, Any]:
        """Take the file, where there is one."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if upload := values.get("file"):
            values["text"] = upload.read().decode("utf-8-sig", "replace")
        if not (values.get("text") or "").strip():
            self.add_error("text", "Paste the list, or choose a file.")
        return values


class PublishRulesForm(forms.Form):
    """What a test found, and that somebody wants to publish in spite of it."""

    tested = forms.CharField(max_length=1000, widget=forms.HiddenInput)
    sure = forms.BooleanField(required=False)

    @classmethod
    def of(cls, test: BackTest, *, seen: str, takes_common: bool) -> "PublishRulesForm":
        """Return the form that publishes what was tested."""
        found = [seen, takes_common, test.stopped, test.total]
        form = cls(initial={"tested": signing.dumps(found, salt=_SALT)})
        form.ask_again(test)
        return form

    def ask_again(self, test: BackTest) -> None:
        """Ask whether it is meant, where the rules would stop much."""
        if test.is_many:
            self.fields["sure"].label = (
                f"Yes, publish rules that would have stopped {test.stopped:,} of "
                f"{test.total:,} comments ({test.percent} %)"
            )
        else:
            del self.fields["sure"]

    def clean_tested(self) -> tuple[str, bool]:
        """Return the mark of what was tested, and whether with the common rules."""
        tested = self.cleaned_data["tested"]
        try:
            seen, common, stopped, total = signing.loads(
                tested, salt=_SALT, max_age=GOOD_FOR
            )
        except signing.BadSignature:
            message = "The test is too old, or was not made here; this is a new one."
            raise forms.ValidationError(message) from None
        self.test = BackTest({}, total=total, stopped=stopped)
        return seen, common

    def clean(self) -> dict[str, Any]:
        """Refuse what would stop much, unless somebody says that it is meant."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and self.test.is_many and not values.get("sure"):
            message = (
                f"These rules would have stopped {self.test.stopped:,} of "
                f"{self.test.total:,} comments ({self.test.percent} %). Say that it is "
                "meant, or make them narrower."
            )
            self.add_error(None, message)
        return values
