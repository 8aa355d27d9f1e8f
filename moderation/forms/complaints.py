"""The desk's forms of the complaint book."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils import timezone

from commentarchive.models import Comment, Commenter, Post
from moderation.actions.complaints import Answered, Told
from moderation.clocks import FIRST_YEAR
from moderation.models import Channel, Complaint, ComplaintWords, Ground, Outcome
from moderation.named_places import MOST_PLACES, Place, WrongPlaces, places_named

MOST_WORDS = 20_000
# A due time further ahead is a slip of the pen.
FURTHEST = timedelta(days=3660)
_NO_DAY = {"invalid": "There is no such day."}
_NO_TIME = {"invalid": "There is no such time of day; write it as 14:32."}
_END_OF_DAY = time(23, 59)


def _day(label: str, **more: Any) -> forms.DateField:
    return forms.DateField(
        required=False,
        label=label,
        error_messages=_NO_DAY,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        **more,
    )


def _time(label: str, **more: Any) -> forms.TimeField:
    return forms.TimeField(
        required=False,
        label=label,
        error_messages=_NO_TIME,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        **more,
    )


def _words(label: str, rows: int = 4, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=MOST_WORDS, widget=widget, **more)


def _choice(
    label: str, choices: "Sequence[tuple[str, str]]", missing: str
) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[("", "choose"), *choices],
        error_messages={"required": missing},
    )


class ComplaintForm(forms.Form):
    """A complaint as it is written down, or put right."""

    channel = _choice("How it came", Channel.choices, "Say how it came.")
    came_on = _day("The day it came, if known")
    came_time = _time(
        "At what time, if known", help_text="By the clock of the blog that it is about."
    )
    ground = _choice("What it rests on", Ground.choices, "Say what it rests on.")
    places = forms.CharField(
        label="What it is about",
        max_length=100_000,
        help_text="One a line: the address of a comment, an article or a name, here or "
        f"at its blog, its reference, or a comment’s number there. {MOST_PLACES} at "
        "most.",
        widget=forms.Textarea(attrs={"rows": 4, "autocapitalize": "none"}),
        error_messages={"required": "Name at least one place."},
    )
    from_name = forms.CharField(
        label="From whom: the name", max_length=500, required=False
    )
    from_address = _words("Their address, of any kind", rows=2, required=False)
    text = _words("What they say", rows=6, required=False)
    due_on = _day("To be answered by, if you set a day")
    due_time = _time("And by what time", help_text="Without one, by the day’s end.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.named: list[Place] = []

    def clean_places(self) -> str:
        """Find what is named. Refuse lines that name nothing here."""
        lines: str = self.cleaned_data["places"]
        try:
            self.named = places_named(lines)
        except WrongPlaces as error:
            raise forms.ValidationError(list(error.problems)) from error
        return lines

    def clean(self) -> dict[str, Any]:
        """Refuse times without a day, and days that cannot be."""
        values = super().clean() or self.cleaned_data
        zone = self.zone
        for of in ("came", "due"):
            day, clock = values.get(f"{of}_on"), values.get(f"{of}_time")
            if clock and not day and f"{of}_on" not in self.errors:
                self.add_error(f"{of}_on", "Give the day too.")
            elif day and clock and not _exists(day, clock, zone):
                message = "The clocks went forward then: there was no such time."
                self.add_error(f"{of}_time", message)
        came, due, now = self._came, self._due, timezone.now()
        if values.get("came_on") and values["came_on"].year < FIRST_YEAR:
            self.add_error("came_on", "No blog is as old as that.")
        elif came and came > now:
            self.add_error("came_on", "That is still to come.")
        if due and (due - now > FURTHEST or due.year < FIRST_YEAR):
            self.add_error("due_on", "That is too far from today.")
        return values

    @property
    def zone(self) -> ZoneInfo:
        """Return the clock of the blog of the first place that is named."""
        first = self.named[0] if self.named else None
        return ZoneInfo(_blog_zone(first) if first else settings.TIME_ZONE)

    @property
    def _came(self) -> datetime | None:
        return _moment(self.cleaned_data, "came", time.min, self.zone)

    @property
    def _due(self) -> datetime | None:
        return _moment(self.cleaned_data, "due", _END_OF_DAY, self.zone)

    @property
    def told(self) -> Told:
        """Return the complaint. The form is valid."""
        values = self.cleaned_data
        return Told(
            channel=Channel(values["channel"]),
            ground=Ground(values["ground"]),
            places=self.named,
            time_zone=self.zone.key,
            came_at=self._came,
            day_only=values["came_on"] is not None and values["came_time"] is None,
            due_at=self._due,
            from_name=values["from_name"],
            from_address=values["from_address"],
            text=values["text"],
        )


class NewComplaintForm(ComplaintForm):
    """A complaint that is written down for the first time."""

    ref = forms.CharField(widget=forms.HiddenInput, max_length=100)
    flag = forms.CharField(widget=forms.HiddenInput, max_length=100, required=False)

    def clean_text(self) -> str:
        """Ask for words: a complaint says something."""
        text: str = self.cleaned_data["text"]
        if not text:
            message = "Write down what they say."
            raise forms.ValidationError(message)
        return text


class CorrectComplaintForm(ComplaintForm):
    """A complaint that is put right, why, and which wording was looked at."""

    reason = forms.CharField(
        label="Why it is put right, for staff",
        max_length=2000,
        error_messages={"required": "Say why, in some words."},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class AnswerForm(forms.Form):
    """What was answered, when and how."""

    # Several forms of one page have fields of one name.
    ids = "answer-%s"
    way = _choice("How it went", Channel.choices, "Say how it went.")
    sent_on = _day("The day it went, if known")
    words = _words(
        "In these words", error_messages={"required": "Write down what was answered."}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": self.ids, **kwargs})

    def clean_sent_on(self) -> date | None:
        """Refuse a day that cannot be."""
        day: date | None = self.cleaned_data["sent_on"]
        if day and day.year < FIRST_YEAR:
            message = "No blog is as old as that."
            raise forms.ValidationError(message)
        if day and day > timezone.localdate():
            message = "That day is still to come."
            raise forms.ValidationError(message)
        return day

    def answered(self, complaint: Complaint) -> Answered:
        """Return the answer, by the complaint's clock. The form is valid."""
        values = self.cleaned_data
        day, zone = values["sent_on"], ZoneInfo(complaint.time_zone)
        return Answered(
            words=values["words"],
            way=Channel(values["way"]),
            sent_at=datetime.combine(day, time.min, zone) if day else None,
            day_only=day is not None,
        )


class CloseForm(AnswerForm):
    """How a complaint ends, and the reply if there was one."""

    ids = "close-%s"
    outcome = _choice("How it ends", Outcome.choices, "Say how it ends.")
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    field_order = ("outcome", "words", "way", "sent_on", "seen")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = "The reply that went to them, if any did"
        self.fields["words"].required = False
        self.fields["way"].required = False

    def clean(self) -> dict[str, Any]:
        """Ask how a reply went where there is one."""
        values = super().clean() or self.cleaned_data
        if values.get("words") and not values.get("way") and "way" not in self.errors:
            self.add_error("way", "Say how the reply went.")
        return values


class ReopenForm(forms.Form):
    """What came to be known of a closed complaint, and until when to answer it."""

    news = _words(
        "What came to be known since",
        error_messages={"required": "Say what is new, in some words."},
    )
    due_on = _day("To be answered by, if you set a day")
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "reopen-%s", **kwargs})

    def clean_due_on(self) -> date | None:
        """Refuse a day that is over, or too far ahead."""
        day: date | None = self.cleaned_data["due_on"]
        if day and not timezone.localdate() <= day <= timezone.localdate() + FURTHEST:
            message = "Choose a day from today on, and not too far from it."
            raise forms.ValidationError(message)
        return day

    def due_at(self, complaint: Complaint) -> datetime | None:
        """Return the end of that day, on the complaint's clock. The form is valid."""
        zone = ZoneInfo(complaint.time_zone)
        return _moment(self.cleaned_data, "due", _END_OF_DAY, zone)


def as_written(complaint: Complaint, words: ComplaintWords | None) -> dict[str, Any]:
    """Return what a form to put a complaint right starts from."""
    came, due = complaint.came_local, complaint.due_local
    return {
        "channel": complaint.channel,
        "came_on": came.date() if came else None,
        "came_time": came.time() if came and not complaint.day_only else None,
        "ground": complaint.ground,
        "places": "\n".join(place.ref for place in complaint.places_now),
        "from_name": words.from_name if words else "",
        "from_address": words.from_address if words else "",
        "text": words.text if words else "",
        "due_on": due.date() if due else None,
        "due_time": due.time() if due and due.time() != _END_OF_DAY else None,
        "seen": complaint.wording,
    }


def _blog_zone(place: Place) -> str:
    if isinstance(place, Comment):
        return place.post.blog.time_zone
    assert isinstance(place, Post | Commenter)  # noqa: S101  # there is no other place
    return place.blog.time_zone


def _moment(
    values: dict[str, Any], of: str, without: time, zone: ZoneInfo
) -> datetime | None:
    day = values.get(f"{of}_on")
    if day is None:
        return None
    return datetime.combine(day, values.get(f"{of}_time") or without, zone)


def _exists(day: date, clock: time, zone: ZoneInfo) -> bool:
    """Return whether a clock ever showed that time on that day."""
    moment = datetime.combine(day, clock, zone)
    there_and_back = moment.astimezone(ZoneInfo("UTC")).astimezone(zone)
    return there_and_back.replace(tzinfo=None) == moment.replace(tzinfo=None)
