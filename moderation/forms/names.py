"""The forms by which names and threads are joined and split."""

from typing import Any

from django import forms

from commentarchive.intake.split_names import told_apart
from commentarchive.ledger.merkle.refs import last_ref
from commentarchive.models import Comment, Commenter, Confidence

_SURE = {
    Confidence.CERTAIN: "It is certain: readers see it while they see both names",
    Confidence.LIKELY: (
        "It is likely: readers are not told, and the record seals which names these are"
    ),
}


class EvidenceForm(forms.Form):
    """By what evidence two articles are, or are not, one thread; for staff."""

    evidence = forms.CharField(max_length=500)


class SplitForm(forms.Form):
    """Why two names are not, or not known to be, of one person."""

    facts = forms.CharField(max_length=500, label="Evidence, in words for readers")
    note = forms.CharField(max_length=500, required=False, label="Note for staff")


class JoinForm(SplitForm):
    """Another name of the same person, and how that is known."""

    address = forms.CharField(max_length=300, label="Address of the other name’s page")
    confidence = forms.ChoiceField(
        choices=list(_SURE.items()), widget=forms.RadioSelect, label="How sure is it"
    )

    field_order = ("address", "confidence", "facts", "note")

    def clean_address(self) -> str:
        """Find the other name."""
        address: str = self.cleaned_data["address"]
        other = Commenter.objects.filter(ref=last_ref(address, "n")).first()
        if other is None:
            message = "No name here has that address."
            raise forms.ValidationError(message)
        self.other = other
        return address


class _WhoseField(forms.ModelChoiceField):  # type: ignore[type-arg]  # of names
    """People who were told apart from a name before."""

    def label_from_instance(self, obj: Any) -> str:
        """Return how one of them is named among others of that name."""
        return f"{obj.name.name}, told apart before (page {obj.ref[:6]}…)"


class ApartForm(SplitForm):
    """Which comments under a name are somebody else's, and how that is known."""

    comments = forms.ModelMultipleChoiceField(
        Comment.objects.none(),
        to_field_name="ref",
        error_messages={
            "required": "Choose at least one comment.",
            "invalid_choice": "A comment of these is under another name.",
        },
    )
    whose = _WhoseField(
        Commenter.objects.none(),
        required=False,
        to_field_name="ref",
        empty_label="somebody who was not told apart yet",
        label="Whose are they",
    )

    field_order = ("whose", "facts", "note")

    def __init__(self, data: Any = None, *, name: Commenter) -> None:
        super().__init__(data, auto_id="apart_%s")
        known = [each.pk for each in told_apart(name)]
        comments, whose = self.fields["comments"], self.fields["whose"]
        if isinstance(comments, forms.ModelMultipleChoiceField):
            comments.queryset = Comment.objects.filter(commenter=name)
        if isinstance(whose, forms.ModelChoiceField):
            named = Commenter.objects.select_related("name")
            whose.queryset = named.filter(pk__in=known)
        if not known:
            whose.widget = forms.HiddenInput()

    @property
    def chosen(self) -> list[str]:
        """Return the references that were sent, so that they stay chosen."""
        return self.data.getlist("comments") if hasattr(self.data, "getlist") else []
