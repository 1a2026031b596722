"""What one looks for: a student or a case number, and what narrows it down."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.forms.base import Day, PlainText
from cases.models import Case
from cases.reading.search import CONTACT, OPENED, Query
from csec.directory.finding import Sought
from protocols.schema import Track

TOO_SHORT = _("Type at least two letters.")


class SearchForm(forms.Form):
    """Sent by POST, as a name never stands in an address. One field is enough."""

    words = PlainText(
        required=False,
        label=_("Student or case number"),
        help_text=_("A name or a part of it, also if you are not sure how it is spelled. Or a case number."),
    )
    state = forms.ChoiceField(
        required=False,
        label=_("Open or closed"),
        choices=[("", _("Both")), (Case.Status.OPEN, _("Open")), (Case.Status.CLOSED, _("Closed"))],
    )
    stands = forms.ChoiceField(required=False, label=_("Track, or the step it stands at"))
    person = PlainText(required=False, label=_("Colleague on the case"))
    dates = forms.ChoiceField(
        required=False,
        label=_("Which date"),
        choices=[(OPENED, _("Opened or recorded")), (CONTACT, _("Last contact with the student"))],
    )
    first_day = Day(required=False, label=pgettext_lazy("a day", "From"))
    last_day = Day(required=False, label=pgettext_lazy("a day", "To"))

    #: What stands under “Narrow it down”.
    NARROWING = ("state", "stands", "person", "dates", "first_day", "last_day")

    def __init__(self, *args: Any, tracks: Iterable[Track], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.fields["words"].widget.attrs |= {"enterkeyhint": "search", "autofocus": not self.is_bound}
        field = self.fields["stands"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [("", _("Any")), *((track.title, list(_stands(track))) for track in tracks)]

    @property
    def narrowing(self) -> list[forms.BoundField]:
        return [self[name] for name in self.NARROWING]

    @property
    def narrowed(self) -> bool:
        """Whether something there was chosen, or is wrong: then it is shown."""
        return any(self[name].errors or (name != "dates" and self[name].data) for name in self.NARROWING)

    def clean_words(self) -> str:
        return _enough(self.cleaned_data["words"])

    def clean_person(self) -> str:
        return _enough(self.cleaned_data["person"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("This is before “From”."))
        if not self.errors and not any(value for name, value in cleaned.items() if name != "dates"):
            self.add_error("words", _("Type a name or a case number, or choose something below."))
        return cleaned

    def query(self) -> Query:
        """What is looked for, once it is valid."""
        given = self.cleaned_data
        track, _colon, step = given["stands"].partition(":")
        return Query(
            words=given["words"],
            state=given["state"],
            track=track,
            step=int(step) if step else None,
            person=given["person"],
            by_contact=given["dates"] == CONTACT,
            first_day=given["first_day"],
            last_day=given["last_day"],
        )


def _stands(track: Track) -> Iterable[tuple[str, Any]]:
    yield track.id, _("%(letter)s: any step") % {"letter": track.letter}
    for step in track.steps:
        labels = "; ".join(part.label for part in step.parts)
        yield f"{track.id}:{step.number}", f"{track.letter}{step.number} {labels}"


def _enough(typed: str) -> str:
    if typed and not Sought(typed).enough:
        raise forms.ValidationError(TOO_SHORT)
    return typed
